import {
  boundedEvidence,
  freshTrack,
  judgeRound,
  maxOpinionsPerRequest,
  stepOpinion,
  type OpinionTrack,
} from '../agree/index.ts';
import type { Check, EpochMs, Opinion, OpinionState, ProbeResult, Sample, VerdictState } from '../model/index.ts';
import type { Log } from '../platform/index.ts';
import type { JudgedSample, TelemetryStore } from '../store/index.ts';

/** From samples to opinions: one round after another, and what changed goes on to be agreed. */

export interface ObservingOptions {
  self: string;
  store: TelemetryStore;
  log: Log;
  verdict(check: string): VerdictState;
  /** Hands opinions on; rejects when they could not be made durable. */
  propose(opinions: readonly Opinion[]): Promise<void>;
  /** The next probe of a check should come soon. */
  retrySoon(check: string): void;
  onSample(sample: JudgedSample): void;
}

/** Characters of one request's opinions, about: enough to share a signature, few enough to travel beside votes. */
const maxBundleLength = 262_144;

/** Names beyond these are forgotten once what was said under them is agreed: resources of policies come and go. */
const maxOthers = 10_000;

interface Observed {
  check: Check;
  track: OpinionTrack;
}

export class Observing {
  readonly #options: ObservingOptions;
  readonly #observed = new Map<string, Observed>();
  /** Opinions that are not yet agreed, newest by check: an older one of the same check is worth nothing. */
  readonly #waiting = new Map<string, Opinion>();
  /** Names under which something else than a check has an opinion. */
  readonly #others = new Set<string>();
  #proposing = false;
  /** What fails again and again is said once. */
  #failing = false;

  constructor(options: ObservingOptions) {
    this.#options = options;
  }

  /** Checks that go on keep their track; one that probes another thing now starts afresh. */
  setChecks(
    checks: readonly Check[],
    settled: (check: string) => { state: OpinionState; since: EpochMs } | undefined,
  ): void {
    const names = new Set(checks.map((check) => check.name));
    for (const name of this.#observed.keys()) if (!names.has(name)) this.#observed.delete(name);
    for (const check of checks) {
      const known = this.#observed.get(check.name);
      const before = settled(check.name);
      // The ledger says what this watcher held when it stopped; without an entry it holds nothing.
      const track = before === undefined ? freshTrack : (known?.track ?? { ...freshTrack, ...before });
      this.#observed.set(check.name, { check, track });
    }
    for (const name of this.#waiting.keys()) {
      if (!names.has(name) && !this.#others.has(name)) this.#waiting.delete(name);
    }
  }

  take(sample: Sample): void {
    const observed = this.#observed.get(sample.check);
    if (!observed) return;
    const { check } = observed;
    const round = judgeRound(check, sample);
    const judged: JudgedSample = { ...sample, outcome: round.outcome, ...figures(sample) };
    this.#options.store.append(judged, this.#options.verdict(check.name));
    this.#options.onSample(judged);
    const step = stepOpinion(observed.track, round.outcome, sample.startedAt, check);
    observed.track = step.track;
    if (step.suspicious) this.#options.retrySoon(check.name);
    if (!step.changed) return;
    const { track } = step;
    const opinion = boundedEvidence({
      check: check.name,
      watcher: this.#options.self,
      state: track.state,
      since: track.since ?? sample.startedAt,
      ...(round.reason === undefined || track.state === 'up' ? {} : { reason: round.reason }),
      rounds: track.settledBy.map((seen) => seen.outcome),
      results: this.counted(sample),
    });
    this.#waiting.set(check.name, opinion);
    this.#propose();
  }

  /** Opinions that wait to be agreed. */
  get pending(): number {
    return this.#waiting.size;
  }

  /** Opinions that come from no check; whoever says them knows when they change. */
  say(opinions: readonly Opinion[]): void {
    for (const opinion of opinions) {
      this.#others.add(opinion.check);
      this.#waiting.set(opinion.check, opinion);
    }
    if (this.#others.size > maxOthers) {
      for (const name of this.#others) if (!this.#waiting.has(name)) this.#others.delete(name);
    }
    this.#propose();
  }

  /** Tries again what could not be agreed before. */
  retry(): void {
    this.#propose();
  }

  /** Says these once more; what has changed since goes before. */
  sayAgain(opinions: readonly Opinion[]): void {
    for (const opinion of opinions) {
      const { check } = opinion;
      const known = this.#observed.has(check) || this.#others.has(check);
      if (known && !this.#waiting.has(check)) this.#waiting.set(check, opinion);
    }
    this.#propose();
  }

  /** Netwatch's counters stand among the values, since its scripts know them. */
  counted(sample: Sample): ProbeResult[] {
    const { done, failed } = this.#options.store.counts(sample.check);
    return sample.results.map((result) => ({
      ...result,
      values: { ...result.values, 'done-tests': done, 'failed-tests': failed },
    }));
  }

  #nextBundle(): Opinion[] {
    const bundle: Opinion[] = [];
    let length = 0;
    for (const opinion of this.#waiting.values()) {
      length += JSON.stringify(opinion).length;
      if (bundle.length > 0 && (bundle.length >= maxOpinionsPerRequest || length > maxBundleLength)) break;
      bundle.push(opinion);
    }
    return bundle;
  }

  /** One bundle at a time: what changes meanwhile shares the next one. */
  #propose(): void {
    if (this.#proposing || this.#waiting.size === 0) return;
    this.#proposing = true;
    // The samples of this turn of the event loop share a bundle.
    queueMicrotask(() => {
      const bundle = this.#nextBundle();
      this.#options
        .propose(bundle)
        .then(() => {
          for (const opinion of bundle)
            if (this.#waiting.get(opinion.check) === opinion) this.#waiting.delete(opinion.check);
          this.#proposing = false;
          this.#failing = false;
          this.#propose();
        })
        .catch((problem: unknown) => {
          this.#proposing = false;
          const facts = { opinions: bundle.length, problem: String(problem) };
          if (this.#failing) this.#options.log.debug('opinions could still not be agreed', facts);
          else this.#options.log.error('opinions could not be agreed; they wait and are tried again', facts);
          this.#failing = true;
        });
    });
  }
}

/** The figures that charts show: the mean over the results that have one. */
function figures(sample: Sample): { latencyMs?: number; lossPercent?: number } {
  const mean = (values: (number | undefined)[]): number | undefined => {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  const latencyMs = mean(sample.results.map((result) => result.latencyMs));
  const lossPercent = mean(sample.results.map((result) => result.lossPercent));
  return { ...(latencyMs === undefined ? {} : { latencyMs }), ...(lossPercent === undefined ? {} : { lossPercent }) };
}
