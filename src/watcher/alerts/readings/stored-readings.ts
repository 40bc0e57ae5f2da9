import {
  QwError,
  type AlertPolicy,
  type ConditionReadings,
  type EpochMs,
  type Milliseconds,
} from '../../../model/index.ts';
import { AlertWindows, type PolicyQuery } from '../../../report/index.ts';
import { samplesFamily } from '../../telemetry/metric.ts';
import { fillWindows } from './fill-windows.ts';
import { RowReader, type AskedStore, type RowSink, type RowSource, type SeriesIds } from './load-rows.ts';
import type { Readings, Standing } from './readings.ts';
import { resolvePolicy } from './resolve.ts';
import { StandingReadings } from './standing-readings.ts';

export interface StoredReadingsOptions {
  store: AskedStore;
  policies: readonly AlertPolicy[];
  /** Evaluations are asked for from here on. */
  from: EpochMs;
  standing: Standing;
  signal?: AbortSignal | undefined;
}

/** Readings of what the store has, as they would have been live. Evaluations of all policies are asked for in the order of time. */
export class StoredReadings implements Readings {
  readonly #windows: AlertWindows;
  readonly #standing: StandingReadings;
  readonly #policies: ReadonlyMap<string, PolicyQuery>;
  readonly #source: RowSource;
  readonly #reader: RowReader;
  readonly #sink: RowSink;
  readonly #missing = new Set<string>();
  #loadedTo: EpochMs;
  #loading: Promise<void> | undefined;

  /** Throws what `resolvePolicy` throws, and what the engine does. */
  static async open(options: StoredReadingsOptions): Promise<StoredReadings> {
    const readings = new StoredReadings(options);
    await fillWindows(readings.#windows, options.store.book, readings.#source, options.from);
    return readings;
  }

  private constructor({ store, policies, from, standing, signal }: StoredReadingsOptions) {
    this.#standing = new StandingReadings(standing);
    // How late rows came is not known any more, so nothing waits for them.
    this.#policies = new Map(policies.map((policy) => [policy.name, resolvePolicy(policy, 0)]));
    this.#windows = new AlertWindows({ find: (series) => store.book.find(series) });
    this.#windows.configure([...this.#policies.values()], from);
    this.#source = {
      engine: store.engine,
      signal,
      onMissing: (missing) => missing.forEach((one) => this.#missing.add(one)),
    };
    this.#reader = new RowReader(this.#source, chosenSeries(this.#windows, store.book));
    this.#sink = { point: this.#windows.point.bind(this.#windows), sample: this.#windows.sample.bind(this.#windows) };
    this.#loadedTo = from;
  }

  /** What of the store did not answer. */
  get missing(): readonly string[] {
    return [...this.#missing];
  }

  settleMs(): Milliseconds {
    return 0;
  }

  of(
    policy: AlertPolicy,
    condition: number,
    at: EpochMs,
  ): ConditionReadings | undefined | Promise<ConditionReadings | undefined> {
    if (at > this.#loadedTo) return this.#loaded(at).then(() => this.of(policy, condition, at));
    const given = policy.conditions[condition];
    const standing = given && this.#standing.read(given, at);
    if (standing) return standing;
    if (!this.#policies.has(policy.name))
      throw new QwError('NOT_FOUND', `there are no readings of the policy ${policy.name}`);
    return this.#windows.of(policy.name, condition, at);
  }

  #loaded(at: EpochMs): Promise<void> {
    this.#loading ??= this.#load(at).finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  async #load(at: EpochMs): Promise<void> {
    while (this.#loadedTo < at) {
      this.#loadedTo = await this.#reader.read(this.#loadedTo, Infinity, this.#sink);
      this.#windows.advance(Math.min(at, this.#loadedTo));
    }
  }
}

/** Series that conditions look at. */
function chosenSeries(windows: AlertWindows, book: AskedStore['book']): SeriesIds {
  const points: number[] = [];
  const samples: number[] = [];
  for (const family of windows.families) {
    for (const { id, labels } of book.of(family)) {
      if (windows.looksAt(family, labels)) (family === samplesFamily ? samples : points).push(id);
    }
  }
  return { points, samples };
}
