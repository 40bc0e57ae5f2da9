import { makeColumn, type Column, type ColumnArrays, type ColumnBatch } from '../batch.ts';
import type { ColumnType } from '../table.ts';

/**
 * Memory that is used again for every column: giving and taking it would cost more than what is done in it. Only one
 * column at a time is worked on, so writers that share one are used one after the other.
 */
export class Workspace {
  readonly #columns = new Map<ColumnType, Column>();
  #places = new Uint16Array(0);
  #slots = new Int32Array(0);
  #firstRows = new Uint32Array(0);
  #page = new Uint8Array(0);
  #widened = new Uint32Array(0);

  /** A column that lies in pieces, in one piece. Valid until the next call. */
  columnOf(name: string, type: ColumnType, parts: readonly ColumnBatch[]): Column {
    const [only] = parts;
    if (parts.length === 1 && only) return only.columns[name] as Column;
    const rows = parts.reduce((sum, part) => sum + part.rows, 0);
    let memory = this.#columns.get(type) as ColumnArrays['f64'] | undefined;
    if (!memory || memory.length < rows) {
      memory = makeColumn(type, rows) as ColumnArrays['f64'];
      this.#columns.set(type, memory);
    }
    let at = 0;
    for (const part of parts) {
      memory.set(part.columns[name] as ColumnArrays['f64'], at);
      at += part.rows;
    }
    return memory.subarray(0, rows);
  }

  /** Holds anything. Valid until the next call. */
  places(count: number): Uint16Array<ArrayBuffer> {
    if (this.#places.length < count) this.#places = new Uint16Array(count);
    return this.#places.subarray(0, count);
  }

  /** Narrow numbers as wide ones. Valid until the next call. */
  widened(column: Uint8Array | Uint16Array): Uint32Array<ArrayBuffer> {
    if (this.#widened.length < column.length) this.#widened = new Uint32Array(column.length);
    this.#widened.set(column);
    return this.#widened.subarray(0, column.length);
  }

  /** Holds anything. Valid until the next call. */
  firstRows(count: number): Uint32Array<ArrayBuffer> {
    if (this.#firstRows.length < count) this.#firstRows = new Uint32Array(count);
    return this.#firstRows.subarray(0, count);
  }

  /** All zero. Valid until the next call. */
  slots(count: number): Int32Array<ArrayBuffer> {
    if (this.#slots.length < count) this.#slots = new Int32Array(count);
    else this.#slots.fill(0, 0, count);
    return this.#slots.subarray(0, count);
  }

  /** Holds anything. Valid until the next call. */
  page(bytes: number): Uint8Array<ArrayBuffer> {
    if (this.#page.length < bytes) this.#page = new Uint8Array(bytes);
    return this.#page.subarray(0, bytes);
  }
}
