import { extname } from 'node:path';
import type { Incident } from '../../model/index.ts';
import { openServingThread } from '../../platform/index.ts';
import type { IncidentAnswer, IncidentIndex, IndexedAction } from './incident-index.ts';
import { changeOf, tableQuestion } from './index-change.ts';
import type { IndexInput, IndexQuestion } from './thread.ts';

export interface IncidentIndexOptions extends IndexInput {
  /** Entries that the ledger has: an index that has seen more is of another past, and is emptied. */
  entries: number;
}

/** Opens the index in a thread of its own, whose module has the same extension as this one. Rejects if it cannot. */
export async function openIncidentIndex({ file, network, entries }: IncidentIndexOptions): Promise<IncidentIndex> {
  const input: IndexInput = { file, network };
  const thread = openServingThread(new URL(`./thread${extname(import.meta.url)}`, import.meta.url), input);
  const ask = <Answer>(question: IndexQuestion) => thread.ask<Answer>(question);
  if ((await ask<number>({ kind: 'next' })) > entries) await ask({ kind: 'empty' });
  return {
    next: () => ask<number>({ kind: 'next' }),
    write: (records, next) => ask({ kind: 'write', changes: records.flatMap((one) => changeOf(one) ?? []), next }),
    find: (question) => ask<IncidentAnswer>({ kind: 'find', question: tableQuestion(question) }),
    get: (id) => ask<Incident | undefined>({ kind: 'get', id }),
    actions: (incident) => ask<IndexedAction[]>({ kind: 'actions', incident }),
    close: () => thread.close(),
  };
}
