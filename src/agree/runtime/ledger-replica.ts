import { messageOf, QwError, type EpochMs } from '../../model/index.ts';
import { replaceFile, type Clock, type Disk } from '../../platform/index.ts';
import type { Journal } from '../journal/journal.ts';
import { layout } from '../ledger/layout.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { CommittedBatch, CoreEvent, Lsn, RejectReason } from '../protocol.ts';
import type { Checkpoint } from '../record/checkpoint.ts';
import type { LedgerEntry } from '../record/entry.ts';
import { hashToHex, type Hash } from '../record/hash.ts';
import type { Application } from './application.ts';
import { executeBatch, type Outcome } from './executor.ts';
import type { Recovered } from './recover.ts';
import type { Applied, Replica, ReplicaLimits, ReplicaStatus, StoredLedger } from './replica.ts';
import { encodeSnapshot } from './snapshot-file.ts';
import { Subscriptions, type Unsubscribe } from './subscriptions.ts';

export interface LedgerReplicaParts {
  recovered: Recovered;
  application: Application;
  disk: Disk;
  directory: string;
  clock: Clock;
  limits: ReplicaLimits;
  /** Gets errors that have no caller: a listener that threw, a snapshot that could not be written. */
  report: (error: unknown) => void;
  /** Releases the data folder. */
  unlock: () => Promise<void>;
  /** Journal records before this are not needed, as long as nothing is executed; without, all there are at start. */
  releasable?: Lsn;
  /** Of the replica that had this ledger before in the same process: its listeners hear nothing of the change. */
  subscriptions?: Subscriptions;
}

/** What a core's refusal means to the proposer. */
const refusals: Record<RejectReason, () => QwError> = {
  overloaded: () => new QwError('OVERLOADED', 'too many requests wait to be ordered'),
  'too-large': () => new QwError('REQUEST_TOO_LARGE', 'the request is too large to be ordered'),
  'not-leader': () => new QwError('CONFLICT', 'this member does not lead at present'),
  'change-pending': () => new QwError('CONFLICT', 'another change of membership is under way'),
  'no-effect': () => new QwError('CONFLICT', 'the change of membership means nothing'),
  'not-caught-up': () => new QwError('CONFLICT', 'the member has not yet caught up'),
};

export interface Waiting {
  request: Uint8Array;
  resolve: (applied: Applied) => void;
  reject: (error: unknown) => void;
}

/**
 * What every replica has, whatever core orders for it: ledger, application, who waits for what, snapshots. The way of a
 * request: proposed, journal record durable, executed and applied, in the ledger (not yet durable, the journal has it),
 * told to subscribers, answered.
 */
export abstract class LedgerReplica implements Replica {
  protected readonly journal: Journal;
  protected readonly ledger: Ledger;
  protected readonly waiting = new Map<string, Waiting>();
  readonly #parts: LedgerReplicaParts;
  readonly #subscriptions: Subscriptions;
  readonly #idPrefix: string;
  #proposed = 0;
  #state: ReplicaStatus['state'] = 'running';
  #error: QwError | undefined;
  #sequence: number;
  #time: EpochMs;
  #lsn: Lsn;
  /** Entries that a crash cut off from their batch, until it is executed again. */
  #held: LedgerEntry[];
  #snapshotPosition: number;
  #snapshotSequence = -1;
  #maintenance: Promise<void> | undefined;
  #scheduled = false;
  #isHandedOver = false;

  /** `idPrefix` makes ids of requests unique for ever within the cluster. */
  protected constructor(parts: LedgerReplicaParts, idPrefix: string, held: LedgerEntry[] = []) {
    const { recovered } = parts;
    this.#parts = parts;
    this.journal = recovered.journal;
    this.ledger = recovered.ledger;
    this.#sequence = recovered.sequence;
    this.#time = recovered.time;
    this.#lsn = parts.releasable ?? recovered.journal.end;
    this.#held = held;
    this.#snapshotPosition = recovered.snapshot;
    this.#idPrefix = idPrefix;
    this.#subscriptions =
      parts.subscriptions ??
      new Subscriptions(
        (from, limit) => this.ledger.read(from, limit),
        () => this.ledger.size,
        parts.report,
      );
  }

