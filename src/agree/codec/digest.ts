import {
  maxDigestChecks,
  maxDigestPaths,
  type CheckFigures,
  type Digest,
  type DirectionFigures,
  type Milliseconds,
  type PathFigures,
} from '../../model/index.ts';
import { GrowingWriter } from './growing-writer.ts';
import { Malformed, StrictReader } from './strict-reader.ts';

/**
 * What goes over the lane of telemetry: one watcher's digest. Times are whole nanoseconds. It stands among the codecs of
 * agreement because it travels over the same links, and is read as strictly.
 */

const version = 1;
/** Names have up to a hundred characters, in UTF-8 up to four bytes each. */
const maxTextBytes = 400;
const maxBuckets = 464;
/** 13 days: so far a double of milliseconds holds nanoseconds exactly enough to be written the same again. */
const maxNanoseconds = 2 ** 50;
const nanosecondsPerMs = 1_000_000;
/** No encoded digest is larger: what does not fit is left for the next one. */
const maxDigestBytes = 1_000_000;

/** Which parts of a path's figures there are. */
const parts = { silent: 1, rtt: 2, forward: 4, back: 8, clock: 16, mtu: 32, problem: 64, kernel: 128 } as const;

/** `checks` says how many of the digest's checks found room. Names are cut to what others would read. */
export function encodeDigest({ at, paths, checks }: Digest): { bytes: Buffer; checks: number } {
  const writer = new GrowingWriter().u8(version).u64(Math.max(0, Math.round(at)));
  writer.u16(Math.min(paths.length, maxDigestPaths));
  for (const path of paths.slice(0, maxDigestPaths)) writePath(writer, path);
  const written: Buffer[] = [];
  let room = maxDigestBytes - writer.length;
  for (const check of checks.slice(0, maxDigestChecks)) {
    const bytes = writeCheck(check);
    room -= bytes.length;
    if (room < 0) break;
    written.push(bytes);
  }
  writer.u16(written.length);
  for (const bytes of written) writer.raw(bytes);
  return { bytes: writer.finish(), checks: written.length };
}

/** Undefined for bytes that are no digest, or one that contradicts itself. Says nothing about truth. */
export function decodeDigest(bytes: Buffer): Digest | undefined {
  try {
    const reader = new StrictReader(bytes);
    if (reader.u8() !== version) return undefined;
    const at = reader.u64();
    const paths = reader.list(maxDigestPaths, 25, readPath);
    const checks = reader.list(maxDigestChecks, 50, readCheck);
    reader.end();
    if (new Set(paths.map(({ to }) => to)).size < paths.length) return undefined;
    if (new Set(checks.map(({ check }) => check)).size < checks.length) return undefined;
    return { at, paths, checks };
  } catch (problem) {
    if (problem instanceof Malformed) return undefined;
    throw problem;
  }
}

function writePath(writer: GrowingWriter, path: PathFigures): void {
  const { silentMs, rtt, forward, back, clock, mtuBytes, problem, stamps } = path;
  const present =
    (silentMs === undefined ? 0 : parts.silent) |
    (rtt ? parts.rtt : 0) |
    (forward ? parts.forward : 0) |
    (back ? parts.back : 0) |
    (clock ? parts.clock : 0) |
    (mtuBytes === undefined ? 0 : parts.mtu) |
    (problem === undefined ? 0 : parts.problem) |
    (stamps === 'kernel' ? parts.kernel : 0);
  writeText(writer, path.to);
  writeTime(writer.u8(present), path.windowMs);
  writer.u32(path.sent).u32(path.answered).u32(path.unexplained);
  if (silentMs !== undefined) writeTime(writer, silentMs);
  if (rtt) for (const one of [rtt.minMs, rtt.medianMs, rtt.p95Ms, rtt.maxMs]) writeTime(writer, one);
  if (forward) writeDirection(writer, forward);
  if (back) writeDirection(writer, back);
  if (clock) {
    writeTime(writer.u8(nanoseconds(-clock.aheadMs) > 0 ? 1 : 0), Math.abs(clock.aheadMs));
    writeTime(writer, clock.boundMs);
  }
  if (mtuBytes !== undefined) writer.u32(mtuBytes);
  if (problem !== undefined) writeText(writer, problem);
}

