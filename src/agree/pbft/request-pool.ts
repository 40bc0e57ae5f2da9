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
}

type Queue = Map<Hash, Pooled>;

/** The content of bundles, from their arrival until the checkpoint after their execution is stable. */
export class RequestPool {
  readonly #limits: PbftLimits;
  readonly #bundles = new Map<Hash, Pooled>();
  /** Bundles that wait to be executed, for each client in order of arrival. */
  readonly #waiting = new Map<ParticipantId, Queue>();
  /** Those of them that stand in no slot of this view. */
  readonly #fresh = new Map<ParticipantId, Queue>();
  #waitingCount = 0;
  #lastServed: ParticipantId = -1;

  constructor(limits: PbftLimits) {
    this.#limits = limits;
  }

  get(digest: Hash): Bundle | undefined {
    return this.#bundles.get(digest)?.bundle;
  }

  /** Since when a bundle that was not yet executed waits in this view. */
  sinceMs(digest: Hash): Milliseconds | undefined {
    const pooled = this.#bundles.get(digest);
    return pooled?.executedAt === undefined ? pooled?.sinceMs : undefined;
  }

  get waiting(): number {
    return this.#waitingCount;
  }

  /** Since when the longest waiting bundle that stands in no slot is here; undefined when there is none. */
  get freshSinceMs(): Milliseconds | undefined {
    let since: Milliseconds | undefined;
    for (const queue of this.#fresh.values()) {
      for (const { sinceMs } of queue.values()) {
        if (since === undefined || sinceMs < since) since = sinceMs;
        break;
      }
    }
    return since;
  }

  /** Whether a bundle of this client waits that stands in no slot of this view. */
  hasFresh(client: ParticipantId): boolean {
    return this.#fresh.has(client);
  }

  /** Whether one more bundle of this client fits. Each has its own share, so that none can take that of others. */
  hasRoom(client: ParticipantId): boolean {
    const queue = this.#waiting.get(client);
    return queue ? queue.size < this.#limits.maxClientBundles : this.#waiting.size < this.#limits.maxClients;
  }

