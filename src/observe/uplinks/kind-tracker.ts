import type { AnchorKind, Milliseconds, UplinkAnchor } from '../../model/index.ts';
import { RttEstimator } from './rtt-estimator.ts';

/** A probe that should be sent now. */
export interface ProbeOrder {
  readonly anchor: UplinkAnchor;
  readonly timeoutMs: Milliseconds;
  /** Number of the suspicion that it is to confirm; zero for a regular probe. */
  readonly suspicion: number;
  readonly place: number;
}

/** What became of a probe. */
export type ProbeOutcome =
  | { kind: 'answer'; rttMs: Milliseconds }
  /** No answer in time, a refusal on the way, or an answer with wrong content. */
  | { kind: 'miss' }
  /** This process stood still, or the packet could not be sent: nothing was learnt about the path. */
  | { kind: 'starved' };

/** No shorter, however quick the path: this process and the other side need a moment, and a lost packet of a page is sent again. */
const patienceMs: Readonly<Record<AnchorKind, Milliseconds>> = { icmp: 20, tcp: 20, large: 20, dns: 200, http: 1000 };

interface Suspicion {
  readonly number: number;
  readonly sinceMs: Milliseconds;
  open: number;
  missed: number;
  /** How often the burst was sent. */
  readonly round: number;
}

interface AnchorState {
  readonly anchor: UplinkAnchor;
  missesInRow: number;
}

/** An anchor that misses so often while others answer is thought to have gone itself. */
const sidelineMisses = 10;
/** A kind that was not answered works again after so many answers in a row. */
const answersToWork = 3;
/** The kernel sends the opening of a TCP connection again after a second (RFC 6298, 2.1). */
const retransmissionMs = 900;
/** A busy process may lose a burst to its own stalls; after so many it gives up judging for now. */
const largestRound = 8;
/** One probe of so many must really have been missed, not merely not been seen. */
const conclusiveShare = 3;
/** Probes of a burst: at least so many in all, and so many to each anchor. */
const bursts: Readonly<Record<AnchorKind, { least: number; each: number }>> = {
  icmp: { least: 9, each: 2 },
  tcp: { least: 4, each: 2 },
  dns: { least: 5, each: 5 },
  large: { least: 5, each: 2 },
  http: { least: 3, each: 3 },
};

/** All anchors of one kind behind one uplink: whether this kind of question is answered there. */
export class KindTracker {
  readonly kind: AnchorKind;
  readonly estimator: RttEstimator;
  state: 'untried' | 'working' | 'failing' = 'untried';
  lastAnswerMs: Milliseconds = -Infinity;
  /** When it was last found to be answered no more. */
  failedMs: Milliseconds = -Infinity;
  nextSlowMs: Milliseconds = 0;
  readonly #anchors: AnchorState[];
  #turn = 0;
  #answersInRow = 0;
  #suspicion: Suspicion | undefined;

  constructor(kind: AnchorKind, anchors: readonly UplinkAnchor[]) {
    this.kind = kind;
    this.estimator = new RttEstimator(patienceMs[kind]);
    this.#anchors = anchors.map((anchor) => ({ anchor, missesInRow: 0 }));
  }

  asks(anchor: UplinkAnchor): boolean {
    return this.#anchors.some((one) => one.anchor === anchor);
  }

  get suspected(): boolean {
    return this.#suspicion !== undefined;
  }

  /** The next regular probe; anchors that have gone themselves have their turn too, so that they can come back. */
  next(): ProbeOrder {
    return this.#order(this.#turn++ % this.#anchors.length, 0);
  }

  /** Whether the anchor counts: it answers, or no other does either. */
  counts(order: ProbeOrder): boolean {
    return !this.#sidelined(order.place);
  }

  /** It was answered before the uplink died, and nobody knows yet whether it is again. */
  get inDoubt(): boolean {
    return this.state === 'failing' && this.failedMs === Infinity;
  }

  /** A burst to all anchors at once; none while one is under way. */
  suspect(nowMs: Milliseconds, number: number, round = 1): ProbeOrder[] {
    if (this.#suspicion) return [];
    const places = this.#anchors.map((_, place) => place).filter((place) => !this.#sidelined(place));
    const { least, each } = bursts[this.kind];
    const count = Math.max(least, each * places.length);
    this.#suspicion = { number, sinceMs: nowMs, open: count, missed: 0, round };
    return Array.from({ length: count }, (_, index) => this.#order(places[index % places.length] ?? 0, number));
  }

  /** The whole uplink is dead: what is under way proves nothing more, and nothing about this kind was found out. */
  die(): void {
    this.#suspicion = undefined;
    this.#answersInRow = 0;
    if (this.state === 'untried') return;
    this.state = 'failing';
    this.failedMs = Infinity;
  }

  answered(order: ProbeOrder, rttMs: Milliseconds, nowMs: Milliseconds): void {
    const anchor = this.#anchors[order.place];
    if (anchor) anchor.missesInRow = 0;
    // A question that was sent again has two sendings, and nobody knows which was answered (Karn and Partridge 1987).
    if (rttMs < retransmissionMs || this.kind === 'icmp' || this.kind === 'large') this.estimator.sample(rttMs);
    this.lastAnswerMs = nowMs;
    this.#suspicion = undefined;
    this.#answersInRow++;
    if (this.state === 'untried' || this.#answersInRow >= answersToWork) this.state = 'working';
  }

  /** `confirmed` when the last probe of a burst is over and none was answered. */
  missed(order: ProbeOrder, nowMs: Milliseconds): 'confirmed' | 'open' {
    const anchor = this.#anchors[order.place];
    if (anchor && this.lastAnswerMs > nowMs - 1000) anchor.missesInRow++;
    this.#answersInRow = 0;
    return this.#settle(order, true, nowMs) === 'confirmed' ? 'confirmed' : 'open';
  }

  /**
   * Nothing was learnt from a probe of a burst. When too few others were, the burst is sent again: `again`; enough
   * others confirm without it.
   */
  starved(order: ProbeOrder, nowMs: Milliseconds): 'confirmed' | 'open' | ProbeOrder[] {
    const suspicion = this.#suspicion;
    const outcome = this.#settle(order, false, nowMs);
    if (outcome !== 'again' || !suspicion) return outcome === 'again' ? 'open' : outcome;
    if (suspicion.round >= largestRound) return 'open';
    return this.suspect(nowMs, suspicion.number, suspicion.round + 1);
  }

  #settle(order: ProbeOrder, missed: boolean, nowMs: Milliseconds): 'confirmed' | 'open' | 'again' {
    const suspicion = this.#suspicion;
    if (!suspicion || suspicion.number !== order.suspicion) return 'open';
    suspicion.open--;
    if (missed) suspicion.missed++;
    if (suspicion.open > 0) return 'open';
    this.#suspicion = undefined;
    if (suspicion.missed * conclusiveShare < bursts[this.kind].least) return 'again';
    if (this.state === 'working') this.state = 'failing';
    this.failedMs = nowMs;
    return 'confirmed';
  }

  #sidelined(place: number): boolean {
    const gone = (anchor: AnchorState | undefined) => (anchor?.missesInRow ?? 0) >= sidelineMisses;
    return gone(this.#anchors[place]) && !this.#anchors.every(gone);
  }

  #order(place: number, suspicion: number): ProbeOrder {
    const anchor = this.#anchors[place]?.anchor as UplinkAnchor;
    return { anchor, timeoutMs: this.estimator.timeoutMs(), suspicion, place };
  }
}