function readPath(reader: StrictReader): PathFigures {
  const to = readText(reader);
  const present = reader.u8();
  const has = (part: keyof typeof parts) => (present & parts[part]) !== 0;
  const windowMs = readTime(reader);
  const [sent, answered, unexplained] = [reader.u32(), reader.u32(), reader.u32()];
  const silentMs = has('silent') ? readTime(reader) : undefined;
  const rtt = has('rtt') ? readRtt(reader) : undefined;
  const forward = has('forward') ? readDirection(reader) : undefined;
  const back = has('back') ? readDirection(reader) : undefined;
  const clock = has('clock') ? readClock(reader) : undefined;
  const mtuBytes = has('mtu') ? reader.u32() : undefined;
  const problem = has('problem') ? readText(reader) : undefined;
  if (answered > sent || unexplained > sent) throw new Malformed('not-canonical');
  return {
    to,
    windowMs,
    sent,
    answered,
    unexplained,
    ...(silentMs !== undefined && { silentMs }),
    ...(rtt && { rtt }),
    ...(forward && { forward }),
    ...(back && { back }),
    ...(clock && { clock }),
    ...(mtuBytes !== undefined && { mtuBytes }),
    stamps: has('kernel') ? 'kernel' : 'process',
    ...(problem !== undefined && { problem }),
  };
}

function readRtt(reader: StrictReader): NonNullable<PathFigures['rtt']> {
  const [minMs, medianMs, p95Ms, maxMs] = [readTime(reader), readTime(reader), readTime(reader), readTime(reader)];
  if (minMs > medianMs || medianMs > p95Ms || p95Ms > maxMs) throw new Malformed('not-canonical');
  return { minMs, medianMs, p95Ms, maxMs };
}

function readClock(reader: StrictReader): NonNullable<PathFigures['clock']> {
  const isBehind = reader.flag();
  const aheadMs = readTime(reader);
  if (isBehind && aheadMs === 0) throw new Malformed('not-canonical');
  return { aheadMs: isBehind ? -aheadMs : aheadMs, boundMs: readTime(reader) };
}

function writeDirection(writer: GrowingWriter, figures: DirectionFigures): void {
  const { sent, lost, reordered, duplicates, jitterMs } = figures;
  writer.u32(sent).u32(lost).u32(reordered).u32(duplicates);
  writer.u8(jitterMs === undefined ? 0 : 1);
  if (jitterMs !== undefined) writeTime(writer, jitterMs);
}

function readDirection(reader: StrictReader): DirectionFigures {
  const [sent, lost, reordered, duplicates] = [reader.u32(), reader.u32(), reader.u32(), reader.u32()];
  const jitterMs = reader.flag() ? readTime(reader) : undefined;
  if (lost > sent) throw new Malformed('not-canonical');
  return { sent, lost, reordered, duplicates, ...(jitterMs !== undefined && { jitterMs }) };
}

function writeCheck({ check, windowMs, passed, degraded, failed, unknown, latency, buckets }: CheckFigures): Buffer {
  const writer = new GrowingWriter();
  writeText(writer, check);
  writeTime(writer, windowMs);
  writer.u32(passed).u32(degraded).u32(failed).u32(unknown);
  writer.u32(latency.count).u64(latency.sumUs).u32(latency.minUs).u32(latency.maxUs);
  writer.u16(buckets.length);
  for (const [bucket, count] of buckets) writer.u16(bucket).u32(count);
  return writer.finish();
}

function readCheck(reader: StrictReader): CheckFigures {
  const check = readText(reader);
  const windowMs = readTime(reader);
  const [passed, degraded, failed, unknown] = [reader.u32(), reader.u32(), reader.u32(), reader.u32()];
  const latency = { count: reader.u32(), sumUs: reader.u64(), minUs: reader.u32(), maxUs: reader.u32() };
  let before = -1;
  let counted = 0;
  const buckets = reader.list(maxBuckets, 6, (from): [number, number] => {
    const [bucket, count] = [from.u16(), from.u32()];
    if (bucket <= before || bucket >= maxBuckets || count === 0) throw new Malformed('not-canonical');
    before = bucket;
    counted += count;
    return [bucket, count];
  });
  if (counted !== latency.count || latency.minUs > latency.maxUs) throw new Malformed('not-canonical');
  if (latency.count > passed + degraded + failed + unknown) throw new Malformed('not-canonical');
  return { check, windowMs, passed, degraded, failed, unknown, latency, buckets };
}

function writeTime(writer: GrowingWriter, timeMs: Milliseconds): void {
  writer.u64(nanoseconds(timeMs));
}

function nanoseconds(timeMs: Milliseconds): number {
  return Math.min(maxNanoseconds, Math.max(0, Math.round(timeMs * nanosecondsPerMs)));
}

function readTime(reader: StrictReader): Milliseconds {
  const found = reader.u64();
  if (found > maxNanoseconds) throw new Malformed('number-too-large');
  return found / nanosecondsPerMs;
}

/** Cut between characters, so that it stays text. */
function writeText(writer: GrowingWriter, text: string): void {
  let cut = text;
  while (Buffer.byteLength(cut) > maxTextBytes) cut = Array.from(cut).slice(0, -8).join('');
  const bytes = Buffer.from(cut);
  writer.u32(bytes.length).raw(bytes);
}

function readText(reader: StrictReader): string {
  const raw = reader.bytes(maxTextBytes);
  const text = raw.toString();
  if (!Buffer.from(text).equals(raw)) throw new Malformed('not-canonical');
  return text;
}
