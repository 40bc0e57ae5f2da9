import { metOf, type View } from '../../agree/index.ts';
import type { AlertPolicy, ConditionReadings, EpochMs, Milliseconds, Opinion } from '../../model/index.ts';
import type { Clock, Timer } from '../../platform/index.ts';
import { PolicyRun } from './policy-run.ts';
import { Sight } from './sight.ts';
import { EvaluationTurns } from './turns.ts';
import { AlertVoice } from './voice.ts';

/** Where readings come from, at once. */
interface ReadingsAtHand {
  of(policy: AlertPolicy, condition: number, at: EpochMs): ConditionReadings | undefined;
  settleMs(policy: AlertPolicy): Milliseconds;
}

export interface AlertLoopParts {
  self: string;
  clock: Clock;
  view: () => Pick<View, 'check' | 'alertOpinions'>;
  readings: ReadingsAtHand;
  say(opinions: readonly Opinion[]): void;
  /** This watcher saw nothing for so long, until then. */
  onBlind(ms: Milliseconds, until: EpochMs): void;
}

export interface AlertLoopFigures {
  policies: number;
  evaluations: number;
  /** Resources that fire here. */
  firing: number;
  /** How long after its turn the last evaluation came. */
  latenessMs: Milliseconds;
}

const lookEveryMs: Milliseconds = 200;
/** So long one look may take: probes and votes have their turn in between. */
const sliceMs: Milliseconds = 5;
/** Where a look did not get through, the next one comes after this. */
const breathMs: Milliseconds = 20;
const compareEveryMs: Milliseconds = 5000;
/** What is further behind than so many evaluations was not seen in time, and is unknown. */
const maxBehind = 60;

/** Evaluates the policies that this watcher judges, each at multiples of its interval, and says what has changed. */
export class AlertLoop {
  readonly #parts: AlertLoopParts;
  readonly #voice: AlertVoice;
  readonly #sight = new Sight();
  readonly #runs = new Map<string, PolicyRun>();
  #turns = new EvaluationTurns([], () => 0);
  #timer: Timer | undefined;
  #isBehind = false;
  #comparedMs = -Infinity;
  #evaluations = 0;
  #latenessMs = 0;

  constructor(parts: AlertLoopParts) {
    this.#parts = parts;
    this.#voice = new AlertVoice(parts);
  }

  /** By the name of their policy. */
  get runs(): ReadonlyMap<string, PolicyRun> {
    return this.#runs;
  }

  figures(): AlertLoopFigures {
    let firing = 0;
    for (const { evaluation } of this.#runs.values()) {
      for (const { state } of evaluation.findings()) if (state === 'firing') firing++;
    }
    return { policies: this.#runs.size, evaluations: this.#evaluations, firing, latenessMs: this.#latenessMs };
  }

  /**
   * The policies from now on, once the readings know them; those that are the same go on. `problems` says by name what is
   * wrong with those that have no readings.
   */
  configure(policies: readonly AlertPolicy[], problems: ReadonlyMap<string, Error> = new Map()): void {
    const { self, clock, view, readings } = this.#parts;
    const mine = new Map(policies.map((policy) => [policy.name, policy]));
    for (const [name, run] of this.#runs) {
      const policy = mine.get(name);
      if (!policy || !run.is(policy)) this.#runs.delete(name);
    }
    const fresh = new Map<string, PolicyRun>();
    for (const [name, policy] of mine) {
      const run = this.#runs.get(name) ?? new PolicyRun(policy, clock.now());
      if (!this.#runs.has(name)) fresh.set(name, run);
      run.error = problems.get(name)?.message;
    }
    const readable = policies.filter(({ name }) => !problems.has(name));
    this.#turns = new EvaluationTurns(readable, (policy) => readings.settleMs(policy));
    if (fresh.size === 0) return;
    for (const { policy, resource, opinions, incident } of view().alertOpinions()) {
      const own = opinions[self];
      if (!own || own.state === 'up') continue;
      const met = metOf(own).map(({ condition, value, labels }) => ({ condition, value, resource: labels }));
      const state = own.state === 'down' ? 'firing' : 'unknown';
      const isOpen = state === 'firing' || incident !== undefined;
      fresh.get(policy)?.evaluation.recall({ resource, state, since: own.since, met }, clock.now(), isOpen);
    }
    for (const [name, run] of fresh) this.#runs.set(name, run);
  }

  begin(): void {
    this.#timer = this.#parts.clock.after(this.#isBehind ? breathMs : lookEveryMs, () => {
      this.look();
      this.begin();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** Evaluates what is due, as far as the slice goes. */
  look(): void {
    const { clock } = this.#parts;
    const now = clock.now();
    const nowMs = clock.monotonic();
    const { blindMs, isBack } = this.#sight.look(now, nowMs);
    if (blindMs > 0) this.#parts.onBlind(blindMs, now);
    if (isBack) for (const run of this.#runs.values()) if (run.nextAt > now + 2 * run.policy.interval) run.restart(now);
    this.#isBehind = false;
    for (const run of this.#byTurn(now)) {
      this.#evaluate(run, now);
      this.#isBehind = clock.monotonic() - nowMs > sliceMs;
      if (this.#isBehind) break;
    }
    if (nowMs - this.#comparedMs < compareEveryMs) return;
    this.#comparedMs = nowMs;
    this.#voice.look(this.#runs, now, nowMs);
  }

  /** Those whose turn it is, the longest overdue first. */
  #byTurn(now: EpochMs): PolicyRun[] {
    const due = [...this.#runs.values()].filter((run) => run.error === undefined && this.#turns.of(run) <= now);
    return due.sort((a, b) => this.#turns.of(a) - this.#turns.of(b));
  }

  #evaluate(run: PolicyRun, now: EpochMs): void {
    const { policy, nextAt } = run;
    const behindMs = now - this.#turns.of(run);
    this.#latenessMs = behindMs;
    const isLost = behindMs > maxBehind * policy.interval;
    const blindUntil = isLost ? now - maxBehind * policy.interval : this.#sight.blindUntil(nextAt);
    const { readings, clock } = this.#parts;
    const changed =
      blindUntil === undefined
        ? run.step(policy.conditions.map((_, condition) => readings.of(policy, condition, nextAt)))
        : run.blind(Math.max(blindUntil, nextAt));
    this.#evaluations++;
    if (changed.length > 0) this.#voice.tell(policy, changed, clock.monotonic());
  }
}
