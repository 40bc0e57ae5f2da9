import fc from 'fast-check';

/**
 * Random expressions that fit together. Windows, offsets and lookbacks never end on a sample, so that it does not matter
 * whether they are open on the left, as in Prometheus 3, or closed, as before.
 */

const gauge = fc.constantFrom('gauge_one', 'gauge_two');
const labelled = fc.constantFrom(
  '',
  '{site="a"}',
  '{site=~"a|b"}',
  '{site!="a"}',
  '{site!~"b.*"}',
  '{host=""}',
  '{host!=""}',
  '{site="none"}',
);
const modifier = fc.constantFrom('', '', '', ' offset 1m', ' offset -90s', ' @ 1700000600', ' @ start()', ' @ end()');
const window = fc.constantFrom('[45s]', '[2m]', '[5m]', '[17m]');
const selector = fc
  .tuple(fc.oneof(gauge, fc.constant('errors_total')), labelled, modifier)
  .map((parts) => parts.join(''));
const range = fc.tuple(gauge, labelled, window, modifier).map((parts) => parts.join(''));
const counter = fc.tuple(fc.constant('errors_total'), labelled, window, modifier).map((parts) => parts.join(''));
const number = fc.constantFrom('0', '1', '2.5', '-3', '0.5', '1e3', 'NaN', 'Inf', '0x1F');

const grouping = fc.constantFrom(
  '',
  '',
  'by (site)',
  'by (site, host)',
  'without (site)',
  'by ()',
  'by (__name__)',
  'without ()',
);

const overTime = fc.constantFrom(
  'avg_over_time',
  'min_over_time',
  'max_over_time',
  'sum_over_time',
  'count_over_time',
  'last_over_time',
  'stddev_over_time',
  'stdvar_over_time',
  'present_over_time',
  'absent_over_time',
  'changes',
  'resets',
  'delta',
  'idelta',
  'deriv',
);
const ofRange = fc.oneof(
  fc.tuple(overTime, range).map(([name, of]) => `${name}(${of})`),
  fc.tuple(fc.constantFrom('rate', 'increase', 'irate', 'resets'), counter).map(([name, of]) => `${name}(${of})`),
  fc.tuple(number, range).map(([share, of]) => `quantile_over_time(${share}, ${of})`),
  // With `@`, version 2.42 answers at the first step only.
  fc
    .tuple(gauge, labelled, window, number)
    .map(([name, labels, of, to]) => `predict_linear(${name}${labels}${of}, ${to})`),
);

const finite = fc.oneof(
  fc.tuple(fc.constantFrom('gauge_one{site="a"}', 'errors_total'), modifier).map((parts) => parts.join('')),
  counter.map((of) => `increase(${of})`),
);

// What is no time has no date, and is turned into some by Prometheus.
const calendar = fc
  .tuple(
    fc.constantFrom('minute', 'hour', 'day_of_week', 'day_of_month', 'day_of_year', 'days_in_month', 'month', 'year'),
    finite,
    fc.constantFrom('1e5', '3e7', '-1e7'),
  )
  .map(([name, of, by]) => `${name}(${of} * ${by})`);

const ofValue = fc.constantFrom(
  'abs',
  'ceil',
  'floor',
  'exp',
  'ln',
  'log2',
  'log10',
  'sqrt',
  'sgn',
  'round',
  'absent',
  'timestamp',
);
/** Without `atan2`: version 2.42 leaves names of metrics in its answers. */
const arithmetic = fc.constantFrom('+', '-', '*', '/', '^');
const comparison = fc.constantFrom('==', '!=', '<', '<=', '>', '>=');
const matching = fc.constantFrom(
  '',
  '',
  'on (site, host)',
  'ignoring (host)',
  'on (site) group_left ()',
  'on (site) group_left (unit)',
  'on (site) group_right ()',
  'ignoring (unit)',
  'on ()',
);

