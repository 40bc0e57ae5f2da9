import { messageOf, QwError, type EpochMs } from '../../model/index.ts';
import { replaceFile, type Clock, type Disk } from '../../platform/index.ts';
import type { Journal } from '../journal/journal.ts';
import { layout } from '../ledger/layout.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { CommittedBatch, ConsensusCore, CoreEvent, Lsn, RejectReason } from '../protocol.ts';
import type { Checkpoint } from '../record/checkpoint.ts';
import type { LedgerEntry } from '../record/entry.ts';
import { hashToHex } from '../record/hash.ts';
import type { Application } from './application.ts';
import { executeBatch, type Outcome } from './executor.ts';
import type { Recovered } from './recover.ts';
import { encodeSnapshot } from './snapshot-file.ts';
import type { Applied, Replica, ReplicaLimits, ReplicaStatus, StoredLedger } from './replica.ts';
import { Subscriptions, type Unsubscribe } from './subscriptions.ts';

export interface ReplicaParts {
  core: ConsensusCore;
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

interface Waiting {
  resolve: (applied: Applied) => void;
  reject: (error: unknown) => void;
}

/**
 * Drives a core: feeds it proposals and time, makes its records durable, executes what it commits. Order of a request:
 * proposed, journal record durable, executed and applied, in the ledger (not yet durable, the journal has it), told to
 * subscribers, answered.
 */
export class CoreReplica implements Replica {
  readonly #parts: ReplicaParts;
  readonly #journal: Journal;
  readonly #ledger: Ledger;
  readonly #subscriptions: Subscriptions;
  readonly #waiting = new Map<string, Waiting>();
  /** Unique for ever: the journal's end at start, which no earlier start that persisted anything can have had. */
  readonly #idPrefix: string;
  #proposed = 0;
  #scheduled = false;
  #state: ReplicaStatus['state'] = 'running';
  #error: QwError | undefined;
  #sequence: number;
  #time: EpochMs;
  #lsn: Lsn;
  #snapshotPosition: number;
  #snapshotSequence: number;
  #maintenance: Promise<void> | undefined;
  #drained: Promise<void> | undefined;

  constructor(parts: ReplicaParts) {
    const { recovered } = parts;
    this.#parts = parts;
    this.#journal = recovered.journal;
    this.#ledger = recovered.ledger;
    this.#sequence = recovered.sequence;
    this.#time = recovered.time;
    this.#lsn = recovered.journal.end;
    this.#snapshotPosition = recovered.snapshot;
    this.#snapshotSequence = -1;
    this.#idPrefix = `${recovered.journal.end}.`;
    this.#subscriptions = new Subscriptions(
      (from, limit) => this.#ledger.read(from, limit),
      () => this.#ledger.size,
      parts.report,
    );
  }

