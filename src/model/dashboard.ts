import { z } from 'zod';
import { aggregates } from './metrics-api.ts';
import { duration } from './scalars.ts';

/**
 * A dashboard: a document that people write, export and import, and that the ledger keeps. Keys are written as those of the
 * configuration are.
 */

const label = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/, 'expected the name of a label');

/** `site: office`, `site: [office, home]`, `check: { matches: "dns-.*" }`, `site: { not: home }`, or `$site` of a variable. */
const condition = z.union([
  z.string().max(1024),
  z.array(z.string().max(1024)).min(1).max(100),
  z.strictObject({ not: z.union([z.string().max(1024), z.array(z.string().max(1024)).min(1).max(100)]) }),
  z.strictObject({ matches: z.string().max(1024) }),
  z.strictObject({ 'not-matches': z.string().max(1024) }),
]);

export const chartQuerySchema = z.strictObject({
  metric: z.string().min(1).max(200).describe('As `quorumwatch metrics` and the page list them.'),
  where: z.record(label, condition).default({}).describe('Only series whose labels fit.'),
  'group-by': z.array(label).max(10).default([]).describe('Labels whose values get a line of their own.'),
  aggregate: z.enum(aggregates).optional().describe('How values become one; by default what suits the metric.'),
  legend: z.string().max(200).optional().describe('Such as `{{check}} from {{watcher}}`.'),
});

export const chartTypes = [
  'line',
  'stacked-area',
  'heat-map',
  'histogram',
  'table',
  'value',
  'status-history',
] as const;

export const chartSchema = z.strictObject({
  title: z.string().min(1).max(200),
  type: z.enum(chartTypes),
  description: z.string().max(2000).optional(),
  width: z.int().min(1).max(12).default(6).describe('Of twelve columns.'),
  height: z.int().min(1).max(12).default(3).describe('Rows of 80 pixels.'),
  queries: z.array(chartQuerySchema).min(1).max(10),
  series: z
    .int()
    .min(1)
    .max(500)
    .default(20)
    .describe('At most so many lines or rows: those with the greatest values.'),
  compare: duration({ min: '1m' }).optional().describe('Also shows the same so much earlier.'),
  thresholds: z
    .array(
      z.strictObject({
        value: z.number(),
        severity: z.enum(['warning', 'critical']).default('warning'),
        label: z.string().max(100).optional(),
      }),
    )
    .max(10)
    .default([]),
  min: z.number().optional().describe('Of the axis.'),
  max: z.number().optional(),
});

export const dashboardSchema = z.strictObject({
  version: z.literal(1).default(1).describe('Of this format.'),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected lower case letters, digits and hyphens'),
  title: z.string().min(1).max(200),
  description: z.string().max(2000).optional(),
  range: duration({ min: '1m' }).default(21_600_000).describe('How far back it shows at first.'),
  variables: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, 'expected lower case letters, digits and underscores'),
        label,
        metric: z.string().max(200).optional().describe('Whose series offer the values.'),
        title: z.string().max(100).optional(),
      }),
    )
    .max(10)
    .default([])
    .describe('Choices above the charts; `$name` in a condition stands for what is chosen, all by default.'),
  charts: z.array(chartSchema).max(60),
});

export type Dashboard = z.output<typeof dashboardSchema>;
export type DashboardDocument = z.input<typeof dashboardSchema>;
export type Chart = z.output<typeof chartSchema>;
export type ChartQuery = z.output<typeof chartQuerySchema>;
export type ChartType = (typeof chartTypes)[number];

/** As the API gives them: the document as it was written, and where it is from. */
export const dashboardEntrySchema = z.object({
  name: z.string(),
  title: z.string(),
  /** `built-in` ones can be copied, not changed. */
  source: z.enum(['built-in', 'ledger']),
  /** Of the last change in the ledger. */
  position: z.int().optional(),
  document: z.unknown(),
});
export type ApiDashboard = z.output<typeof dashboardEntrySchema>;
