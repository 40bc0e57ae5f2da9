import type { RejectReason, Request } from '../protocol.ts';
import type { RaftLimits } from './limits.ts';

const maxIdBytes = 255;

/** Requests that a leader has accepted: those not yet in a batch, and the count of all not yet handed out. */
export class ProposalQueue {
  readonly #limits: RaftLimits;
  #waiting: Request[] = [];
  #pending = 0;
  #pendingBytes = 0;

  constructor(limits: RaftLimits) {
    this.#limits = limits;
  }

  get pending(): number {
    return this.#pending;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Takes a request, or says why not. */
  offer(request: Request): RejectReason | undefined {
    const bytes = this.#pendingBytes + request.bytes.length;
    const { maxRequestBytes, maxPending, maxPendingBytes } = this.#limits;
    if (request.bytes.length > maxRequestBytes || Buffer.byteLength(request.id) > maxIdBytes) return 'too-large';
    if (this.#pending >= maxPending || bytes > maxPendingBytes) return 'overloaded';
    this.#pending += 1;
    this.#pendingBytes = bytes;
    this.#waiting.push(request);
    return undefined;
  }

  /** The next batch: at least one request, then as many as fit. */
  takeBatch(): Request[] {
    let bytes = 0;
    let count = 0;
    for (const request of this.#waiting) {
      bytes += request.bytes.length;
      if (count > 0 && (bytes > this.#limits.maxBatchBytes || count >= this.#limits.maxBatchRequests)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  handedOut(requests: readonly Request[]): void {
    this.#pending -= requests.length;
    for (const request of requests) this.#pendingBytes -= request.bytes.length;
  }

  /** What never got into a batch. */
  drain(): Request[] {
    return this.#waiting.splice(0);
  }
}
