import { z } from 'zod';
import { flowKinds, samplingPoints } from './flow.ts';
import { flowNoteSchema } from './flow-note.ts';

/** Shapes of `/api/v1/flows…`: questions about traffic, and their answers. */

const time = z.iso.datetime({ precision: 3 });

/** What rows of an answer can be told apart by. In the view client-server, `source…` is the client's and `destination…` the server's. */
export const flowKeys = [
  'source',
  'destination',
  'source-subnet',
  'destination-subnet',
  'source-port',
  'destination-port',
  'protocol',
  'service',
  'source-name',
  'destination-name',
  'source-network',
  'destination-network',
  'source-country',
  'destination-country',
  'source-as',
  'destination-as',
  'exporter',
  'input',
  'output',
  'direction',
  'tos',
  'tcp-flags',
  'vlan',
  'reporter',
  'kind',
  'event',
  'reason',
] as const;
export type FlowKey = (typeof flowKeys)[number];

export const flowMeasures = ['bytes', 'packets', 'flows'] as const;

/** `total` over the time asked for; the others are of rates over the steps in which there was traffic. */
export const flowStatistics = ['total', 'average', 'median', 'p95', 'max'] as const;

export const flowQuestionSchema = z.strictObject({
  from: time,
  to: time,
  view: z.enum(['source-destination', 'client-server']).default('source-destination'),
  /** An expression as flow tools have them: `proto tcp and dst port 443 and src net 10.0.0.0/8`. */
  filter: z.string().max(4000).default(''),
  groupBy: z.array(z.enum(flowKeys)).max(6).default(['source', 'destination']),
  measure: z.enum(flowMeasures).default('bytes'),
  samplingPoint: z.enum(samplingPoints).default('average'),
  /** What rows are ranked by. */
  statistic: z.enum(flowStatistics).default('total'),
  /** Width of a step; chosen to give some hundred steps when missing. */
  alignmentMs: z.int().min(1000).max(86_400_000).optional(),
  limit: z.int().min(1).max(10_000).default(100),
  /** So many of the first rows have their course over time. */
  charted: z.int().min(0).max(20).default(5),
  /** Also the same so much earlier. */
  compareMs: z.int().min(0).default(0),
  /** Single records, or sums of a minute or an hour, which outlive them; `auto` asks sums where records are gone. */
  resolution: z.enum(['auto', 'records', '1m', '1h']).default('auto'),
});
export type FlowQuestion = z.output<typeof flowQuestionSchema>;

const statistics = z.object({
  total: z.number(),
  /** A second, over steps with traffic. */
  average: z.number(),
  median: z.number(),
  p95: z.number(),
  max: z.number(),
  /** Steps with traffic. */
  activeSteps: z.int(),
});

export const flowRowSchema = z.object({
  /** One for each of `groupBy`: an address, a number or a name as people read it; '' where it is unknown. */
  values: z.array(z.string()),
  /** Further words for a value, such as the name of a port or an address; '' for none. */
  labels: z.array(z.string()),
  bytes: z.number(),
  packets: z.number(),
  flows: z.number(),
  /** Of the measure that was asked for. */
  statistics,
  /** Half the width of the interval that holds the true total in 95 of 100 cases, as a share of it; 0 unsampled, missing where nobody knows. */
  error: z.number().optional(),
  /** Totals of the time before, when it was asked for. */
  past: z.object({ bytes: z.number(), packets: z.number(), flows: z.number() }).optional(),
  /** What to add to `filter` for this row alone. */
  filter: z.string(),
});
export type FlowRow = z.infer<typeof flowRowSchema>;

const courseSchema = z.object({
  /** Place in `rows`; -1 for all others together. */
  row: z.int(),
  /** The measure a second, one for each step. */
  rates: z.array(z.number()),
  pastRates: z.array(z.number()).optional(),
});

/** How much the figures can be trusted. */
export const flowTrustSchema = z.object({
  /** As in rows, of everything that fits. */
  error: z.number().optional(),
  /** Share of records without a known sampling rate; their counters are taken as they are. */
  unknownSampling: z.number(),
  /** Share of exports that were lost on the way, by sequence numbers; missing where no exporter counts. */
  lost: z.number().optional(),
  /** Datagrams that this machine's kernel dropped. */
  dropped: z.number(),
  /** What to keep in mind: payload beside packet bytes, both ends reported, late records. */
  notes: z.array(flowNoteSchema),
});

export type FlowTrust = z.infer<typeof flowTrustSchema>;

export const flowAnswerSchema = z.object({
  from: time,
  to: time,
  stepMs: z.int(),
  /** Beginnings of the steps, in milliseconds since 1970. */
  at: z.array(z.number()),
  groupBy: z.array(z.enum(flowKeys)),
  rows: z.array(flowRowSchema),
  /** How many rows there are beyond `limit`. */
  omitted: z.int(),
  courses: z.array(courseSchema),
  /** Of everything that fits. */
  total: z.object({ bytes: z.number(), packets: z.number(), flows: z.number(), statistics }),
  /** What `bytes` counts; `both` are shown apart by a note. */
  bytesOf: z.enum(['packets', 'payload', 'both']),
  trust: flowTrustSchema,
  /** What was asked for it: records, or sums. */
  resolution: z.enum(['records', '1m', '1h']),
  /** The main question as SQL over the table `flows`, or that of sums, to go on from. */
  sql: z.string(),
  partial: z.object({ answered: z.int(), of: z.int(), missing: z.array(z.string()) }).optional(),
  elapsedMs: z.number(),
});
export type FlowAnswer = z.infer<typeof flowAnswerSchema>;

