import { readEscape } from './escapes.ts';
import { endOfQuote, type Word } from './words.ts';

/** Values in scripts: text with the variables that are known before the script runs. Nothing else is computed. */

export type Variables = ReadonlyMap<string, string>;

export interface Evaluated {
  text: string;
  /** What has no value before the script runs, as written. */
  unresolved: string[];
}

const variable = /\$(?:([A-Za-z][A-Za-z0-9]*)|"([^"\\]*)")/y;

export function evaluateWord(word: Word, variables: Variables): Evaluated {
  if (word.form === 'quoted') return interpolate(word.raw, variables);
  if (word.form === 'bracket') {
    const inside = word.raw.startsWith('(') && word.raw.endsWith(')') ? word.raw.slice(1, -1) : undefined;
    const joined = inside === undefined ? undefined : joinParts(inside, variables);
    return joined ?? { text: '', unresolved: [word.raw] };
  }
  return interpolate(word.raw, variables);
}

function interpolate(raw: string, variables: Variables): Evaluated {
  let text = '';
  const unresolved: string[] = [];
  for (let i = 0; i < raw.length;) {
    const c = raw.charAt(i);
    const escape = c === '\\' ? readEscape(raw, i) : undefined;
    if (escape) {
      text += escape.value;
      i = escape.end;
      continue;
    }
    if (c === '$') {
      variable.lastIndex = i;
      const match = variable.exec(raw);
      const value = match ? variables.get(match[1] ?? match[2] ?? '') : undefined;
      if (value === undefined) unresolved.push(match?.[0] ?? raw.slice(i, i + 20));
      text += value ?? match?.[0] ?? '$';
      i = match ? variable.lastIndex : i + 1;
      continue;
    }
    text += c;
    i++;
  }
  return { text, unresolved };
}

/** `"ISP1 " . $host . " is down"`; undefined for any other expression. */
function joinParts(inside: string, variables: Variables): Evaluated | undefined {
  let text = '';
  const unresolved: string[] = [];
  let i = 0;
  const space = () => {
    while (/\s/.test(inside.charAt(i))) i++;
  };
  for (;;) {
    space();
    let part: Evaluated;
    if (inside.charAt(i) === '"') {
      const end = endOfQuote(inside, i);
      if (end === undefined) return undefined;
      part = interpolate(inside.slice(i + 1, end - 1), variables);
      i = end;
    } else {
      variable.lastIndex = i;
      const match = variable.exec(inside);
      if (!match) return undefined;
      i += match[0].length;
      part = interpolate(match[0], variables);
    }
    text += part.text;
    unresolved.push(...part.unresolved);
    space();
    if (i >= inside.length) return { text, unresolved };
    if (inside.charAt(i) !== '.') return undefined;
    i++;
  }
}
