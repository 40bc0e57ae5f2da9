import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { allQuarry, hunt, type Catch, type Quarry } from './hunt.ts';

/** `npm run mutation [-- NAME…] [--seeds 2000]`: hunts seeded bugs with the simulator, and fails when one escapes. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '2000' }, json: { type: 'boolean', default: false } },
});

interface Hunted extends Quarry {
  caught: Catch | null;
  seconds: number;
}

const all = allQuarry();
const unknown = positionals.filter((name) => all.every((one) => one.name !== name));
if (unknown.length > 0) throw new Error(`no mutation is named ${unknown.join(', ')}`);
const quarry = all.filter(({ name }) => positionals.length === 0 || positionals.includes(name));

const waiting = [...quarry];
const results: Hunted[] = [];
async function worker(): Promise<void> {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const started = performance.now();
    const caught = await hunt(next, Number(values.seeds));
    const seconds = Math.round((performance.now() - started) / 1000);
    results.push({ ...next, caught, seconds });
    const found = caught ? `seed ${caught.seed}: ${caught.invariant}` : 'ESCAPED';
    if (!values.json) {
      console.log(`${next.protocol} ${next.name}: ${found} (${seconds} s, ${results.length} of ${quarry.length})`);
    }
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, worker));
const escaped = results.filter(({ caught }) => !caught);
if (values.json) console.log(JSON.stringify(results));
else console.log(`${results.length} seeded bugs, ${results.length - escaped.length} caught, ${escaped.length} escaped`);
if (escaped.length > 0) process.exitCode = 1;
