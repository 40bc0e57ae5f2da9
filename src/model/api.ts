import { z } from 'zod';
import { severities } from './config/alerts.ts';
import { flowFilterProblemSchema } from './flow-filter-problem.ts';
import { incidentUpdateKinds } from './incident.ts';
import { notificationKinds } from './ledger.ts';
import type { Deed } from './text/records/deed.ts';

/**
 * Shapes of the HTTP API, base `/api/v1`. Times are RFC 3339 with milliseconds, durations end in their unit. The server
 * validates and documents with these schemas; the page imports only their types.
 */

const time = z.iso.datetime({ precision: 3 });
const verdictState = z.enum(['up', 'degraded', 'partial', 'down', 'unknown']);
const opinionState = z.enum(['up', 'degraded', 'down', 'unknown']);
const outcome = z.enum(['pass', 'degraded', 'fail', 'unknown']);
const reason = z.object({ code: z.string(), text: z.string() });

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  where: z.string().optional(),
  hint: z.string().optional(),
  errors: z
    .array(z.object({ path: z.string(), message: z.string(), line: z.int().optional(), column: z.int().optional() }))
    .optional(),
  /** Of a filter of flows that cannot be read: what was expected where, for programs that say it in other languages. */
  filter: flowFilterProblemSchema.optional(),
});

export const probeResultSchema = z.object({
  host: z.string(),
  address: z.string().optional(),
  outcome,
  reason: reason.optional(),
  latencyMs: z.number().optional(),
  lossPercent: z.number().optional(),
  values: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.array(z.string())])),
});

export const opinionSchema = z.object({
  check: z.string(),
  watcher: z.string(),
  state: opinionState,
  since: time,
  reason: reason.optional(),
  rounds: z.array(outcome),
  results: z.array(probeResultSchema),
  /** Ledger position of the observations in which the watcher said it, with its signature. */
  said: z.int().optional(),
});

/** How one judge stood to a verdict. Of silent ones it is not known what they think now. */
const voteSchema = z.object({
  watcher: z.string(),
  vote: z.enum(['for', 'against', 'unknown', 'silent']),
  state: opinionState.optional(),
});

export const transitionSchema = z.object({
  position: z.int(),
  time,
  check: z.string(),
  from: verdictState,
  to: verdictState,
  since: time,
  rule: z.object({ name: z.string(), of: z.int(), need: z.int() }),
  opinions: z.array(opinionSchema),
  /** Who said what the verdict says, who said something else, who was silent; in the order of the judges. */
  votes: z.array(voteSchema),
  /** Judges that a quorum did not hear. */
  silent: z.array(z.string()).optional(),
  /** Ledger position of the word about who is heard from which it follows. */
  presence: z.int().optional(),
  reason: reason.optional(),
  initial: z.boolean(),
  flapping: z.boolean(),
  flapPercent: z.number(),
});

/** One bar of the status strip: the worst verdict in that slice of time. */
const stripCell = z.object({ from: time, state: verdictState, passed: z.int(), failed: z.int() });

/** A row of the overview. */
export const checkSummarySchema = z.object({
  name: z.string(),
  type: z.string(),
  host: z.string(),
  labels: z.record(z.string(), z.string()),
  comment: z.string().optional(),
  /** Of a check over a group: the target that it is for. */
  target: z.string().optional(),
  disabled: z.boolean(),
  verdict: verdictState,
  since: time.optional(),
  reason: reason.optional(),
  flapping: z.boolean(),
  maintenance: z.boolean(),
  /** A snooze keeps it quiet until then. */
  snoozedUntil: time.optional(),
  /** Name of the check whose outage explains this one. */
  suppressedBy: z.string().optional(),
  intervalMs: z.number(),
  latencyMs: z.number().optional(),
  lossPercent: z.number().optional(),
  lastSampleAt: time.optional(),
  opinions: z.record(z.string(), opinionState),
  /** Judges that a quorum does not hear at present; their opinions do not count. */
  silent: z.array(z.string()),
  strip: z.array(stripCell),
});

export const sampleSchema = z.object({
  check: z.string(),
  startedAt: time,
  latenessMs: z.number(),
  durationMs: z.number(),
  outcome,
  latencyMs: z.number().optional(),
  lossPercent: z.number().optional(),
  results: z.array(probeResultSchema),
});

/** The page of one check. */
export const checkDetailSchema = checkSummarySchema.extend({
  /** The check as configured, defaults filled in, durations in text. */
  configuration: z.record(z.string(), z.unknown()),
  opinionDetails: z.array(opinionSchema),
  transitions: z.array(transitionSchema),
  doneTests: z.int(),
  failedTests: z.int(),
  flapPercent: z.number(),
  /** Availability in percent over the last 24 h of measured time, unknown time left out. */
  availabilityPercent: z.number().optional(),
});

