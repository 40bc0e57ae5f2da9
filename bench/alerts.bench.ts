import { evaluate } from './alerts/evaluate.ts';
import { history } from './alerts/history.ts';
import { notify } from './alerts/notify.ts';
import type { AlertsPart } from './alerts/part.ts';
import { restart } from './alerts/restart.ts';
import { machine, type BenchOptions, type BenchResult, type BenchRow } from './bench.ts';

export const question = 'What do alerting policies cost, and how soon do people know?';

const measures: Readonly<Record<string, AlertsPart>> = {
  evaluate,
  notify,
  history,
  restart,
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