  /** Hands a request to the core. */
  protected abstract submit(id: string, request: Uint8Array): void;
  /** Takes the core's work and does it. */
  protected abstract work(): void;
  protected abstract readonly protocol: ReplicaStatus['protocol'];
  /** Resolves when everything that the core has asked for is durable and was reported to it. */
  protected abstract settled(): Promise<unknown>;
  /** Gives back what the driver has beside journal and ledger. */
  protected release(): Promise<unknown> {
    return Promise.resolve();
  }

  /** Ledger and state after the sequence are durable; the ledger had this size and root. */
  protected snapshotTaken(_sequence: number, _size: number, _root: Hash): void {
    // Most cores need not know.
  }

  get sequence(): number {
    return this.#sequence;
  }

  protected get time(): EpochMs {
    return this.#time;
  }

  protected get failed(): boolean {
    return this.#error !== undefined;
  }

  protected get running(): boolean {
    return this.#state === 'running';
  }

  propose(request: Uint8Array): Promise<Applied> {
    if (this.#state !== 'running') return Promise.reject(this.#refusal());
    return new Promise((resolve, reject) => this.take({ request, resolve, reject }));
  }

  /** Also for what was proposed to the replica that had this ledger before. */
  take(proposed: Waiting): void {
    const id = `${this.#idPrefix}${this.#proposed}`;
    this.#proposed += 1;
    this.waiting.set(id, proposed);
    this.submit(id, proposed.request);
    this.schedule();
  }

  /**
   * Ends this replica but not its ledger, which another one goes on with from here: the listeners, and what was proposed
   * and is not in the ledger.
   */
  protected async handOver(): Promise<{ subscriptions: Subscriptions; waiting: Waiting[] }> {
    this.#state = 'closed';
    this.#isHandedOver = true;
    await this.#maintenance;
    await this.journal.sync();
    await this.journal.close();
    await this.ledger.sync();
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    return { subscriptions: this.#subscriptions, waiting };
  }

  subscribe(from: number, listener: (entry: LedgerEntry) => void): Unsubscribe {
    return this.#subscriptions.add(from, listener);
  }

  read(from: number, limit: number): Promise<LedgerEntry[]> {
    return this.ledger.read(from, limit);
  }

  stored(): StoredLedger {
    const { chain, journal } = this.ledger;
    return { tiles: chain.tiles, records: (from, limit) => journal.read(from, limit) };
  }

  status(): ReplicaStatus {
    return {
      protocol: this.protocol,
      state: this.#state,
      error: this.#error,
      entries: this.ledger.size,
      root: hashToHex(this.ledger.chain.root()),
      sequence: this.#sequence,
      time: this.#time,
      pending: this.waiting.size,
      checkpointSize: this.ledger.checkpointSize,
      snapshotPosition: this.#snapshotPosition,
      journalBytes: this.journal.storedBytes,
      ledgerBytes: this.ledger.journal.storedBytes,
      notes: this.#parts.recovered.notes,
    };
  }

  async checkpoint(): Promise<Checkpoint> {
    if (this.#state !== 'running') throw this.#refusal();
    try {
      return await this.ledger.checkpoint();
    } catch (error) {
      throw this.fail(error);
    }
  }

  /** Waits for what was proposed, takes a snapshot, and gives the folder back. */
  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    const failed = this.#state === 'unavailable';
    this.#state = 'closed';
    this.#subscriptions.clear();
    try {
      if (!failed) await this.#settle();
    } finally {
      await this.#maintenance;
      for (const waiting of this.waiting.values()) waiting.reject(this.#refusal());
      this.waiting.clear();
      // A journal that failed can neither sync nor matter: what counts is that its files are given back.
      await Promise.allSettled([this.journal.close(), this.ledger.close(), this.release()]);
      await this.#parts.unlock();
    }
  }

  async #settle(): Promise<void> {
    await this.settled();
    await this.#maintenance;
    if (!this.#error && this.#sequence !== this.#snapshotSequence) await this.#maintain();
    if (this.#error) throw this.#error;
  }

  /** What comes in one turn of the event loop is worked on together. */
  protected schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.pump();
    });
  }

  protected pump(): void {
    if (this.#error || this.#isHandedOver) return;
    try {
      this.work();
    } catch (error) {
      this.fail(error);
      return;
    }
    const due = this.ledger.size - this.#snapshotPosition >= this.#parts.limits.snapshotEntries;
    if ((due || this.#journalIsLong()) && !this.#maintenance) void this.#maintain();
  }

  #journalIsLong(): boolean {
    return this.journal.storedBytes > this.#parts.limits.maxJournalBytes && this.#sequence !== this.#snapshotSequence;
  }

  /** Holds back a core that is faster than the disk takes the ledger. */
  protected async ledgerRoom(): Promise<void> {
    if (this.ledger.journal.bufferedBytes > this.#parts.limits.maxLedgerBufferBytes) {
      await this.ledger.journal.written();
    }
  }

  protected refuse(event: CoreEvent): void {
    this.#take(event.id)?.reject(refusals[event.reason]());
  }

  protected execute(batch: CommittedBatch): void {
    const held = this.#held;
    this.#held = [];
    const { outcomes, entries } = executeBatch(this.#parts.application, this.ledger, batch, held);
    this.#sequence = batch.sequence;
    this.#time = batch.time;
    this.#lsn = batch.lsn;
    if (entries.length > 0) this.#subscriptions.publish(entries);
    for (const outcome of outcomes) this.#answer(batch, outcome);
  }

  /** Takes over whole batches that others have ordered and a quorum has certified. */
  protected adopt(records: readonly Buffer[], entries: readonly LedgerEntry[]): void {
    for (const entry of [...this.#held, ...entries]) this.#parts.application.apply(entry);
    this.#held = [];
    this.ledger.appendRecords(records);
    if (entries.length > 0) this.#subscriptions.publish(entries);
  }

  /** The ledger stands after this sequence now. */
  protected moveTo(sequence: number, time: EpochMs): void {
    this.#sequence = sequence;
    this.#time = Math.max(this.#time, time);
  }

  #answer(batch: CommittedBatch, outcome: Outcome): void {
    const waiting = this.#take(outcome.id);
    if ('error' in outcome) waiting?.reject(outcome.error);
    else waiting?.resolve({ sequence: batch.sequence, time: batch.time, entries: outcome.entries });
  }

  #take(id: string): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    return waiting;
  }

  /**
   * Checkpoint, snapshot, and only then the journal may forget: whatever it gives up is durable in the ledger, and the
   * sequence it stood for is durable in the snapshot.
   */
  #maintain(): Promise<void> {
    const { application, disk, directory } = this.#parts;
    const lsn = this.#lsn;
    const position = this.ledger.size;
    const sequence = this.#sequence;
    const { leaf } = this.ledger.chain;
    const root = this.ledger.chain.root();
    const work = async () => {
      const bytes = encodeSnapshot({ position, sequence, leaf, state: application.snapshot() });
      await this.ledger.checkpoint();
      await replaceFile(disk, directory, layout.snapshot, bytes);
      this.#snapshotPosition = position;
      this.#snapshotSequence = sequence;
      await this.journal.truncateBefore(lsn);
      this.snapshotTaken(sequence, position, root);
    };
    this.#maintenance = work()
      .catch((error: unknown) => {
        this.fail(error);
      })
      .finally(() => {
        this.#maintenance = undefined;
      });
    return this.#maintenance;
  }

  /** Everything that waits is rejected, nothing is accepted any more; the process goes on. */
  protected fail(cause: unknown): QwError {
    if (!this.#error) {
      this.#error =
        cause instanceof QwError
          ? cause
          : new QwError('LEDGER_UNAVAILABLE', messageOf(cause), { where: this.#parts.directory, cause });
      if (this.#state === 'running') this.#state = 'unavailable';
      for (const waiting of this.waiting.values()) waiting.reject(this.#error);
      this.waiting.clear();
      this.#parts.report(this.#error);
    }
    return this.#error;
  }

  #refusal(): QwError {
    return (
      this.#error ?? new QwError('LEDGER_UNAVAILABLE', 'this watcher is stopping', { where: this.#parts.directory })
    );
  }
}
