import { machine, type BenchOptions, type BenchResult, type BenchRow } from './bench.ts';
import { openArena } from './probe/arena.ts';
import { mixedChecks } from './probe/checks.ts';
import { httpCost } from './probe/http.ts';
import { icmpRate } from './probe/icmp-rate.ts';
import { icmpRtt } from './probe/icmp-rtt.ts';
import { wholeWatcher } from './probe/watcher.ts';

export const question = 'What does a probe cost, how exact is it, and does a busy process change that?';

const answers = {
  'icmp-rate': icmpRate,
  'icmp-rtt': icmpRtt,
  checks: mixedChecks,
  http: httpCost,
  watcher: wholeWatcher,
};
export const parts = Object.keys(answers);

/** Runs its parts one after the other; each gives rows and notes. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const facts = machine();
  const arena = openArena();
  const rows: BenchRow[] = [];
  const notes: string[] = [arena.note];
  try {
    for (const [name, part] of Object.entries(answers)) {
      if (options.only !== undefined && options.only !== name) continue;
      const answer = await part(options, arena);
      rows.push(...answer.rows);
      notes.push(...answer.notes);
    }
  } finally {
    arena.close();
  }
  return { question, machine: facts, rows, notes };
}
