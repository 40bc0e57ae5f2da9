import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { CloudIntake } from './intake.ts';
import { parquetMagic, readParquetLog } from './read-parquet-log.ts';

/** How far reading has come, in bytes of the file. */
interface LogFileProgress {
  bytes: number;
}

export interface ReadLogFileOptions {
  now: () => number;
  /** Waits until there is room for more rows. */
  room: () => Promise<void>;
  signal?: AbortSignal | undefined;
  progress?: LogFileProgress;
}

/** Reads a file to its end, as text, gzip or Parquet, whatever its name says. Rejects for what cannot be read. */
export async function readLogFile(path: string, intake: CloudIntake, options: ReadLogFileOptions): Promise<void> {
  const handle = await open(path);
  try {
    const begin = await beginningOf(handle);
    if (begin.toString('latin1') === parquetMagic) await readParquet(path, (await handle.stat()).size, intake, options);
    else await readText(path, begin.readUInt16BE(0) === gzipMagic, intake, options);
  } finally {
    await handle.close();
    intake.end();
  }
}

/** RFC 1952, section 2.3.1. */
const gzipMagic = 0x1f8b;

async function beginningOf(handle: FileHandle): Promise<Buffer> {
  const buffer = Buffer.alloc(4);
  await handle.read(buffer, 0, 4, 0);
  return buffer;
}

async function readText(
  path: string,
  isCompressed: boolean,
  intake: CloudIntake,
  { now, room, signal, progress }: ReadLogFileOptions,
): Promise<void> {
  const source = createReadStream(path, { highWaterMark: 256 * 1024 });
  const before = progress?.bytes ?? 0;
  const bytes = isCompressed ? pipeline(source, createGunzip(), () => undefined) : source;
  try {
    for await (const chunk of bytes as AsyncIterable<Uint8Array>) {
      if (signal?.aborted) break;
      intake.write(chunk, now());
      if (progress) progress.bytes = before + source.bytesRead;
      await room();
    }
  } finally {
    source.destroy();
  }
}

async function readParquet(
  path: string,
  size: number,
  intake: CloudIntake,
  { now, room, signal, progress }: ReadLogFileOptions,
): Promise<void> {
  if (intake.format !== 'aws')
    throw new Error(`it is Parquet, which only AWS delivers, and ${intake.format} was asked for`);
  const before = progress?.bytes ?? 0;
  await readParquetLog(path, async (rows, share) => {
    let taken = 0;
    for (const row of rows) {
      if (signal?.aborted) return false;
      intake.fields(row, now());
      if (++taken % rowsAtOnce === 0) await room();
    }
    if (progress) progress.bytes = before + Math.round(size * share);
    await room();
    return true;
  });
}

/** Others get their turn after so many rows. */
const rowsAtOnce = 8192;
