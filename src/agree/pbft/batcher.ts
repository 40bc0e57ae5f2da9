import type { ParticipantId, Request } from '../protocol.ts';
import type { Bundle } from './messages.ts';
import type { PbftLimits } from './configuration.ts';

/** A bundle may hold so many own requests at most before another is opened; so many may be under way. */
const maxOwnBundlesShare = 0.25;

/** What `propose` came to. */
export type Taken = 'taken' | 'overloaded' | 'too-large';

/**
 * Makes bundles of what this member's owner proposes: one at once while few are under way, larger ones while more wait,
 * so that nobody waits for a timer and a signature carries the more requests the more there are.
 */
export class Batcher {
  readonly #limits: PbftLimits;
  readonly #queue: Request[] = [];
  readonly #underWay = new Map<number, { count: number; bytes: number }>();
  #pending = 0;
  #pendingBytes = 0;
  #nextNumber: number;

  constructor(limits: PbftLimits, firstNumber: number) {
    this.#limits = limits;
    this.#nextNumber = firstNumber;
  }

  /** Bundles have higher numbers from now on. */
  goOnFrom(number: number): void {
    this.#nextNumber = number;
  }

  /** Requests accepted and not yet ordered. */
  get pending(): number {
    return this.#pending;
  }

  take(request: Request): Taken {
    const bytes = this.#pendingBytes + request.bytes.length;
    if (request.bytes.length > this.#limits.maxRequestBytes) return 'too-large';
    if (this.#pending >= this.#limits.maxPending || bytes > this.#limits.maxPendingBytes) return 'overloaded';
    this.#pending += 1;
    this.#pendingBytes = bytes;
    this.#queue.push(request);
    return 'taken';
  }

  /** The next bundle to sign and send, or undefined while enough are under way. */
  next(): { number: number; requests: readonly Request[] } | undefined {
    const most = Math.max(1, Math.floor(this.#limits.maxClientBundles * maxOwnBundlesShare));
    if (this.#queue.length === 0 || this.#underWay.size >= most) return undefined;
    let bytes = 0;
    let count = 0;
    for (const request of this.#queue) {
      bytes += request.bytes.length;
      const full = count >= this.#limits.maxBundleRequests || bytes > this.#limits.maxBundleBytes;
      if (full && count > 0) break;
      count += 1;
    }
    const requests = this.#queue.splice(0, count);
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    this.#underWay.set(number, { count, bytes: requests.reduce((sum, one) => sum + one.bytes.length, 0) });
    return { number, requests };
  }

  /** One of our bundles was executed. */
  executed(self: ParticipantId, bundle: Pick<Bundle, 'signer' | 'number'>): void {
    const done = bundle.signer === self ? this.#underWay.get(bundle.number) : undefined;
    if (!done) return;
    this.#underWay.delete(bundle.number);
    this.#pending -= done.count;
    this.#pendingBytes -= done.bytes;
  }
}
