import { assert, messageOf, QwError, type Genesis, type MemberRecord } from '../../../model/index.ts';
import { nodeDisk, type Clock, type Disk } from '../../../platform/index.ts';
import type { Signer } from '../../crypto/signer.ts';
import { openFileJournal } from '../../journal/file-journal.ts';
import type { Journal } from '../../journal/journal.ts';
import { readIdentity, refuseForeign, writeIdentity } from '../../ledger/identity.ts';
import { layout } from '../../ledger/layout.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { pbftLimits, type PbftLimits } from '../../pbft/configuration.ts';
import { decodeRecord } from '../../pbft/journal-record.ts';
import { epochOf } from '../../pbft/refold.ts';
import type { PbftStart } from '../../pbft/work.ts';
import type { JournalRecord } from '../../protocol.ts';
import { raftLimits, type RaftLimits } from '../../raft/limits.ts';
import { decodeRecord as decodeRaftRecord, recollect } from '../../raft/records.ts';
import type { LedgerEntry } from '../../record/entry.ts';
import { SoloCore, soloLimits } from '../../solo/solo-core.ts';
import type { Transport } from '../../transport/transport.ts';
import type { ClusterApplication } from '../application.ts';
import { recover, recoverState, type Recovered } from '../recover.ts';
import { replicaLimits, type ReplicaLimits } from '../replica.ts';
import type { ClusterReplica } from './cluster-replica.ts';
import { Epochs, type Epoch } from './epochs.ts';
import { GrowingReplica } from './growing-replica.ts';
import { GuardedSigner } from './guarded-signer.ts';
import { History } from './history.ts';
import { historyOf } from './ledger-history.ts';
import { PbftReplica, type PbftReplicaParts } from './pbft-replica.ts';
import { RaftReplica } from './raft-replica.ts';
import { SoloReplica } from './solo-replica.ts';

export interface ClusterReplicaOptions {
  /** The watcher's data folder; created when missing. */
  directory: string;
  genesis: Genesis;
  application: ClusterApplication;
  transport: Transport;
  clock: Clock;
  /** From 0 up to 1, and another one in each process. */
  random: () => number;
  /** This watcher's name and key; the folder belongs to it from then on. */
  signer: Signer;
  report?: (error: unknown) => void;
  /** What is worth a line in the log. */
  note?: (text: string, facts: Record<string, unknown>) => void;
  /** Told whom this watcher needs links to, itself included, at once and whenever that changes. */
  onLinked?: (watchers: readonly MemberRecord[]) => void;
  disk?: Disk;
  limits?: Partial<ReplicaLimits>;
  core?: Partial<PbftLimits>;
  /** Of members that agree by Raft. */
  raft?: Partial<RaftLimits>;
  journalSegmentBytes?: number;
  ledgerSegmentBytes?: number;
}

const defaultJournalSegmentBytes = 4_194_304;
const defaultLedgerSegmentBytes = 67_108_864;
/** Restarting reads all of it again. */
const maxJournalBytes = 16_777_216;
/** The head tells torn tails from damage; each record tells it of those before. */
const headStride = 64;
/** The journal has what the ledger has not yet; it is handed to the disk several times a second. */
const ledgerGatherBytes = 1_048_576;

/**
 * Opens a member's data folder and recovers what it had voted and executed. Errors: DATA_LOCKED, DATA_FOREIGN,
 * DATA_NEWER, LEDGER_CORRUPT (of the ledger: names file and place), LEDGER_UNAVAILABLE. A damaged journal or guard is put
 * aside: the member then follows without a vote until nothing depends on what it has forgotten.
 */
