import { parquetMetadataAsync, parquetRead, type AsyncBuffer, type FileMetaData } from 'hyparquet';
import { zstdDecompressSync } from 'node:zlib';
import type { DiskFile } from '../../platform/index.ts';
import { makeBatch, type ColumnBatch } from '../batch.ts';
import type { Table } from '../table.ts';

/** The footer of a file, whoever wrote it. */
export interface Footer {
  rows: number;
  /** Names and values that its writer added. */
  metadata: ReadonlyMap<string, string>;
  groups: readonly FooterGroup[];
  raw: FileMetaData;
}

interface FooterGroup {
  rows: number;
  /** Smallest and greatest `ts`, where the writer noted them. */
  from?: number;
  to?: number;
}

/** Throws what the reader throws when the bytes are no such file. */
export async function readFooter(file: DiskFile, fileBytes: number): Promise<Footer> {
  const raw = await parquetMetadataAsync(asyncBuffer(file, fileBytes));
  return {
    rows: Number(raw.num_rows),
    metadata: new Map(raw.key_value_metadata?.map(({ key, value }) => [key, value ?? '']) ?? []),
    groups: raw.row_groups.map(({ num_rows, columns }) => {
      const ts = columns.find(({ meta_data }) => meta_data?.path_in_schema.join('.') === 'ts')?.meta_data?.statistics;
      const rows = Number(num_rows);
      if (ts?.min_value === undefined || ts.max_value === undefined) return { rows };
      return { rows, from: Number(ts.min_value), to: Number(ts.max_value) };
    }),
    raw,
  };
}

/** The rows of one row group. Throws when columns of the table are missing. */
export async function readRowGroup(
  file: DiskFile,
  fileBytes: number,
  footer: Footer,
  group: number,
  table: Table,
): Promise<ColumnBatch> {
  const rowStart = footer.groups.slice(0, group).reduce((sum, { rows }) => sum + rows, 0);
  const batch = makeBatch(table, footer.groups[group]?.rows ?? 0);
  await parquetRead({
    file: asyncBuffer(file, fileBytes),
    metadata: footer.raw,
    columns: Object.keys(table.columns),
    rowStart,
    rowEnd: rowStart + batch.rows,
    compressors: { ZSTD: (input) => zstdDecompressSync(input) },
    onChunk({ columnName, columnData, rowStart: at }) {
      const column = batch.columns[columnName];
      if (column instanceof BigUint64Array) {
        for (let row = 0; row < columnData.length; row++) column[at - rowStart + row] = BigInt(columnData[row]);
      } else column?.set(columnData as ArrayLike<number>, at - rowStart);
    },
  });
  return batch;
}

function asyncBuffer(file: DiskFile, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    async slice(start, end = byteLength) {
      const bytes = await file.read(start, end - start);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    },
  };
}
