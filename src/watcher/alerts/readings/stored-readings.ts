import {
  QwError,
  type AlertPolicy,
  type ConditionReadings,
  type EpochMs,
  type Milliseconds,
} from '../../../model/index.ts';
import { AlertWindows, type PolicyQuery } from '../../../report/index.ts';
import { samplesFamily } from '../../telemetry/metric.ts';
import type { MetricsStore } from '../../telemetry/scope.ts';
import { fillWindows } from './fill-windows.ts';
import { loadRows, type RowSource, type SeriesIds } from './load-rows.ts';
import type { Readings, Standing } from './readings.ts';
import { resolvePolicy } from './resolve.ts';
import { StandingReadings } from './standing-readings.ts';

export interface StoredReadingsOptions {
  store: Pick<MetricsStore, 'engine' | 'book'>;
  policies: readonly AlertPolicy[];
  /** Evaluations are asked for from here on. */
  from: EpochMs;
  standing: Standing;
  signal?: AbortSignal | undefined;
}

/** Stretches of time that are read at once: as long as this at first, longer where little comes. */
const firstStretchMs: Milliseconds = 600_000;
const longestStretchMs: Milliseconds = 86_400_000;
const fewRows = 50_000;
const manyRows = 200_000;

/** Readings of what the store has, as they would have been live. Evaluations of all policies are asked for in the order of time. */
export class StoredReadings implements Readings {
  readonly #windows: AlertWindows;
  readonly #standing: StandingReadings;
  readonly #policies: ReadonlyMap<string, PolicyQuery>;
  readonly #source: RowSource;
  readonly #series: SeriesIds;
  readonly #missing = new Set<string>();
  #loadedTo: EpochMs;
  #stretchMs = firstStretchMs;
  #loading: Promise<void> | undefined;

  /** Throws what `resolvePolicy` throws, and what the engine does. */
  static async open(options: StoredReadingsOptions): Promise<StoredReadings> {
    const readings = new StoredReadings(options);
    await fillWindows(readings.#windows, options.store.book, readings.#source, options.from);
    readings.#windows.endFilling();
    return readings;
  }

  private constructor({ store, policies, from, standing, signal }: StoredReadingsOptions) {
    this.#standing = new StandingReadings(standing);
    // How late rows came is not known any more, so nothing waits for them.
    this.#policies = new Map(policies.map((policy) => [policy.name, resolvePolicy(policy, 0)]));
    this.#windows = new AlertWindows({ find: (series) => store.book.find(series) });
    this.#windows.configure([...this.#policies.values()], from);
    this.#series = chosenSeries(this.#windows, store.book);
    this.#source = {
      engine: store.engine,
      signal,
      onMissing: (missing) => missing.forEach((one) => this.#missing.add(one)),
    };
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
    this.#windows.advance(at);
    const from = this.#loadedTo;
    const to = Math.max(at, from + this.#stretchMs);
    let rows = 0;
    await loadRows(
      this.#source,
      this.#series,
      { from, to },
      {
        point: (series, time, value) => {
          rows++;
          this.#windows.point(series, time, value);
        },
        sample: (series, time, row) => {
          rows++;
          this.#windows.sample(series, time, row);
        },
      },
    );
    this.#loadedTo = to;
    if (rows < fewRows) this.#stretchMs = Math.min(longestStretchMs, 2 * this.#stretchMs);
    else if (rows > manyRows) this.#stretchMs /= 2;
  }
}

/** Series that conditions look at; to be asked before the windows are filled. */
function chosenSeries(windows: AlertWindows, book: MetricsStore['book']): SeriesIds {
  const points: number[] = [];
  const samples: number[] = [];
  for (const family of windows.families) {
    for (const { id, labels } of book.of(family)) {
      if (windows.wanted(family, labels)) (family === samplesFamily ? samples : points).push(id);
    }
  }
  return { points, samples };
}
