import { labMissing } from '../test/support/shared.ts';
import { machine, median, rounded, type BenchOptions, type BenchResult, type BenchRow } from './bench.ts';
import { Office } from './failover/office.ts';
import { outage } from './failover/outage.ts';
import { fpingLoop, ours, type Watch } from './failover/watches.ts';

export const question = 'Is a failover still as quick as it should be, on whatever machine this is? (a minute)';

/** A machine that others use too may take so many times the goal before it is worth a look. */
const generous = 3;
const watch = ours('ours, 50 ms');

export async function run({ log }: BenchOptions): Promise<BenchResult> {
  const facts = machine();
  const missing = labMissing();
  if (missing !== undefined) return { question, machine: facts, rows: [], notes: [`nothing measured: ${missing}`] };
  const office = new Office();
  const measure = async (fault: string, rounds: number, watches: readonly Watch[]) => {
    const seen = new Map(watches.map((one) => [one, [] as number[]]));
    for (let round = 1; round <= rounds; round++) {
      for (const [one, found] of seen) {
        office.reset();
        found.push((await outage(office, one, fault, 2)) ?? 0);
        log(`${fault}, ${one.name}, ${round} of ${rounds}: ${found.at(-1)} ms`);
      }
    }
    return new Map([...seen].map(([one, found]) => [one, median(found)]));
  };
  try {
    office.up();
    const upstream = await measure('upstream', 4, [watch, ...(fpingLoop ? [fpingLoop] : [])]);
    const link = await measure('link', 3, [watch]);
    const peerMs = fpingLoop && upstream.get(fpingLoop);
    const rows = [
      row('upstream dead, link up', upstream.get(watch) ?? Number.NaN, 80, peerMs),
      row('carrier lost', link.get(watch) ?? Number.NaN, 20, undefined),
    ];
    const slow = rows.filter(({ worthALook }) => worthALook === 'yes');
    const notes = [
      `A goal is what the median of 20 runs must reach on a machine of one's own; ${generous} times that is worth a look.`,
      ...(slow.length > 0
        ? [`slower than ${generous} times the goal: ${slow.map((one) => one['fault']).join(', ')}`]
        : []),
    ];
    return { question, machine: facts, rows, notes };
  } finally {
    office.down();
  }
}

function row(fault: string, medianMs: number, goalMs: number, peerMs: number | undefined): BenchRow {
  return {
    fault,
    medianMs: rounded(medianMs),
    goalMs,
    timesTheGoal: rounded(medianMs / goalMs, 2),
    fpingLoopMs: peerMs === undefined ? '' : rounded(peerMs),
    timesQuickerThanFping: peerMs === undefined ? '' : rounded(peerMs / medianMs, 2),
    worthALook: medianMs > generous * goalMs ? 'yes' : 'no',
  };
}
