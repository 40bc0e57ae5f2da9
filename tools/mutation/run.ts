import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { simulations } from '../../src/lab/index.ts';
import { mutations } from './mutations.ts';

/**
 * `npm run mutation [-- NAME…] [--seeds 2000]`: hunts every seeded bug with the simulator, and fails when one escapes.
 * First of all the code as it is must pass some seeds, or a catch would mean nothing.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '2000' }, json: { type: 'boolean', default: false } },
});

interface Hunted {
  name: string;
  protocol: string;
  caught: { seed: number; invariant: string; message: string } | null;
  seconds: number;
}

const quarry = [
  ...mutations.map(({ name, protocol }) => ({ name, protocol })),
  // Those that exchange a rule of the core through its own opening.
  ...simulations().flatMap((one) => one.mutations.map((name) => ({ name, protocol: one.protocol }))),
].filter(({ name }) => positionals.length === 0 || positionals.includes(name));

async function hunt({ name, protocol }: { name: string; protocol: string }): Promise<Hunted> {
  const isText = mutations.some((one) => one.name === name);
  const started = performance.now();
  const script = `${import.meta.dirname}/hunt.ts`;
  const load = isText ? ['--import', `${import.meta.dirname}/load.ts`] : [];
  const args = [...load, script, protocol, '1', values.seeds, ...(isText ? [] : [name])];
  const text = await new Promise<string>((resolve, reject) => {
    const env = { ...process.env, ...(isText ? { QW_MUTATION: name } : {}) };
    execFile(process.execPath, args, { env, maxBuffer: 1 << 24 }, (problem, stdout, stderr) =>
      problem ? reject(new Error(`${name}: ${stderr || problem.message}`)) : resolve(stdout),
    );
  });
  const caught = JSON.parse(text) as Hunted['caught'];
  return { name, protocol, caught, seconds: Math.round((performance.now() - started) / 1000) };
}

const waiting = [...quarry];
const results: Hunted[] = [];
async function worker(): Promise<void> {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const result = await hunt(next);
    results.push(result);
    const { name, protocol, caught, seconds } = result;
    const found = caught ? `seed ${caught.seed}: ${caught.invariant}` : 'ESCAPED';
    if (!values.json)
      console.log(`${protocol} ${name}: ${found} (${seconds} s, ${results.length} of ${quarry.length})`);
  }
}
if (quarry.length === 0) throw new Error(`no mutation is named ${positionals.join(', ')}`);
await Promise.all(Array.from({ length: availableParallelism() }, worker));
const escaped = results.filter(({ caught }) => !caught);
if (values.json) console.log(JSON.stringify(results));
else console.log(`${results.length} seeded bugs, ${results.length - escaped.length} caught, ${escaped.length} escaped`);
if (escaped.length > 0) process.exitCode = 1;
