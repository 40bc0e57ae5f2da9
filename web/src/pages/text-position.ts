/** Offset in a text of a line and column that count from 1; past the end of a line, that end. */
export function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split('\n');
  const index = Math.min(Math.max(1, line), lines.length) - 1;
  let offset = 0;
  for (const before of lines.slice(0, index)) offset += before.length + 1;
  return offset + Math.min(Math.max(0, column - 1), lines[index]?.length ?? 0);
}
