import { flowFilterInEnglish, QwError, type FlowFilterProblem } from '../../../model/index.ts';

export interface Token {
  type: 'word' | 'text' | 'sign' | 'end';
  /** Of a text in quotes, what stands between them. */
  text: string;
  /** Counted from 0. */
  at: number;
}

const blanks = /(?:\s+|#[^\n]*)+/y;
const word = /[\p{L}\p{N}_.:/*@%-]+/uy;
const text = /"((?:[^"\\]|\\["\\])*)"/y;
const sign = /&&|\|\||==|!=|<=|>=|[()[\],=<>!]/y;

/** Words of a filter. What stands behind # is a remark. */
export function tokensOf(filter: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(filter);
  };
  for (;;) {
    at += take(blanks)?.[0].length ?? 0;
    if (at >= filter.length) break;
    const quoted = take(text);
    const plain = quoted ? null : take(word);
    const found = quoted ?? plain ?? take(sign);
    if (!found) {
      const expected = filter[at] === '"' ? 'closing-quote' : 'condition';
      refuse({ expected, values: {}, found: String.fromCodePoint(filter.codePointAt(at) ?? 0) }, at);
    }
    if (quoted) tokens.push({ type: 'text', text: (quoted[1] ?? '').replaceAll(/\\(.)/g, '$1'), at });
    else tokens.push({ type: plain ? 'word' : 'sign', text: found[0], at });
    at += found[0].length;
  }
  tokens.push({ type: 'end', text: '', at });
  return tokens;
}

/** Refuses a filter, and says where in it; people count from 1. */
export function refuse(what: Omit<FlowFilterProblem, 'column'>, at: number): never {
  const filter: FlowFilterProblem = { column: at + 1, ...what };
  const { message, hint } = flowFilterInEnglish(filter);
  throw new QwError('BAD_INPUT', message, { hint, facts: { filter } });
}
