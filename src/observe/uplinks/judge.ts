import {
  flapPercent,
  flapRingSize,
  type AnchorKind,
  type Milliseconds,
  type UplinkAnchor,
  type UplinkOpinion,
  type UplinkState,
} from '../../model/index.ts';
import { Hold } from './hold.ts';
import { KindTracker, type ProbeOrder, type ProbeOutcome } from './kind-tracker.ts';
import { PathWindow, type PathFigures, type WindowEntry } from './path-window.ts';
import { UsualFigures } from './usual-figures.ts';

export interface JudgeSettings {
  probeIntervalMs: Milliseconds;
  holdMs: Milliseconds;
  holdMaxMs: Milliseconds;
  windowMs: Milliseconds;
  badLossPercent: number;
  badLatencyMs: Milliseconds;
  badJitterMs: Milliseconds;
  acceptedLossPercent: number;
}

/** The quickest first: one of them carries the regular probes. */
const quickness: readonly AnchorKind[] = ['icmp', 'tcp', 'dns', 'http', 'large'];
/** These decide whether an uplink lives. A provider's resolver answers on when nothing behind it is reached. */
const signsOfLife: ReadonlySet<AnchorKind> = new Set(['icmp', 'tcp']);
/** Of these each anchor is a question of its own; addresses of the others stand for each other. */
const ownQuestions: ReadonlySet<AnchorKind> = new Set(['http', 'dns']);
const slowIntervalMs = 1000;
/** Probes other than ICMP cost a socket each. */
const socketIntervalMs = 200;
/** For so long only starved probes, and this process says that it cannot tell. */
const blindMs = 2000;
const silentMs = 1000;
/** Of twenty probes over a path that loses one in twenty, five are lost once in four hundred times: too often. */
const leastProbes = 60;
const doubtMs = 2000;
const silentMisses = 10;
const letters: Readonly<Record<UplinkState, string>> = { unknown: 'N', up: 'U', bad: 'B', dead: 'D', held: 'H' };

/**
 * Judges one uplink in one address family. Pure: time, answers and silence come in, orders to probe and an opinion come
 * out. *Dead* is quick: one late probe makes a suspect, a burst to all anchors that nobody answers confirms it. *Bad* is
 * slow: loss, delay and unsteadiness over seconds against what is usual here, or a kind of question that used to be
 * answered and is not. What never answered is unknown, and so is what a stalled process cannot see.
 */
export class UplinkJudge {
  readonly #settings: JudgeSettings;
  readonly #kinds: KindTracker[] = [];
  /** Those of `#kinds` that are signs of life; all of them where none is. */
  readonly #vital: readonly KindTracker[];
  readonly #window: PathWindow;
  readonly #usual = new UsualFigures();
  readonly #hold: Hold;
  readonly #entries = new WeakMap<ProbeOrder, WindowEntry>();
  #state: UplinkState = 'unknown';
  #stateBeforeBlind: UplinkState = 'unknown';
  #sinceMs: Milliseconds;
  #reason = 'nothing has answered yet';
  #ring = letters.unknown.repeat(flapRingSize);
  #carrier = true;
  #everAnswered = false;
  #suspicions = 0;
  /** Kinds whose bursts must all be silent before the uplink is dead. */
  #deathWatch: { kinds: Set<KindTracker>; sinceMs: Milliseconds; probes: number } | undefined;
  #nextFastMs: Milliseconds;
  #lastEvidenceMs: Milliseconds;
  #heldCount = 0;
  #heldMissed = 0;
  #lastAnswerMs = -Infinity;
  #suspectedMs: Milliseconds | undefined;
  #missesSinceAnswer = 0;

  constructor(anchors: readonly UplinkAnchor[], settings: JudgeSettings, nowMs: Milliseconds) {
    this.#settings = settings;
    for (const kind of quickness) {
      const mine = anchors.filter((anchor) => anchor.kind === kind);
      const groups = ownQuestions.has(kind) ? mine.map((anchor) => [anchor]) : [mine];
      for (const group of groups) if (group.length > 0) this.#kinds.push(new KindTracker(kind, group));
    }
    const vital = this.#kinds.filter(({ kind }) => signsOfLife.has(kind));
    this.#vital = vital.length > 0 ? vital : this.#kinds;
    this.#window = new PathWindow(settings.windowMs);
    this.#hold = new Hold(settings.holdMs, settings.holdMaxMs);
    this.#sinceMs = nowMs;
    this.#nextFastMs = nowMs;
    this.#lastEvidenceMs = nowMs;
    // Spread, so that the slow kinds don't come in a volley.
    this.#kinds.forEach((kind, place) => (kind.nextSlowMs = nowMs + (place * slowIntervalMs) / this.#kinds.length));
  }