const { vector } = fc.letrec<{ vector: string; scalar: string }>((tie) => ({
  scalar: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    number,
    fc.constant('time()'),
    tie('vector').map((of) => `scalar(${of})`),
    fc.tuple(tie('scalar'), arithmetic, tie('scalar')).map(([a, sign, b]) => `(${a} ${sign} ${b})`),
    fc.tuple(tie('scalar'), comparison, tie('scalar')).map(([a, sign, b]) => `(${a} ${sign} bool ${b})`),
    tie('scalar').map((of) => `-${of}`),
  ),
  vector: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    selector,
    ofRange,
    calendar,
    tie('scalar').map((of) => `vector(${of})`),
    fc.tuple(ofValue, tie('vector')).map(([name, of]) => `${name}(${of})`),
    fc.tuple(tie('vector'), tie('scalar')).map(([of, to]) => `round(${of}, ${to})`),
    fc.tuple(tie('vector'), tie('scalar'), tie('scalar')).map(([of, a, b]) => `clamp(${of}, ${a}, ${b})`),
    fc
      .tuple(fc.constantFrom('clamp_min', 'clamp_max'), tie('vector'), tie('scalar'))
      .map(([name, of, to]) => `${name}(${of}, ${to})`),
    fc
      .tuple(fc.constantFrom('sum', 'avg', 'min', 'max', 'count', 'group'), grouping, tie('vector'))
      .map(([name, by, of]) => `${name} ${by} (${of})`),
    // Of a single infinite value versions before 3 say 0, later ones NaN.
    fc.tuple(fc.constantFrom('stddev', 'stdvar'), grouping, finite).map(([name, by, of]) => `${name} ${by} (${of})`),
    // Shares that change from step to step are forgotten by version 2.42 beside `@`.
    fc.tuple(number, grouping, tie('vector')).map(([share, by, of]) => `quantile ${by} (${share}, ${of})`),
    // Ties are decided by an order that nobody promises: only raw values differ for certain.
    fc
      .tuple(
        fc.constantFrom('topk', 'bottomk'),
        fc.constantFrom('0', '1', '2', '7'),
        fc.constantFrom('', 'by (site)'),
        gauge,
      )
      .map(([name, count, by, of]) => `${name} ${by} (${count}, ${of})`),
    // Of stored values only: the last digits of calculated ones would become labels.
    fc.tuple(grouping, selector).map(([by, of]) => `count_values ${by} ("value", ${of})`),
    fc
      .tuple(tie('vector'), arithmetic, matching, tie('vector'))
      .map(([a, sign, how, b]) => `(${a} ${sign} ${how} ${b})`),
    fc
      .tuple(tie('vector'), comparison, fc.constantFrom('', 'bool'), matching, tie('vector'))
      .map(([a, sign, bool, how, b]) => `(${a} ${sign} ${bool} ${how} ${b})`),
    fc
      .tuple(
        tie('vector'),
        fc.constantFrom('and', 'or', 'unless'),
        fc.constantFrom('', 'on (site)', 'ignoring (host)', 'on ()'),
        tie('vector'),
      )
      .map(([a, sign, how, b]) => `(${a} ${sign} ${how} ${b})`),
    fc.tuple(tie('vector'), arithmetic, tie('scalar')).map(([a, sign, b]) => `${a} ${sign} ${b}`),
    fc.tuple(tie('scalar'), arithmetic, tie('vector')).map(([a, sign, b]) => `${a} ${sign} ${b}`),
    fc
      .tuple(tie('vector'), comparison, fc.constantFrom('', 'bool '), tie('scalar'))
      .map(([a, sign, bool, b]) => `(${a} ${sign} ${bool}${b})`),
    fc
      .tuple(tie('scalar'), comparison, fc.constantFrom('', 'bool '), tie('vector'))
      .map(([a, sign, bool, b]) => `(${a} ${sign} ${bool}${b})`),
    // Of stored values: what remains of a calculated one may differ by all of the divisor.
    fc.tuple(selector, number).map(([of, by]) => `(${of} % ${by})`),
    tie('vector').map((of) => `-${of}`),
    fc
      .tuple(
        fc.constantFrom('0.5', '0', '1', '0.99', '2', '-1', 'NaN'),
        fc.constantFrom('', 'rate'),
        fc.constantFrom('', 'sum by (le)'),
      )
      .map(
        ([share, rate, sum]) =>
          `histogram_quantile(${share}, ${sum}(${rate === '' ? 'wait_bucket' : 'rate(wait_bucket[4m])'}))`,
      ),
    fc
      .tuple(
        tie('vector'),
        fc.constantFrom('copy', 'site'),
        fc.constantFrom('$1', 'x-${1}-$2', '', '$$'),
        fc.constantFrom('(.*)', '(.)(.*)', 'b', ''),
      )
      .map(([of, to, text, pattern]) => `label_replace(${of}, "${to}", "${text}", "site", "${pattern}")`),
    tie('vector').map((of) => `label_join(${of}, "both", "-", "site", "host")`),
    tie('vector').map((of) => `(${of})`),
  ),
}));

export const expressions: fc.Arbitrary<string> = vector;
