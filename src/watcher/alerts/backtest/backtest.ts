import type { View } from '../../../agree/index.ts';
import {
  messageOf,
  QwError,
  type AlertPolicy,
  type Configuration,
  type EpochMs,
  type Milliseconds,
} from '../../../model/index.ts';
import { sleep, type Clock } from '../../../platform/index.ts';
import type { MetricsStore } from '../../telemetry/scope.ts';
import { readBlindSpans } from '../blind-spans.ts';
import { PolicyRun } from '../policy-run.ts';
import { resolvePolicy, sampleSettleMs, StoredReadings } from '../readings/index.ts';
import type { Sight } from '../sight.ts';
import { EvaluationTurns } from '../turns.ts';
import { AlertVoice } from '../voice.ts';
import { StoredStanding, type PastEntries } from './stored-standing.ts';
import { pastOpinion, pastConfiguration, PastMachine, type PastIncident } from './past-machine.ts';

export interface BacktestParts {
  self: string;
  clock: Clock;
  store: Pick<MetricsStore, 'engine' | 'book'>;
  /** What is in force now. */
  view: () => Pick<View, 'checks' | 'check' | 'membership'>;
  entries: PastEntries;
}

export interface BacktestTask {
  /** The configuration that would have been in force, with its defaults. */
  configuration: Configuration;
  from: EpochMs;
  to: EpochMs;
  signal?: AbortSignal | undefined;
  /** How far it is, several times a second. */
  onProgress?: ((at: EpochMs) => void) | undefined;
}

export interface BacktestResult {
  /** Where it ended, earlier than asked for when time was up. */
  to: EpochMs;
  complete: boolean;
  policies: readonly string[];
  evaluations: number;
  incidents: readonly PastIncident[];
  omittedIncidents: number;
  problems: readonly string[];
  elapsedMs: Milliseconds;
}

/** A back-test takes no longer than this; what it has found until then is its answer. */
const longestMs: Milliseconds = 120_000;
/** So long it may hold up everything else. */
const sliceMs: Milliseconds = 8;
const progressEveryMs: Milliseconds = 250;

/**
 * What policies would have made of the past: stored telemetry goes through the same windows, the same evaluation and the
 * same state machine as what is measured now. As if all judges had seen what this watcher saw; snoozes that people made
 * then, and restarts of this watcher, are not known. Rejects as the engine does, and when it is aborted.
 */
export async function backtest(parts: BacktestParts, task: BacktestTask): Promise<BacktestResult> {
  return await (await Backtest.prepare(parts, task)).run();
}

class Backtest {
  readonly #parts: BacktestParts;
  readonly #task: BacktestTask;
  readonly #machine: PastMachine;
  readonly #voice: AlertVoice;
  readonly #runs: readonly PolicyRun[];
  readonly #turns: EvaluationTurns;
  readonly #readings: StoredReadings;
  readonly #sight: Sight;
  readonly #standing: StoredStanding | undefined;
  /** Checks that policies depend on. */
  readonly #depended: ReadonlySet<string>;
  readonly #problems: string[];
  readonly #startedMs: Milliseconds;
  #changes = 0;
  #evaluations = 0;

  static async prepare(parts: BacktestParts, task: BacktestTask): Promise<Backtest> {
    const startedMs = parts.clock.monotonic();
    const problems: string[] = [];
    const policies = task.configuration.alerts.filter((policy) => {
      if (policy.disabled) return false;
      try {
        resolvePolicy(policy, 0);
        return true;
      } catch (thrown) {
        problems.push(messageOf(thrown));
        return false;
      }
    });
    const { store, self, entries } = parts;
    const { from, to, signal } = task;
    const needsPast = policies.some(
      (policy) => policy['depends-on'].length > 0 || policy.conditions.some(({ verdict, quorum }) => verdict ?? quorum),
    );
    const standing = needsPast ? await StoredStanding.load(self, parts.view(), entries, from, signal) : undefined;
    if (standing?.isCut) problems.push('the ledger is longer than a back-test reads: later verdicts are not known');
    const readings = await StoredReadings.open({ store, policies, from, standing: standing ?? nothingStands, signal });
    const sight = await readBlindSpans(store, self, { from, to }, signal);
    return new Backtest(parts, task, { policies, problems, startedMs, standing, readings, sight });
  }

