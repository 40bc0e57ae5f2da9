import { unescapeText } from './escapes.ts';

/** Splits one command of RouterOS into its words; the export file and the scripts in it share this grammar. */

export interface Word {
  /** Where it starts in the command. */
  at: number;
  /** The part before `=`, when there is one; `!key` (unset) has an empty value. */
  key?: string;
  form: 'bare' | 'quoted' | 'bracket';
  /** As written: without the quotes, escapes still in it; a bracket keeps its brackets. */
  raw: string;
  /** Where `raw` starts in the command. */
  rawAt: number;
}

export interface Problem {
  at: number;
  expected: string;
}

const closing: Readonly<Record<string, string>> = { '[': ']', '(': ')', '{': '}' };
const keyPattern = /(!?)([A-Za-z0-9_.-]+)(=?)/y;

export function splitWords(command: string, from = 0): { words: Word[]; problems: Problem[] } {
  const words: Word[] = [];
  const problems: Problem[] = [];
  let i = from;
  for (;;) {
    while (i < command.length && isSpace(command.charAt(i))) i++;
    if (i >= command.length) return { words, problems };
    const at = i;
    keyPattern.lastIndex = i;
    const match = keyPattern.exec(command);
    let key: string | undefined;
    if (match?.[3]) {
      key = match[2];
      i = keyPattern.lastIndex;
    } else if (match?.[1]) {
      const end = keyPattern.lastIndex;
      if (end >= command.length || isSpace(command.charAt(end))) {
        words.push({ at, key: match[2] ?? '', form: 'bare', raw: '', rawAt: end });
        i = end;
        continue;
      }
    }
    const first = command.charAt(i);
    const rawAt = first === '"' ? i + 1 : i;
    let form: Word['form'] = 'bare';
    let end: number | undefined;
    if (first === '"') {
      form = 'quoted';
      end = endOfQuote(command, i);
      if (end === undefined) problems.push({ at: i, expected: 'a closing "' });
    } else if (closing[first]) {
      form = 'bracket';
      end = endOfBracket(command, i);
      if (end === undefined) problems.push({ at: i, expected: `a closing ${closing[first]}` });
    } else {
      end = endOfBare(command, i);
      if (end === undefined) problems.push({ at: i, expected: 'a closing "' });
    }
    const stop = end ?? command.length;
    const raw = form === 'quoted' && end !== undefined ? command.slice(rawAt, end - 1) : command.slice(rawAt, stop);
    words.push({ at, ...(key === undefined ? {} : { key }), form, raw, rawAt });
    i = stop;
  }
}

/** The text of a word without looking at variables; a bracket stays text. */
export function plainText(word: Word): { text: string; problems: Problem[] } {
  if (word.form === 'bracket') return { text: word.raw, problems: [] };
  const { text, unknownAt } = unescapeText(word.raw);
  const expected = String.raw`one of \" \\ \$ \? \r \n \t \_ or two capital hex digits after a backslash`;
  return { text, problems: unknownAt.map((at) => ({ at: word.rawAt + at, expected })) };
}

/** The index behind the quote that closes the one at `at`. */
export function endOfQuote(text: string, at: number): number | undefined {
  for (let i = at + 1; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '\\') i++;
    else if (c === '"') return i + 1;
  }
  return undefined;
}

/** The index behind the bracket that closes the one at `at`; quotes inside hide brackets. */
export function endOfBracket(text: string, at: number): number | undefined {
  const open: string[] = [];
  for (let i = at; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '\\') i++;
    else if (c === '"') {
      const end = endOfQuote(text, i);
      if (end === undefined) return undefined;
      i = end - 1;
    } else if (closing[c]) open.push(closing[c]);
    else if (c === open.at(-1)) {
      open.pop();
      if (open.length === 0) return i + 1;
    }
  }
  return undefined;
}

/** A bare word ends at space; a quoted part in it (`comment~"a b"`) belongs to it. */
function endOfBare(text: string, at: number): number | undefined {
  for (let i = at; i < text.length; i++) {
    const c = text.charAt(i);
    if (isSpace(c)) return i;
    if (c === '\\') i++;
    else if (c === '"') {
      const end = endOfQuote(text, i);
      if (end === undefined) return undefined;
      i = end - 1;
    }
  }
  return text.length;
}

function isSpace(c: string): boolean {
  return c === ' ' || c === '\t' || c === '\n' || c === '\r';
}
