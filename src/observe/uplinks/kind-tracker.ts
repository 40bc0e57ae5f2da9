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

interface Suspicion {
  readonly number: number;
  readonly sinceMs: Milliseconds;
  open: number;
  missed: number;
  resent: number;
}

interface AnchorState {
  readonly anchor: UplinkAnchor;
  missesInRow: number;
}

/** An anchor that misses so often while others answer is thought to have gone itself. */
const sidelineMisses = 10;
/** A kind that was not answered works again after so many answers in a row. */
const answersToWork = 3;
/** A busy process may lose probes of a burst to its own stalls; so many are sent again before it gives up judging. */
const largestResend = 32;
/** Probes of a burst: at least so many in all, and so many to each anchor. */
const bursts: Readonly<Record<AnchorKind, { least: number; each: number }>> = {
  icmp: { least: 9, each: 2 },
  tcp: { least: 4, each: 2 },
  dns: { least: 3, each: 2 },
  large: { least: 3, each: 1 },
  http: { least: 2, each: 1 },
};

/** All anchors of one kind behind one uplink: whether this kind of question is answered there. */
export class KindTracker {
  readonly kind: AnchorKind;
  readonly estimator = new RttEstimator();
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
    this.#anchors = anchors.map((anchor) => ({ anchor, missesInRow: 0 }));
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

  /** A burst to all anchors at once; none while one is under way. */
  suspect(nowMs: Milliseconds, number: number): ProbeOrder[] {
    if (this.#suspicion) return [];
    const places = this.#anchors.map((_, place) => place).filter((place) => !this.#sidelined(place));
    const { least, each } = bursts[this.kind];
    const count = Math.max(least, each * places.length);
    this.#suspicion = { number, sinceMs: nowMs, open: count, missed: 0, resent: 0 };
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
    this.estimator.sample(rttMs);
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
    return this.#settle(order, true, nowMs);
  }

  /** The probe to send in its place, if it was one of a burst. */
  starved(order: ProbeOrder): ProbeOrder[] {
    const suspicion = this.#suspicion;
    if (!suspicion || suspicion.number !== order.suspicion) return [];
    if (suspicion.resent < largestResend) {
      suspicion.resent++;
      return [this.#order(order.place, order.suspicion)];
    }
    this.#settle(order, false, -Infinity);
    return [];
  }

  #settle(order: ProbeOrder, missed: boolean, nowMs: Milliseconds): 'confirmed' | 'open' {
    const suspicion = this.#suspicion;
    if (!suspicion || suspicion.number !== order.suspicion) return 'open';
    suspicion.open--;
    if (missed) suspicion.missed++;
    if (suspicion.open > 0) return 'open';
    this.#suspicion = undefined;
    // Half of the burst must really have been on the way.
    if (suspicion.missed * 2 < bursts[this.kind].least) return 'open';
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
