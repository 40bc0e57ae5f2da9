import {
  canonicalJson,
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
import { fillWindows } from './fill-windows.ts';
import type { AskedStore } from './load-rows.ts';
import type { Readings, Standing } from './readings.ts';
import { resolvePolicy } from './resolve.ts';
import { StandingReadings } from './standing-readings.ts';

export interface LiveReadingsOptions {
  store: AskedStore;
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
  #definition = '';
  #problems: ReadonlyMap<string, QwError> = new Map();
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
    const definition = canonicalJson({ policies, sampleMs });
    // Whatever else has changed, series need not be matched again.
    if (definition === this.#definition) return this.#problems;
    this.#definition = definition;
    const problems = new Map<string, QwError>();
    this.#problems = problems;
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
    const missing = new Set<string>();
    const onMissing = (names: readonly string[]) => names.forEach((name) => missing.add(name));
    let problem: string | undefined;
    try {
      await sleep(clock, delayMs, signal);
      await fillWindows(this.#windows, store.book, { engine: store.engine, signal, onMissing }, until);
      const names = [...missing].join(', ');
      if (names !== '') problem = `windows begin with what was there of earlier telemetry; missing: ${names}`;
    } catch (thrown) {
      problem = `windows begin with what comes, since earlier telemetry could not be read: ${messageOf(thrown)}`;
    }
    // Windows of another configuration are somebody else's.
    if (signal.aborted) return;
    this.#options.onProblem(problem);
    for (const filling of this.#windows.fillings()) filling.end();
  }

  #policyOf(name: string): PolicyQuery {
    const found = this.#policies.get(name);
    if (!found) throw new QwError('NOT_FOUND', `there are no readings of the policy ${name}`);
    return found;
  }
}
