import type { Column, ColumnBatch } from '../batch.ts';

/** Whether all values have the same bits. What nobody measures fills whole columns, and memory is compared quickest. */
export function isConstant(column: Column): boolean {
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: width } = column;
  if (byteLength <= width) return column.length > 0;
  const later = Buffer.from(buffer, byteOffset + width, byteLength - width);
  // Each value with the one before it.
  return later.equals(new Uint8Array(buffer, byteOffset, byteLength - width));
}

/** A column whose values all have the same bits in all of these parts, none of which is empty; undefined where they differ. */
export function constantIn(parts: readonly ColumnBatch[], name: string): Column | undefined {
  const [first, ...others] = parts.map(({ columns }) => columns[name] as Column);
  if (!first || !isConstant(first)) return undefined;
  const value = bytesOfFirst(first);
  return others.every((column) => value.equals(bytesOfFirst(column)) && isConstant(column)) ? first : undefined;
}

function bytesOfFirst({ buffer, byteOffset, BYTES_PER_ELEMENT: width }: Column): Buffer {
  return Buffer.from(buffer, byteOffset, width);
}
