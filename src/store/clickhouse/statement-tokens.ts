import { QwError } from '../../model/index.ts';

/** A piece of a statement; what is between them, comments among it, means nothing. */
export interface Token {
  kind: 'word' | 'name' | 'text' | 'number' | 'sign';
  /** As it is written; of a name that is quoted, what stands between the quotes. */
  text: string;
  /** Whether something was between it and the one before. */
  apart: boolean;
}

/** What there is in ClickHouse's language, as far as SELECT needs it: longest first. */
const pieces: readonly (readonly [Token['kind'] | 'nothing', RegExp])[] = [
  ['nothing', /\s+/y],
  ['nothing', /--[^\n]*/y],
  ['nothing', /\/\*(?:[^*]|\*(?!\/))*\*\//y],
  ['text', /'(?:[^'\\]|\\[\s\S]|'')*'/y],
  ['name', /"[^"\\`]+"/y],
  ['name', /`[^"\\`]+`/y],
  ['number', /0x[\da-f]+|\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?/iy],
  ['word', /[a-z_]\w*/iy],
  ['sign', /->|::|<=|>=|<>|!=|==|\|\||\/(?!\*)|[()[\],.+\-*%=<>?:;]/y],
];

/** Throws BAD_INPUT for what is no piece of a SELECT statement. */
export function tokensOf(statement: string): Token[] {
  const tokens: Token[] = [];
  let apart = false;
  for (let at = 0; at < statement.length;) {
    const found = pieces
      .map(([kind, pattern]) => {
        pattern.lastIndex = at;
        return { kind, text: pattern.exec(statement)?.[0] };
      })
      .find(({ text }) => text !== undefined);
    if (found?.text === undefined) {
      const near = statement.slice(at, at + 20).split('\n')[0] ?? '';
      throw new QwError('BAD_INPUT', `nothing begins with ${JSON.stringify(near)}`);
    }
    const { kind, text } = found;
    at += text.length;
    if (kind !== 'nothing') tokens.push({ kind, text: kind === 'name' ? text.slice(1, -1) : text, apart });
    apart = kind === 'nothing';
  }
  return tokens;
}

/** Back to a statement that means the same. */
export function textOf(tokens: readonly Token[]): string {
  return tokens.map(({ kind, text, apart }) => `${apart ? ' ' : ''}${kind === 'name' ? `\`${text}\`` : text}`).join('');
}
