/** What the watch saw, explained: questions in PromQL over the series that somebody keeps. */
export { formatValue } from './promql/format.ts';
export { readSeconds } from './promql/duration.ts';
export { compileMatchers } from './promql/matching.ts';
export { Promql, type AnsweredSeries, type PromqlAnswer } from './promql/promql.ts';
export type { LabelSet, Matcher, SelectLimits, SeriesSource, StoredSeries } from './promql/source.ts';