export async function openClusterReplica(options: ClusterReplicaOptions): Promise<ClusterReplica> {
  const { directory, signer, genesis, disk = nodeDisk } = options;
  let unlock: (() => Promise<void>) | undefined;
  try {
    await disk.makeDirectory(directory);
    unlock = await disk.lock(directory);
    const identity = { watcher: signer.name, publicKey: signer.publicKey };
    const found = await readIdentity(disk, directory);
    const formerKey = found?.publicKey.equals(signer.publicKey) === false ? found.publicKey : undefined;
    if (found) refuseForeign({ ...found, publicKey: signer.publicKey }, identity, directory);
    const epochs = await Epochs.open(disk, directory, genesis);
    const replica = await open({ options, disk, epochs, mustExist: found !== undefined, unlock, formerKey });
    if (!found || formerKey) await writeIdentity(disk, directory, identity);
    return replica;
  } catch (error) {
    await unlock?.().catch(() => undefined);
    if (error instanceof QwError) throw error;
    throw new QwError('LEDGER_UNAVAILABLE', `the data folder cannot be used: ${messageOf(error)}`, {
      where: directory,
      cause: error,
    });
  }
}

/** A folder that is open. */
interface Opening {
  options: ClusterReplicaOptions;
  disk: Disk;
  epochs: Epochs;
  mustExist: boolean;
  unlock: () => Promise<void>;
  /** The key of this folder, when another one lies in it now. */
  formerKey: Buffer | undefined;
}

/** Another key than before is good only where the ledger says that the watcher has it now. */
async function refuseUnknownKey({ options, formerKey }: Opening, ledger: Ledger): Promise<void> {
  const { application, signer, directory } = options;
  if (!formerKey) return;
  const own = application.membership().watchers.find(({ id }) => id === signer.name);
  if (own?.publicKey === signer.publicKey.toString('hex')) return ledger.signAgain();
  await ledger.close();
  throw new QwError('DATA_FOREIGN', `the data folder has another key, and its ledger knows of no change of it`, {
    where: directory,
    hint: 'put the former key back, rotate while the watcher runs, and exchange the keys then',
    facts: { former: formerKey.toString('hex') },
  });
}

async function open(opening: Opening): Promise<ClusterReplica> {
  const { options, disk, epochs, mustExist, formerKey } = opening;
  const { directory, application, signer } = options;
  const { protocol } = epochs.latest.membership;
  if (isFounder(options) && protocol === 'solo') return openSolo(opening);
  const notes: string[] = [];
  const ledgerSegmentBytes = options.ledgerSegmentBytes ?? defaultLedgerSegmentBytes;
  const state = await recoverState(
    { disk, directory, signer, formerKey, application, mustExist, ledgerSegmentBytes, ledgerGatherBytes },
    notes,
  );
  await refuseUnknownKey(opening, state.ledger);
  const { journal, records, isDamaged } = await openJournal(options, disk, notes, mustExist);
  if (options.genesis.protocol === 'raft') {
    const recovered = { journal, ...state, snapshot: state.snapshot ?? 0, notes };
    return startRaft(opening, recovered, records, state.cut);
  }
  const limits: PbftLimits = { ...pbftLimits, ...options.core };
  // The ledger was durable before its checkpoint could become stable; batches without entries show only there.
  const sequence = Math.max(state.sequence, lastStable(records));
  const history = await historyOf(state.ledger, sequence, limits.window + limits.historyLag);
  const { epoch, start } = whereToBegin(epochs, application, records, journal);
  const recovered = { journal, ledger: state.ledger, sequence, time: state.time, snapshot: state.snapshot ?? 0, notes };
  const parts = await partsOf(opening, recovered, history, state.cut, notes);
  return new PbftReplica(parts, epoch, {
    sequence,
    time: state.time,
    roots: history.roots(),
    ...start,
    ...((isDamaged || parts.isGuardLost) && { forgot: true }),
  });
}