/** Points for charts, oldest first; columns of equal length, null where there is nothing. */
export const seriesSchema = z.object({
  check: z.string(),
  from: time,
  to: time,
  stepMs: z.number(),
  /** Seconds since 1970 of the start of each step. */
  at: z.array(z.number()),
  latencyMs: z.array(z.number().nullable()),
  latencyMaxMs: z.array(z.number().nullable()),
  lossPercent: z.array(z.number().nullable()),
  failed: z.array(z.int().nullable()),
});

export const incidentUpdateSchema = z.object({
  at: time,
  by: z.string(),
  kind: z.enum(incidentUpdateKinds),
  text: z.string(),
  status: z.enum(['investigating', 'identified', 'monitoring', 'resolved']).optional(),
});

export const incidentSchema = z.object({
  id: z.string(),
  check: z.string(),
  title: z.string(),
  status: z.enum(['investigating', 'identified', 'monitoring', 'resolved']),
  impact: z.enum(['none', 'minor', 'major', 'critical']),
  openedAt: time,
  resolvedAt: time.optional(),
  acknowledged: z.object({ by: z.string(), at: time }).optional(),
  severity: z.enum(severities).optional(),
  resource: z.record(z.string(), z.string()).optional(),
  documentation: z
    .object({ subject: z.string().optional(), content: z.string(), runbook: z.string().optional() })
    .optional(),
  assigned: z.object({ to: z.string(), by: z.string(), at: time }).optional(),
  cause: z.object({ text: z.string(), by: z.string(), at: time }).optional(),
  /** Markdown; a draft until it is published. `revision` counts its changes. */
  postmortem: z
    .object({
      text: z.string(),
      by: z.string(),
      at: time,
      revision: z.int(),
      published: z.object({ by: z.string(), at: time }).optional(),
    })
    .optional(),
  impactOverride: z.enum(['none', 'minor', 'major', 'critical']).optional(),
  /** Incidents that people say have the same cause. */
  sameCause: z.array(z.string()).optional(),
  reason: reason.optional(),
  affected: z.array(z.string()),
  told: z.array(z.string()),
  transitions: z.array(z.int()),
  updates: z.array(incidentUpdateSchema),
});

/** An action with its receipt, as shown beside an incident or a check. */
const delayMs = z.number();
const deedSchema: z.ZodType<Deed> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('tell'),
    receiver: z.string(),
    check: z.string(),
    message: z.enum(notificationKinds),
    others: z.int(),
  }),
  z.object({ kind: z.literal('run'), command: z.array(z.string()), delayMs }),
  z.object({ kind: z.literal('log'), message: z.string(), delayMs }),
  z.object({
    kind: z.literal('routeros'),
    do: z.string(),
    router: z.string(),
    comment: z.string().optional(),
    delayMs,
  }),
  z.object({ kind: z.literal('nothing') }),
]);

export const actionStatusSchema = z.object({
  id: z.string(),
  check: z.string(),
  transition: z.int(),
  incident: z.string().optional(),
  /** What it does, in one line of English. */
  what: z.string(),
  /** The same in parts, for other languages. */
  deed: deedSchema.optional(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'unknown', 'dropped']),
  attempts: z.int(),
  text: z.string().optional(),
  output: z.string().optional(),
  exitCode: z.int().optional(),
  at: time.optional(),
});

export const eventSchema = z.object({
  position: z.int(),
  time,
  kind: z.string(),
  /** One line for people. */
  text: z.string(),
  body: z.unknown(),
});

export const ledgerStatusSchema = z.object({
  mode: z.enum(['solo', 'raft', 'pbft']),
  entries: z.int(),
  root: z.string(),
  durable: z.boolean(),
  /** The signed checkpoint covers so many entries. */
  checkpointEntries: z.int(),
  problem: z.string().optional(),
});

export const ledgerVerificationSchema = z.object({
  ok: z.boolean(),
  entries: z.int(),
  root: z.string(),
  firstBad: z.object({ position: z.int(), file: z.string(), offset: z.int(), reason: z.string() }).optional(),
  notes: z.array(z.string()),
});

export const configurationInForceSchema = z.object({
  document: z.unknown(),
  yaml: z.string(),
  position: z.int(),
  source: z.string(),
});

/** One member as the answering watcher sees it. */
export const clusterMemberSchema = z.object({
  id: z.string(),
  number: z.int(),
  site: z.string(),
  role: z.enum(['member', 'observer']),
  address: z.string(),
  publicKey: z.string(),
  /** The link to it; `self` is the watcher that answers. */
  link: z.enum(['self', 'up', 'down']),
  /** Since the last frame that came from it. */
  heardMs: z.number().optional(),
  roundTripMs: z.number().optional(),
  /** Why the link is down. */
  problem: z.string().optional(),
  /** A quorum of members does not hear it: its opinions count as unknown. */
  silent: z.boolean(),
  /** What it last said of itself. */
  sequence: z.int().optional(),
  view: z.int().optional(),
});

