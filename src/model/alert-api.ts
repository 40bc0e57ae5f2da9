import { z } from 'zod';
import { incidentSchema } from './api.ts';
import { severities } from './config/alerts.ts';

/** Shapes of `/api/v1/alerts…`: policies, what they make of things now, and what they would have made of the past. */

const time = z.iso.datetime({ precision: 3 });
const labelsSchema = z.record(z.string(), z.string());
/** `disputed`: not enough watchers agree on either side. */
const state = z.enum(['firing', 'disputed', 'fine', 'unknown', 'disabled']);

export const alertResourceSchema = z.object({
  /** The check under which the cluster judges it, `policy@label=value`. */
  check: z.string(),
  labels: labelsSchema,
  state,
  /** Agreed time of the last change. */
  since: time.optional(),
  reason: z.string().optional(),
  /** Opinions by watcher: down is firing, up is fine. */
  opinions: z.record(z.string(), z.string()),
  silent: z.array(z.string()),
  flapping: z.boolean(),
  maintenance: z.string().optional(),
  /** The snooze that keeps it quiet. */
  snooze: z.string().optional(),
  suppressedBy: z.string().optional(),
  incident: z.string().optional(),
});

export const alertSummarySchema = z.object({
  name: z.string(),
  comment: z.string().optional(),
  severity: z.enum(severities),
  labels: labelsSchema,
  /** The worst of its resources. */
  state,
  since: time.optional(),
  /** Resources that fire by the verdict of the cluster. */
  firing: z.int(),
  incidents: z.array(z.string()),
  intervalMs: z.number(),
  conditions: z.array(z.string()),
  /** What this watcher itself sees; absent where it does not judge the policy. */
  here: z
    .object({
      /** The last evaluation; absent before the first. */
      at: time.optional(),
      resources: z.int(),
      firing: z.int(),
      /** Why it cannot be evaluated. */
      error: z.string().optional(),
      /** Series and firing resources beyond the bounds. */
      omittedSeries: z.int(),
      omittedFiring: z.int(),
    })
    .optional(),
});

export const alertFindingSchema = z.object({
  labels: labelsSchema,
  state: z.enum(['firing', 'fine', 'unknown', 'closed']),
  since: time,
  met: z.array(z.object({ condition: z.string(), value: z.number().optional(), labels: labelsSchema })),
});

export const alertDetailSchema = alertSummarySchema.extend({
  configuration: z.record(z.string(), z.unknown()),
  resources: z.array(alertResourceSchema),
  omittedResources: z.int(),
  /** What this watcher sees of each resource, those that fire first. */
  findings: z.array(alertFindingSchema),
  omittedFindings: z.int(),
});

export const backtestRequestSchema = z.strictObject({
  /** One policy, a list of policies, or a whole configuration; what it lacks is as in the configuration in force. */
  yaml: z.string().min(1).max(1_000_000),
  from: time,
  to: time,
});

export const backtestAnswerSchema = z.object({
  from: time,
  /** Where it ended: earlier than asked for when time was up. */
  to: time,
  complete: z.boolean(),
  policies: z.array(z.string()),
  evaluations: z.int(),
  incidents: z.array(
    incidentSchema.extend({
      notices: z.array(z.object({ at: time, receiver: z.string(), message: z.string() })),
    }),
  ),
  omittedIncidents: z.int(),
  /** What could not be evaluated, and why. */
  problems: z.array(z.string()),
  elapsedMs: z.number(),
});

export type ApiAlertResource = z.output<typeof alertResourceSchema>;
export type ApiAlertSummary = z.output<typeof alertSummarySchema>;
export type ApiAlertDetail = z.output<typeof alertDetailSchema>;
export type ApiAlertFinding = z.output<typeof alertFindingSchema>;
export type ApiBacktest = z.output<typeof backtestAnswerSchema>;
/** How far a back-test is, a line of a stream. */
export interface ApiBacktestProgress {
  event: 'progress';
  at: string;
  share: number;
}
