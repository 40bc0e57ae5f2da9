import { plainText, splitWords, type Problem } from './words.ts';

/**
 * Reads a RouterOS export: comment lines, menu lines (`/tool netwatch`, `/tool/netwatch`, menu and verb on one line),
 * commands of `key=value`, and lines continued by a backslash. Never throws: what it cannot read is an error with line
 * and column, and the rest goes on.
 */

export interface ExportProperty {
  key: string;
  value: string;
  line: number;
  column: number;
}

/** One command below a menu. */
export interface ExportRow {
  line: number;
  column: number;
  /** `/tool netwatch`, however it was written. */
  menu: string;
  /** `add`, `set`, `remove`, `disable`, … */
  verb: string;
  /** What comes before the properties: `[ find … ]`, a row number, a name. */
  target?: string;
  properties: ExportProperty[];
  /** The command as one line. */
  text: string;
}

interface ExportError {
  line: number;
  column: number;
  expected: string;
  found: string;
}

export interface RouterosExport {
  /** From the comment `by RouterOS 7.16`. */
  version?: string;
  /** As the same comment writes it. */
  date?: string;
  rows: ExportRow[];
  errors: ExportError[];
  /** Errors beyond the first `maxErrors`, which are counted only. */
  furtherErrors: number;
}

export const maxErrors = 1000;

/** Physical lines joined by continuations, with the way back to their positions. */
interface LogicalLine {
  text: string;
  pieces: { start: number; line: number; column: number }[];
  openEnd: boolean;
}

const verbs = new Set(['add', 'set', 'remove', 'enable', 'disable', 'move', 'unset', 'reset', 'export', 'print']);
const pathWord = /^\/?[a-z0-9-]+(?:\/[a-z0-9-]+)*$/i;
const header = /^#\s*(.*?)\s*by RouterOS\s+(\d+(?:\.\d+)*\S*)/i;

export function lexExport(text: string): RouterosExport {
  const result: RouterosExport = { rows: [], errors: [], furtherErrors: 0 };
  let menu = '';
  for (const line of logicalLines(text.startsWith('\uFEFF') ? text.slice(1) : text)) {
    const report = (problem: Problem) => {
      if (result.errors.length >= maxErrors) result.furtherErrors++;
      else {
        const found = line.text.slice(problem.at, problem.at + 30) || 'the end of the line';
        result.errors.push({ ...positionIn(line, problem.at), expected: problem.expected, found });
      }
    };
    const start = line.text.search(/\S/);
    if (start < 0) continue;
    if (line.text.charAt(start) === '#') {
      const match = header.exec(line.text.slice(start));
      if (match?.[2] && result.version === undefined) {
        result.version = match[2];
        if (match[1]) result.date = match[1];
      }
      continue;
    }
    if (line.openEnd) report({ at: line.text.length, expected: String.raw`another line after the \ at the end` });
    const { words, problems } = splitWords(line.text, start);
    for (const problem of problems) report(problem);

    let next = 0;
    let verb: string | undefined;
    if (line.text.charAt(start) === '/') {
      const segments: string[] = [];
      for (; next < words.length && verb === undefined; next++) {
        const word = words[next];
        if (!word || word.form !== 'bare' || word.key !== undefined || !pathWord.test(word.raw)) break;
        segments.push(...word.raw.split('/').filter(Boolean));
        if (segments.length > 1 && verbs.has(segments.at(-1) ?? '')) verb = segments.pop();
      }
      menu = `/${segments.join(' ')}`;
      if (verb === undefined && next === words.length) continue;
    } else {
      const word = words[0];
      if (word?.form === 'bare' && word.key === undefined && /^[a-z][a-z-]*$/.test(word.raw)) verb = word.raw;
      next = 1;
    }
    if (verb === undefined) {
      report({ at: words[next]?.at ?? start, expected: 'a menu such as /tool netwatch, or a verb such as add or set' });
      continue;
    }
    if (menu === '') {
      report({ at: start, expected: 'a menu line such as /tool netwatch before the first command' });
      continue;
    }
    const row: ExportRow = { ...positionIn(line, start), menu, verb, properties: [], text: line.text.trim() };
    for (const word of words.slice(next)) {
      const value = plainText(word);
      for (const problem of value.problems) report(problem);
      if (word.key === 'numbers' && row.target === undefined) row.target = value.text;
      else if (word.key !== undefined) {
        row.properties.push({ key: word.key, value: value.text, ...positionIn(line, word.at) });
      } else if (verb === 'add' || row.properties.length > 0 || (verb === 'set' && row.target !== undefined)) {
        report({ at: word.at, expected: 'key=value' });
      } else row.target = row.target === undefined ? value.text : `${row.target} ${value.text}`;
    }
    result.rows.push(row);
  }
  return result;
}

function* logicalLines(text: string): Generator<LogicalLine> {
  const lines = text.split(/\r\n|\n|\r/);
  for (let i = 0; i < lines.length; i++) {
    const first = lines[i] ?? '';
    const joined: LogicalLine = { text: first, pieces: [{ start: 0, line: i + 1, column: 1 }], openEnd: false };
    if (/^\s*#/.test(first)) {
      yield joined;
      continue;
    }
    const parts: string[] = [];
    let length = 0;
    let part = first;
    while (endsOpen(part)) {
      parts.push(part.slice(0, -1));
      length += part.length - 1;
      if (i + 1 >= lines.length) {
        joined.openEnd = true;
        part = '';
        break;
      }
      const following = lines[++i] ?? '';
      part = following.trimStart();
      joined.pieces.push({ start: length, line: i + 1, column: following.length - part.length + 1 });
    }
    parts.push(part);
    joined.text = parts.join('');
    yield joined;
  }
}

/** An odd number of backslashes at the end: the last one is not the second half of an escaped backslash. */
function endsOpen(line: string): boolean {
  let count = 0;
  while (line.charAt(line.length - 1 - count) === '\\') count++;
  return count % 2 === 1;
}

function positionIn(line: LogicalLine, at: number): { line: number; column: number } {
  let low = 0;
  let high = line.pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((line.pieces[middle]?.start ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  const piece = line.pieces[low] ?? { start: 0, line: 1, column: 1 };
  return { line: piece.line, column: piece.column + at - piece.start };
}
