import { systemClock } from '../src/platform/index.ts';
import { openSegments } from '../src/store/index.ts';
import { machine, type BenchOptions, type BenchResult, type BenchRow } from './bench.ts';
import { lag } from './store/lag.ts';
import { month } from './store/month.ts';
import { ship } from './store/ship.ts';
import { size } from './store/size.ts';
import { write } from './store/write.ts';

export const question = 'What does it cost to store telemetry, how small is it, and who waits while it is asked?';

type Part = (options: BenchOptions) => Promise<{ rows: BenchRow[]; notes: string[] }>;

const open = (directory: string) => openSegments({ directory, clock: systemClock });

const measures: Readonly<Record<string, Part>> = {
  write,
  ship,
  size,
  lag: (options) => lag(options, open),
  month: (options) => month(options, open),
};

export const parts = Object.keys(measures);

export async function run(options: BenchOptions): Promise<BenchResult> {
  const facts = machine();
  const rows: BenchRow[] = [];
  const notes: string[] = [];
  for (const [name, measure] of Object.entries(measures)) {
    if (options.only !== undefined && options.only !== name) continue;
    const answer = await measure(options);
    rows.push(...answer.rows);
    notes.push(...answer.notes);
  }
  return { question, machine: facts, rows, notes };
}