  add(bundle: Bundle, digest: Hash, nowMs: Milliseconds): void {
    if (this.#bundles.has(digest)) return;
    const reference = { client: bundle.signer, number: bundle.number, digest };
    const bytes = bundleBytes(bundle);
    const pooled = { bundle, reference, bytes, sinceMs: nowMs, relayedMs: nowMs, executedAt: undefined };
    this.#bundles.set(digest, pooled);
    put(this.#waiting, pooled);
    put(this.#fresh, pooled);
    this.#waitingCount += 1;
  }

  /** Up to the limits of a proposal, one of each client in turn: who sends much waits for himself. Marks them proposed. */
  take(): BundleReference[] {
    const taken: BundleReference[] = [];
    const named = new Set<string>();
    let bytes = 0;
    let turns = this.#inTurn(this.#fresh).map((queue) => queue.values());
    while (turns.length > 0) {
      const left: typeof turns = [];
      for (const turn of turns) {
        const { value: one } = turn.next();
        if (!one) continue;
        left.push(turn);
        const name = `${one.reference.client} ${one.reference.number}`;
        // A client that signed two bundles under one number gets one of them into a proposal; the other will be too old.
        if (named.has(name)) continue;
        bytes += one.bytes;
        const full = taken.length >= this.#limits.maxProposalBundles || bytes > this.#limits.maxProposalBytes;
        if (full && taken.length > 0) return this.#taken(taken);
        named.add(name);
        taken.push(one.reference);
        this.#lastServed = one.reference.client;
      }
      turns = left;
    }
    return this.#taken(taken);
  }

  #taken(references: BundleReference[]): BundleReference[] {
    this.markProposed(references);
    return references;
  }

  markProposed(references: readonly BundleReference[]): void {
    for (const reference of references) drop(this.#fresh, reference);
  }

  /** A view begins: nothing is proposed in it, and its primary has the whole time-out for everything. */
  beginView(nowMs: Milliseconds): void {
    for (const [client, queue] of this.#waiting) {
      this.#fresh.set(client, new Map(queue));
      for (const pooled of queue.values()) {
        pooled.sinceMs = nowMs;
        pooled.relayedMs = nowMs;
      }
    }
  }

  /** Nothing of these waits any more; `stale` says what else of their clients can never be executed now. */
  executed(references: readonly BundleReference[], at: Sequence, stale: (reference: BundleReference) => boolean): void {
    for (const { digest } of references) {
      const pooled = this.#bundles.get(digest);
      if (pooled) this.#done(pooled, at);
    }
    for (const client of new Set(references.map((reference) => reference.client))) {
      // Another slot may name it, to be skipped there; its content goes when that slot has gone.
      for (const one of this.#waiting.get(client)?.values() ?? []) if (stale(one.reference)) this.#done(one, at);
    }
  }

  #done(pooled: Pooled, at: Sequence): void {
    pooled.executedAt ??= at;
    drop(this.#fresh, pooled.reference);
    if (drop(this.#waiting, pooled.reference)) this.#waitingCount -= 1;
  }

  /** Gives up content that only sequences up to the low water mark needed; `needed` are digests that slots still name. */
  collect(low: Sequence, needed: ReadonlySet<Hash>): void {
    for (const [digest, { executedAt }] of this.#bundles) {
      if (executedAt !== undefined && executedAt <= low && !needed.has(digest)) this.#bundles.delete(digest);
    }
  }

  /** Gives up what the execution state says was executed elsewhere: after a state transfer. */
  purge(at: Sequence, accepts: (reference: BundleReference) => boolean): void {
    for (const queue of this.#waiting.values()) {
      for (const one of queue.values()) if (!accepts(one.reference)) this.#done(one, at);
    }
  }

  /** How long the longest waiting bundle has waited in this view. */
  oldestMs(nowMs: Milliseconds): Milliseconds {
    let oldest = nowMs;
    for (const queue of this.#waiting.values()) {
      const [first] = queue.values();
      if (first) oldest = Math.min(oldest, first.sinceMs);
    }
    return nowMs - oldest;
  }

  /** Bundles that wait so long that their recipients should hear of them again. */
  dueForRelay(nowMs: Milliseconds, afterMs: Milliseconds, limit: number): Bundle[] {
    const due: Bundle[] = [];
    for (const queue of this.#inTurn(this.#waiting)) {
      for (const pooled of queue.values()) {
        if (due.length >= limit) return due;
        if (nowMs - pooled.relayedMs < afterMs) continue;
        pooled.relayedMs = nowMs;
        due.push(pooled.bundle);
      }
    }
    return due;
  }

  /** Clients in order of their numbers, beginning after the one that was served last. */
  #inTurn(queues: ReadonlyMap<ParticipantId, Queue>): Queue[] {
    const clients = [...queues].sort(([one], [other]) => one - other);
    const after = clients.findIndex(([client]) => client > this.#lastServed);
    const turn = after < 0 ? clients : [...clients.slice(after), ...clients.slice(0, after)];
    return turn.map(([, queue]) => queue);
  }
}

function put(queues: Map<ParticipantId, Queue>, pooled: Pooled): void {
  const { client, digest } = pooled.reference;
  const queue = queues.get(client);
  if (queue) queue.set(digest, pooled);
  else queues.set(client, new Map([[digest, pooled]]));
}

/** Whether it was there. */
function drop(queues: Map<ParticipantId, Queue>, { client, digest }: BundleReference): boolean {
  const queue = queues.get(client);
  const was = queue?.delete(digest) ?? false;
  if (queue?.size === 0) queues.delete(client);
  return was;
}

export function bundleBytes(bundle: Pick<Bundle, 'requests'>): number {
  return bundle.requests.reduce((sum, { id, bytes }) => sum + id.length * 3 + bytes.length, 0);
}