/** Round trips of TCP instead of amounts, ranked by `by`. */
export const flowLatencyQuestionSchema = flowQuestionSchema
  .pick({ from: true, to: true, view: true, filter: true, groupBy: true, limit: true })
  .extend({
    by: z.enum(['average', 'max', 'median', 'p95', 'p99', 'deviation']).default('p95'),
    /** Rows with fewer measured records are left out. */
    leastRecords: z.int().min(1).default(5),
  });
export const flowLatencyAnswerSchema = z.object({
  groupBy: z.array(z.enum(flowKeys)),
  rows: z.array(
    z.object({
      values: z.array(z.string()),
      labels: z.array(z.string()),
      records: z.number(),
      averageMs: z.number(),
      medianMs: z.number(),
      p95Ms: z.number(),
      p99Ms: z.number(),
      maxMs: z.number(),
      deviationMs: z.number(),
      filter: z.string(),
    }),
  ),
  omitted: z.int(),
  trust: flowTrustSchema,
});
export type FlowLatencyQuestion = z.output<typeof flowLatencyQuestionSchema>;
export type FlowLatencyAnswer = z.infer<typeof flowLatencyAnswerSchema>;

/** Single records, newest first: who talked to whom, when. */
export const flowRecordsQuestionSchema = flowQuestionSchema
  .pick({ from: true, to: true, filter: true, limit: true })
  .extend({
    /** The `next` of the answer before. */
    before: z
      .string()
      .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z~\d{1,6}$/, 'expected `next` of an answer')
      .optional(),
  });
export type FlowRecordsQuestion = z.output<typeof flowRecordsQuestionSchema>;
export const flowRecordSchema = z.object({
  start: time,
  end: time,
  source: z.string(),
  sourcePort: z.int(),
  destination: z.string(),
  destinationPort: z.int(),
  protocol: z.string(),
  bytes: z.string(),
  packets: z.string(),
  sampling: z.int(),
  tcpFlags: z.string(),
  exporter: z.string(),
  input: z.string(),
  output: z.string(),
  kind: z.string(),
  event: z.string(),
  /** Community ID v1 with seed 0. */
  communityId: z.string(),
  /** Further columns that are not zero, by name. */
  more: z.record(z.string(), z.string()),
});
export type FlowRecord = z.infer<typeof flowRecordSchema>;
export const flowRecordsAnswerSchema = z.object({
  items: z.array(flowRecordSchema),
  /** There are older ones: to be asked for by `before`. */
  next: z.string().optional(),
});
export type FlowRecordsAnswer = z.infer<typeof flowRecordsAnswerSchema>;

/** One that exports, and how it does. */
export const flowExporterSchema = z.object({
  /** The number that its records have. */
  number: z.int(),
  name: z.string(),
  address: z.string(),
  protocol: z.string(),
  domain: z.int(),
  lastSeen: time,
  messages: z.number(),
  records: z.number(),
  lost: z.number(),
  lostShare: z.number().optional(),
  sampling: z.int().optional(),
  templates: z.int(),
  /** Its clock minus ours, as its messages tell. */
  clockAheadMs: z.number().optional(),
  interfaces: z.record(z.string(), z.string()),
  /** What its interfaces can carry, where it was asked. */
  bitsPerSecond: z.record(z.string(), z.number()).optional(),
});

export const flowStatusSchema = z.object({
  /** False where nothing is configured to collect. */
  enabled: z.boolean(),
  /** Watchers that collect where this one does not. */
  elsewhere: z.array(z.string()).optional(),
  listening: z.array(z.string()),
  exporters: z.array(flowExporterSchema),
  recordsPerSecond: z.number(),
  dropped: z.number(),
  malformed: z.record(z.string(), z.number()),
  waitingRows: z.number(),
  store: z.object({ rows: z.number(), bytes: z.number(), from: time.optional(), to: time.optional() }),
  problems: z.array(z.string()),
});
export type FlowStatus = z.infer<typeof flowStatusSchema>;

/** Read-only SQL over `flows`, for those who want it. */
export const flowSqlQuestionSchema = z.strictObject({
  sql: z.string().min(1).max(20_000),
  limit: z.int().min(1).max(100_000).default(1000),
});
export type FlowSqlQuestion = z.output<typeof flowSqlQuestionSchema>;
export const flowSqlAnswerSchema = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
  /** There were more than `limit`. */
  more: z.boolean(),
  elapsedMs: z.number(),
});
export type FlowSqlAnswer = z.infer<typeof flowSqlAnswerSchema>;

/** What traffic from one's own hosts to others costs. */
export const flowCostsSchema = z.object({
  from: time,
  to: time,
  currency: z.string(),
  /** In the order of the configuration; the last one, with `to` empty, is everything else. */
  items: z.array(z.object({ to: z.string(), pricePerGiB: z.number(), bytes: z.number(), cost: z.number() })),
  total: z.object({ bytes: z.number(), cost: z.number() }),
});
export type FlowCosts = z.infer<typeof flowCostsSchema>;

/** What to delete: single records of one kind that ended before. */
export const flowDeletionSchema = z.strictObject({ records: z.enum(flowKinds), before: time });
/** What was deleted, in whole files: those that also hold later records stay until these are as old. */
export const flowDeletionAnswerSchema = z.object({
  items: z.array(
    z.object({
      kind: z.enum(flowKinds),
      /** Ends of the first and the last flow. */
      from: time,
      to: time,
      rows: z.int(),
      why: z.enum(['age or size', 'request']),
      /** SHA-256 of each file, in hexadecimal. */
      files: z.array(z.string()),
    }),
  ),
});
