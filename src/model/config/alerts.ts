import { z } from 'zod';
import { chartQuerySchema } from '../dashboard.ts';
import { duration, name } from '../scalars.ts';
import { labels, selector, watchersSchema } from './check.ts';

/**
 * Alerting policies. A policy is judged as a check is: each watcher that evaluates it over its own telemetry has an
 * opinion, a quorum rule makes the verdict, and the verdict opens and ends incidents. Names are those of Google Cloud
 * Monitoring's AlertPolicy (google.monitoring.v3, alert.proto) where it has them.
 */

export const severities = ['warning', 'error', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** What is looked at: as in a chart, without what only a chart needs. */
const series = chartQuerySchema.omit({ legend: true });
const window = duration({ min: '10s', max: '1d' })
  .prefault('1m')
  .describe('Each value stands for what was measured in so much time before it.');
const limits = {
  above: z.number().optional().describe('Fires for values greater than this.'),
  below: z.number().optional().describe('Fires for values less than this.'),
};

/** Exactly one of `above` and `below`. */
function oneLimit(given: { above?: number | undefined; below?: number | undefined }): boolean {
  return (given.above === undefined) !== (given.below === undefined);
}
const limitMessage = 'expected exactly one of above and below';

const kinds = {
  threshold: z
    .strictObject({
      ...series.shape,
      'slower-than': duration({ min: '1ms', max: '1m' })
        .optional()
        .describe('Of a latency: the value is the share of samples that took so long or longer, from 0 to 1.'),
      window,
      ...limits,
    })
    .refine(oneLimit, limitMessage)
    .optional()
    .describe('A value is too great or too small.'),
  ratio: z
    .strictObject({
      of: series.omit({ 'group-by': true }),
      to: series.omit({ 'group-by': true }),
      'group-by': series.shape['group-by'],
      window: duration({ min: '10s', max: '7d' }).prefault('1m'),
      ...limits,
    })
    .refine(oneLimit, limitMessage)
    .optional()
    .describe('One value divided by another is; without a denominator, or with 0, there is no value.'),
  absent: z
    .strictObject({ ...series.omit({ aggregate: true }).shape, after: duration({ min: '1m', max: '23h30m' }) })
    .optional()
    .describe('A series that was there has had no value for so long.'),
  'rate-of-change': z
    .strictObject({ ...series.shape, window, ...limits })
    .refine(oneLimit, limitMessage)
    .optional()
    .describe('Percent by which the mean of the window differs from that of the window before it.'),
  forecast: z
    .strictObject({
      ...series.shape,
      window: duration({ min: '1m', max: '7d' }).prefault('1h').describe('What the line is fitted to.'),
      within: duration({ min: '1m', max: '7d' }).describe('How far ahead.'),
      ...limits,
    })
    .refine(oneLimit, limitMessage)
    .optional()
    .describe('A straight line through the values crosses the limit within so much time.'),
  verdict: z
    .strictObject({
      checks: z.array(name()).min(1).max(1000).optional(),
      select: selector.optional().describe('Checks whose labels match; all checks without this and checks.'),
      is: z
        .array(z.enum(['down', 'degraded', 'partial', 'unknown']))
        .min(1)
        .default(['down']),
    })
    .optional()
    .describe('Checks have one of these verdicts.'),
  quorum: z
    .strictObject({
      is: z
        .enum(['reduced', 'critical', 'lost'])
        .default('reduced')
        .describe('At least one member is missing; one more would stop it; nothing can be decided.'),
    })
    .optional()
    .describe('The cluster itself is in danger, as this watcher sees it.'),
} as const;
export const conditionKinds = Object.keys(kinds) as (keyof typeof kinds)[];

export const conditionSchema = z
  .strictObject({
    name: z.string().min(1).max(200).optional().describe('What people read; made from the rest by default.'),
    ...kinds,
    for: duration({ max: '7d' }).prefault('0s').describe('Retest window: it must hold all this time.'),
    trigger: z
      .union([
        z.strictObject({ count: z.int().min(1).max(100_000) }),
        z.strictObject({ percent: z.number().gt(0).max(100) }),
      ])
      .default({ count: 1 })
      .describe('How many of the series must violate it.'),
    'missing-data': z
      .enum(['INACTIVE', 'ACTIVE', 'NO_OP'])
      .default('NO_OP')
      .describe('A series without a value does not violate it, violates it, or stays what it was.'),
  })
  .superRefine((given, context) => {
    const present = conditionKinds.filter((kind) => given[kind] !== undefined);
    if (present.length === 1) return;
    const message = `expected exactly one of ${conditionKinds.join(', ')}, found ${present.join(' and ') || 'none'}`;
    context.addIssue({ code: 'custom', message, input: given });
  });

export const documentationSchema = z.strictObject({
  subject: z.string().max(255).optional().describe('Of the message.'),
  content: z
    .string()
    .max(8192)
    .default('')
    .describe('Markdown; ${policy}, ${condition}, ${resource}, ${value}, ${label.NAME} and so on are filled in.'),
  runbook: z.url({ protocol: /^https?$/ }).optional(),
});

export const alertPolicySchema = z.strictObject({
  name: name().describe('Unique among the policies and checks.'),
  comment: z.string().max(1000).optional(),
  disabled: z.boolean().default(false),
  severity: z.enum(severities).default('error'),
  labels: labels.default({}).describe('By which messages are routed.'),
  conditions: z.array(conditionSchema).min(1).max(6),
  combiner: z
    .enum(['OR', 'AND', 'AND_WITH_MATCHING_RESOURCE'])
    .default('OR')
    .describe('Any condition; all of them; all of them for the same resource, which is the labels of group-by.'),
  'incident-per': z
    .enum(['resource', 'policy'])
    .default('resource')
    .describe('One incident for each series that violates it, or one for the policy.'),
  interval: duration({ min: '1s', max: '1h' }).prefault('10s').describe('Time from one evaluation to the next.'),
  'auto-close': duration({ min: '1m', max: '7d' })
    .prefault('1d')
    .describe('An incident whose series has had no data for so long is ended.'),
  renotify: duration({ min: '1m', max: '7d' }).optional().describe('Those who were told are told again so often.'),
  watchers: watchersSchema
    .prefault({ rule: 'any' })
    .describe('Who evaluates it, and how many of them must agree; each sees what it measured itself.'),
  notify: z.array(name()).max(20).default([]).describe('Receivers, besides those that routes choose.'),
  'depends-on': z.array(name()).max(100).default([]).describe('While one of these is down, this opens no incident.'),
  documentation: documentationSchema.prefault({}),
});

export const alertsSchema = z.array(alertPolicySchema).max(10_000);

export type AlertPolicy = z.output<typeof alertPolicySchema>;
export type AlertCondition = z.output<typeof conditionSchema>;
export type ConditionKind = (typeof conditionKinds)[number];
export type AlertDocumentation = z.output<typeof documentationSchema>;