  propose(request: Uint8Array): Promise<Applied> {
    if (this.#state !== 'running') return Promise.reject(this.#refusal());
    const id = `${this.#idPrefix}${this.#proposed}`;
    this.#proposed += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#parts.core.step({ type: 'propose', request: { id, bytes: request } });
      this.#schedule();
    });
  }

  subscribe(from: number, listener: (entry: LedgerEntry) => void): Unsubscribe {
    return this.#subscriptions.add(from, listener);
  }

  read(from: number, limit: number): Promise<LedgerEntry[]> {
    return this.#ledger.read(from, limit);
  }

  stored(): StoredLedger {
    const { chain, journal } = this.#ledger;
    return { tiles: chain.tiles, records: (from, limit) => journal.read(from, limit) };
  }

  status(): ReplicaStatus {
    return {
      protocol: this.#parts.core.inspect().protocol,
      state: this.#state,
      error: this.#error,
      entries: this.#ledger.size,
      root: hashToHex(this.#ledger.chain.root()),
      sequence: this.#sequence,
      time: this.#time,
      pending: this.#waiting.size,
      checkpointSize: this.#ledger.checkpointSize,
      snapshotPosition: this.#snapshotPosition,
      journalBytes: this.#journal.storedBytes,
      ledgerBytes: this.#ledger.journal.storedBytes,
      notes: this.#parts.recovered.notes,
    };
  }

  async checkpoint(): Promise<Checkpoint> {
    if (this.#state !== 'running') throw this.#refusal();
    try {
      return await this.#ledger.checkpoint();
    } catch (error) {
      throw this.#fail(error);
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
      for (const waiting of this.#waiting.values()) waiting.reject(this.#refusal());
      this.#waiting.clear();
      // A journal that failed can neither sync nor matter: what counts is that its files are given back.
      await Promise.allSettled([this.#journal.close(), this.#ledger.close()]);
      await this.#parts.unlock();
    }
  }

  async #settle(): Promise<void> {
    while (this.#waiting.size > 0 && !this.#error) {
      this.#pump();
      await this.#journal.sync();
      await this.#drained;
    }
    await this.#maintenance;
    if (!this.#error && this.#sequence !== this.#snapshotSequence) await this.#maintain();
    if (this.#error) throw this.#error;
  }

  /** Proposals of one turn of the event loop share a batch. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#error) return;
    const { core, clock, limits } = this.#parts;
    try {
      core.step({ type: 'tick', now: clock.now() });
      for (let ready = core.ready(); ready && !this.#error; ready = core.ready()) {
        if (ready.persist.length > 0) this.#journal.append(ready.persist);
        core.advance(ready);
        if (ready.mustSync) this.#persist();
        for (const event of ready.events) this.#onEvent(event);
        for (const batch of ready.apply) this.#execute(batch);
      }
    } catch (error) {
      this.#fail(error);
      return;
    }
    const due = this.#ledger.size - this.#snapshotPosition >= limits.snapshotEntries;
    if ((due || this.#journalIsLong()) && !this.#maintenance) void this.#maintain();
  }

  #journalIsLong(): boolean {
    return this.#journal.storedBytes > this.#parts.limits.maxJournalBytes && this.#sequence !== this.#snapshotSequence;
  }

  #persist(): void {
    const durable = this.#journal.sync().then(async (lsn) => {
      if (this.#ledger.journal.bufferedBytes > this.#parts.limits.maxLedgerBufferBytes) {
        await this.#ledger.journal.written();
      }
      this.#parts.core.step({ type: 'persisted', lsn });
      this.#pump();
    });
    this.#drained = durable.catch((error: unknown) => {
      this.#fail(error);
    });
  }

  #onEvent(event: CoreEvent): void {
    this.#take(event.id)?.reject(refusals[event.reason]());
  }

  #execute(batch: CommittedBatch): void {
    const { outcomes, entries } = executeBatch(this.#parts.application, this.#ledger, batch);
    this.#sequence = batch.sequence;
    this.#time = batch.time;
    this.#lsn = batch.lsn;
    if (entries.length > 0) this.#subscriptions.publish(entries);
    for (const outcome of outcomes) this.#answer(batch, outcome);
  }

  #answer(batch: CommittedBatch, outcome: Outcome): void {
    const waiting = this.#take(outcome.id);
    if ('error' in outcome) waiting?.reject(outcome.error);
    else waiting?.resolve({ sequence: batch.sequence, time: batch.time, entries: outcome.entries });
  }

  #take(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  /**
   * Checkpoint, snapshot, and only then the journal may forget: whatever it gives up is durable in the ledger, and the
   * sequence it stood for is durable in the snapshot.
   */
  #maintain(): Promise<void> {
    const { application, disk, directory } = this.#parts;
    const lsn = this.#lsn;
    const position = this.#ledger.size;
    const sequence = this.#sequence;
    const work = async () => {
      const state = application.snapshot();
      const bytes = encodeSnapshot({ position, sequence, leaf: this.#ledger.chain.leaf, state });
      await this.#ledger.checkpoint();
      await replaceFile(disk, directory, layout.snapshot, bytes);
      this.#snapshotPosition = position;
      this.#snapshotSequence = sequence;
      await this.#journal.truncateBefore(lsn);
    };
    this.#maintenance = work()
      .catch((error: unknown) => {
        this.#fail(error);
      })
      .finally(() => {
        this.#maintenance = undefined;
      });
    return this.#maintenance;
  }

  /** Everything that waits is rejected, nothing is accepted any more; the process goes on. */
  #fail(cause: unknown): QwError {
    if (!this.#error) {
      this.#error =
        cause instanceof QwError
          ? cause
          : new QwError('LEDGER_UNAVAILABLE', messageOf(cause), { where: this.#parts.directory, cause });
      if (this.#state === 'running') this.#state = 'unavailable';
      for (const waiting of this.#waiting.values()) waiting.reject(this.#error);
      this.#waiting.clear();
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
