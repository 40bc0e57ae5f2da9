/** What the watch saw, explained: questions in PromQL over the series that somebody keeps. */
export { formatValue } from './promql/format.ts';
export { readSeconds } from './promql/duration.ts';
export { compileMatchers } from './promql/matching.ts';
export { Promql, type AnsweredSeries, type PromqlAnswer } from './promql/promql.ts';
export type { LabelSet, Matcher, SelectLimits, SeriesSource, StoredSeries } from './promql/source.ts';
export { analyze } from './flows/analyze.ts';
export { FlowBook } from './flows/book.ts';
export { termsOf, type FlowFilter } from './flows/filter/filter.ts';
export { parseFilter } from './flows/filter/parse.ts';
export { predicateOf, type FilterNumbers } from './flows/filter/predicate.ts';
export { printFilter } from './flows/filter/print.ts';
export type { FlowNames, FlowSource, NamedExporter } from './flows/source.ts';
export { costsOf } from './flows/insights/costs.ts';
export { findInsights } from './flows/insights/insights.ts';
export { analyzeLatency } from './flows/latency.ts';
export { listRecords } from './flows/records.ts';
