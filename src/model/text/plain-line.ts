/**
 * Text for other programs to show: one line, bounded, without control characters and without the characters that turn
 * the direction of writing (Unicode TR36 section 2.5), so that a name cannot disguise itself.
 */
export function plainLine(text: string, limit: number): string {
  const line = text
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ')
    .replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .toWellFormed()
    .trim();
  return line.length > limit ? `${line.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…` : line;
}
