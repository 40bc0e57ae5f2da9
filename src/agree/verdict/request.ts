import { z } from 'zod';
import { QwError, type LedgerRequest, type Opinion, type Reason } from '../../model/index.ts';

/** Bounds of what one request may carry. */
const maxOpinionsPerRequest = 100_000;
const maxRounds = 64;
const maxResults = 64;
/**
 * Evidence of one opinion, as JSON characters; larger evidence is kept without the values of its probes. A transition
 * carries the opinions of all judges, and those of 31 must fit into one ledger entry of a mebibyte.
 */
const maxEvidenceLength = 8192;
const maxTrimmedResults = 8;
const maxReasonText = 300;
const maxText = 4000;
const maxName = 200;
/** The range of a Date (ECMA-262, section 21.4.1.1), so that every time can be written. */
const latestMs = 8.64e15;

const name = z.string().min(1).max(maxName);
const text = z.string().max(maxText);
const time = z.number().min(0).max(latestMs);
const outcome = z.enum(['pass', 'degraded', 'fail', 'unknown']);
const reason = z.object({ code: name, text });

const result = z.object({
  host: z.string().max(300),
  address: z.string().max(300).optional(),
  outcome,
  reason: reason.optional(),
  latencyMs: z.number().optional(),
  lossPercent: z.number().optional(),
  values: z.record(name, z.union([z.number(), z.string(), z.boolean(), z.array(z.string())])),
});

const opinion = z.object({
  check: name,
  watcher: name,
  state: z.enum(['up', 'degraded', 'down', 'unknown']),
  since: time,
  reason: reason.optional(),
  rounds: z.array(outcome).max(maxRounds),
  results: z.array(result).max(maxResults),
});

const receipt = z.object({
  outcome: z.enum(['done', 'failed', 'unknown', 'dropped']),
  text,
  startedAt: time.optional(),
  durationMs: z.number().min(0).optional(),
  exitCode: z.int().optional(),
  output: z.string().max(8192).optional(),
  attempts: z.int().min(0),
});

const source = z.object({ kind: z.enum(['file', 'api', 'discovery']), fileHash: z.string().max(128).optional() });
const members = z.array(z.object({ id: name, publicKey: text })).max(1000);
const incident = { incident: z.string().max(20), by: name };

const request = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('genesis'), body: z.object({ cluster: name, members, version: name }) }),
  z.object({ kind: z.literal('configure'), body: z.object({ document: z.unknown(), source, by: name }) }),
  z.object({ kind: z.literal('observe'), opinions: z.array(opinion).max(maxOpinionsPerRequest) }),
  z.object({ kind: z.literal('incident-acknowledge'), ...incident }),
  z.object({ kind: z.literal('incident-note'), ...incident, text: text.min(1) }),
  z.object({
    kind: z.literal('incident-status'),
    ...incident,
    status: z.enum(['investigating', 'identified', 'monitoring', 'resolved']),
    text,
  }),
  z.object({ kind: z.literal('action-start'), id: name, attempt: z.int().min(1), watcher: name }),
  z.object({ kind: z.literal('action-finish'), id: name, watcher: name, receipt }),
  z.object({ kind: z.literal('tick') }),
]);

/** The bytes that are ordered for a request. */
export function encodeRequest(given: LedgerRequest): Uint8Array {
  return Buffer.from(JSON.stringify(given));
}

/** Decodes and validates; throws BAD_INPUT with the first thing that is wrong and where. */
export function decodeRequest(bytes: Uint8Array): LedgerRequest {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch (cause) {
    throw new QwError('BAD_INPUT', 'the request is not JSON', { cause });
  }
  const read = request.safeParse(value);
  if (read.success) return read.data as LedgerRequest;
  const issue = read.error.issues[0];
  throw new QwError('BAD_INPUT', `the request is not valid: ${issue?.message ?? ''}`, {
    where: issue?.path.join('.') ?? '',
  });
}

/** The opinion with evidence that fits: who said what and why remains, measured values go. */
export function boundedEvidence(given: Opinion): Opinion {
  const reason = given.reason && boundedReason(given.reason);
  const opinion: Opinion = { ...given, ...(reason && { reason }) };
  if (JSON.stringify(given.results).length <= maxEvidenceLength) return opinion;
  const results = given.results.slice(0, maxTrimmedResults).map(({ host, address, outcome, reason: why }) => ({
    host,
    ...(address !== undefined && { address }),
    outcome,
    ...(why && { reason: boundedReason(why) }),
    values: {},
  }));
  return { ...opinion, results };
}

function boundedReason({ code, text: why }: Reason): Reason {
  return { code, text: why.slice(0, maxReasonText) };
}
