import { refuse } from './problem.ts';

const simple: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};
const hexDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** A string that begins at `from`, with the escapes of Go; between backticks everything stands for itself. */
export function readString(text: string, from: number): { value: string; length: number } {
  const quote = text.charAt(from);
  if (quote === '`') {
    const end = text.indexOf('`', from + 1);
    if (end < 0) refuse('unterminated raw string', text, from);
    return { value: text.slice(from + 1, end), length: end + 1 - from };
  }
  const parts: string[] = [];
  for (let at = from + 1; ;) {
    const next = text.charAt(at);
    if (next === '' || next === '\n') refuse('unterminated quoted string', text, from);
    if (next === quote) return { value: parts.join(''), length: at + 1 - from };
    if (next !== '\\') {
      parts.push(next);
      at++;
      continue;
    }
    const { value, length } = readEscape(text, at, quote);
    parts.push(value);
    at += length;
  }
}

function readEscape(text: string, at: number, quote: string): { value: string; length: number } {
  const letter = text.charAt(at + 1);
  const known = Object.hasOwn(simple, letter) ? simple[letter] : undefined;
  // As in Go, a quote is escaped only where it would end the string.
  if (known !== undefined && (letter === quote || (letter !== "'" && letter !== '"')))
    return { value: known, length: 2 };
  const octal = /^[0-3][0-7]{2}/.exec(text.slice(at + 1, at + 4))?.[0];
  if (octal !== undefined) return { value: String.fromCharCode(Number.parseInt(octal, 8)), length: 4 };
  const digits = Object.hasOwn(hexDigits, letter) ? (hexDigits[letter] ?? 0) : 0;
  const hex = text.slice(at + 2, at + 2 + digits);
  const code = Number.parseInt(hex, 16);
  if (
    digits > 0 &&
    hex.length === digits &&
    /^[0-9a-fA-F]+$/.test(hex) &&
    code <= 0x10ffff &&
    !(code >= 0xd800 && code < 0xe000)
  ) {
    return { value: String.fromCodePoint(code), length: 2 + digits };
  }
  return refuse(`unknown escape sequence \\${letter}`, text, at);
}
