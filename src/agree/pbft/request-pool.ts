import type { Milliseconds } from '../../model/index.ts';
import type { ParticipantId } from '../protocol.ts';
import type { Hash } from '../record/hash.ts';
import type { PbftLimits } from './configuration.ts';
import type { Bundle, BundleReference, Sequence } from './messages.ts';

interface Pooled {
  bundle: Bundle;
  reference: BundleReference;
  bytes: number;
  /** When it came, or when the present view began, whichever is later. */
  sinceMs: Milliseconds;
  relayedMs: Milliseconds;
  /** Where it was executed; then it is kept only for members that still need its content. */
  executedAt: Sequence | undefined;
  /** In a slot of this view. */
  proposed: boolean;
}

/** The content of bundles, from their arrival until the checkpoint after their execution is stable. */
export class RequestPool {
  readonly #limits: PbftLimits;
  readonly #bundles = new Map<Hash, Pooled>();
  /** Bundles that wait to be executed, for each client in order of arrival. */
  readonly #waiting = new Map<ParticipantId, Pooled[]>();
  #waitingCount = 0;
  #lastServed: ParticipantId = -1;

  constructor(limits: PbftLimits) {
    this.#limits = limits;
  }

  get(digest: Hash): Bundle | undefined {
    return this.#bundles.get(digest)?.bundle;
  }

  get waiting(): number {
    return this.#waitingCount;
  }

  /** Whether one more bundle of this client fits. Each has its own share, so that none can take that of others. */
  hasRoom(client: ParticipantId): boolean {
    const queue = this.#waiting.get(client);
    return queue ? queue.length < this.#limits.maxClientBundles : this.#waiting.size < this.#limits.maxClients;
  }

  add(bundle: Bundle, digest: Hash, nowMs: Milliseconds): void {
    if (this.#bundles.has(digest)) return;
    const reference = { client: bundle.signer, number: bundle.number, digest };
    const pooled: Pooled = {
      bundle,
      reference,
      bytes: bundleBytes(bundle),
      sinceMs: nowMs,
      relayedMs: nowMs,
      executedAt: undefined,
      proposed: false,
    };
    this.#bundles.set(digest, pooled);
    const queue = this.#waiting.get(bundle.signer);
    if (queue) queue.push(pooled);
    else this.#waiting.set(bundle.signer, [pooled]);
    this.#waitingCount += 1;
  }

  /** Up to the limits of a proposal, one of each client in turn: who sends much waits for himself. Marks them proposed. */
  take(): BundleReference[] {
    const taken: BundleReference[] = [];
    const named = new Set<string>();
    let bytes = 0;
    const queues = this.#inTurn().map((queue) => queue.filter((one) => !one.proposed));
    for (let round = 0; queues.some((queue) => round < queue.length); round++) {
      for (const queue of queues) {
        const one = queue[round];
        // A client that signed two bundles under one number gets one of them into a proposal; the other will be too old.
        if (!one || named.has(`${one.reference.client} ${one.reference.number}`)) continue;
        named.add(`${one.reference.client} ${one.reference.number}`);
        bytes += one.bytes;
        const full = taken.length >= this.#limits.maxProposalBundles || bytes > this.#limits.maxProposalBytes;
        if (full && taken.length > 0) return taken;
        one.proposed = true;
        taken.push(one.reference);
        this.#lastServed = one.reference.client;
      }
    }
    return taken;
  }

  get hasUnproposed(): boolean {
    for (const queue of this.#waiting.values()) if (queue.some((one) => !one.proposed)) return true;
    return false;
  }

  markProposed(references: readonly BundleReference[]): void {
    for (const { digest } of references) {
      const pooled = this.#bundles.get(digest);
      if (pooled) pooled.proposed = true;
    }
  }

  /** A view begins: nothing is proposed in it, and its primary has the whole time-out for everything. */
  beginView(nowMs: Milliseconds): void {
    for (const queue of this.#waiting.values()) {
      for (const pooled of queue) {
        pooled.proposed = false;
        pooled.sinceMs = nowMs;
        pooled.relayedMs = nowMs;
      }
    }
  }

  /** Nothing in it waits any more; `stale` says what else of its client can never be executed now. */
  executed(reference: BundleReference, at: Sequence, stale: (reference: BundleReference) => boolean): void {
    const pooled = this.#bundles.get(reference.digest);
    if (pooled) pooled.executedAt ??= at;
    const queue = this.#waiting.get(reference.client) ?? [];
    const left = queue.filter((one) => {
      if (one.executedAt !== undefined) return false;
      if (!stale(one.reference)) return true;
      // Another slot may name it, to be skipped there; its content goes when that slot has gone.
      one.executedAt = at;
      return false;
    });
    this.#waitingCount += left.length - queue.length;
    if (left.length > 0) this.#waiting.set(reference.client, left);
    else this.#waiting.delete(reference.client);
  }

  /** Gives up content that only sequences up to the low water mark needed; `needed` are digests that slots still name. */
  collect(low: Sequence, needed: ReadonlySet<Hash>): void {
    for (const [digest, { executedAt }] of this.#bundles) {
      if (executedAt !== undefined && executedAt <= low && !needed.has(digest)) this.#bundles.delete(digest);
    }
  }

  /** Gives up what the execution state says was executed elsewhere: after a state transfer. */
  purge(at: Sequence, accepts: (reference: BundleReference) => boolean): void {
    for (const [client, queue] of this.#waiting) {
      for (const one of queue) if (!accepts(one.reference)) one.executedAt = at;
      const left = queue.filter((one) => one.executedAt === undefined);
      this.#waitingCount += left.length - queue.length;
      if (left.length > 0) this.#waiting.set(client, left);
      else this.#waiting.delete(client);
    }
  }

  /** How long the longest waiting bundle has waited in this view. */
  oldestMs(nowMs: Milliseconds): Milliseconds {
    let oldest = nowMs;
    for (const queue of this.#waiting.values()) for (const { sinceMs } of queue) oldest = Math.min(oldest, sinceMs);
    return nowMs - oldest;
  }

  /** Bundles that wait so long that their recipients should hear of them again. */
  dueForRelay(nowMs: Milliseconds, afterMs: Milliseconds, limit: number): Bundle[] {
    const due: Bundle[] = [];
    for (const queue of this.#inTurn()) {
      for (const pooled of queue) {
        if (nowMs - pooled.relayedMs < afterMs || due.length >= limit) continue;
        pooled.relayedMs = nowMs;
        due.push(pooled.bundle);
      }
    }
    return due;
  }

  /** Clients in order of their numbers, beginning after the one that was served last. */
  #inTurn(): Pooled[][] {
    const clients = [...this.#waiting.keys()].sort((one, other) => one - other);
    const after = clients.findIndex((client) => client > this.#lastServed);
    const turn = after < 0 ? clients : [...clients.slice(after), ...clients.slice(0, after)];
    return turn.map((client) => this.#waiting.get(client) ?? []);
  }
}

export function bundleBytes(bundle: Pick<Bundle, 'requests'>): number {
  return bundle.requests.reduce((sum, { id, bytes }) => sum + id.length * 3 + bytes.length, 0);
}
