import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import type { Column, ColumnBatch } from '../batch.ts';
import type { ColumnType, Table } from '../table.ts';
import { dataPageHeader, dictionaryPageHeader, encodeFooter, magic, type Chunk, type RowGroup } from './footer.ts';
import { chooseEncoder } from './pages.ts';
import { statisticsOf } from './statistics.ts';
import { zstdOptions } from './zstd-options.ts';

const compress = promisify(zstdCompress);

/** Rows of a page: as many as the event loop waits for at a time. */
const pageRows = 20_000;

/**
 * Writes the Apache Parquet format (parquet.apache.org/docs/file-format): required columns, v1 data pages, zstd, and
 * statistics by which readers skip. Between pages the event loop runs on, and one call of the thread pool runs at a
 * time.
 */
export class ParquetWriter {
  readonly #table: Table;
  readonly #write: (bytes: Uint8Array) => Promise<void> | void;
  readonly #groups: RowGroup[] = [];
  #offset = 0;

  /** `write` gets the bytes of the file in their order and is awaited. */
  constructor(table: Table, write: (bytes: Uint8Array) => Promise<void> | void) {
    this.#table = table;
    this.#write = write;
  }

  /** One row group of these rows, as they are ordered; at most about 120,000 keep it readable in little memory. */
  async add(batch: ColumnBatch): Promise<void> {
    if (batch.rows === 0) return;
    if (this.#offset === 0) await this.#put(magic);
    const chunks: Chunk[] = [];
    for (const [name, type] of Object.entries(this.#table.columns)) {
      chunks.push(await this.#chunk(name, type, batch.columns[name] as Column));
    }
    this.#groups.push({ rows: batch.rows, chunks });
  }

  /** Writes the footer with these key-value pairs. */
  async finish(metadata: Readonly<Record<string, string>> = {}): Promise<void> {
    if (this.#offset === 0) await this.#put(magic);
    await this.#put(encodeFooter(this.#table, this.#groups, metadata));
  }

  async #chunk(name: string, type: ColumnType, column: Column): Promise<Chunk> {
    const { encoding, dictionary, page } = chooseEncoder(column, type);
    const statistics = statisticsOf(column);
    const start = this.#offset;
    let plainBytes = 0;
    const put = async (content: Uint8Array, header: (bytes: number) => Uint8Array) => {
      const compressed = await compress(content, zstdOptions);
      const head = header(compressed.length);
      plainBytes += head.length + content.length;
      await this.#put(head);
      await this.#put(compressed);
    };
    if (dictionary) {
      const { values, bytes } = dictionary;
      await put(bytes, (compressed) => dictionaryPageHeader(values, bytes.length, compressed));
    }
    const dataOffset = this.#offset;
    for (let fromRow = 0; fromRow < column.length; fromRow += pageRows) {
      const toRow = Math.min(column.length, fromRow + pageRows);
      const content = page(fromRow, toRow);
      await put(content, (bytes) => dataPageHeader(toRow - fromRow, encoding, content.length, bytes));
    }
    return {
      name,
      type,
      encoding,
      rows: column.length,
      plainBytes,
      compressedBytes: this.#offset - start,
      ...(dictionary && { dictionaryOffset: start }),
      dataOffset,
      ...(statistics && { statistics }),
    };
  }

  async #put(bytes: Uint8Array): Promise<void> {
    this.#offset += bytes.length;
    await this.#write(bytes);
  }
}

/** A whole file in memory. */
export async function encodeParquet(
  batch: ColumnBatch,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const writer = new ParquetWriter(batch.table, (bytes) => void parts.push(bytes));
  await writer.add(batch);
  await writer.finish(metadata);
  return Buffer.concat(parts);
}
