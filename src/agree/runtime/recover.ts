import { assert, messageOf, QwError, type EpochMs } from '../../model/index.ts';
import { readSmallFile, type Disk } from '../../platform/index.ts';
import { decodeBatch, type Batch } from '../codec/batch.ts';
import { openFileJournal } from '../journal/file-journal.ts';
import type { Journal } from '../journal/journal.ts';
import { layout } from '../ledger/layout.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { LedgerEntry } from '../record/entry.ts';
import type { Signer } from '../crypto/signer.ts';
import type { Application } from './application.ts';
import { executeBatch } from './executor.ts';
import { decodeSnapshot, maxSnapshotBytes, type Snapshot } from './snapshot-file.ts';

export interface RecoverOptions {
  disk: Disk;
  directory: string;
  signer: Signer;
  /** The key that the folder belonged to before, when it was changed. */
  formerKey?: Buffer | undefined;
  application: Application;
  /** Whether the folder was in use before. */
  mustExist: boolean;
  journalSegmentBytes: number;
  ledgerSegmentBytes: number;
  /** Entries that gather before they are written without being asked for; without, at once. */
  ledgerGatherBytes?: number;
  /** Whether the entries so far end what this journal orders: batches beyond belong to nothing. */
  hasEnded?: () => boolean;
}

export interface Recovered {
  journal: Journal;
  ledger: Ledger;
  /** Last executed batch. */
  sequence: number;
  time: EpochMs;
  /** Position of the snapshot that was used; 0 for none. */
  snapshot: number;
  /** What was noticed and put right, in sentences. */
  notes: string[];
}

const foldPage = 4096;

/** Ledger and application after the last whole batch that the ledger has. */
export interface RecoveredState {
  ledger: Ledger;
  /** Last batch of which the effects are known, from ledger or snapshot. */
  sequence: number;
  time: EpochMs;
  /** Entries of a batch that a crash cut: executing it again must yield them and supplies the rest. */
  cut: LedgerEntry[];
  /** Position of the snapshot that was used; undefined for none. */
  snapshot: number | undefined;
}

/** Verifies the whole ledger, takes the snapshot if it fits, and folds the entries after it. */
export async function recoverState(
  options: Omit<RecoverOptions, 'journalSegmentBytes'>,
  notes: string[],
): Promise<RecoveredState> {
  const { disk, directory, signer, mustExist, application } = options;
  const snapshot = await loadSnapshot(disk, directory, notes);
  const { ledger, leafBefore } = await Ledger.open(
    {
      disk,
      directory: `${directory}/${layout.ledger}`,
      signer,
      formerKey: options.formerKey,
      mustExist,
      segmentBytes: options.ledgerSegmentBytes,
      gatherBytes: options.ledgerGatherBytes ?? 0,
    },
    snapshot ? [snapshot.position] : [],
  );
  try {
    if (snapshot && snapshot.position > ledger.size) {
      // A snapshot is written only after the ledger is durable up to it.
      const message = `the ledger has ${ledger.size} entries, its snapshot was taken at ${snapshot.position}`;
      throw new QwError('LEDGER_CORRUPT', message, { where: `${directory}/${layout.ledger}` });
    }
    const fits =
      snapshot && leafBefore.get(snapshot.position) === snapshot.leaf && restored(application, snapshot.state, notes);
    if (snapshot && !fits) notes.push('the snapshot was ignored, and the state was built from the whole ledger');
    const { complete } = ledger.chain;
    const foldedFrom = fits ? snapshot.position : 0;
    const cut = await fold(ledger, application, foldedFrom, complete.position);
    const sequence = Math.max(complete.sequence, fits ? snapshot.sequence : 0);
    return { ledger, sequence, time: Math.max(0, ledger.chain.time), cut, snapshot: fits ? foldedFrom : undefined };
  } catch (error) {
    await ledger.close().catch(() => undefined);
    throw error;
  }
}

/**
 * Brings ledger and application to the state after the last durable batch: what ledger and snapshot hold, and then the
 * batches that the journal holds beyond that.
 */
