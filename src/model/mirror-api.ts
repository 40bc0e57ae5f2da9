import { z } from 'zod';
import { maxMirrorNetworks, prefixSchema } from './config/mirrors.ts';
import {
  longestMirrorKeepMs,
  longestMirrorMs,
  mirrorDirections,
  mirrorEndings,
  mirrorProtocols,
  mirrorStates,
} from './mirror.ts';
import { isAddress, name } from './scalars.ts';

/** Shapes of the HTTP API about packet mirroring; `api.ts` says what all shapes have in common. */

/** As Linux has them, without what programs would take for an option or a path. */
export const interfaceName = z
  .string()
  .regex(/^[A-Za-z0-9_][\w.:@+-]{0,14}$/, 'expected the name of an interface such as eth0');

const smallestRingBytes = 32 * 1024 * 1024;
const largestRingBytes = 2 ** 40;
const largestSnapBytes = 262_144;
const smallestSnapBytes = 14;
/** What a header needs, and little of what people say to each other. */
export const usualSnapBytes = 96;
const maxInterfaces = 8;
const maxProtocols = 8;
const maxTags = 16;

export const mirrorCollectorSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('ring'),
    sizeBytes: z.int().min(smallestRingBytes).max(largestRingBytes),
    snapBytes: z.int().min(smallestSnapBytes).max(largestSnapBytes),
  }),
  z.strictObject({
    kind: z.literal('vxlan'),
    address: z
      .string()
      .max(50)
      .refine((text) => isAddress(text) && !text.includes('%'), 'expected an address such as 192.0.2.1'),
    port: z.int().min(1).max(65_535),
    vni: z.int().min(0).max(0xff_ffff),
  }),
  z.strictObject({ kind: z.literal('device'), device: interfaceName }),
]);

const protocolNames = Object.keys(mirrorProtocols) as (keyof typeof mirrorProtocols)[];
const protocol = z.union(
  [z.enum(protocolNames), z.int().min(0).max(255)],
  `expected ${protocolNames.join(', ')}, or a number up to 255`,
);

/** `watcher` is whoever is asked where it is left out; `networks` get those of the tags. */
export const mirrorProposalSchema = z.strictObject({
  watcher: name().optional(),
  interfaces: z.array(interfaceName).min(1).max(maxInterfaces),
  networks: z.array(prefixSchema).max(maxMirrorNetworks).default([]),
  tags: z.array(name()).max(maxTags).default([]),
  peers: z.array(prefixSchema).max(maxMirrorNetworks).default([]),
  protocols: z.array(protocol).max(maxProtocols).default([]),
  direction: z.enum(mirrorDirections).default('both'),
  collector: mirrorCollectorSchema,
  durationMs: z.int().min(1000).max(longestMirrorMs),
  keepMs: z.int().min(0).max(longestMirrorKeepMs).default(86_400_000),
  purpose: z.string().trim().min(1).max(1000),
});

/** What stands in the ledger. */
export const mirrorPolicySchema = z.strictObject({
  ...mirrorProposalSchema.shape,
  watcher: name(),
  purpose: z.string().min(1).max(1000),
});

export const mirrorFileSchema = z.strictObject({
  name: z.string().regex(/^\d{6,9}\.pcapng$/),
  bytes: z.int().min(0),
  packets: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export const maxMirrorFiles = 32;

export const mirrorEndSchema = z.strictObject({
  why: z.enum(mirrorEndings),
  text: z.string().max(1000),
  packets: z.int().min(0),
  dropped: z.int().min(0),
  overwritten: z.int().min(0),
  files: z.array(mirrorFileSchema).max(maxMirrorFiles),
});

const time = z.iso.datetime({ precision: 3 });
const byAt = z.object({ by: z.string(), at: time });

export const mirrorSchema = z.object({
  id: z.string(),
  state: z.enum(mirrorStates),
  policy: z.object({ ...mirrorPolicySchema.shape }),
  by: z.string(),
  at: time,
  lapsesAt: time,
  approved: byAt.extend({ endsAt: time }).optional(),
  began: z.object({ at: time }).optional(),
  stopped: byAt.optional(),
  /** Of one that runs on the watcher that answers. */
  figures: z.object({ packets: z.int(), dropped: z.int(), overwritten: z.int() }).optional(),
  ended: mirrorEndSchema.extend({ at: time, shredAt: time }).optional(),
  shredded: z.object({ at: time, text: z.string(), files: z.array(mirrorFileSchema) }).optional(),
});

/** What would be done, as commands or in words, one a line; nothing was done, and nobody was asked. */
export const mirrorPlanSchema = z.object({
  policy: z.object({ ...mirrorPolicySchema.shape }),
  steps: z.array(z.string()),
});

export type MirrorProposal = z.output<typeof mirrorProposalSchema>;
export type ApiMirror = z.output<typeof mirrorSchema>;
export type ApiMirrorPlan = z.output<typeof mirrorPlanSchema>;
