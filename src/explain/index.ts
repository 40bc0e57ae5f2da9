/** What the watch saw, explained: questions in PromQL over the series that somebody keeps. */
export type { LabelSet, Matcher, SelectLimits, SeriesSource, StoredSeries } from './promql/source.ts';
