import { z } from 'zod';
import { switchCauses } from './uplink.ts';

/** Shapes of `/api/v1/uplinks`: ways out to the Internet, what is thought of them, and what was done. */

const time = z.iso.datetime({ precision: 3 });
const family = z.literal([4, 6]);
const names = z.array(z.string());
const uplinkState = z.enum(['unknown', 'up', 'bad', 'dead', 'held']);
const anchorKind = z.enum(['icmp', 'large', 'tcp', 'http', 'dns']);

/** What one watcher measures; all of it is missing where nobody has measured yet. */
const figures = {
  /** Kinds of probe that used to be answered here and now are not. */
  failing: z.array(anchorKind),
  lossPercent: z.number(),
  /** Median of the window. */
  rttMs: z.number().optional(),
  /** What the median usually is. */
  usualRttMs: z.number().optional(),
  jitterMs: z.number().optional(),
  flapPercent: z.number(),
  /** When `held`: for how much longer. */
  holdLeftMs: z.number().optional(),
};

/** An uplink in one address family. */
export const uplinkFamilySchema = z.object({
  uplink: z.string(),
  family,
  /** As the configuration says: an address, `auto` or `auto-ipv6`. */
  gateway: z.string(),
  /** What an automatic one stands for on the answering watcher; `direct` where the device itself leads on. */
  gatewayNow: z.string().optional(),
  /** The answering watcher's own view if it judges, otherwise the actor's last word in the ledger. */
  state: uplinkState,
  since: time.optional(),
  reason: z.string(),
  ...figures,
  /** It carries new connections now; null where the answering watcher is not the one that acts. */
  serving: z.boolean().nullable(),
  /** The check under which the cluster judges it: `uplink/isp1/ipv4`. */
  check: z.string(),
  /** What each judge said last, in the order of the judges. */
  opinions: z.array(
    z.object({
      watcher: z.string(),
      state: z.enum(['up', 'degraded', 'down', 'unknown']),
      since: time,
      reason: z.string().optional(),
      /** Ledger position of the observations in which it was said. */
      said: z.int().optional(),
      /** A quorum does not hear this watcher: its opinion does not count. */
      silent: z.boolean(),
    }),
  ),
  /** The cluster's verdict. */
  verdict: z
    .object({
      state: z.enum(['up', 'degraded', 'partial', 'down', 'unknown']),
      since: time.optional(),
      /** Ledger position of the transition. */
      transition: z.int().optional(),
      incident: z.string().optional(),
    })
    .optional(),
});

const drillFigures = z.object({
  family,
  to: z.string().optional(),
  detectedAfterMs: z.number().optional(),
  switchedAfterMs: z.number().optional(),
});

export const uplinkDrillSchema = z.object({
  /** Ledger position; absent while it is not agreed yet. */
  position: z.int().optional(),
  id: z.string(),
  watcher: z.string(),
  uplink: z.string(),
  by: z.string(),
  startedAt: time,
  forMs: z.number(),
  outcome: z.enum(['passed', 'failed', 'interrupted']),
  text: z.string(),
  families: z.array(drillFigures),
});

export const uplinkStatusSchema = z.object({
  name: z.string(),
  device: z.string(),
  /** 1 is best. */
  priority: z.int(),
  weight: z.int(),
  /** An operator chose it. */
  chosen: z.boolean(),
  families: z.array(uplinkFamilySchema),
  lastDrill: uplinkDrillSchema.optional(),
  /** No drill has passed in the last 30 days. */
  drillOverdue: z.boolean(),
});

