import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Column, ColumnBatch } from '../batch.ts';
import type { ColumnType, Table } from '../table.ts';
import { Choices } from './choices.ts';
import { compress } from './compress.ts';
import { constantIn } from './constant.ts';
import { dataPageHeader, dictionaryPageHeader, encodeFooter, magic, type Chunk, type RowGroup } from './footer.ts';
import { chooseEncoding, constantEncoder, makeEncoder, type Choice, type Encoder } from './pages.ts';
import { statisticsOf } from './statistics.ts';
import { Workspace } from './workspace.ts';

/** Rows of a page: as many as the event loop waits for at a time. */
const pageRows = 40_000;

/** Fits every column. */
const always: Choice = { encoding: 'plain', isCompressed: true, ratio: 1 };

/**
 * Writes the Apache Parquet format (parquet.apache.org/docs/file-format): required columns, v1 data pages, zstd where it
 * saves something, and statistics by which readers skip. Between pages the event loop runs on.
 */
export class ParquetWriter {
  readonly #table: Table;
  readonly #write: (bytes: Uint8Array) => Promise<void> | void;
  readonly #choices: Choices;
  readonly #workspace: Workspace;
  readonly #groups: RowGroup[] = [];
  #offset = 0;

  /**
   * `write` gets the bytes of the file in their order and is awaited. Writers that share a `workspace` are used
   * one after the other.
   */
  constructor(
    table: Table,
    write: (bytes: Uint8Array) => Promise<void> | void,
    choices = new Choices(),
    workspace = new Workspace(),
  ) {
    this.#table = table;
    this.#write = write;
    this.#choices = choices;
    this.#workspace = workspace;
  }

  /**
   * One row group of all of these rows, as they are ordered; at most about 120,000 keep it readable in little memory.
   */
  async add(...parts: readonly ColumnBatch[]): Promise<void> {
    const filled = parts.filter((part) => part.rows > 0);
    const rows = filled.reduce((sum, part) => sum + part.rows, 0);
    if (rows === 0) return;
    if (this.#offset === 0) await this.#put(magic);
    const chunks: Chunk[] = [];
    for (const [name, type] of Object.entries(this.#table.columns)) {
      chunks.push(await this.#chunk(name, type, filled, rows));
    }
    this.#groups.push({ rows, chunks });
  }

  /** Writes the footer with these key-value pairs. */
  async finish(metadata: Readonly<Record<string, string>> = {}): Promise<void> {
    if (this.#offset === 0) await this.#put(magic);
    await this.#put(encodeFooter(this.#table, this.#groups, metadata));
  }

  async #chunk(name: string, type: ColumnType, parts: readonly ColumnBatch[], rows: number): Promise<Chunk> {
    const same = constantIn(parts, name);
    const column = same ?? this.#workspace.columnOf(name, type, parts);
    const { encoder, isCompressed, ratio } = same ? constantEncoder(same, type) : this.#encoder(name, type, column);
    const { encoding, dictionary, page } = encoder;
    const range = encoder.range();
    const rowsOfPage = same ? rows : pageRows;
    if (!same) await nextTurn();
    const start = this.#offset;
    let plainBytes = 0;
    const put = async (content: Uint8Array, header: (bytes: number) => Uint8Array) => {
      // A page may lie in the workspace, where the next one comes to lie.
      const stored = isCompressed ? compress(content, ratio) : content.slice();
      const head = header(stored.length);
      plainBytes += head.length + content.length;
      await this.#put(head);
      await this.#put(stored);
      if (!same) await nextTurn();
    };
    if (dictionary) {
      const { values, bytes } = dictionary;
      await put(bytes, (stored) => dictionaryPageHeader(values, bytes.length, stored));
    }
    const dataOffset = this.#offset;
    for (let fromRow = 0; fromRow < rows; fromRow += rowsOfPage) {
      const toRow = Math.min(rows, fromRow + rowsOfPage);
      const content = page(fromRow, toRow);
      await put(content, (bytes) => dataPageHeader(toRow - fromRow, encoding, content.length, bytes));
    }
    return {
      name,
      type,
      encoding,
      isCompressed,
      rows,
      plainBytes,
      storedBytes: this.#offset - start,
      ...(dictionary && { dictionaryOffset: start }),
      dataOffset,
      ...(range && { statistics: statisticsOf(column, range) }),
    };
  }

  #encoder(name: string, type: ColumnType, column: Column): { encoder: Encoder; isCompressed: boolean; ratio: number } {
    const key = `${this.#table.name}.${name}`;
    const make = ({ encoding, isCompressed, ratio }: Choice) => {
      const encoder = makeEncoder(column, type, encoding, this.#workspace);
      return encoder && { encoder, isCompressed, ratio };
    };
    const known = this.#choices.of(key);
    const made = known && make(known);
    if (made) return made;
    const choice = chooseEncoding(column, type, this.#workspace);
    const chosen = make(choice);
    // What fits a sample need not fit all.
    this.#choices.set(key, chosen ? choice : always);
    return chosen ?? (make(always) as { encoder: Encoder; isCompressed: boolean; ratio: number });
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
