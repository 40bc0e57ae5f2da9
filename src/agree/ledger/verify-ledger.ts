import { nodeDisk, readSmallFile, type Disk } from '../../platform/index.ts';
import { decodeBatch } from '../codec/batch.ts';
import type { Damage, RecordVisitor } from '../journal/journal.ts';
import { headName, scanJournal, type Scan } from '../journal/scan.ts';
import { segmentName } from '../journal/segment.ts';
import { decodeRecord } from '../pbft/journal-record.ts';
import { decodeRecord as decodeRaftRecord } from '../raft/records.ts';
import { LedgerChain } from '../record/chain.ts';
import { maxCheckpointBytes, readCheckpoint, type Checkpoint } from '../record/checkpoint.ts';
import { hashToHex, type Hash } from '../record/hash.ts';
import { readIdentity, type Identity } from './identity.ts';
import { layout, ledgerOrigin } from './layout.ts';

export interface LedgerVerification {
  ok: boolean;
  /** Entries that are valid, from the first on. */
  entries: number;
  /** Merkle root over these, hex. */
  root: string;
  firstBad?: BadPlace;
  /** What is worth knowing and not wrong, in sentences. */
  notes: string[];
}

export interface BadPlace {
  /** Ledger position, or that of the journal's record when the file lies in `journal/`. */
  position: number;
  /** Within the data folder. */
  file: string;
  /** Bytes from the start of the file. */
  offset: number;
  reason: string;
}

export interface VerifyOptions {
  disk?: Disk;
  /** The key that must have signed the checkpoint; by default the one that the data folder names as its own. */
  publicKey?: Uint8Array;
}

/**
 * Verifies a data folder offline: checksums, hash chain, order and time of all entries, the Merkle root against the
 * signed checkpoint, completeness against head and checkpoint, and the journal's records. Reads in pieces, changes
 * nothing, and works beside a running watcher.
 *
 * It proves that nothing below the checkpoint was changed unless the key signed it. Whoever holds the key can write
 * another past: only a checkpoint kept elsewhere shows that.
 */
export async function verifyLedger(directory: string, options: VerifyOptions = {}): Promise<LedgerVerification> {
  const disk = options.disk ?? nodeDisk;
  const notes: string[] = [];
  const empty = { ok: false, entries: 0, root: hashToHex(new LedgerChain().root()), notes };
  const bad = (file: string, reason: string, position = 0, offset = 0): BadPlace => ({
    position,
    file,
    offset,
    reason,
  });

  let identity: Identity | undefined;
  try {
    identity = await readIdentity(disk, directory);
  } catch (error) {
    return { ...empty, firstBad: bad(layout.identity, error instanceof Error ? error.message : String(error)) };
  }
  if (!identity) return { ...empty, firstBad: bad(layout.identity, 'the data folder does not say whose it is') };
  const publicKey = options.publicKey ?? identity.publicKey;

  // Checkpoint first: beside a running watcher the entries may then be more, but never fewer than it says.
  const checkpointFile = `${layout.ledger}/${layout.checkpoint}`;
  const checkpoint = await loadCheckpoint(disk, `${directory}/${checkpointFile}`, identity, publicKey);
  const ledger = await walkLedger(disk, `${directory}/${layout.ledger}`, checkpoint);
  const found = { entries: ledger.chain.size, root: hashToHex(ledger.chain.root()), notes };
  if (ledger.damage) {
    return { ok: false, ...found, firstBad: placeOf(ledger.damage, layout.ledger) };
  }
  if (typeof checkpoint === 'string') {
    return { ok: false, ...found, firstBad: bad(checkpointFile, checkpoint, found.entries) };
  }
  if (checkpoint.size > found.entries) {
    const reason = `there are ${found.entries} entries, the checkpoint says ${checkpoint.size}`;
    return { ok: false, ...found, firstBad: bad(checkpointFile, reason, found.entries) };
  }
  notes.push(...ledger.notes, `the checkpoint covers ${checkpoint.size} of ${found.entries} entries`);
  // Where a watcher alone became a member, its own journal has ended, and this one has its place.
  const folder = (await isUsed(disk, `${directory}/${layout.votes}`)) ? layout.votes : layout.journal;
  const journal = await walkJournal(disk, `${directory}/${folder}`, notes);
  if (journal.damage) return { ok: false, ...found, firstBad: placeOf(journal.damage, folder) };
  const { chain } = ledger;
  // What one watcher of several lacks of a batch it gets from the others.
  const isOfSeveral = await isUsed(disk, `${directory}/${layout.guard}`);
  if (!isOfSeveral && chain.complete.position < chain.size && journal.last <= chain.complete.sequence) {
    const reason = 'the last batch is incomplete, and the journal does not hold it';
    return { ok: false, ...found, firstBad: bad(layout.ledger, reason, chain.complete.position) };
  }
  return { ok: true, ...found };
}

