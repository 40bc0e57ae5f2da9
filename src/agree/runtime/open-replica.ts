import { messageOf, QwError } from '../../model/index.ts';
import { nodeDisk, type Clock, type Disk } from '../../platform/index.ts';
import type { Signer } from '../crypto/signer.ts';
import { readIdentity, refuseForeign, writeIdentity } from '../ledger/identity.ts';
import { SoloCore, soloLimits, type SoloLimits } from '../solo/solo-core.ts';
import type { Application } from './application.ts';
import { CoreReplica } from './core-replica.ts';
import { recover } from './recover.ts';
import { replicaLimits, type Replica, type ReplicaLimits } from './replica.ts';

export interface ReplicaOptions {
  /** The watcher's data folder; created when missing. */
  directory: string;
  core: 'solo';
  application: Application;
  clock: Clock;
  /** This watcher's name and key; the folder belongs to it from then on. */
  signer: Signer;
  /** Gets errors that have no caller: a listener that threw, the failure that made the ledger unavailable. */
  report?: (error: unknown) => void;
  disk?: Disk;
  limits?: Partial<ReplicaLimits & SoloLimits>;
  journalSegmentBytes?: number;
  ledgerSegmentBytes?: number;
}

const defaultJournalSegmentBytes = 16_777_216;
const defaultLedgerSegmentBytes = 67_108_864;

/**
 * Opens a watcher's data folder and recovers what was acknowledged. Errors: DATA_LOCKED, DATA_FOREIGN, DATA_NEWER,
 * LEDGER_CORRUPT (names file and place; nothing was changed), LEDGER_UNAVAILABLE (the disk is full or fails).
 */
export async function openReplica(options: ReplicaOptions): Promise<Replica> {
  const { directory, application, clock, signer, disk = nodeDisk, report = () => undefined } = options;
  let unlock: (() => Promise<void>) | undefined;
  try {
    await disk.makeDirectory(directory);
    unlock = await disk.lock(directory);
    const identity = { watcher: signer.name, publicKey: signer.publicKey };
    const found = await readIdentity(disk, directory);
    if (found) refuseForeign(found, identity, directory);
    const recovered = await recover({
      disk,
      directory,
      signer,
      application,
      mustExist: found !== undefined,
      journalSegmentBytes: options.journalSegmentBytes ?? defaultJournalSegmentBytes,
      ledgerSegmentBytes: options.ledgerSegmentBytes ?? defaultLedgerSegmentBytes,
    });
    // Last, so that a folder with an identity is known to have had its files.
    if (!found) await writeIdentity(disk, directory, identity);
    const start = { sequence: recovered.sequence, time: recovered.time, lsn: recovered.journal.end };
    const limits = { ...soloLimits, ...replicaLimits, ...options.limits };
    const core = new SoloCore(start, limits);
    return new CoreReplica(core, { recovered, application, disk, directory, clock, limits, report, unlock });
  } catch (error) {
    await unlock?.().catch(() => undefined);
    if (error instanceof QwError) throw error;
    throw new QwError('LEDGER_UNAVAILABLE', `the data folder cannot be used: ${messageOf(error)}`, {
      where: directory,
      cause: error,
    });
  }
}
