import { present } from '../test/browser/browsing.ts';
import { machine, runParts, type BenchOptions, type BenchResult } from './bench.ts';
import { measureChart } from './web/chart.ts';
import { measureOverview } from './web/overview.ts';

export const question = 'How quick is the page with ten thousand checks, and with a chart of thirty days?';
export const parts = ['overview', 'chart'];

export async function run({ quick, only, log }: BenchOptions): Promise<BenchResult> {
  const facts = machine();
  const notes = [
    'Chromium without a graphics card, 1280 × 900; the API is a stub in the same process as the measurement, so that the watcher’s own time is not in these figures.',
    'Wanted: first paint 1000 ms, filter and open 200 ms, tab 200 MB, chart 500 ms. The tab is the proportional set size of the process that draws it: right after ten thousand checks were read, and with one of them open, after garbage was collected.',
    'A month of samples is asked for as steps, as many as the width shows: a page never gets all points.',
  ];
  if (!present) return { question, machine: facts, rows: [], notes: ['skipped: apt-get install chromium'] };
  const rounds = quick ? 1 : 7;
  const rows = await runParts(
    { overview: () => measureOverview(rounds, log), chart: () => measureChart(rounds, log) },
    only,
  );
  return { question, machine: facts, rows, notes };
}
