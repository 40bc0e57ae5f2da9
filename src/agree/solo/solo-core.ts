import { assert, type EpochMs } from '../../model/index.ts';
import { encodeBatch } from '../codec/batch.ts';
import type { CommittedBatch, ConsensusCore, CoreEvent, CoreStatus, Input, Lsn, Ready, Request } from '../protocol.ts';

export interface SoloLimits {
  /** Requests accepted and not yet committed; more are rejected as `overloaded`. */
  maxPending: number;
  /** The same for their bytes. */
  maxPendingBytes: number;
  maxRequestBytes: number;
  maxBatchRequests: number;
  /** A batch is closed when it would grow beyond this, unless it is empty. */
  maxBatchBytes: number;
}

export const soloLimits: SoloLimits = {
  maxPending: 16_384,
  maxPendingBytes: 67_108_864,
  /** The largest request is a configuration of many thousand checks. */
  maxRequestBytes: 8_388_608,
  maxBatchRequests: 1024,
  maxBatchBytes: 4_194_304,
};

/** Where the core goes on: what its owner found in journal and ledger. */
export interface SoloStart {
  /** Last committed sequence; 0 for none. */
  sequence: number;
  time: EpochMs;
  /** End of the journal: the position that the next record gets. */
  lsn: Lsn;
}

/**
 * Consensus of one: a request is committed when its batch is durable here. At most one batch waits for the disk; what
 * is proposed meanwhile becomes the next one, so that the batch grows with the load and nobody waits for a timer.
 */
export class SoloCore implements ConsensusCore {
  readonly #limits: SoloLimits;
  readonly #queue: Request[] = [];
  #syncing: CommittedBatch | undefined;
  #committed: CommittedBatch[] = [];
  #events: CoreEvent[] = [];
  #ready: Ready | undefined;
  #pending = 0;
  #pendingBytes = 0;
  #now: EpochMs;
  #time: EpochMs;
  #applied: number;
  #lsn: Lsn;

  constructor(start: SoloStart, limits: SoloLimits = soloLimits) {
    this.#limits = limits;
    this.#applied = start.sequence;
    this.#now = start.time;
    this.#time = start.time;
    this.#lsn = start.lsn;
  }

  step(input: Input): void {
    switch (input.type) {
      case 'tick':
        this.#now = input.now;
        return;
      case 'propose':
        this.#propose(input.request);
        return;
      case 'persisted':
        if (this.#syncing && input.lsn > this.#syncing.lsn) {
          this.#committed.push(this.#syncing);
          this.#syncing = undefined;
        }
    }
  }

  ready(): Ready | undefined {
    this.#ready ??= this.#work();
    return this.#ready;
  }

  advance(ready: Ready): void {
    assert(ready === this.#ready, 'only the work that was handed out is confirmed');
    this.#ready = undefined;
    for (const batch of ready.apply) {
      assert(batch.sequence === this.#applied + 1, 'batches are applied in order, without gaps');
      this.#applied = batch.sequence;
      this.#pending -= batch.requests.length;
      for (const request of batch.requests) this.#pendingBytes -= request.bytes.length;
    }
  }

  inspect(): CoreStatus {
    return { protocol: 'solo', sequence: this.#applied, time: this.#time, pending: this.#pending };
  }

  #propose(request: Request): void {
    const bytes = this.#pendingBytes + request.bytes.length;
    if (request.bytes.length > this.#limits.maxRequestBytes) {
      this.#events.push({ type: 'rejected', id: request.id, reason: 'too-large' });
    } else if (this.#pending >= this.#limits.maxPending || bytes > this.#limits.maxPendingBytes) {
      this.#events.push({ type: 'rejected', id: request.id, reason: 'overloaded' });
    } else {
      this.#pending += 1;
      this.#pendingBytes = bytes;
      this.#queue.push(request);
    }
  }

  #work(): Ready | undefined {
    const apply = this.#committed;
    const events = this.#events;
    const closes = this.#syncing === undefined && this.#queue.length > 0;
    if (!closes && apply.length === 0 && events.length === 0) return undefined;
    this.#committed = [];
    this.#events = [];
    const persist = closes ? [this.#closeBatch(this.#applied + apply.length + 1)] : [];
    return { persist, mustSync: closes, send: [], apply, events };
  }

  #closeBatch(sequence: number): Uint8Array {
    let bytes = 0;
    let count = 0;
    for (const request of this.#queue) {
      bytes += request.bytes.length;
      if (count > 0 && (bytes > this.#limits.maxBatchBytes || count >= this.#limits.maxBatchRequests)) break;
      count += 1;
    }
    const requests = this.#queue.splice(0, count);
    this.#time = Math.max(this.#time, Math.floor(this.#now));
    this.#syncing = { sequence, time: this.#time, requests, lsn: this.#lsn };
    this.#lsn += 1;
    return encodeBatch(this.#syncing);
  }
}
