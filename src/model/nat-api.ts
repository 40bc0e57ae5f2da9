import { z } from 'zod';
import { flowInsightSchema } from './flow-insight.ts';
import { isAddress } from './scalars.ts';

/** Shapes of `/api/v1/nat…`: what was translated, and what could not be for want of a port. */

const time = z.iso.datetime({ precision: 3 });

export const natLogParts = ['all', 'errors', 'translations'] as const;

export const natLogQuestionSchema = z.strictObject({
  from: time,
  to: time,
  show: z.enum(natLogParts).default('all'),
  limit: z.int().min(1).max(10_000).default(200),
});
export type NatLogQuestion = z.output<typeof natLogQuestionSchema>;

/** What happened, whoever tells of it: this machine’s kernel, IPFIX (RFC 8158) or a firewall’s NSEL. */
export const natEventNames = [
  'created',
  'ended',
  'addresses-exhausted',
  'ports-exhausted',
  'quota-exceeded',
  'binding-created',
  'binding-ended',
  'ports-allocated',
  'ports-released',
  'threshold-reached',
  'denied',
  'alert',
  'updated',
  'refused',
  'unknown',
] as const;
export type NatEventName = (typeof natEventNames)[number];

export const natLogEntrySchema = z.object({
  at: time,
  event: z.enum(natEventNames),
  /** False where a packet did not get through. */
  ok: z.boolean(),
  protocol: z.int(),
  /** Empty where nobody knows whom it befell. */
  source: z.string(),
  sourcePort: z.int(),
  destination: z.string(),
  destinationPort: z.int(),
  /** What the source and the destination became; empty where they stayed, or nobody knows. */
  translatedSource: z.string(),
  translatedSourcePort: z.int(),
  translatedDestination: z.string(),
  translatedDestinationPort: z.int(),
  /** Packets that were dropped. */
  packets: z.number(),
  /** From its beginning to its end, of one that ended. */
  durationMs: z.number(),
  /** Address of what tells of it, and in which protocol. */
  gateway: z.string(),
  protocolOfGateway: z.string(),
  reason: z.string(),
});
export type NatLogEntry = z.infer<typeof natLogEntrySchema>;

export const natLogSchema = z.object({
  from: time,
  to: time,
  /** Newest first. */
  entries: z.array(natLogEntrySchema),
  /** There are more than `limit`. */
  more: z.boolean(),
});
export type NatLog = z.infer<typeof natLogSchema>;

/** Who had an address that the outside saw at a moment: what those ask who were attacked from there. */
export const natHoldersQuestionSchema = z.strictObject({
  /** What sources became. */
  address: z.string().refine(isAddress, 'expected an address such as 198.51.100.1'),
  /** Without one, everybody who had the address. */
  port: z.int().min(1).max(65_535).optional(),
  protocol: z.int().min(0).max(255).optional(),
  at: time,
  /** Clocks of others are off: holders up to so long before and after count as well. */
  slackMs: z.int().min(0).max(3_600_000).default(0),
});
export type NatHoldersQuestion = z.output<typeof natHoldersQuestionSchema>;

export const natHolderSchema = z.object({
  protocol: z.int(),
  source: z.string(),
  sourcePort: z.int(),
  destination: z.string(),
  destinationPort: z.int(),
  translatedSource: z.string(),
  translatedSourcePort: z.int(),
  /** When it began and ended, of what the log says. */
  from: time.optional(),
  to: time.optional(),
  gateway: z.string(),
});
export type NatHolder = z.infer<typeof natHolderSchema>;

export const natHoldersSchema = z.object({
  /** Newest first. */
  holders: z.array(natHolderSchema),
  /** What of the log was looked at. */
  from: time,
  to: time,
  /** There is more in the log than was looked at: others may have had it, too. */
  more: z.boolean(),
});
export type NatHolders = z.infer<typeof natHoldersSchema>;

export const natPoolSchema = z.object({
  /** As nftables has it; empty where no rule is known. */
  rule: z.string(),
  /** What sources are translated to. */
  address: z.string(),
  protocol: z.int(),
  ports: z.int(),
  /** Ports in use towards the destination that uses most: each is taken for one destination only. */
  used: z.int(),
  share: z.number(),
  destination: z.string(),
  destinationPort: z.int(),
  /** Connections of all destinations. */
  translations: z.int(),
  /** The greatest share since the beginning. */
  peakShare: z.number(),
  peakAt: time,
});
export type NatPoolUse = z.infer<typeof natPoolSchema>;

export const natStatusSchema = z.object({
  /** False where this machine’s translations are not watched; the log may still have what exporters tell. */
  enabled: z.boolean(),
  since: time.optional(),
  created: z.number(),
  ended: z.number(),
  /** Packets that were dropped: for want of a port, since two connections clashed, since the table was full. */
  refused: z.object({ ports: z.number(), clashes: z.number(), room: z.number() }),
  /** Of those for want of a port, how many can be laid to a source. */
  named: z.number(),
  /** Whether sources are looked for; without, they are counted only. */
  namesVictims: z.boolean(),
  connections: z.int(),
  mostConnections: z.int(),
  pools: z.array(natPoolSchema),
  insights: z.array(flowInsightSchema),
  problems: z.array(z.string()),
});
export type NatStatus = z.infer<typeof natStatusSchema>;
