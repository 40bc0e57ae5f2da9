import type { EpochMs } from '../../model/index.ts';
import type { Request } from '../protocol.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

/** A batch as it stands in a journal: version, sequence, time, requests. */
export interface Batch {
  sequence: number;
  time: EpochMs;
  requests: readonly Request[];
}

const batchVersion = 1;
const fixedBytes = 1 + 8 + 8 + 4;

export function encodeBatch(batch: Batch): Buffer {
  const ids = batch.requests.map((request) => Buffer.from(request.id));
  const length = batch.requests.reduce(
    (sum, request, at) => sum + 1 + (ids[at]?.length ?? 0) + 4 + request.bytes.length,
    fixedBytes,
  );
  const writer = new ByteWriter(length).u8(batchVersion).u64(batch.sequence).f64(batch.time).u32(batch.requests.length);
  for (const [at, request] of batch.requests.entries()) {
    const id = ids[at] ?? Buffer.alloc(0);
    writer.u8(id.length).raw(id).u32(request.bytes.length).raw(request.bytes);
  }
  return writer.bytes;
}

/** Undefined when the bytes are not exactly one batch. */
export function decodeBatch(bytes: Uint8Array): Batch | undefined {
  try {
    const reader = new ByteReader(bytes);
    if (reader.u8() !== batchVersion) return undefined;
    const sequence = reader.u64();
    const time = reader.f64();
    const requests: Request[] = [];
    for (let left = reader.u32(); left > 0; left--) {
      const id = reader.raw(reader.u8()).toString();
      requests.push({ id, bytes: reader.raw(reader.u32()) });
    }
    return reader.end() ? { sequence, time, requests } : undefined;
  } catch {
    return undefined;
  }
}
