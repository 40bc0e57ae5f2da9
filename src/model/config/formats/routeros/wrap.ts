import { escapeAtoms, isPlainWord } from './escapes.ts';

/** Writes a command as RouterOS's own export does: lines of at most 80 columns, continued by a backslash. */

const width = 80;
const indent = '    ';

export function writeRow(verb: string, properties: readonly (readonly [key: string, value: string])[]): string {
  let text = verb;
  let column = verb.length;
  for (const [index, [key, value]] of properties.entries()) {
    const plain = isPlainWord(value);
    const atoms = plain ? value.split('') : ['"', ...escapeAtoms(value), '"'];
    const length = key.length + 1 + atoms.reduce((sum, atom) => sum + atom.length, 0);
    // The last word may use the column that a backslash would take.
    const limit = index === properties.length - 1 ? width : width - 2;
    const fitsHere = column + 1 + length <= limit;
    if (!fitsHere && (indent.length + length <= limit || column + key.length + 20 > width)) {
      text += ` \\\n${indent}`;
      column = indent.length;
    } else {
      text += ' ';
      column++;
    }
    text += `${key}=`;
    column += key.length + 1;
    let previous = '';
    for (const [position, atom] of atoms.entries()) {
      const room = position === atoms.length - 1 ? limit : width - 1;
      // Exports start a new line between \r and \n, so that each line of a script has its own.
      const lineEnd = atom === '\\n' && previous === '\\r';
      if (lineEnd || column + atom.length > room) {
        text += `\\\n${indent}`;
        column = indent.length;
        // Spaces at the start of a continued line would be lost.
        const kept = atom === ' ' ? '\\_' : atom;
        text += kept;
        column += kept.length;
      } else {
        text += atom;
        column += atom.length;
      }
      previous = atom;
    }
  }
  return text;
}