export const uplinksStatusSchema = z.object({
  policy: z.object({
    mode: z.enum(['failover', 'balance']),
    act: z.enum(['off', 'local-evidence', 'quorum']),
    dryRun: z.boolean(),
    /** The watcher that switches; absent while none is named. */
    actor: z.string().optional(),
    /** Those that judge. */
    watchers: names,
    probeIntervalMs: z.number(),
    holdMs: z.number(),
    graceMs: z.number(),
  }),
  /** The answering watcher. */
  here: z.object({
    watcher: z.string(),
    judges: z.boolean(),
    acts: z.boolean(),
    /** What is missing on this machine and how to get it, and that all uplinks are dead while they are. */
    problems: names,
    /** Switches that are not agreed yet: there is no quorum, or they are on their way. */
    waitingRecords: z.int(),
  }),
  uplinks: z.array(uplinkStatusSchema),
  /** Which uplinks carry new connections, best first, on the watcher that acts. */
  serving: z.array(z.object({ family, uplinks: names })),
  /** An operator's choice that stands, over restarts too, until it is left to the watcher again. */
  choice: z.object({ uplink: z.string(), by: z.string(), since: time }).optional(),
  /** The drill that is running. */
  drill: z.object({ id: z.string(), uplink: z.string(), startedAt: time, endsAt: time, by: z.string() }).optional(),
});

const evidence = z.object({
  uplink: z.string(),
  state: uplinkState,
  since: time,
  reason: z.string(),
  ...figures,
});

export const uplinkSwitchSchema = z.object({
  /** Ledger position; absent while it is not agreed yet. */
  position: z.int().optional(),
  /** Agreed time, or the watcher's own while it is not agreed. */
  time,
  id: z.string(),
  watcher: z.string(),
  family,
  from: names,
  to: names,
  cause: z.enum(switchCauses),
  /** Who decided: a watcher's name, `operator NAME`, or `cluster`. */
  by: z.string(),
  /** Ledger positions of the transitions that it rests on. */
  transitions: z.array(z.int()).optional(),
  timings: z.object({
    decidedAt: time,
    lastAnswerBeforeMs: z.number().optional(),
    suspicionBeforeMs: z.number().optional(),
    switchedAfterMs: z.number(),
    readBackAfterMs: z.number(),
  }),
  evidence: z.array(evidence),
  receipt: z.object({ commands: names, dryRun: z.boolean(), verified: z.boolean(), problems: names }),
  /** What RouterOS Netwatch with its usual settings would have done; absent where nothing had failed. */
  plainNetwatch: z
    .object({
      notices: z.enum(['surely', 'by-chance', 'never']),
      intervalMs: z.number(),
      timeoutMs: z.number(),
      outage: z.object({ leastMs: z.number(), expectedMs: z.number(), mostMs: z.number() }).optional(),
    })
    .optional(),
});

/** What an operator asks for; `uplink: null` leaves the choice to the watcher again. */
export const switchRequestSchema = z.strictObject({
  uplink: z.string().min(1).max(100).nullable(),
  dryRun: z.boolean().default(false),
});

export const switchAnswerSchema = z.object({
  /** One for each address family in which something changed, or would change. */
  receipts: z.array(
    z.object({
      family,
      serving: names,
      left: names,
      commands: names,
      dryRun: z.boolean(),
      verified: z.boolean(),
      problems: names,
      tookMs: z.number(),
    }),
  ),
});

export const drillRequestSchema = z.strictObject({
  uplink: z.string().min(1).max(100),
  forMs: z.int().min(1000).max(60_000).default(10_000),
});

export const drillAnswerSchema = z.object({ id: z.string(), uplink: z.string(), startedAt: time, endsAt: time });

export type ApiUplinkFamily = z.output<typeof uplinkFamilySchema>;
export type ApiUplink = z.output<typeof uplinkStatusSchema>;
export type ApiUplinks = z.output<typeof uplinksStatusSchema>;
export type ApiUplinkSwitch = z.output<typeof uplinkSwitchSchema>;
export type ApiUplinkDrill = z.output<typeof uplinkDrillSchema>;
export type ApiSwitchAnswer = z.output<typeof switchAnswerSchema>;
export type ApiDrillAnswer = z.output<typeof drillAnswerSchema>;
