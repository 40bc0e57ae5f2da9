import type { ValueType } from './ast.ts';

/** Functions that are understood: what each takes and gives. */

const instant = 'instant vector';
const range = 'range vector';

export interface Signature {
  takes: readonly ValueType[];
  /** So many of the last ones may be missing. */
  optional: number;
  /** The last one may be repeated. */
  repeated: boolean;
  gives: ValueType;
}

const signature = (
  takes: readonly ValueType[],
  optional = 0,
  gives: ValueType = instant,
  repeated = false,
): Signature => ({
  takes,
  optional,
  repeated,
  gives,
});
const all = (names: string, one: Signature) => Object.fromEntries(names.split(' ').map((name) => [name, one]));

export const signatures: Readonly<Record<string, Signature>> = {
  ...all('rate irate increase delta idelta changes resets deriv', signature([range])),
  ...all(
    'avg_over_time min_over_time max_over_time sum_over_time count_over_time last_over_time present_over_time ' +
      'stddev_over_time stdvar_over_time absent_over_time',
    signature([range]),
  ),
  quantile_over_time: signature(['scalar', range]),
  predict_linear: signature([range, 'scalar']),
  ...all('abs ceil floor exp ln log2 log10 sqrt sgn absent timestamp sort sort_desc', signature([instant])),
  round: signature([instant, 'scalar'], 1),
  clamp: signature([instant, 'scalar', 'scalar']),
  clamp_min: signature([instant, 'scalar']),
  clamp_max: signature([instant, 'scalar']),
  scalar: signature([instant], 0, 'scalar'),
  vector: signature(['scalar']),
  ...all('time pi', signature([], 0, 'scalar')),
  ...all('minute hour day_of_week day_of_month day_of_year days_in_month month year', signature([instant], 1)),
  histogram_quantile: signature(['scalar', instant]),
  label_replace: signature([instant, 'string', 'string', 'string', 'string']),
  label_join: signature([instant, 'string', 'string', 'string'], 1, instant, true),
};

/** Functions and operators of Prometheus that are left out on purpose, so that refusing them does not sound like a slip. */
export const leftOut: readonly string[] =
  `acos acosh asin asinh atan atanh cos cosh deg rad sin sinh tan tanh holt_winters double_exponential_smoothing
  histogram_avg histogram_count histogram_fraction histogram_quantiles histogram_stddev histogram_stdvar histogram_sum info
  mad_over_time first_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time
  sort_by_label sort_by_label_desc limitk limit_ratio start end range step start_timestamp`.split(/\s+/);
