import { renameSync, rmSync } from 'node:fs';
import type { ThreadService } from '../../platform/index.ts';
import { isDamaged } from '../tables/rollup-table.ts';
import { ForeignIndex, IncidentTable } from './incident-table.ts';
import type { IndexChange, TableQuestion } from './index-change.ts';

/** The module that `open-index.ts` runs in a thread of its own. */

export interface IndexInput {
  file: string;
  network: string;
}

export type IndexQuestion =
  | { kind: 'next' }
  | { kind: 'write'; changes: readonly IndexChange[]; next: number }
  | { kind: 'find'; question: TableQuestion }
  | { kind: 'get'; id: string }
  | { kind: 'actions'; incident: string }
  | { kind: 'empty' };

export const open: ThreadService = (input) => {
  const { file, network } = input as IndexInput;
  let table = openTable(file, network);
  return {
    answer: (given) => {
      const question = given as IndexQuestion;
      switch (question.kind) {
        case 'next':
          return table.next;
        case 'write':
          table.write(question.changes, question.next);
          return undefined;
        case 'find':
          return table.find(question.question);
        case 'get':
          return table.get(Number(question.id));
        case 'actions':
          return table.actions(Number(question.incident));
        default:
          table.close();
          removeFiles(file);
          table = openTable(file, network);
          return undefined;
      }
    },
    close: () => table.close(),
  };
};

/** It can always be made again: what cannot be read is put aside, what belongs to another ledger is removed. */
function openTable(file: string, network: string): IncidentTable {
  try {
    return new IncidentTable(file, network);
  } catch (problem) {
    // A full disk or a missing permission is no reason to touch a good file.
    if (problem instanceof ForeignIndex) removeFiles(file);
    else if (isDamaged(problem)) {
      renameSync(file, `${file}.damaged`);
      removeFiles(file);
    } else throw problem;
  }
  return new IncidentTable(file, network);
}

function removeFiles(file: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
}