  private constructor(
    parts: BacktestParts,
    task: BacktestTask,
    prepared: {
      policies: readonly AlertPolicy[];
      problems: string[];
      startedMs: Milliseconds;
      standing: StoredStanding | undefined;
      readings: StoredReadings;
      sight: Sight;
    },
  ) {
    const { policies, problems, startedMs, standing, readings, sight } = prepared;
    const { self, view } = parts;
    const { from, configuration } = task;
    this.#parts = parts;
    this.#task = task;
    this.#problems = problems;
    this.#startedMs = startedMs;
    this.#standing = standing;
    this.#readings = readings;
    this.#sight = sight;
    const record = view().membership.watchers.find(({ id }) => id === self);
    const inForce = pastConfiguration(configuration, policies, (name) => view().check(name)?.check);
    this.#machine = new PastMachine(inForce, { site: '', ...record, id: self }, from);
    this.#voice = new AlertVoice({
      self,
      view: () => this.#machine.view(),
      say: (opinions) => this.#machine.say(opinions),
    });
    this.#runs = policies.map((policy) => new PolicyRun(policy, from));
    const sampleMs = sampleSettleMs(configuration.watch);
    this.#turns = new EvaluationTurns(policies, (policy) => resolvePolicy(policy, sampleMs).settleMs);
    this.#depended = new Set(inForce.watch.map(({ name }) => name));
    for (const name of this.#depended) {
      this.#machine.say([pastOpinion(name, self, standing?.verdictAtBegin(name) ?? 'unknown', from)]);
    }
  }

  async run(): Promise<BacktestResult> {
    const { clock } = this.#parts;
    const { to, signal, onProgress } = this.#task;
    let sliceBegan = clock.monotonic();
    let progressed = sliceBegan;
    for (let run = this.#next(); run; run = this.#next()) {
      await this.#evaluate(run);
      const nowMs = clock.monotonic();
      if (nowMs - sliceBegan < sliceMs) continue;
      if (nowMs - this.#startedMs > longestMs) return this.#result(run.nextAt - run.policy.interval, false);
      if (nowMs - progressed > progressEveryMs) {
        onProgress?.(run.nextAt);
        progressed = nowMs;
      }
      await sleep(clock, 0);
      signal?.throwIfAborted();
      sliceBegan = clock.monotonic();
    }
    this.#pass(to);
    return this.#result(to, true);
  }

  #next(): PolicyRun | undefined {
    let next: PolicyRun | undefined;
    for (const run of this.#runs) {
      if (run.nextAt <= this.#task.to && (!next || this.#turns.of(run) < this.#turns.of(next))) next = run;
    }
    return next;
  }

  async #evaluate(run: PolicyRun): Promise<void> {
    const { policy, nextAt } = run;
    this.#pass(this.#turns.of(run));
    this.#evaluations++;
    const blindUntil = this.#sight.blindUntil(nextAt);
    if (blindUntil !== undefined) {
      this.#voice.tell(policy, run.blind(blindUntil), 0);
      return;
    }
    const readings = [];
    for (const condition of policy.conditions.keys()) readings.push(await this.#readings.of(policy, condition, nextAt));
    this.#voice.tell(policy, run.step(readings), 0);
  }

  /** What became of the checks that policies depend on until then, and what time alone brings about. */
  #pass(to: EpochMs): void {
    for (; this.#standing; this.#changes++) {
      const change = this.#standing.changes[this.#changes];
      if (!change || change.time > to) break;
      if (!this.#depended.has(change.check)) continue;
      this.#machine.advance(change.time);
      this.#machine.say([pastOpinion(change.check, this.#parts.self, change.to, change.time)]);
    }
    this.#machine.advance(to);
  }

  #result(to: EpochMs, complete: boolean): BacktestResult {
    const { missing } = this.#readings;
    return {
      to,
      complete,
      policies: this.#runs.map(({ policy }) => policy.name),
      evaluations: this.#evaluations,
      incidents: [...this.#machine.incidents.values()],
      omittedIncidents: this.#machine.omitted,
      problems: [
        ...this.#problems,
        ...(missing.length > 0 ? [`not all telemetry was there: ${missing.join(', ')}`] : []),
      ],
      elapsedMs: this.#parts.clock.monotonic() - this.#startedMs,
    };
  }
}

const nothingStands = { verdicts: () => [], quorum: () => undefined };

/** Only one at a time: each takes what the watcher has to spare. */
export class BacktestDoor {
  #isBusy = false;

  async run(parts: BacktestParts, task: BacktestTask): Promise<BacktestResult> {
    if (this.#isBusy) throw new QwError('OVERLOADED', 'another back-test is running', { hint: 'wait for its end' });
    this.#isBusy = true;
    try {
      return await backtest(parts, task);
    } finally {
      this.#isBusy = false;
    }
  }
}
