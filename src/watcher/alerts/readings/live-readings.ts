import {
  messageOf,
  QwError,
  type AlertPolicy,
  type ConditionReadings,
  type EpochMs,
  type Milliseconds,
} from '../../../model/index.ts';
import { sleep, type Clock } from '../../../platform/index.ts';
import { AlertWindows, type PolicyQuery, type SampleRow, type WindowFigures } from '../../../report/index.ts';
import type { RowListener } from '../../telemetry/recorder.ts';
import type { MetricsStore } from '../../telemetry/scope.ts';
import { fillWindows } from './fill-windows.ts';
import type { Readings, Standing } from './readings.ts';
import { resolvePolicy } from './resolve.ts';
import { StandingReadings } from './standing-readings.ts';

export interface LiveReadingsOptions {
  store: Pick<MetricsStore, 'engine' | 'book'>;
  clock: Clock;
  standing: Standing;
  /** What is wrong, in a sentence; undefined when it is no more. */
  onProblem(problem: string | undefined): void;
}

/** What was measured before the policies changed is in the store so much later than it was recorded, at the latest. */
const storedAfterMs: Milliseconds = 3000;

/** Readings of rows as they are recorded. Windows that are new are first filled with what the store has. */
export class LiveReadings implements Readings, RowListener {
  readonly #options: LiveReadingsOptions;
  readonly #windows: AlertWindows;
  readonly #standing: StandingReadings;
  #policies = new Map<string, PolicyQuery>();
  #filling = new AbortController();

  constructor(options: LiveReadingsOptions) {
    this.#options = options;
    this.#windows = new AlertWindows({ find: (series) => options.store.book.find(series) });
    this.#standing = new StandingReadings(options.standing);
  }

  get figures(): WindowFigures {
    return this.#windows.figures;
  }

  /** Windows are being filled from the store; conditions that look at them have no readings. */
  get isFilling(): boolean {
    return this.#windows.isFilling;
  }

  /**
   * The policies from now on, and how long after its start a sample may come (`sampleSettleMs`). Returns what is wrong with
   * those that cannot be read, by name; they have no readings.
   */
  configure(policies: readonly AlertPolicy[], sampleMs: Milliseconds): ReadonlyMap<string, QwError> {
    const problems = new Map<string, QwError>();
    this.#policies = new Map();
    for (const policy of policies) {
      try {
        this.#policies.set(policy.name, resolvePolicy(policy, sampleMs));
      } catch (thrown) {
        if (!(thrown instanceof QwError)) throw thrown;
        problems.set(policy.name, thrown);
      }
    }
    this.#filling.abort();
    this.#filling = new AbortController();
    const now = this.#options.clock.now();
    this.#windows.configure([...this.#policies.values()], now);
    if (this.#windows.isFilling) void this.#fill(now, sampleMs + storedAfterMs, this.#filling.signal);
    return problems;
  }

  settleMs({ name }: AlertPolicy): Milliseconds {
    return this.#policyOf(name).settleMs;
  }

  of(policy: AlertPolicy, condition: number, at: EpochMs): ConditionReadings | undefined {
    const given = policy.conditions[condition];
    const standing = given && this.#standing.read(given, at);
    return standing ?? this.#windows.of(this.#policyOf(policy.name).name, condition, at);
  }

  point(series: number, at: EpochMs, value: number): void {
    this.#windows.point(series, at, value);
  }

  sample(series: number, at: EpochMs, row: SampleRow): void {
    this.#windows.sample(series, at, row);
  }

  /** To be called about once a second. */
  tick(): void {
    this.#windows.advance(this.#options.clock.now());
  }

  stop(): void {
    this.#filling.abort();
  }

  async #fill(until: EpochMs, delayMs: Milliseconds, signal: AbortSignal): Promise<void> {
    const { store, clock } = this.#options;
    const say = (problem: string | undefined) => this.#options.onProblem(problem);
    try {
      await sleep(clock, delayMs, signal);
      const onMissing = (missing: readonly string[]) => say(`not all telemetry was there: ${missing.join(', ')}`);
      await fillWindows(this.#windows, store.book, { engine: store.engine, signal, onMissing }, until);
      if (signal.aborted) return;
      say(undefined);
    } catch (thrown) {
      if (signal.aborted) return;
      say(`windows begin with what comes: earlier telemetry could not be read: ${messageOf(thrown)}`);
    }
    this.#windows.endFilling();
  }

  #policyOf(name: string): PolicyQuery {
    const found = this.#policies.get(name);
    if (!found) throw new QwError('NOT_FOUND', `there are no readings of the policy ${name}`);
    return found;
  }
}
