import { plainText, splitWords } from './words.ts';

/**
 * The conditions of `[find comment=X]`, `[find where name="X"]`, `[/ip route find comment=X]`; all must be equal.
 * Undefined for anything that says more (`~`, `!=`, `or`, a computed value).
 */
export function readFind(text: string, menu: string): ReadonlyMap<string, string> | undefined {
  if (!text.startsWith('[') || !text.endsWith(']')) return undefined;
  const { words, problems } = splitWords(text.slice(1, -1));
  if (problems.length > 0) return undefined;
  const path: string[] = [];
  let next = 0;
  for (; path.at(-1) !== 'find'; next++) {
    const word = words[next];
    if (word?.form !== 'bare' || word.key !== undefined) return undefined;
    path.push(...word.raw.split('/').filter(Boolean));
  }
  const inMenu = path.slice(0, -1).join(' ');
  if (inMenu !== '' && inMenu !== menu) return undefined;
  if (words[next]?.raw === 'where' && words[next]?.key === undefined) next++;
  const conditions = new Map<string, string>();
  for (const word of words.slice(next)) {
    if (word.key === undefined || word.form === 'bracket' || conditions.has(word.key)) return undefined;
    // A variable is not known before the script runs.
    if (/(^|[^\\])\$/.test(word.raw)) return undefined;
    const { text: value, problems: unknown } = plainText(word);
    if (unknown.length > 0) return undefined;
    conditions.set(word.key, value);
  }
  return conditions;
}
