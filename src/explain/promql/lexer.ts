import { readString } from './string-literal.ts';
import { refuse } from './problem.ts';

export interface Token {
  type: 'word' | 'number' | 'duration' | 'string' | 'sign' | 'end';
  /** Of a string, what it stands for; of anything else, as it was written. */
  text: string;
  from: number;
}

const signs = /==|=~|!=|!~|<=|>=|[-+*/%^=<>(){}[\],:@]/y;
const word = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const duration = /(?:\d+(?:ms|[ywdhms]))+(?![\w.])/y;
const number = /(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?![\w.])/y;
const skipped = /(?:[ \t\r\n]+|#[^\n]*)+/y;

/** Words of an expression; comments and blanks fall away. Time grows with the length of the text only. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let from = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = from;
    return pattern.exec(text)?.[0];
  };
  for (;;) {
    from += take(skipped)?.length ?? 0;
    if (from >= text.length) break;
    const first = text.charAt(from);
    if (first === '"' || first === "'" || first === '`') {
      const { value, length } = readString(text, from);
      tokens.push({ type: 'string', text: value, from });
      from += length;
      continue;
    }
    // The step of a subquery follows a duration after a colon, which may also begin a word.
    const insideBrackets = first === ':' && tokens.at(-1)?.type === 'duration';
    const found = insideBrackets
      ? undefined
      : (token('word', word) ?? token('duration', duration) ?? token('number', number));
    const sign = found ?? token('sign', signs);
    if (!sign) refuse(`unexpected character: ${JSON.stringify(first)}`, text, from);
    tokens.push(sign);
    from += sign.text.length;
  }
  tokens.push({ type: 'end', text: '', from: text.length });
  return tokens;

  function token(type: Token['type'], pattern: RegExp): Token | undefined {
    const found = take(pattern);
    return found === undefined ? undefined : { type, text: found, from };
  }
}
