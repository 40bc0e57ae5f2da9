/** East Asian wide and fullwidth characters (Unicode Standard Annex 11), as terminals draw them. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{20000}-\u{3fffd}]/u;
/** Marks that stand on the character before them, and what has no width at all. */
const narrowest = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** Columns that a text takes in a terminal; colours take none. */
export function displayWidth(text: string): number {
  let columns = 0;
  // oxlint-disable-next-line no-control-regex
  for (const character of text.replaceAll(/\u001b\[\d*m/g, '')) {
    if (narrowest.test(character)) continue;
    columns += wide.test(character) ? 2 : 1;
  }
  return columns;
}

/** Where a line may break: at spaces, and between characters of scripts that write no spaces. */
const pieces =
  /[\u3041-\u30ff\u3400-\u9fff\uff01-\uff60][、。,.」)]*|\s+|[^\s\u3041-\u30ff\u3400-\u9fff\uff01-\uff60]+[、。」)]*/g;

/** Lines of at most so many columns, where a single word allows it; breaks that the text has stay. */
export function wrapped(text: string, columns: number): string {
  return text
    .split('\n')
    .map((paragraph) => {
      const lines: string[] = [];
      let line = '';
      for (const [piece] of paragraph.matchAll(pieces)) {
        if (line !== '' && displayWidth(line + piece.trimEnd()) > columns) {
          lines.push(line.trimEnd());
          line = piece.trimStart();
        } else line += piece;
      }
      return [...lines, line.trimEnd()].join('\n');
    })
    .join('\n');
}
