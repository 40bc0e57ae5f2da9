import { parquetMetadataAsync, parquetRead, snappyUncompress, type AsyncBuffer, type Compressors } from 'hyparquet';
import { open, type FileHandle } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';

/** What is asked of a Parquet file: which rows it has, or some of them. */
export type ParquetPart = { path: string; rowStart?: number; count?: number };

export interface ParquetRows {
  /** Of each row group. */
  groups: number[];
  /** Of the rows that were asked for, by the name of the field; '' for what one does not say. */
  columns: Record<string, string[]>;
}

const maxFooterBytes = 64 * 1024 * 1024;
const maxColumnBytes = 256 * 1024 * 1024;
const maxPageBytes = 64 * 1024 * 1024;

/** Throws an Error that says what is wrong with the file. One that is damaged may keep this busy for ever. */
export async function readPart({ path, rowStart = 0, count = 0 }: ParquetPart): Promise<ParquetRows> {
  const handle = await open(path);
  try {
    const file = bufferOf(handle, (await handle.stat()).size);
    const metadata = await readFooter(file);
    const names = metadata.schema.slice(1).map(({ name }) => name);
    if (!['srcaddr', 'end'].every((field) => names.includes(field))) {
      throw new Error('it has no columns srcaddr and end, as flow logs of AWS have');
    }
    const groups = metadata.row_groups.map(({ num_rows: rows }) => Number(rows));
    const columns = new Map<string, string[]>(names.map((name) => [fieldOf(name), []]));
    if (count === 0) return { groups, columns: {} };
    const sizes = metadata.row_groups.flatMap((group) => group.columns.map(({ meta_data: one }) => one));
    const largest = Math.max(0, ...sizes.map((one) => Number(one?.total_uncompressed_size ?? 0)));
    if (largest > maxColumnBytes) throw new Error(`a column of ${largest} bytes, expected at most ${maxColumnBytes}`);
    await parquetRead({
      file,
      metadata,
      rowStart,
      rowEnd: rowStart + count,
      compressors,
      onChunk({ columnName, columnData, rowStart: from }) {
        const column = columns.get(fieldOf(columnName));
        // Chunks may begin before these rows and end behind them.
        for (let at = Math.max(0, rowStart - from); at < columnData.length; at++) {
          const row = from + at - rowStart;
          if (row >= count) break;
          if (column) column[row] = textOf(columnData[at]);
        }
      },
    });
    if ((columns.get('end')?.length ?? 0) < count) throw new Error('it has fewer rows than it says');
    return { groups, columns: Object.fromEntries(columns) };
  } finally {
    await handle.close();
  }
}

async function readFooter(file: AsyncBuffer) {
  const tail = new DataView(await file.slice(Math.max(0, file.byteLength - 8)));
  const footerBytes = tail.byteLength === 8 ? tail.getUint32(0, true) : 0;
  if (footerBytes === 0 || footerBytes > Math.min(maxFooterBytes, file.byteLength - 12)) {
    throw new Error('its footer is damaged');
  }
  return parquetMetadataAsync(file);
}

/** Columns have the names of fields with `_` for `-`. */
const fieldOf = (columnName: string): string => columnName.replaceAll('_', '-');

function textOf(value: unknown): string {
  if (value instanceof Date) return String(Math.floor(value.getTime() / 1000));
  if (typeof value === 'string') return value === '-' ? '' : value;
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : '';
}

/** What pages say of their size is what they may become. */
const bounded =
  (decompress: (input: Uint8Array, options: { maxOutputLength: number }) => Uint8Array) =>
  (input: Uint8Array, outputLength: number): Uint8Array =>
    decompress(input, { maxOutputLength: pageBytes(outputLength) });

const compressors: Compressors = {
  GZIP: bounded(gunzipSync),
  ZSTD: bounded(zstdDecompressSync),
  BROTLI: bounded(brotliDecompressSync),
  SNAPPY: (input, outputLength) => {
    const output = new Uint8Array(pageBytes(outputLength));
    snappyUncompress(input, output);
    return output;
  },
};

function pageBytes(claimed: number): number {
  if (claimed > 0 && claimed <= maxPageBytes) return claimed;
  throw new Error(`a page of ${claimed} bytes, expected at most ${maxPageBytes}`);
}

function bufferOf(handle: FileHandle, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    async slice(start, end = byteLength) {
      const bytes = new Uint8Array(end - start);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
      if (bytesRead < bytes.length) throw new Error('the file ends early');
      return bytes.buffer;
    },
  };
}
