import type {
  ActionIntent,
  ActionOutcome,
  ActionReceipt,
  EpochMs,
  Incident,
  IncidentFilter,
  LedgerRecord,
} from '../../model/index.ts';

/** What the index is made of: the entries of these kinds, each as the ledger has it. */
export const indexedKinds = [
  'incident',
  'action-intended',
  'action-assigned',
  'action-started',
  'action-finished',
] as const;
export type IndexedRecord = LedgerRecord & { kind: (typeof indexedKinds)[number] };

export interface IncidentQuestion extends IncidentFilter {
  limit: number;
  /** The last one of the page before. */
  after?: IncidentPlace | undefined;
}

/** Where an incident stands in the list: open ones first, then the resolved ones, each newest first. */
export interface IncidentPlace {
  resolved: boolean;
  id: number;
}

export interface IncidentAnswer {
  items: Incident[];
  /** Absent on the last page. */
  next?: IncidentPlace;
  /** Of all pages together. */
  total: number;
}

/** An action of an incident, as it was last heard of. */
export interface IndexedAction {
  intent: ActionIntent;
  state: 'waiting' | 'running' | ActionOutcome;
  attempts: number;
  receipt?: ActionReceipt;
  at: EpochMs;
}

/**
 * All incidents that a ledger ever had, to be listed and searched. Derived from the ledger and never the truth: without
 * its file it is made again. What was written is seen by what is asked for afterwards. Questions reject while the file
 * cannot be read.
 */
export interface IncidentIndex {
  /** Position of the next entry that it has not seen. */
  next(): Promise<number>;
  /** Entries up to, not including, the position `next`; other kinds may be left out. */
  write(records: readonly IndexedRecord[], next: number): Promise<void>;
  find(question: IncidentQuestion): Promise<IncidentAnswer>;
  get(id: string): Promise<Incident | undefined>;
  /** Oldest first, at most 500. */
  actions(incident: string): Promise<IndexedAction[]>;
  close(): Promise<void>;
}
