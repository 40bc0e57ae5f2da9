import type { EpochMs, Milliseconds } from '../../model/index.ts';

/** What PromQL is evaluated over. Whoever keeps series implements it; evaluation itself knows no store. */

/** By name; the name of the metric is the label `__name__`. A label that is empty is one that isn't there. */
export type LabelSet = Readonly<Record<string, string>>;

export interface Matcher {
  label: string;
  /** `=~` and `!~` match the whole value, as RE2 does. */
  is: '=' | '!=' | '=~' | '!~';
  value: string;
}

export interface StoredSeries {
  labels: LabelSet;
  /** Ascending, in milliseconds since 1970, without repetitions. */
  at: Float64Array;
  /** As long as `at`. A value with the bits of Prometheus's stale marker ends the series until its next sample. */
  values: Float64Array;
  /** How long a value stands for the present, when that is longer than five minutes: samples of slices are far apart. */
  holdsMs?: Milliseconds;
}

export interface SelectLimits {
  maxSeries: number;
  /** Over all series; a source that can tell beforehand refuses before it reads. */
  maxSamples: number;
  /**
   * Time between two answers, of which the last is at the end of what is asked for; 0 for a single one. Where no window is
   * asked, only the newest sample up to each of them counts.
   */
  stepMs: Milliseconds;
  /** Of a selector such as `metric[5m]`, 0 of one without. */
  windowMs: Milliseconds;
  deadlineMs: Milliseconds;
  signal: AbortSignal;
}

/** Everything but `select` covers a time only as well as the source can tell, and may answer more than was asked. */
export interface SeriesSource {
  /**
   * Samples of all series that fit every matcher, both ends included, and what holds at the beginning where values hold for
   * longer than five minutes. Errors: TELEMETRY_LIMIT, TELEMETRY_DEADLINE,
   * TELEMETRY_UNAVAILABLE.
   */
  select(
    matchers: readonly Matcher[],
    from: EpochMs,
    to: EpochMs,
    limits: SelectLimits,
  ): Promise<readonly StoredSeries[]>;
  /** Labels of the series that fit one of the lists of matchers at least; of all series when there is no list. */
  series(lists: readonly (readonly Matcher[])[], from: EpochMs, to: EpochMs): Promise<readonly LabelSet[]>;
  metadata(): Promise<readonly { metric: string; type: 'gauge' | 'counter'; help: string; unit: string }[]>;
}
