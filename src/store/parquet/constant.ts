import type { Column } from '../batch.ts';

/** Whether all values have the same bits. What nobody measures fills whole columns, and memory is compared quickest. */
export function isConstant(column: Column): boolean {
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: width } = column;
  if (byteLength <= width) return column.length > 0;
  const later = Buffer.from(buffer, byteOffset + width, byteLength - width);
  // Each value with the one before it.
  return later.equals(new Uint8Array(buffer, byteOffset, byteLength - width));
}
