import type { EpochMs, LedgerRecord } from '../../model/index.ts';

/** Documents that people keep in the ledger by name: dashboards, and views of traffic. Values are replaced, never changed in place. */

export interface DocumentState {
  name: string;
  /** As it was written. */
  document: unknown;
  by: string;
  /** Ledger position and agreed time of the last change. */
  position: number;
  time: EpochMs;
}

/** By name, sorted, so that equal states give equal snapshots. */
export type Documents = ReadonlyMap<string, DocumentState>;

export const noDocuments: Documents = new Map();

export type DocumentRecord = Extract<LedgerRecord, { kind: 'dashboard' | 'flow-view' }>;

export function documentsOf(list: readonly DocumentState[]): Documents {
  return new Map(list.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((one) => [one.name, one]));
}

/** One that has another name from now on takes the place of the old one by the same entry, so that neither is lost. */
export function withDocument(before: Documents, { body, position, time }: DocumentRecord): Documents {
  const { name, by, document } = body;
  const gone = new Set([name, 'was' in body ? body.was : undefined]);
  const others = [...before.values()].filter((one) => !gone.has(one.name));
  if (document === undefined) return documentsOf(others);
  return documentsOf([...others, { name, document, by, position, time }]);
}
