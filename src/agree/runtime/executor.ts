import { assert, QwError, type EpochMs } from '../../model/index.ts';
import type { Batch } from '../codec/batch.ts';
import type { Ledger, PreparedEntry } from '../ledger/ledger.ts';
import { maxBodyBytes, maxKindBytes, type EntryDraft, type LedgerEntry } from '../record/entry.ts';
import type { Application } from './application.ts';

/** What became of one request: its entries, or why it was refused. */
export type Outcome = { id: string; entries: readonly LedgerEntry[] } | { id: string; error: unknown };

export interface Executed {
  /** One for each request, in order. */
  outcomes: Outcome[];
  entries: LedgerEntry[];
}

/**
 * Runs a committed batch: each request sees the state after the one before it; the entries go into the ledger together.
 * `held` are the entries of this batch that the ledger already has because a crash cut it while it was being written;
 * executing again must yield the same ones.
 */
export function executeBatch(
  application: Application,
  ledger: Ledger,
  batch: Batch,
  held: readonly LedgerEntry[] = [],
): Executed {
  const base = ledger.size - held.length;
  const prepared: PreparedEntry[] = [];
  const outcomes = batch.requests.map((request): Outcome => {
    let own: PreparedEntry[];
    try {
      const drafts = application.execute(request.bytes, batch.time);
      own = drafts.map((draft, at) => prepare(draft, base + prepared.length + at, batch.sequence, batch.time));
    } catch (error) {
      return { id: request.id, error };
    }
    for (const { entry } of own) application.apply(entry);
    prepared.push(...own);
    return { id: request.id, entries: own.map(({ entry }) => entry) };
  });
  for (const [at, entry] of held.entries()) refuseDifference(entry, prepared[at]);
  if (prepared.length > held.length) ledger.append(prepared.slice(held.length));
  else assert(held.length === 0, 'a cut batch lacks at least its last entry');
  return { outcomes, entries: prepared.map(({ entry }) => entry) };
}

/** The body goes through JSON, so that applying now and applying after a restart see the same value. */
function prepare(draft: EntryDraft, position: number, sequence: number, time: EpochMs): PreparedEntry {
  const bodyText = JSON.stringify(draft.body) ?? 'null';
  const bodyBytes = Buffer.byteLength(bodyText);
  const kindBytes = Buffer.byteLength(draft.kind);
  if (bodyBytes > maxBodyBytes || kindBytes > maxKindBytes) {
    const message = `an entry of kind ${draft.kind.slice(0, maxKindBytes)} has ${bodyBytes} bytes, at most ${maxBodyBytes} fit`;
    throw new QwError('REQUEST_TOO_LARGE', message);
  }
  return { bodyText, entry: { position, sequence, time, kind: draft.kind, body: JSON.parse(bodyText) } };
}

function refuseDifference(held: LedgerEntry, again: PreparedEntry | undefined): void {
  const same =
    again?.entry.kind === held.kind && again.entry.time === held.time && again.bodyText === JSON.stringify(held.body);
  if (same) return;
  const message = `executing sequence ${held.sequence} again does not yield entry ${held.position} as the ledger holds it`;
  throw new QwError('INTERNAL', message);
}