/** A voter of members that agree by Raft, with the memory that its journal holds. */
function startRaft(
  opening: Opening,
  recovered: Recovered,
  records: readonly JournalRecord[],
  held: LedgerEntry[],
): ClusterReplica {
  const { options } = opening;
  const { genesis, signer, directory } = options;
  const { journal } = recovered;
  const voters = genesis.watchers.filter(({ role }) => role === 'member');
  const own = signer.publicKey.toString('hex');
  const known = [...options.application.membership().watchers, ...genesis.watchers];
  // One that has joined finds itself in the ledger, when it has it.
  const self = known.find(({ publicKey }) => publicKey === own);
  // A base was written when the ledger was durable beyond it; batches without entries show only there.
  const bases = records.flatMap((bytes) => {
    const record = decodeRaftRecord(bytes);
    return record?.type === 'base' ? [record.point] : [];
  });
  const base = bases.at(-1);
  const memory = recollect(
    journal.start,
    records,
    { voters: voters.map(({ number }) => number).sort((a, b) => a - b), learners: [] },
    base,
  );
  if (typeof memory === 'string') {
    throw new QwError('LEDGER_CORRUPT', memory, { where: `${directory}/${layout.journal}` });
  }
  const sequence = Math.max(recovered.sequence, memory.log.base.index);
  const parts = {
    ...ownParts(opening, { ...recovered, sequence }),
    raft: { ...raftLimits, ...options.raft },
    releasable: journal.start,
    held,
    note: options.note ?? (() => undefined),
  };
  return new RaftReplica(parts, self?.number ?? 0, memory);
}

/** Whether this watcher was the one that ran alone when the ledger began. */
function isFounder({ genesis, signer }: Pick<ClusterReplicaOptions, 'genesis' | 'signer'>): boolean {
  return genesis.protocol === 'solo' && genesis.watchers[0]?.id === signer.name;
}

/** A watcher that decides alone until another one is to vote, and then as one of several. */
async function openSolo(opening: Opening): Promise<ClusterReplica> {
  const { options, disk, epochs, mustExist } = opening;
  const { directory, application, signer } = options;
  const recovered = await recover({
    disk,
    directory,
    signer,
    application,
    mustExist,
    journalSegmentBytes: options.journalSegmentBytes ?? defaultJournalSegmentBytes,
    ledgerSegmentBytes: options.ledgerSegmentBytes ?? defaultLedgerSegmentBytes,
    hasEnded: () => application.membership().protocol !== 'solo',
  });
  const { ledger, sequence, time, journal } = recovered;
  const core = new SoloCore({ sequence, time, lsn: journal.end }, soloLimits);
  const common = ownParts(opening, recovered);
  return new GrowingReplica(
    (onEnd) => new SoloReplica(core, { ...common, epochs, onEnd }),
    async ({ epoch, subscriptions, waiting }) => {
      assert(epoch.base, 'a watcher alone has ended where the next epoch begins');
      const { certificate, root, size, state } = epoch.base;
      const notes: string[] = [];
      const votes = await openJournal(options, disk, notes);
      const history = new History(common.core.window + common.core.historyLag);
      history.add(certificate.sequence, size, root);
      const atEnd = { ...recovered, journal: votes.journal, sequence: certificate.sequence, time: ledger.chain.time };
      const all = [...recovered.notes, ...notes];
      const parts = await partsOf(opening, { ...atEnd, notes: all }, history, [], all);
      const replica = new PbftReplica({ ...parts, subscriptions }, epoch, {
        sequence: certificate.sequence,
        time: ledger.chain.time,
        roots: history.roots(),
        lsn: votes.journal.end,
        records: [],
        base: { certificate, root, state },
      });
      for (const proposed of waiting) replica.take(proposed);
      return replica;
    },
    common.report,
  );
}

function ownParts({ options, disk, epochs, unlock }: Opening, recovered: Recovered) {
  const { directory, application, signer, clock, random, genesis, transport } = options;
  return {
    recovered,
    application,
    disk,
    directory,
    clock,
    random,
    limits: { ...replicaLimits, maxJournalBytes, ...options.limits },
    report: options.report ?? (() => undefined),
    unlock,
    genesis,
    signer,
    epochs,
    transport,
    core: { ...pbftLimits, ...options.core },
    onLinked: options.onLinked ?? (() => undefined),
  };
}

async function partsOf(
  opening: Opening,
  recovered: Recovered,
  history: History,
  held: LedgerEntry[],
  notes: string[],
): Promise<PbftReplicaParts & { isGuardLost: boolean }> {
  const guard = await openGuard(opening.options, opening.disk, notes);
  const note = opening.options.note ?? (() => undefined);
  return { ...ownParts(opening, recovered), ...guard, history, held, note };
}

