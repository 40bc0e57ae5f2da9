import { z } from 'zod';
import {
  maxMirrorFiles,
  membershipChangeSchema,
  mirrorEndSchema,
  mirrorFileSchema,
  mirrorPolicySchema,
  QwError,
  selector,
  type ProbeValue,
  type SignedRequest,
} from '../../model/index.ts';
import { auditEvent, maxAuditEvents } from './audit-event.ts';
import { uplinkDrillRecord, uplinkSwitchRecord } from './uplink-records.ts';

/** Bounds of what one request may carry. */
export const maxOpinionsPerRequest = 500;
const maxRounds = 64;
const maxResults = 64;
const maxText = 4000;
/** With everything else that an incident may hold, this fits into one ledger entry; `incident-record.ts` has the rest. */
const maxPostmortem = 16_384;
const maxName = 200;
/** The range of a Date (ECMA-262, section 21.4.1.1), so that every time can be written. */
const latestMs = 8.64e15;
const maxSilent = 1000;
/** Lists and maps within each other. Where the stack ends differs from member to member; what they refuse must not. */
const maxDepth = 64;

const name = z.string().min(1).max(maxName);
const text = z.string().max(maxText);
const time = z.number().min(0).max(latestMs);
const outcome = z.enum(['pass', 'degraded', 'fail', 'unknown']);
const reason = z.strictObject({ code: name, text });
const document = z.unknown().refine(isShallow, 'nested too deeply').optional();

/** The keys are in order, so that what is read is canonical as it is. */
const result = z.strictObject({
  address: z.string().max(300).optional(),
  host: z.string().max(300),
  latencyMs: z.number().optional(),
  lossPercent: z.number().optional(),
  outcome,
  reason: reason.optional(),
  values: z.custom<Readonly<Record<string, ProbeValue>>>(
    areValues,
    'expected numbers, texts, truths and lists of texts',
  ),
});

const opinion = z.strictObject({
  check: name,
  reason: reason.optional(),
  results: z.array(result).max(maxResults),
  rounds: z.array(outcome).max(maxRounds),
  since: time,
  state: z.enum(['up', 'degraded', 'down', 'unknown']),
  watcher: name,
});

const receipt = z.strictObject({
  outcome: z.enum(['done', 'failed', 'unknown', 'dropped']),
  text,
  startedAt: time.optional(),
  durationMs: z.number().min(0).optional(),
  exitCode: z.int().optional(),
  output: z.string().max(8192).optional(),
  attempts: z.int().min(0),
  messages: z.record(name, z.string().min(1).max(maxName)).optional(),
});

const source = z.strictObject({ kind: z.enum(['file', 'api', 'discovery']), fileHash: z.string().max(128).optional() });
/** 64 bytes in base64; the bits beyond them are zero, so that a signature has one writing. */
const signature = z.string().regex(/^[A-Za-z0-9+/]{85}[AQgw]==$/, 'expected 64 bytes in base64');
const authority = z.strictObject({ operator: name, base: z.int().min(0), signature }).optional();
const incident = { incident: z.string().max(20), by: name };
const mirror = { mirror: z.string().max(20) };
const mirrorFiles = z.array(mirrorFileSchema).max(maxMirrorFiles);

