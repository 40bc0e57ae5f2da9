import { z } from 'zod';

/** Shapes of `/api/v1/objectives…`: how good things have been, and what is left of their error budgets. */

const time = z.iso.datetime({ precision: 3 });
const percent = z.number();

const budgetSchema = z.object({
  /** What may be bad over the period, in the objective's unit. */
  total: z.number(),
  spent: z.number(),
  /** Negative when more was bad than may be. */
  left: z.number(),
  /** Absent where nothing was counted. */
  leftPercent: percent.optional(),
});

export const objectiveSummarySchema = z.object({
  name: z.string(),
  comment: z.string().optional(),
  labels: z.record(z.string(), z.string()),
  goal: percent,
  indicator: z.enum(['samples', 'uptime', 'latency', 'counters']),
  /** Of totals and budgets: milliseconds of all checks together, or things that were counted. */
  unit: z.enum(['ms', 'count']),
  /** Absent for calendar months. */
  periodMs: z.number().optional(),
  timeZone: z.string(),
  from: time,
  to: time,
  checks: z.int(),
  /** `at-risk`: as things go, the budget is gone before the end. `unknown`: nothing was counted. */
  state: z.enum(['met', 'at-risk', 'missed', 'unknown']),
  /** Share of good ones; absent where nothing was counted. */
  compliance: percent.optional(),
  total: z.number(),
  bad: z.number(),
  /** Of uptime: how long the checks together were unknown or in maintenance. */
  apartMs: z.number().optional(),
  budget: budgetSchema,
  /** Of the last day: how many times as fast as it may the budget goes. */
  burnRate: z.number().optional(),
  exhaustedAt: time.optional(),
  /** Policies that follow from it and fire. */
  firing: z.array(z.string()),
  /** Why figures are missing, or not complete. */
  problem: z.string().optional(),
});

export const outageSchema = z.object({
  check: z.string(),
  from: time,
  /** Absent while it goes on. */
  to: time.optional(),
  durationMs: z.number(),
  /** It began before, or went on after, the time that is looked at. */
  cut: z.boolean(),
  incident: z.string().optional(),
});

export const objectiveDetailSchema = objectiveSummarySchema.extend({
  names: z.array(z.string()),
  /** Of latency: the limit, and the one that buckets make of it, which is at most 6 % less. */
  latency: z.object({ belowMs: z.number(), countedBelowMs: z.number() }).optional(),
  alerts: z.array(
    z.object({
      policy: z.string(),
      severity: z.string(),
      state: z.string(),
      factor: z.number(),
      longMs: z.number(),
      shortMs: z.number(),
      longBurnRate: z.number().optional(),
      shortBurnRate: z.number().optional(),
    }),
  ),
  /** By days; `leftPercent` at the end of each. */
  series: z.object({
    at: z.array(z.number()),
    total: z.array(z.number()),
    bad: z.array(z.number()),
    leftPercent: z.array(z.number()),
  }),
  /** Newest first. */
  outages: z.array(outageSchema),
  omittedOutages: z.int(),
  /** Calendar months, newest first. */
  months: z.array(
    z.object({
      month: z.string(),
      complete: z.boolean(),
      compliance: percent.optional(),
      total: z.number(),
      bad: z.number(),
      leftPercent: percent.optional(),
    }),
  ),
});

export const objectiveReportSchema = z.object({
  format: z.literal('quorumwatch-availability-1'),
  network: z.string(),
  objective: objectiveSummarySchema.pick({ name: true, goal: true, indicator: true, unit: true, timeZone: true }),
  checks: z.array(z.string()),
  month: z.string(),
  from: time,
  to: time,
  madeAt: time,
  /** The month is over. */
  final: z.boolean(),
  compliance: percent.optional(),
  met: z.boolean().optional(),
  total: z.number(),
  bad: z.number(),
  apartMs: z.number().optional(),
  budget: budgetSchema,
  /** From the ledger, oldest first, with the certificate that proves each, or why there is none. */
  outages: z.array(outageSchema.extend({ certificate: z.string().optional(), unproved: z.string().optional() })),
  problem: z.string().optional(),
});

/** A report with what proves it, as files of one folder. */
export const objectiveBundleSchema = z.object({
  report: objectiveReportSchema,
  files: z.array(z.object({ path: z.string(), text: z.string() })),
});

export type ApiObjective = z.output<typeof objectiveSummarySchema>;
export type ApiObjectiveDetail = z.output<typeof objectiveDetailSchema>;
export type ApiObjectiveReport = z.output<typeof objectiveReportSchema>;
export type ApiObjectiveBundle = z.output<typeof objectiveBundleSchema>;
export type ApiOutage = z.output<typeof outageSchema>;
