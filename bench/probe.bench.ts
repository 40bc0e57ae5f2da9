import { machine, type BenchOptions, type BenchResult, type BenchRow } from './bench.ts';
import { openArena } from './probe/arena.ts';
import { mixedChecks } from './probe/checks.ts';
import { httpCost } from './probe/http.ts';
import { icmpRate } from './probe/icmp-rate.ts';
import { icmpRtt } from './probe/icmp-rtt.ts';
import { wholeWatcher } from './probe/watcher.ts';

export const question = 'What does a probe cost, how exact is it, and does a busy process change that?';

/** Runs its parts one after the other; each gives rows and notes. */
const parts = [icmpRate, icmpRtt, mixedChecks, httpCost, wholeWatcher];

export async function run(options: BenchOptions): Promise<BenchResult> {
  const facts = machine();
  const arena = openArena();
  const rows: BenchRow[] = [];
  const notes: string[] = [arena.note];
  try {
    for (const part of parts) {
      const answer = await part(options, arena);
      rows.push(...answer.rows);
      notes.push(...answer.notes);
    }
  } finally {
    arena.close();
  }
  return { question, machine: facts, rows, notes };
}
