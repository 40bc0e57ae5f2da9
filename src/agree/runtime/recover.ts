import { assert, messageOf, QwError, type EpochMs } from '../../model/index.ts';
import { readSmallFile, type Disk } from '../../platform/index.ts';
import { decodeBatch, type Batch } from '../codec/batch.ts';
import { openFileJournal } from '../journal/file-journal.ts';
import type { Journal } from '../journal/journal.ts';
import { layout } from '../ledger/layout.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { LedgerEntry } from '../record/entry.ts';
import type { Hash } from '../record/hash.ts';
import type { Signer } from '../crypto/signer.ts';
import type { Application } from './application.ts';
import { executeBatch } from './executor.ts';
import { decodeSnapshot, maxSnapshotBytes, type Snapshot } from './snapshot-file.ts';

export interface RecoverOptions {
  disk: Disk;
  directory: string;
  signer: Signer;
  application: Application;
  /** Whether the folder was in use before. */
  mustExist: boolean;
  journalSegmentBytes: number;
  ledgerSegmentBytes: number;
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

/**
 * Brings ledger and application to the state after the last durable batch:
 * 1. verify the whole ledger;
 * 2. take the snapshot if it fits the ledger, and fold the entries after it, up to the last whole batch;
 * 3. execute the batches that the journal holds beyond that. If a crash cut the ledger's last batch, executing it again
 *    must yield what is there already and supplies the rest.
 */
export async function recover(options: RecoverOptions): Promise<Recovered> {
  const { disk, directory, signer, mustExist } = options;
  const notes: string[] = [];
  const snapshot = await loadSnapshot(disk, directory, notes);
  const { ledger, leafBefore } = await Ledger.open(
    { disk, directory: `${directory}/${layout.ledger}`, signer, mustExist, segmentBytes: options.ledgerSegmentBytes },
    snapshot ? [snapshot.position] : [],
  );
  try {
    return await bringUp(options, ledger, snapshot, leafBefore, notes);
  } catch (error) {
    await ledger.close().catch(() => undefined);
    throw error;
  }
}

async function bringUp(
  options: RecoverOptions,
  ledger: Ledger,
  snapshot: Snapshot | undefined,
  leafBefore: ReadonlyMap<number, Hash>,
  notes: string[],
): Promise<Recovered> {
  const { directory, application } = options;
  const complete = ledger.chain.complete;
  if (snapshot && snapshot.position > ledger.size) {
    // A snapshot is written only after the ledger is durable up to it.
    const message = `the ledger has ${ledger.size} entries, its snapshot was taken at ${snapshot.position}`;
    throw new QwError('LEDGER_CORRUPT', message, { where: `${directory}/${layout.ledger}` });
  }
  const fits =
    snapshot && leafBefore.get(snapshot.position) === snapshot.leaf && restored(application, snapshot.state, notes);
  if (snapshot && !fits) notes.push('the snapshot was ignored, and the state was built from the whole ledger');
  const foldedFrom = fits ? snapshot.position : 0;
  const cut = await fold(ledger, application, foldedFrom, complete.position);
  let sequence = Math.max(complete.sequence, fits ? snapshot.sequence : 0);
  let time = Math.max(0, ledger.chain.time);

  const { journal, batches } = await openBatches(options, sequence, notes);
  if (fits && batches[0] && batches[0].sequence !== sequence + 1) {
    await journal.close();
    const message = `the journal goes on with sequence ${batches[0].sequence}, expected ${sequence + 1}`;
    throw new QwError('LEDGER_CORRUPT', message, { where: `${directory}/${layout.journal}` });
  }
  let held = cut;
  for (const batch of batches) {
    assert(held.length === 0 || held[0]?.sequence === batch.sequence, 'the cut batch is the next one');
    executeBatch(application, ledger, batch, held);
    held = [];
    sequence = batch.sequence;
    time = Math.max(time, batch.time);
  }
  if (held.length > 0) {
    await journal.close();
    const message = 'the last batch of the ledger is incomplete, and the journal does not hold it';
    throw new QwError('LEDGER_CORRUPT', message, { where: directory, facts: { position: complete.position } });
  }
  return { journal, ledger, sequence, time, snapshot: foldedFrom, notes };
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
