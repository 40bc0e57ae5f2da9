import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { CloudIntake } from './intake.ts';

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

/** Reads a file to its end, gzip or not, whatever its name says. Rejects for what cannot be read. */
export async function readLogFile(path: string, intake: CloudIntake, options: ReadLogFileOptions): Promise<void> {
  const { now, room, signal, progress } = options;
  const source = createReadStream(path, { highWaterMark: 256 * 1024 });
  const before = progress?.bytes ?? 0;
  const isCompressed = await isGzip(path);
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
    intake.end();
  }
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.readUInt16BE(0) === 0x1f8b;
  } finally {
    await file.close();
  }
}
