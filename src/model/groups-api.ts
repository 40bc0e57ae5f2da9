import { z } from 'zod';

/** Shapes of `/api/v1/groups…` and of the table of locations: what each watcher makes of each check. */

const time = z.iso.datetime({ precision: 3 });
const verdictState = z.enum(['up', 'degraded', 'partial', 'down', 'unknown']);
const reason = z.object({ code: z.string(), text: z.string() });

/** One watcher, as a location from which a check is looked at. */
export const locationSchema = z.object({
  watcher: z.string(),
  site: z.string(),
  /** Absent: it has not said anything yet. */
  state: z.enum(['up', 'degraded', 'down', 'unknown']).optional(),
  since: time.optional(),
  reason: reason.optional(),
  /**
   * Beside the verdict: `with` it, `against` it, `unsure` when it does not know, `unheard` when a quorum does not hear it.
   * While the verdict is partial, those that say down stand against the others.
   */
  stand: z.enum(['with', 'against', 'unsure', 'unheard']),
  /** Of its newest figures; absent when nothing was measured. */
  latencyMs: z.number().optional(),
  lossPercent: z.number().optional(),
  /** How old the figures are. */
  ageMs: z.number().optional(),
});

export const locatedCheckSchema = z.object({
  check: z.string(),
  target: z.string().optional(),
  host: z.string(),
  verdict: verdictState,
  since: time.optional(),
  reason: reason.optional(),
  disabled: z.boolean(),
  locations: z.array(locationSchema),
});

const counts = z.object({
  up: z.int(),
  degraded: z.int(),
  partial: z.int(),
  down: z.int(),
  unknown: z.int(),
  disabled: z.int(),
});

export const groupSummarySchema = z.object({
  name: z.string(),
  comment: z.string().optional(),
  select: z.string(),
  targets: z.int(),
  counts,
  /** The worst verdict in it; absent without checks. */
  worst: verdictState.optional(),
  /** Checks on which watchers that are heard do not agree. */
  disputed: z.int(),
});

export const groupDetailSchema = groupSummarySchema.extend({
  members: z.array(
    z.object({ name: z.string(), host: z.string(), labels: z.record(z.string(), z.string()), checks: z.int() }),
  ),
  /** Worst first; at most a thousand, and `omitted` says how many more there are. */
  checks: z.array(locatedCheckSchema),
  omitted: z.int(),
});

export type ApiLocation = z.output<typeof locationSchema>;
export type ApiLocatedCheck = z.output<typeof locatedCheckSchema>;
export type ApiGroup = z.output<typeof groupSummarySchema>;
export type ApiGroupDetail = z.output<typeof groupDetailSchema>;