  get state(): UplinkState {
    return this.#state;
  }

  /** Time passes: what is to be probed now. To be called at least once each probe interval. */
  tick(nowMs: Milliseconds): ProbeOrder[] {
    this.#judgeWindow(nowMs);
    const orders: ProbeOrder[] = [];
    const fast = this.#fastKind();
    if (fast && nowMs >= this.#nextFastMs) {
      const interval = this.#settings.probeIntervalMs;
      const every = fast.kind === 'icmp' ? interval : Math.max(interval, socketIntervalMs);
      // From the plan, not from now, so that late timers don't slow the rhythm; after a stall the past is let go.
      this.#nextFastMs = nowMs - this.#nextFastMs > every ? nowMs + every : this.#nextFastMs + every;
      orders.push(fast.next());
    }
    for (const kind of this.#kinds) {
      if (kind === fast || nowMs < kind.nextSlowMs) continue;
      kind.nextSlowMs = nowMs + (kind.inDoubt && this.#state === 'held' ? socketIntervalMs : slowIntervalMs);
      orders.push(kind.next());
    }
    return orders;
  }

  /** The result of a probe; the answer is what to send at once. */
  settle(order: ProbeOrder, outcome: ProbeOutcome, sentMs: Milliseconds, nowMs: Milliseconds): ProbeOrder[] {
    const kind = this.#trackerOf(order);
    if (outcome.kind === 'starved') {
      this.#judgeSight(nowMs);
      if (this.#state === 'dead') return [];
      const verdict = kind.starved(order, nowMs);
      if (verdict === 'confirmed') this.#kindFailed(kind, nowMs);
      return Array.isArray(verdict) ? verdict : [];
    }
    this.#lastEvidenceMs = nowMs;
    if (outcome.kind === 'answer') {
      this.#record(order, kind, sentMs, outcome.rttMs);
      this.#answer(order, outcome.rttMs, nowMs);
      return [];
    }
    this.#record(order, kind, sentMs, undefined);
    if (this.#vital.includes(kind)) this.#missesSinceAnswer++;
    const confirmed = kind.missed(order, nowMs) === 'confirmed';
    if (confirmed) this.#kindFailed(kind, nowMs);
    this.#judgeSilence(nowMs);
    // An answer since it was sent says that the path lives: one packet was lost.
    if (order.suspicion > 0 || !kind.counts(order) || kind.lastAnswerMs >= sentMs) return [];
    return this.#suspect(kind, nowMs);
  }

  /** An answer to a probe that had been given up: late is not lost. */
  late(order: ProbeOrder, rttMs: Milliseconds, nowMs: Milliseconds): void {
    const entry = this.#entries.get(order);
    if (entry) {
      entry.rttMs = rttMs;
      if (this.#heldMissed > 0) this.#heldMissed--;
    }
    this.#lastEvidenceMs = nowMs;
    this.#answer(order, rttMs, nowMs);
  }

  /** Clients' packets leave and none return: a reason to look, not to act. */
  hint(nowMs: Milliseconds): ProbeOrder[] {
    const fast = this.#fastKind();
    return fast && fast.state === 'working' ? this.#suspect(fast, nowMs) : [];
  }

  /** The wire: without it the uplink is dead, whatever is under way. */
  carrier(present: boolean, nowMs: Milliseconds): void {
    if (present === this.#carrier) return;
    this.#carrier = present;
    if (!present) this.#die('the carrier is lost', nowMs);
    else if (!this.#everAnswered) this.#become('unknown', 'the carrier is back, nothing has answered yet', nowMs);
  }

  /** How long an answer of the quickest kind may take now. */
  timeoutMs(): Milliseconds {
    return this.#fastKind()?.estimator.timeoutMs() ?? Infinity;
  }

  opinion(nowMs: Milliseconds): Omit<UplinkOpinion, 'uplink' | 'family'> {
    const { lossPercent, rttMs, jitterMs } = this.#window.figures(nowMs);
    const usualRttMs = this.#usual.rttMs;
    const holdLeftMs = this.#sinceMs + this.#hold.lengthMs() - nowMs;
    return {
      state: this.#state,
      sinceMs: this.#sinceMs,
      reason: this.#reason,
      failing: this.#failing(),
      lossPercent,
      ...(rttMs !== undefined && { rttMs }),
      ...(jitterMs !== undefined && { jitterMs }),
      ...(usualRttMs !== undefined && { usualRttMs }),
      ...(this.#state === 'held' && { holdLeftMs: Math.max(0, holdLeftMs) }),
      flapPercent: flapPercent(this.#ring),
      ...(this.#everAnswered && { lastAnswerMs: this.#lastAnswerMs }),
      ...(this.#suspectedMs !== undefined && { suspectedMs: this.#suspectedMs }),
    };
  }

  #trackerOf(order: ProbeOrder): KindTracker {
    return this.#kinds.find((kind) => kind.asks(order.anchor)) as KindTracker;
  }

  /** The quickest kind that is answered here; before anything was, the quickest there is. */
  #fastKind(): KindTracker | undefined {
    return this.#vital.find((kind) => kind.state === 'working' || kind.inDoubt) ?? this.#vital[0];
  }

  #failing(): AnchorKind[] {
    return [...new Set(this.#kinds.filter((kind) => kind.state === 'failing').map((kind) => kind.kind))];
  }

  #record(order: ProbeOrder, kind: KindTracker, sentMs: Milliseconds, rttMs: Milliseconds | undefined): void {
    if (order.suspicion > 0 || kind !== this.#fastKind() || !kind.counts(order)) return;
    this.#entries.set(order, this.#window.add(sentMs, rttMs));
    this.#heldCount++;
    if (rttMs === undefined) this.#heldMissed++;
  }

  #answer(order: ProbeOrder, rttMs: Milliseconds, nowMs: Milliseconds): void {
    const kind = this.#trackerOf(order);
    kind.answered(order, rttMs, nowMs);
    if (!this.#vital.includes(kind)) return;
    this.#deathWatch = undefined;
    this.#suspectedMs = undefined;
    this.#everAnswered = true;
    this.#lastAnswerMs = nowMs;
    this.#missesSinceAnswer = 0;
    if (!this.#carrier) return;
    if (this.#state === 'dead') {
      this.#window.clear();
      this.#become('held', 'it answers again', nowMs);
    } else if (this.#state === 'unknown') {
      const before = this.#stateBeforeBlind;
      const wasUsed = before === 'unknown' || before === 'up';
      this.#become(wasUsed ? 'up' : 'held', wasUsed ? 'it answers' : 'it answers again', nowMs);
    }
  }

  #suspect(kind: KindTracker, nowMs: Milliseconds): ProbeOrder[] {
    if (kind.suspected || kind.state !== 'working' || !this.#everAnswered || this.#state === 'dead') return [];
    const orders = kind.suspect(nowMs, ++this.#suspicions);
    if (kind !== this.#fastKind()) return orders;
    const kinds = new Set([kind]);
    for (const other of this.#vital) {
      if (other === kind || other.state !== 'working') continue;
      kinds.add(other);
      orders.push(...other.suspect(nowMs, ++this.#suspicions));
    }
    this.#suspectedMs ??= nowMs;
    this.#deathWatch = { kinds, sinceMs: nowMs, probes: orders.length };
    return orders;
  }

  #kindFailed(kind: KindTracker, nowMs: Milliseconds): void {
    const watch = this.#deathWatch;
    if (watch?.kinds.delete(kind) && watch.kinds.size === 0) {
      this.#die(`no answer to ${watch.probes} probes in ${Math.round(nowMs - watch.sinceMs)} ms`, nowMs);
    } else if (this.#vital.every((one) => one.state !== 'working')) {
      this.#die('no kind of probe is answered any more', nowMs);
    } else {
      this.#judgeWindow(nowMs);
    }
  }

  /** An uplink that answered a few times and fell silent again has no kind yet whose burst could confirm it. */
  #judgeSilence(nowMs: Milliseconds): void {
    if (!this.#everAnswered || this.#state === 'dead' || this.#missesSinceAnswer < silentMisses) return;
    if (nowMs - this.#lastAnswerMs >= silentMs)
      this.#die(`silent for ${Math.round(nowMs - this.#lastAnswerMs)} ms`, nowMs);
  }

  #die(reason: string, nowMs: Milliseconds): void {
    this.#deathWatch = undefined;
    for (const kind of this.#kinds) {
      kind.die();
    }
    this.#become('dead', reason, nowMs);
  }

  /** Only starved probes for a while: this process cannot tell. */
  #judgeSight(nowMs: Milliseconds): void {
    const patience = Math.max(blindMs, 10 * this.#settings.probeIntervalMs);
    if (this.#state === 'unknown' || !this.#carrier || nowMs - this.#lastEvidenceMs < patience) return;
    this.#stateBeforeBlind = this.#state;
    this.#become('unknown', 'this machine cannot send or is too busy to tell', nowMs);
  }

  /**
   * ICMP alone is no reason to leave: providers filter it. Other kinds are one when something else was answered since;
   * for large packets, which are ICMP too, that must be small ones.
   */
  #kindProblem(): string | undefined {
    const proven = (kind: KindTracker) =>
      this.#kinds.some(
        (other) =>
          other !== kind &&
          (kind.kind === 'large' ? other.kind === 'icmp' : this.#vital.includes(other)) &&
          other.state === 'working' &&
          other.lastAnswerMs > kind.failedMs,
      );
    const serious = this.#kinds.filter((one) => one.state === 'failing' && one.kind !== 'icmp' && proven(one));
    if (serious.length === 0) return undefined;
    return `${[...new Set(serious.map(({ kind }) => kind))].join(' and ')} used to be answered and is not`;
  }

  /** Kinds that were answered before the uplink died, and have had the whole hold to be answered again. */
  #missingKinds(): KindTracker[] {
    const missing = this.#kinds.filter((one) => one.state === 'failing' && one.kind !== 'icmp');
    const filtered = this.#kinds.some((one) => one.kind === 'icmp' && one.state === 'failing');
    return missing.filter((one) => one.kind !== 'large' || !filtered);
  }

  #judgeWindow(nowMs: Milliseconds): void {
    if (this.#state === 'dead' || this.#state === 'unknown') return;
    this.#resolveDoubt(nowMs);
    const figures = this.#window.figures(nowMs);
    const problem = this.#kindProblem() ?? this.#pathProblem(figures);
    if (problem !== undefined) {
      if (this.#state !== 'bad') this.#become('bad', problem, nowMs);
      this.#reason = problem;
      return;
    }
    if (this.#state === 'up') this.#usual.learn(figures, nowMs);
    if (this.#state === 'bad' && figures.lossPercent <= this.#settings.acceptedLossPercent) {
      this.#become('held', 'it is as good as usual again', nowMs);
    }
    if (this.#state === 'held' && nowMs - this.#sinceMs >= this.#hold.lengthMs()) this.#judgeHeld(nowMs);
  }

  /** ICMP may be filtered since the uplink died: then TCP carries the regular probes, and the loss of ICMP is none. */
  #resolveDoubt(nowMs: Milliseconds): void {
    const fast = this.#fastKind();
    if (!fast?.inDoubt || nowMs - this.#sinceMs < doubtMs) return;
    if (!this.#vital.some((kind) => kind.state === 'working')) return;
    fast.failedMs = nowMs;
    this.#window.clear();
    this.#heldCount = 0;
    this.#heldMissed = 0;
  }

  #pathProblem({ count, lossPercent, rttMs, jitterMs }: PathFigures): string | undefined {
    const { probeIntervalMs, windowMs, badLossPercent, badLatencyMs, badJitterMs } = this.#settings;
    // With half a window a long outage that has just ended would count double.
    if (this.#fastKind()?.inDoubt || count < Math.min(leastProbes, (0.5 * windowMs) / probeIntervalMs))
      return undefined;
    if (lossPercent > badLossPercent) return `${Math.round(lossPercent)} % of its probes are lost`;
    const { rttMs: usualRttMs, jitterMs: usualJitterMs } = this.#usual;
    if (rttMs !== undefined && usualRttMs !== undefined && rttMs > usualRttMs + badLatencyMs)
      return `answers take ${Math.round(rttMs)} ms, ${Math.round(usualRttMs)} ms are usual`;
    if (jitterMs !== undefined && usualJitterMs !== undefined && jitterMs > usualJitterMs + badJitterMs)
      return `answers vary by ${Math.round(jitterMs)} ms, ${Math.round(usualJitterMs)} ms are usual`;
    return undefined;
  }

  /** The hold is over: an uplink that lost too much meanwhile begins it anew. */
  #judgeHeld(nowMs: Milliseconds): void {
    const lossPercent = this.#heldCount === 0 ? 100 : (100 * this.#heldMissed) / this.#heldCount;
    const inDoubt = this.#kinds.filter((kind) => kind.inDoubt);
    for (const kind of inDoubt) kind.failedMs = nowMs;
    const missing = this.#missingKinds();
    if (missing.length > 0) {
      this.#become('bad', `${missing.map(({ kind }) => kind).join(' and ')} is not answered again`, nowMs);
      return;
    }
    if (lossPercent <= this.#settings.acceptedLossPercent && inDoubt.length === 0) {
      this.#become('up', 'it was good for the whole hold', nowMs);
      return;
    }
    this.#reason = `it loses ${lossPercent.toFixed(1)} %, too much to be used again`;
    this.#window.clear();
    this.#sinceMs = nowMs;
    this.#heldCount = 0;
    this.#heldMissed = 0;
  }

  #become(state: UplinkState, reason: string, nowMs: Milliseconds): void {
    this.#reason = reason;
    if (state === this.#state) return;
    if (this.#state === 'up' && (state === 'dead' || state === 'bad')) this.#hold.relapse(nowMs);
    if (state === 'held') {
      this.#heldCount = 0;
      this.#heldMissed = 0;
    }
    this.#ring = (this.#ring + letters[state]).slice(-flapRingSize);
    this.#state = state;
    this.#sinceMs = nowMs;
  }
}
