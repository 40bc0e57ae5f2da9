import { endOfBracket, endOfQuote } from './words.ts';

/** Splits a script at `;` and line ends outside quotes and brackets. Comments come out as statements that begin with #. */
export function splitStatements(source: string): string[] {
  const statements: string[] = [];
  let start = 0;
  const cut = (end: number) => {
    const text = source.slice(start, end).trim();
    if (text) statements.push(text);
    start = end + 1;
  };
  for (let i = 0; i < source.length; i++) {
    const c = source.charAt(i);
    if (c === '#' && source.slice(start, i).trim() === '') {
      while (i < source.length && source.charAt(i) !== '\n' && source.charAt(i) !== '\r') i++;
      cut(i);
    } else if (c === '\\') i += source.startsWith('\r\n', i + 1) ? 2 : 1;
    else if (c === '"' || c === '[' || c === '(' || c === '{') {
      const end = c === '"' ? endOfQuote(source, i) : endOfBracket(source, i);
      // What stays open swallows the rest: it cannot be told apart any more.
      i = end === undefined ? source.length : end - 1;
    } else if (c === ';' || c === '\n' || c === '\r') cut(i);
  }
  cut(source.length);
  return statements;
}