/** How agreement stands, as one watcher sees it. */
export const clusterSchema = z.object({
  id: z.string(),
  self: z.string(),
  protocol: z.enum(['solo', 'raft', 'pbft']),
  /** SHA-256 of the genesis. */
  network: z.string(),
  epoch: z.int(),
  /** How many members may fail in whatever way the protocol survives. */
  faults: z.int(),
  /** How many must agree. */
  quorum: z.int(),
  /** View of PBFT, term of Raft. */
  view: z.int(),
  /** Who orders requests now. */
  primary: z.string().optional(),
  /** False while the view is being changed or nobody leads. */
  active: z.boolean(),
  /** False while this watcher may not vote: it observes, has diverged, or catches up. */
  voting: z.boolean(),
  /**
   * Why this member has no vote, where that is its memory: it has started and asks the others what it said before, or they
   * know of more than it does, as its data folder was set back or damaged.
   */
  withoutVote: z.enum(['asking', 'forgot']).optional(),
  sequence: z.int(),
  /** Water marks of PBFT. */
  low: z.int(),
  high: z.int(),
  entries: z.int(),
  root: z.string(),
  /** The newest checkpoint that a quorum has signed. */
  cosigned: z.object({ entries: z.int(), signers: z.array(z.string()) }).optional(),
  /** The ledger that is being fetched. */
  transfer: z.object({ entries: z.int(), of: z.int(), source: z.string() }).optional(),
  members: z.array(clusterMemberSchema),
  /** All members run on one machine to show how they agree, and take orders to fail. */
  demonstration: z.boolean(),
});

export const statusSchema = z.object({
  cluster: clusterSchema.omit({ demonstration: true }).extend({
    mode: z.enum(['solo', 'raft', 'pbft']),
    members: z.array(clusterMemberSchema.extend({ state: z.enum(['voting', 'silent', 'catching-up', 'observing']) })),
    faultBound: z.int(),
    ledger: ledgerStatusSchema,
  }),
  watcher: z.object({
    id: z.string(),
    site: z.string(),
    version: z.string(),
    startedAt: time,
    now: time,
    icmp: z.string(),
    loopLagMs: z.number(),
    probesPerSecond: z.number(),
    problems: z.array(z.string()),
  }),
  counts: z.object({
    up: z.int(),
    degraded: z.int(),
    partial: z.int(),
    down: z.int(),
    unknown: z.int(),
    disabled: z.int(),
  }),
  openIncidents: z.int(),
  checks: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      host: z.string(),
      verdict: verdictState,
      since: time.optional(),
      reason: reason.optional(),
      latencyMs: z.number().optional(),
      opinions: z.record(z.string(), opinionState),
    }),
  ),
});

/** What the local demonstration does to a watcher at present. */
export const demonstrationFault = z.enum(['lie', 'stop', 'cut']);
export const demonstrationSchema = z.object({
  faults: z.array(z.object({ watcher: z.string(), fault: demonstrationFault })),
});

export const planSchema = z.object({
  /** The in-force configuration is at this ledger position. */
  basedOn: z.int(),
  changes: z.array(
    z.object({
      section: z.string(),
      name: z.string(),
      change: z.enum(['add', 'remove', 'change']),
      fields: z.array(z.object({ path: z.string(), before: z.unknown(), after: z.unknown() })),
    }),
  ),
});

/** A list that goes on: hand `next` back as `cursor`. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().optional(), total: z.int().optional() });
}

export type ApiProblem = z.output<typeof problemSchema>;
export type ApiProbeResult = z.output<typeof probeResultSchema>;
export type ApiOpinion = z.output<typeof opinionSchema>;
export type ApiTransition = z.output<typeof transitionSchema>;
export type ApiCheckSummary = z.output<typeof checkSummarySchema>;
export type ApiCheckDetail = z.output<typeof checkDetailSchema>;
export type ApiSample = z.output<typeof sampleSchema>;
export type ApiSeries = z.output<typeof seriesSchema>;
export type ApiIncident = z.output<typeof incidentSchema>;
export type ApiActionStatus = z.output<typeof actionStatusSchema>;
export type ApiEvent = z.output<typeof eventSchema>;
export type ApiStatus = z.output<typeof statusSchema>;
export type ApiLedgerStatus = z.output<typeof ledgerStatusSchema>;
export type ApiLedgerVerification = z.output<typeof ledgerVerificationSchema>;
export type ApiCluster = z.output<typeof clusterSchema>;
export type ApiClusterMember = z.output<typeof clusterMemberSchema>;
export type ApiDemonstration = z.output<typeof demonstrationSchema>;
export type ApiPlan = z.output<typeof planSchema>;
export interface ApiPage<Item> {
  items: Item[];
  next?: string;
  total?: number;
}
