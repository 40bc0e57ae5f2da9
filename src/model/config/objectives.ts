import { z } from 'zod';
import { chartQuerySchema } from '../dashboard.ts';
import { duration, name } from '../scalars.ts';
import type { Milliseconds } from '../time.ts';
import { severities } from './alerts.ts';
import { labels, selector } from './check.ts';
import { timeZone } from './sections.ts';

/**
 * Service level objectives: how good something has to be over a period. Terms are those of Google's Site Reliability
 * Workbook, chapters 2 and 5.
 */

const dayMs: Milliseconds = 86_400_000;
const counted = chartQuerySchema.pick({ metric: true, where: true });

const indicators = {
  samples: z.strictObject({}).optional().describe('Share of samples that did not fail; unknown ones do not count.'),
  uptime: z
    .strictObject({})
    .optional()
    .describe('Share of the time in which the verdict was not down; unknown and maintenance are apart.'),
  latency: z
    .strictObject({ below: duration({ min: '1ms', max: '1m' }).describe('A sample is good that took less.') })
    .optional()
    .describe('Share of the samples with a latency that were fast enough, from buckets up to 6 % wide.'),
  counters: z
    .strictObject({ bad: counted.optional(), good: counted.optional(), total: counted })
    .refine((given) => (given.bad === undefined) !== (given.good === undefined), 'expected exactly one of bad and good')
    .optional()
    .describe('Increase of one counter divided by that of another one.'),
} as const;
const indicatorKinds = Object.keys(indicators) as (keyof typeof indicators)[];

const indicatorSchema = z.strictObject(indicators).superRefine((given, context) => {
  const present = indicatorKinds.filter((kind) => given[kind] !== undefined);
  if (present.length === 1) return;
  const message = `expected exactly one of ${indicatorKinds.join(', ')}, found ${present.join(' and ') || 'none'}`;
  context.addIssue({ code: 'custom', message, input: given });
});

/** Windows of burn rates are so many parts of it; whole days make them whole seconds. */
const rollingPeriod = duration({ min: '7d', max: '90d' }).refine(
  (ms) => ms % dayMs === 0,
  'expected whole days, such as 30d, or month',
);

export const objectiveSchema = z
  .strictObject({
    name: name().describe('Unique among the objectives.'),
    comment: z.string().max(1000).optional(),
    labels: labels.default({}).describe('Those of its policies too, by which messages are routed.'),
    goal: z
      .number()
      .gt(0)
      .lt(100)
      .refine((goal) => Number(goal.toFixed(6)) === goal, 'expected at most six decimal places')
      .describe('Percent that must be good, such as 99.9.'),
    period: z
      .union([z.literal('month'), rollingPeriod])
      .prefault('30d')
      .describe('The last so many days, or the calendar month.'),
    'time-zone': timeZone.describe('In which months begin.'),
    checks: z
      .array(name())
      .min(1)
      .max(1000)
      .optional()
      .describe('What it is about; a check over a group stands for all of its checks.'),
    select: selector.optional().describe('Checks whose labels match.'),
    indicator: indicatorSchema.prefault({ samples: {} }).describe('What is good.'),
    'minimum-volume': z
      .int()
      .min(0)
      .max(1_000_000_000)
      .default(20)
      .describe('Fewer samples or counts than this in the longer window of a pair alert nobody.'),
    alerts: z
      .strictObject({
        disabled: z.boolean().default(false).describe('Tell nobody how fast the budget goes.'),
        page: z.enum(severities).default('critical').describe('Severity where the budget would be gone in days.'),
        ticket: z.enum(severities).default('warning').describe('Severity where it would be gone at the end.'),
        notify: z.array(name()).max(20).default([]).describe('Receivers, besides those that routes choose.'),
      })
      .prefault({})
      .describe('Burn rates that alert: 14.4 over 1h and 5m, 6 over 6h and 30m, 1 over 3d and 6h for 30 days.'),
  })
  .superRefine((given, context) => {
    const report = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    const isNamed = given.checks !== undefined || given.select !== undefined;
    if (given.indicator.counters) {
      if (isNamed)
        report(['indicator', 'counters'], 'expected neither checks nor select: conditions on labels say which');
    } else if (!isNamed) report([], 'expected checks or select');
  });

export const objectivesSchema = z.array(objectiveSchema).max(1000);

export type Objective = z.output<typeof objectiveSchema>;
export type ObjectiveKind = (typeof indicatorKinds)[number];

export function kindOf({ indicator }: Pick<Objective, 'indicator'>): ObjectiveKind {
  return indicatorKinds.find((kind) => indicator[kind] !== undefined) ?? 'samples';
}

/** The share that may be bad, from 0 to 1: exact for goals of six decimal places, which `1 - goal / 100` is not. */
export function allowedShare(goal: number): number {
  return Math.round((100 - goal) * 1e6) / 1e8;
}
