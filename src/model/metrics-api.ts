import { z } from 'zod';

/** Shapes of `/api/v1/metrics…`: which metrics there are, and their values over time. */

const time = z.iso.datetime({ precision: 3 });

/** One of the things that are measured, whatever its labels. */
export const metricSchema = z.object({
  /** As Prometheus has it, unit last: `quorumwatch_probe_latency_seconds`. */
  name: z.string(),
  type: z.enum(['gauge', 'counter']),
  unit: z.enum(['seconds', 'ratio', 'bytes', 'count', 'per-second', 'state', 'timestamp']),
  help: z.string(),
  /** Names of the labels that its series have. */
  labels: z.array(z.string()),
  /** What a chart of it shows unless told otherwise. */
  aggregate: z.string(),
  /** It has percentiles and buckets. */
  histogram: z.boolean().optional(),
});

export const matcherSchema = z.strictObject({
  label: z.string().min(1).max(128),
  /** `=~` and `!~` match the whole value, as RE2 does. */
  is: z.enum(['=', '!=', '=~', '!~']),
  value: z.string().max(1024),
});

/**
 * How values of one time step become one: `rate` is the increase of a counter per second, with resets; `p50` to `p99` are
 * percentiles of all samples behind them, from mergeable buckets; `last` is the newest.
 */
export const aggregates = ['avg', 'min', 'max', 'sum', 'count', 'last', 'rate', 'p50', 'p90', 'p95', 'p99'] as const;

export const metricQuerySchema = z.strictObject({
  metric: z.string().min(1).max(200),
  where: z.array(matcherSchema).max(20).default([]),
  /** Labels that stay apart; series that agree on them are added up into one. None: all become one. */
  groupBy: z.array(z.string().max(128)).max(10).default([]),
  /** `buckets` answers with a histogram for each step, of metrics that have one. */
  aggregate: z.enum([...aggregates, 'buckets']).optional(),
  /** So much earlier than asked, to compare with the past; the times of the answer are those asked for. */
  shiftMs: z.int().min(0).default(0),
});

export const metricsQuerySchema = z.strictObject({
  from: time,
  to: time,
  /** Wanted number of steps; the width of a step is then a round one. */
  points: z.int().min(1).max(2000).default(300),
  queries: z.array(metricQuerySchema).min(1).max(20),
  /** Series in an answer; the ones with the greatest values stay, and `omitted` says how many do not. */
  series: z.int().min(1).max(500).default(50),
});

const metricSeriesSchema = z.object({
  labels: z.record(z.string(), z.string()),
  /** One a step, null where nothing was measured. */
  values: z.array(z.number().nullable()),
  /** With `buckets`: a count for each bound, for each step. */
  counts: z.array(z.array(z.number())).optional(),
});

export const metricAnswerSchema = z.object({
  metric: z.string(),
  unit: metricSchema.shape.unit,
  aggregate: z.string(),
  series: z.array(metricSeriesSchema),
  omitted: z.int(),
  /** With `buckets`: where each begins, ascending, and in what; `unit` is that of their counts. */
  bounds: z.array(z.number()).optional(),
  boundsUnit: metricSchema.shape.unit.optional(),
  /** Some of the data could not be asked: who is missing. */
  partial: z.object({ answered: z.int(), of: z.int(), missing: z.array(z.string()) }).optional(),
});

export const metricsAnswerSchema = z.object({
  stepMs: z.int(),
  /** Where each step begins, in milliseconds since 1970. */
  at: z.array(z.number()),
  answers: z.array(metricAnswerSchema),
  elapsedMs: z.number(),
});

export type ApiMetric = z.output<typeof metricSchema>;
export type ApiMatcher = z.output<typeof matcherSchema>;
export type ApiMetricQuery = z.output<typeof metricQuerySchema>;
export type ApiMetricsQuery = z.output<typeof metricsQuerySchema>;
export type ApiMetricSeries = z.output<typeof metricSeriesSchema>;
export type ApiMetricAnswer = z.output<typeof metricAnswerSchema>;
export type ApiMetricsAnswer = z.output<typeof metricsAnswerSchema>;