/** A damaged guard protects from nothing: who has lost it has a vote again only when nothing depends on former ones. */
async function openGuard(
  options: ClusterReplicaOptions,
  disk: Disk,
  notes: string[],
): Promise<{ guard: GuardedSigner; isGuardLost: boolean }> {
  const directory = `${options.directory}/${layout.guard}`;
  const open = () => GuardedSigner.open(disk, directory, options.signer);
  try {
    return { guard: await open(), isGuardLost: false };
  } catch (problem) {
    if (!(problem instanceof QwError && problem.code === 'LEDGER_CORRUPT')) throw problem;
    notes.push(`the guard is damaged (${problem.message}); it was put aside, and this member does not vote yet`);
    await putAside(disk, directory);
    return { guard: await open(), isGuardLost: true };
  }
}

/** The epoch of the journal, or the next one if only its beginning was not written there any more. */
function whereToBegin(
  epochs: Epochs,
  application: ClusterApplication,
  records: readonly JournalRecord[],
  journal: Journal,
): { epoch: Epoch; start: Pick<PbftStart, 'lsn' | 'records' | 'base' | 'ended'> } {
  const { latest } = epochs;
  const first = epochs.all()[0]?.membership.epoch ?? 1;
  const written = epochOf(records)?.number ?? first;
  if (latest.base && latest.membership.epoch > written) {
    return { epoch: latest, start: { lsn: journal.end, records: [], base: latest.base } };
  }
  const ended = application.membership().epoch > latest.membership.epoch;
  return { epoch: latest, start: { lsn: journal.start, records, ...(ended && { ended }) } };
}

async function openJournal(
  options: ClusterReplicaOptions,
  disk: Disk,
  notes: string[],
  wasInUse = false,
): Promise<{ journal: Journal; records: JournalRecord[]; isDamaged: boolean }> {
  const directory = `${options.directory}/${isFounder(options) ? layout.votes : layout.journal}`;
  const segmentBytes = options.journalSegmentBytes ?? defaultJournalSegmentBytes;
  const isRaft = options.genesis.protocol === 'raft';
  const isRecord = isRaft ? decodeRaftRecord : decodeRecord;
  const attempt = async () => {
    const records: JournalRecord[] = [];
    const opened = await openFileJournal({
      disk,
      directory,
      segmentBytes,
      durableHead: false,
      writeThrough: true,
      gatherBytes: segmentBytes,
      headStride,
      mustExist: isRaft && wasInUse,
      visit: ({ payload }) => {
        if (!isRecord(payload)) return 'not a record of a known version';
        records.push(Buffer.from(payload));
        return undefined;
      },
    });
    return { ...opened, records };
  };
  let { journal, recovery, records } = await attempt();
  const isDamaged = journal.failure !== undefined;
  // Raft counts on every member's memory: one that has forgotten its votes must not go on.
  if (journal.failure && isRaft) throw journal.failure;
  if (journal.failure) {
    notes.push(
      `the journal is damaged (${journal.failure.message}); it was put aside, and this member does not vote yet`,
    );
    await journal.close().catch(() => undefined);
    await putAside(disk, directory);
    ({ journal, recovery, records } = await attempt());
    if (journal.failure) throw journal.failure;
  }
  // A killed process may have written what it had not yet synced: nothing may rest on it before it is durable.
  await journal.sync();
  const torn = recovery.tornTail;
  if (torn) notes.push(`a torn tail was dropped from ${torn.file} at byte ${torn.offset}: ${torn.reason}`);
  return { journal, records, isDamaged };
}

async function putAside(disk: Disk, directory: string): Promise<void> {
  const aside = `${directory}.damaged`;
  await disk.makeDirectory(aside);
  for (const name of await disk.list(directory)) await disk.rename(`${directory}/${name}`, `${aside}/${name}`);
  await disk.syncDirectory(aside);
  await disk.syncDirectory(directory);
}

function lastStable(records: readonly JournalRecord[]): number {
  let last = 0;
  for (const bytes of records) {
    const record = decodeRecord(bytes);
    if (record?.type === 'stable') last = Math.max(last, record.certificate.sequence);
  }
  return last;
}
