import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { labMissing } from '../test/support/shared.ts';
import { rounded } from './bench.ts';
import { Office } from './failover/office.ts';
import { ours } from './failover/watches.ts';

/**
 * `npm run nightly`: for an hour each, what must switch nothing: an uplink that loses 5 % of its packets, and a router
 * that stalls for 200 ms every 5 s. Ends with 1 if anything was switched.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const usage = 'usage: npm run nightly -- [--minutes 60] [--only loss|stalls]';
const stallMs = 200;
const stallEveryMs = 5000;
const tellEveryMs = 60_000;

const cases = ['loss', 'stalls'];
const wrong = !(minutes > 0) || (values.only !== undefined && !cases.includes(values.only));
if (values.help || wrong) {
  console.error(usage);
  process.exit(values.help ? 0 : 2);
}
const missing = labMissing();
if (missing !== undefined) {
  console.error(`error: ${missing}`);
  process.exit(2);
}

const office = new Office();
let switches = 0;
try {
  office.up();
  for (const name of cases) if (values.only === undefined || values.only === name) switches += await run(name);
} finally {
  office.down();
}
process.exitCode = switches === 0 ? 0 : 1;

/** How often was switched. */
async function run(name: string): Promise<number> {
  office.reset();
  const running = await ours(name).start(office);
  const { uplinks } = running;
  if (!uplinks) throw new Error('the judge has no process');
  const from = uplinks.events.length;
  if (name === 'loss') office.lab.fault('isp1', 'loss', '5');
  const pings = office.ping(Math.round(minutes * 60), 50, true);
  const endMs = Date.now() + minutes * 60_000;
  let toldMs = Date.now();
  const found = () => uplinks.events.slice(from).filter(({ event }) => event === 'receipt').length;
  while (Date.now() < endMs) {
    await pause(Math.min(stallEveryMs, Math.max(0, endMs - Date.now())));
    if (name === 'stalls') {
      process.kill(uplinks.pid, 'SIGSTOP');
      await pause(stallMs);
      process.kill(uplinks.pid, 'SIGCONT');
    }
    if (Date.now() - toldMs < tellEveryMs) continue;
    toldMs = Date.now();
    console.error(`${name}: ${found()} switches, ${Math.round((endMs - toldMs) / 60_000)} minutes left`);
  }
  const { sent, lost } = await pings;
  await running.stop();
  const count = found();
  const what = name === 'loss' ? '5 % loss' : `a stall of ${stallMs} ms every ${stallEveryMs / 1000} s`;
  console.log(
    `${minutes} minutes of ${what}: ${count} switches; a client lost ${lost} of ${sent} (${rounded((100 * lost) / sent, 2)} %)`,
  );
  for (const { event, at, ...facts } of uplinks.events.slice(from)) {
    if (event === 'receipt' || event === 'opinion')
      console.log(`  ${new Date(at).toISOString()} ${event} ${JSON.stringify(facts)}`);
  }
  return count;
}
