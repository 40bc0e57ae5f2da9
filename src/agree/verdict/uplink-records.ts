import { z } from 'zod';
import { switchCauses } from '../../model/index.ts';

/** What a watcher says it has done to uplinks, as it is let into the ledger. */

const maxUplinks = 16;
const maxCommands = 200;
const latestMs = 8.64e15;

const name = z.string().min(1).max(200);
const names = z.array(name).max(maxUplinks);
const text = z.string().max(1000);
const texts = z.array(text).max(maxCommands);
const time = z.number().min(0).max(latestMs);
const length = z.number().min(0).max(latestMs);
const family = z.literal([4, 6]);

const evidence = z.strictObject({
  uplink: name,
  state: z.enum(['unknown', 'up', 'bad', 'dead', 'held']),
  since: time,
  reason: text,
  failing: z.array(z.enum(['icmp', 'large', 'tcp', 'http', 'dns'])).max(5),
  lossPercent: z.number().min(0).max(100),
  rttMs: length.optional(),
  jitterMs: length.optional(),
  usualRttMs: length.optional(),
  holdLeftMs: length.optional(),
  flapPercent: z.number().min(0).max(100),
});

const plainNetwatch = z.strictObject({
  notices: z.enum(['surely', 'by-chance', 'never']),
  intervalMs: length,
  timeoutMs: length,
  outage: z.strictObject({ leastMs: length, expectedMs: length, mostMs: length }).optional(),
});

export const uplinkSwitchRecord = z.strictObject({
  id: name,
  watcher: name,
  family,
  from: names,
  to: names,
  cause: z.enum(switchCauses),
  by: name,
  transitions: z.array(z.int().min(0)).max(maxUplinks).optional(),
  timings: z.strictObject({
    decidedAt: time,
    lastAnswerBeforeMs: length.optional(),
    suspicionBeforeMs: length.optional(),
    switchedAfterMs: length,
    readBackAfterMs: length,
  }),
  evidence: z.array(evidence).max(maxUplinks),
  receipt: z.strictObject({ commands: texts, dryRun: z.boolean(), verified: z.boolean(), problems: texts }),
  plainNetwatch: plainNetwatch.optional(),
});

const figures = z.strictObject({
  family,
  to: name.optional(),
  detectedAfterMs: length.optional(),
  switchedAfterMs: length.optional(),
});

export const uplinkDrillRecord = z.strictObject({
  id: name,
  watcher: name,
  uplink: name,
  by: name,
  startedAt: time,
  forMs: length,
  outcome: z.enum(['passed', 'failed', 'interrupted']),
  text,
  families: z.array(figures).max(2),
});
