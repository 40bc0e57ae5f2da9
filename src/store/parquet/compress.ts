import { constants, zstdCompressSync } from 'node:zlib';

/** Level 1: level 3 makes files 2 % smaller for a third more of processor time. */
const params = { [constants.ZSTD_c_compressionLevel]: 1 };

/** Room for what hardly gets smaller. */
const leastChunk = 1024;

/**
 * A frame of zstd. On this thread: a page takes a quarter of a millisecond, and twice the processor time through the
 * thread pool, which others wait for. With the size known before, tables are as small as it. Room for half of it is enough
 * for most pages, and the others are put together of two pieces: what is taken for nothing has to be collected.
 */
export function compress(bytes: Uint8Array): Uint8Array {
  const chunkSize = Math.max(leastChunk, bytes.length >>> 1);
  return zstdCompressSync(bytes, { params, pledgedSrcSize: bytes.length, chunkSize });
}
