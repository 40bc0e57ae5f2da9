import { z } from 'zod';

/** Shapes of `/api/v1/performance…`: the paths between watchers, now and before. */

const time = z.iso.datetime({ precision: 3 });
const ms = z.number();

const directionSchema = z.object({
  sent: z.int(),
  lost: z.int(),
  lossRatio: z.number(),
  jitterMs: ms.optional(),
  reordered: z.int(),
  duplicates: z.int(),
});

/**
 * `measured`: answers came lately; `silent`: none came lately, or none tells how many were lost; `unheard`: the watcher
 * that measures this path has not told of it lately; `unmeasured`: it does not measure it.
 */
export const pathStates = ['measured', 'silent', 'unheard', 'unmeasured'] as const;

/** From one watcher to another, as the first one measures it. What is not known is missing, never 0. */
export const pathSchema = z.object({
  from: z.string(),
  to: z.string(),
  state: z.enum(pathStates),
  /** Why there are no figures, in a sentence. */
  reason: z.string().optional(),
  /** How long ago the figures were made. */
  ageMs: ms.optional(),
  windowMs: ms.optional(),
  sent: z.int().optional(),
  answered: z.int().optional(),
  unexplained: z.int().optional(),
  /** Since the last answer. */
  silentMs: ms.optional(),
  rtt: z.object({ minMs: ms, medianMs: ms, p95Ms: ms, maxMs: ms }).optional(),
  forward: directionSchema.optional(),
  back: directionSchema.optional(),
  clock: z.object({ aheadMs: ms, boundMs: ms }).optional(),
  mtuBytes: z.int().optional(),
  stamps: z.enum(['kernel', 'process']).optional(),
});

export const performanceAnswerSchema = z.object({
  at: time,
  self: z.string(),
  enabled: z.boolean(),
  /** What keeps this watcher from measuring. */
  problems: z.array(z.string()),
  /** `ageMs`: since its last digest; of this watcher itself 0. */
  watchers: z.array(z.object({ id: z.string(), site: z.string(), self: z.boolean(), ageMs: ms.optional() })),
  paths: z.array(pathSchema),
});

const comparedSchema = z.object({
  /** Paths that the figures are of. */
  count: z.int(),
  lossRatio: z.number().optional(),
  rttMs: ms.optional(),
  jitterMs: ms.optional(),
  /** Round trip now as a multiple of the usual one. */
  rttRatio: z.number().optional(),
});

export const pathComparisonSchema = z.object({
  /** Whether what is bad about this path is its own, or all others have it as well. */
  answer: z.enum(['this-path', 'everyone', 'neither', 'cannot-tell']),
  reason: z.string(),
  path: comparedSchema,
  /** Medians of all other paths, this one and its way back left out. */
  others: comparedSchema,
  /** Medians of the other paths between the same two sites. */
  sameSites: comparedSchema.optional(),
});

export const pathDetailSchema = z.object({
  path: pathSchema,
  /** The other watcher's own measurement of the same two directions. */
  opposite: pathSchema,
  comparison: pathComparisonSchema,
  history: z.object({
    stepMs: z.int(),
    /** Where each step begins, in milliseconds since 1970. The rest: one value a step, null where there is none. */
    at: z.array(z.number()),
    rttMs: z.array(z.number().nullable()),
    rttP95Ms: z.array(z.number().nullable()),
    forwardLossRatio: z.array(z.number().nullable()),
    backLossRatio: z.array(z.number().nullable()),
    forwardJitterMs: z.array(z.number().nullable()),
    backJitterMs: z.array(z.number().nullable()),
    /** Why there are no steps. */
    problem: z.string().optional(),
  }),
  /** Checks that both watchers, or this one and any other, have samples of: for the question below. */
  checks: z.array(z.string()),
});

const witnessSchema = z.object({
  watcher: z.string(),
  /** How the check is for it. */
  check: z.enum(['good', 'bad', 'unknown']),
  /** How its own path to the other end is; `none` where it is the other end itself. */
  path: z.enum(['good', 'bad', 'unknown', 'none']),
  samples: z.int(),
  failedRatio: z.number().optional(),
  latencyMs: ms.optional(),
  usualLatencyMs: ms.optional(),
  pathLossRatio: z.number().optional(),
  pathRttMs: ms.optional(),
  usualPathRttMs: ms.optional(),
});

export const causeSchema = z.object({
  check: z.string(),
  from: z.string(),
  to: z.string(),
  answer: z.enum(['network', 'application', 'both', 'neither', 'cannot-tell']),
  /** What in the figures leads to the answer, in a sentence. */
  reason: z.string(),
  /** The watcher that was asked about first, then the others. */
  witnesses: z.array(witnessSchema),
});

export type ApiDirection = z.output<typeof directionSchema>;
export type ApiPath = z.output<typeof pathSchema>;
export type ApiPerformance = z.output<typeof performanceAnswerSchema>;
export type ApiPathComparison = z.output<typeof pathComparisonSchema>;
export type ApiPathCompared = z.output<typeof comparedSchema>;
export type ApiPathDetail = z.output<typeof pathDetailSchema>;
export type ApiCause = z.output<typeof causeSchema>;
export type ApiWitness = z.output<typeof witnessSchema>;