async function isUsed(disk: Disk, folder: string): Promise<boolean> {
  return (await disk.list(folder).catch(() => [])).length > 0;
}

const maxAttempts = 4;

function placeOf(damage: Damage, folder: string): BadPlace {
  const { lsn, file, offset, reason } = damage;
  return { position: lsn, file: `${folder}/${file}`, offset, reason };
}

async function loadCheckpoint(
  disk: Disk,
  path: string,
  identity: Identity,
  publicKey: Uint8Array,
): Promise<Checkpoint | string> {
  const bytes = await readSmallFile(disk, path, maxCheckpointBytes);
  if (!bytes) return 'the checkpoint is missing';
  const checkpoint = readCheckpoint(bytes, identity.watcher, publicKey);
  if (typeof checkpoint !== 'string' && checkpoint.origin !== ledgerOrigin(identity.watcher)) {
    return 'the checkpoint is of another ledger';
  }
  return checkpoint;
}

/** Beside a running watcher, what lies beyond the head may be seen half written; then it is read again. */
async function walkLedger(disk: Disk, directory: string, checkpoint: Checkpoint | string) {
  const signed: { size: number; root: Hash } = typeof checkpoint === 'string' ? { size: -1, root: '' } : checkpoint;
  for (let attempt = 1; ; attempt++) {
    const chain = new LedgerChain();
    const visit: RecordVisitor = ({ payload }) => {
      const refused = chain.append(payload);
      if (refused === undefined && chain.size === signed.size && chain.root() !== signed.root) {
        return 'the root does not match the signed checkpoint: some entry up to here was changed';
      }
      return refused;
    };
    const scan = await scanJournal(disk, directory, visit);
    const inMotion = scan.corrupt && scan.head && scan.corrupt.lsn >= scan.head.end;
    if (inMotion && attempt < maxAttempts) continue;
    const notes: string[] = [];
    if (scan.tornTail) notes.push(`entry ${scan.tornTail.lsn} is being written or was cut by a crash`);
    return { chain, notes, damage: scan.corrupt ? namedBetter(scan, chain) : missing(scan, 'the entries are missing') };
  }
}

/** A ledger whose first file is gone looks like one that begins with a wrong entry. */
function namedBetter(scan: Scan, chain: LedgerChain): Damage | undefined {
  if (scan.start === 0 || chain.size > 0) return scan.corrupt;
  return { lsn: 0, file: segmentName(0), offset: 0, reason: 'the segment with entry 0 is missing' };
}

function missing(scan: Scan, reason: string): Damage | undefined {
  if (scan.head && scan.segments.length > 0) return undefined;
  return { lsn: 0, file: headName, offset: 0, reason };
}

/** The journal may be shortened and rolled while it is read; then it is read again. */
async function walkJournal(disk: Disk, directory: string, notes: string[]) {
  for (let attempt = 1; ; attempt++) {
    let last = 0;
    const scan = await scanJournal(disk, directory, ({ payload }) => {
      const batch = decodeBatch(payload);
      if (!batch && (decodeRecord(payload) ?? decodeRaftRecord(payload))) {
        // What a member of a cluster voted is no batch; those that it lacks it gets from the others.
        last = Number.POSITIVE_INFINITY;
        return undefined;
      }
      if (!batch) return 'not a record of a known version';
      if (last > 0 && batch.sequence !== last + 1) return `sequence ${batch.sequence} does not follow ${last}`;
      last = batch.sequence;
      return undefined;
    });
    const damage = scan.corrupt ?? missing(scan, 'the journal is missing');
    if (damage && attempt < maxAttempts) continue;
    if (scan.tornTail) notes.push(`journal record ${scan.tornTail.lsn} is being written or was cut by a crash`);
    return { damage, last };
  }
}
