import type { EpochMs, Milliseconds } from '../../model/index.ts';
import type { Reply } from './stamp.ts';

/** An answer as it came, for as long as its probe is remembered. */
export interface Arrival {
  /** Of the answers of this session, counted from 0. */
  order: number;
  /** What the reflector gave the answer. */
  reflected: number;
  /** By the other watcher's clock. */
  receivedAt: EpochMs;
  returnedAt: EpochMs;
  /** By ours. */
  cameAt: EpochMs;
  /** From sending to reading the answer, by the monotonic clock: no less than the packet was on its way. */
  elapsedMs: Milliseconds;
}

export interface Probe {
  sequence: number;
  /** In the packet, for comparison with the answer. */
  time: bigint;
  /** Monotonic. */
  sentMs: Milliseconds;
  /** By our clock; the kernel's word replaces that of this process when it comes. */
  sentAt: EpochMs;
  /** The first is the answer; more are duplicates. */
  arrivals: Arrival[];
}

/** An answer that comes twice is remembered so often. */
const maxArrivals = 4;

/** The probes of one session that are still of interest, oldest first. */
export class ProbeLog {
  readonly #probes: Probe[] = [];
  readonly #keepMs: Milliseconds;
  #arrivals = 0;
  #next = 0;

  /** `keepMs`: how long a probe is remembered, and an answer to it is taken. */
  constructor(keepMs: Milliseconds) {
    this.#keepMs = keepMs;
  }

  /** The number of the next probe, from 0. */
  get next(): number {
    return this.#next;
  }

  sent(probe: Omit<Probe, 'sequence' | 'arrivals'>): Probe {
    const added = { ...probe, sequence: this.#next, arrivals: [] };
    this.#next += 1;
    this.#probes.push(added);
    while ((this.#probes[0]?.sentMs ?? Infinity) < probe.sentMs - this.#keepMs) this.#probes.shift();
    return added;
  }

  /** The probe that it answers; undefined when that is forgotten, or was sent by somebody else. */
  answered(reply: Reply, { cameAt, nowMs }: { cameAt: EpochMs; nowMs: Milliseconds }): Probe | undefined {
    const first = this.#probes[0]?.sequence ?? 0;
    const probe = this.#probes[reply.senderSequence - first];
    if (!probe || probe.time !== reply.senderTime) return undefined;
    if (probe.arrivals.length < maxArrivals) {
      const { sequence: reflected, receivedAt, sentAt: returnedAt } = reply;
      const elapsedMs = nowMs - probe.sentMs;
      probe.arrivals.push({ order: this.#arrivals, reflected, receivedAt, returnedAt, cameAt, elapsedMs });
    }
    this.#arrivals += 1;
    return probe;
  }

  /** Nothing is known any more of those sent until now, nor counted from them. */
  forget(): void {
    this.#probes.length = 0;
  }

  /** Those sent since, and before them the last one that was answered: what it tells is where counting begins. */
  since(fromMs: Milliseconds): Probe[] {
    const start = this.#probes.findIndex(({ sentMs }) => sentMs >= fromMs);
    if (start < 0) return [];
    const anchor = this.#probes.slice(0, start).findLastIndex(({ arrivals }) => arrivals.length > 0);
    return anchor < 0 ? this.#probes.slice(start) : this.#probes.slice(anchor);
  }
}