export async function recover(options: RecoverOptions): Promise<Recovered> {
  const notes: string[] = [];
  const state = await recoverState(options, notes);
  try {
    return await bringUp(options, state, notes);
  } catch (error) {
    await state.ledger.close().catch(() => undefined);
    throw error;
  }
}

async function bringUp(options: RecoverOptions, state: RecoveredState, notes: string[]): Promise<Recovered> {
  const { directory, application } = options;
  const { ledger, snapshot } = state;
  let { sequence, time } = state;
  const { journal, batches } = await openBatches(options, sequence, notes);
  if (snapshot !== undefined && batches[0] && batches[0].sequence !== sequence + 1) {
    await journal.close();
    const message = `the journal goes on with sequence ${batches[0].sequence}, expected ${sequence + 1}`;
    throw new QwError('LEDGER_CORRUPT', message, { where: `${directory}/${layout.journal}` });
  }
  let held = state.cut;
  for (const batch of batches) {
    if (options.hasEnded?.()) break;
    assert(held.length === 0 || held[0]?.sequence === batch.sequence, 'the cut batch is the next one');
    executeBatch(application, ledger, batch, held);
    held = [];
    sequence = batch.sequence;
    time = Math.max(time, batch.time);
  }
  if (held.length > 0) {
    await journal.close();
    const message = 'the last batch of the ledger is incomplete, and the journal does not hold it';
    throw new QwError('LEDGER_CORRUPT', message, {
      where: directory,
      facts: { position: ledger.chain.complete.position },
    });
  }
  return { journal, ledger, sequence, time, snapshot: snapshot ?? 0, notes };
}

async function loadSnapshot(disk: Disk, directory: string, notes: string[]): Promise<Snapshot | undefined> {
  const bytes = await readSmallFile(disk, `${directory}/${layout.snapshot}`, maxSnapshotBytes);
  const snapshot = bytes && decodeSnapshot(bytes);
  if (bytes && !snapshot) notes.push('the snapshot is damaged and was ignored');
  return snapshot;
}

function restored(application: Application, state: Uint8Array, notes: string[]): boolean {
  try {
    application.restore(state);
    return true;
  } catch (error) {
    notes.push(`the snapshot cannot be read: ${messageOf(error)}`);
    return false;
  }
}

/** Applies whole batches; returns the entries of a last batch that is not whole. */
async function fold(ledger: Ledger, application: Application, from: number, complete: number): Promise<LedgerEntry[]> {
  const cut: LedgerEntry[] = [];
  for (let position = from; position < ledger.size;) {
    const page = await ledger.read(position, foldPage);
    assert(page.length > 0, 'the ledger yields every entry it has');
    for (const entry of page) {
      if (entry.position < complete) application.apply(entry);
      else cut.push(entry);
    }
    position += page.length;
  }
  return cut;
}

/** Opens the journal and returns its batches after `sequence`. */
async function openBatches(
  options: RecoverOptions,
  sequence: number,
  notes: string[],
): Promise<{ journal: Journal; batches: Batch[] }> {
  const batches: Batch[] = [];
  let previous: number | undefined;
  const { journal, recovery } = await openFileJournal({
    disk: options.disk,
    directory: `${options.directory}/${layout.journal}`,
    segmentBytes: options.journalSegmentBytes,
    durableHead: false,
    mustExist: options.mustExist,
    visit: ({ payload }) => {
      const batch = decodeBatch(Buffer.from(payload));
      if (!batch) return 'not a batch of a known version';
      if (previous !== undefined && batch.sequence !== previous + 1) {
        return `sequence ${batch.sequence} does not follow ${previous}`;
      }
      previous = batch.sequence;
      if (batch.sequence > sequence) batches.push(batch);
      return undefined;
    },
  });
  if (journal.failure) throw journal.failure;
  // A killed process may have written what it had not yet synced: nothing may rest on it before it is durable.
  await journal.sync();
  const torn = recovery.tornTail;
  if (torn) notes.push(`a torn tail was dropped from ${torn.file} at byte ${torn.offset}: ${torn.reason}`);
  return { journal, batches };
}
