import { makeColumn, type Column, type ColumnArrays, type ColumnBatch } from '../batch.ts';
import type { ColumnType } from '../table.ts';

/**
 * A column that lies in pieces, in one piece: in memory that is used again and again, since giving and taking as much for
 * every file would cost more than the copy.
 */
export class Joint {
  readonly #memory = new Map<ColumnType, Column>();

  /** Valid until the next call. */
  columnOf(name: string, type: ColumnType, parts: readonly ColumnBatch[]): Column {
    const [only] = parts;
    if (parts.length === 1 && only) return only.columns[name] as Column;
    const rows = parts.reduce((sum, part) => sum + part.rows, 0);
    let memory = this.#memory.get(type) as ColumnArrays['f64'] | undefined;
    if (!memory || memory.length < rows) {
      memory = makeColumn(type, rows) as ColumnArrays['f64'];
      this.#memory.set(type, memory);
    }
    let at = 0;
    for (const part of parts) {
      memory.set(part.columns[name] as ColumnArrays['f64'], at);
      at += part.rows;
    }
    return memory.subarray(0, rows);
  }
}