const request = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('configure'),
    body: z.strictObject({ document: z.unknown().refine(isShallow, 'nested too deeply'), source, by: name }),
    authority,
  }),
  z.strictObject({ kind: z.literal('membership'), change: membershipChangeSchema, authority }),
  z.strictObject({ kind: z.literal('observe'), opinions: z.array(opinion).min(1).max(maxOpinionsPerRequest) }),
  z.strictObject({ kind: z.literal('presence'), silent: z.array(name).max(maxSilent) }),
  z.strictObject({ kind: z.literal('incident-acknowledge'), ...incident }),
  z.strictObject({ kind: z.literal('incident-note'), ...incident, text: text.min(1) }),
  z.strictObject({
    kind: z.literal('incident-status'),
    ...incident,
    status: z.enum(['investigating', 'identified', 'monitoring', 'resolved']),
    text,
  }),
  z.strictObject({ kind: z.literal('incident-assign'), ...incident, to: name.optional() }),
  z.strictObject({ kind: z.literal('incident-cause'), ...incident, text }),
  z.strictObject({
    kind: z.literal('incident-postmortem'),
    ...incident,
    text: z.string().max(maxPostmortem),
    published: z.boolean(),
    base: z.int().min(0).optional(),
  }),
  z.strictObject({
    kind: z.literal('incident-impact'),
    ...incident,
    impact: z.enum(['none', 'minor', 'major', 'critical']).optional(),
  }),
  z.strictObject({ kind: z.literal('incident-link'), ...incident, other: z.string().max(20), linked: z.boolean() }),
  z.strictObject({
    kind: z.literal('snooze'),
    scope: z.union([
      z.strictObject({ policy: name }),
      z.strictObject({ check: name }),
      z.strictObject({ select: selector.max(1000) }),
      z.strictObject({ incident: z.string().max(20) }),
    ]),
    until: time,
    by: name,
    comment: z.string().max(1000),
  }),
  z.strictObject({ kind: z.literal('snooze-end'), snooze: z.string().max(20), by: name }),
  z.strictObject({ kind: z.literal('on-call-override'), rota: name, receiver: name, from: time, to: time, by: name }),
  z.strictObject({ kind: z.literal('on-call-override-end'), override: z.string().max(20), by: name }),
  z.strictObject({ kind: z.literal('mirror-propose'), policy: mirrorPolicySchema, by: name }),
  z.strictObject({ kind: z.literal('mirror-approve'), ...mirror, by: name }),
  z.strictObject({ kind: z.literal('mirror-stop'), ...mirror, by: name }),
  z.strictObject({ kind: z.literal('mirror-begin'), ...mirror, watcher: name }),
  z.strictObject({ kind: z.literal('mirror-end'), ...mirror, watcher: name, end: mirrorEndSchema }),
  z.strictObject({
    kind: z.literal('mirror-read'),
    ...mirror,
    watcher: name,
    by: name,
    why: z.string().min(1).max(1000),
    files: mirrorFiles,
  }),
  z.strictObject({ kind: z.literal('mirror-shred'), ...mirror, watcher: name, files: mirrorFiles, text }),
  z.strictObject({ kind: z.literal('action-start'), id: name, attempt: z.int().min(1), watcher: name }),
  z.strictObject({ kind: z.literal('action-finish'), id: name, watcher: name, receipt }),
  z.strictObject({ kind: z.literal('uplink-switch'), watcher: name, record: uplinkSwitchRecord }),
  z.strictObject({ kind: z.literal('uplink-drill'), watcher: name, record: uplinkDrillRecord }),
  z.strictObject({
    kind: z.literal('dashboard'),
    name,
    by: name,
    document,
    base: z.int().min(0).optional(),
  }),
  z.strictObject({
    kind: z.literal('flow-view'),
    name,
    was: name.optional(),
    by: name,
    document,
    base: z.int().min(0).optional(),
  }),
  z.strictObject({ kind: z.literal('audit'), watcher: name, events: z.array(auditEvent).min(1).max(maxAuditEvents) }),
  z.strictObject({ kind: z.literal('tick') }),
]);

function isShallow(given: unknown): boolean {
  let level = [given].filter(isContainer);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > maxDepth) return false;
    level = level.flatMap((one) => (Object.values(one) as unknown[]).filter(isContainer));
  }
  return true;
}

function isContainer(given: unknown): given is object {
  return typeof given === 'object' && given !== null;
}

/** By hand: half the time of reading observations would go into this otherwise. */
function areValues(given: unknown): boolean {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return false;
  return Object.entries(given).every(([key, value]) => key.length <= maxName && isValue(value));
}

function isValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string');
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
}

/** Nothing but what is signed may stand in it: what is left out of the signature would be left out of the evidence. */
const signedRequest = z.strictObject({ signer: name, number: z.int().min(1), request, signature });

/** Decodes and validates; throws BAD_INPUT with the first thing that is wrong and where. */
export function decodeRequest(bytes: Uint8Array): SignedRequest {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch (cause) {
    throw new QwError('BAD_INPUT', 'the request is not JSON', { cause });
  }
  const read = signedRequest.safeParse(value);
  if (read.success) return read.data as SignedRequest;
  const issue = read.error.issues[0];
  throw new QwError('BAD_INPUT', `the request is not valid: ${issue?.message ?? ''}`, {
    where: issue?.path.join('.') ?? '',
  });
}
