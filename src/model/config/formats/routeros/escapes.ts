/** The escapes of RouterOS strings: `\"` `\\` `\$` `\?` `\r` `\n` `\t` `\_` (space) and `\XX`, a byte in capital hex. */

const named: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  $: '$',
  '?': '?',
  r: '\r',
  n: '\n',
  t: '\t',
  _: ' ',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
};
const byteRun = /(?:\\[0-9A-F]{2})+/y;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export interface Escape {
  value: string;
  /** The index behind the escape. */
  end: number;
}

/** Reads the escape that starts at `at` (a backslash); neighbouring bytes are read together, since they are UTF-8. */
export function readEscape(text: string, at: number): Escape | undefined {
  byteRun.lastIndex = at;
  const run = byteRun.exec(text)?.[0];
  if (run) return { value: decodeBytes(run), end: at + run.length };
  const value = named[text.charAt(at + 1)];
  return value === undefined ? undefined : { value, end: at + 2 };
}

function decodeBytes(run: string): string {
  const bytes = Uint8Array.from(run.slice(1).split('\\'), (hex) => Number.parseInt(hex, 16));
  try {
    return utf8.decode(bytes);
  } catch {
    // Old exports carry single-byte code pages; Latin-1 keeps every byte apart and readable.
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  }
}

export interface Unescaped {
  text: string;
  /** Where an unknown escape stands; its characters are kept as they are. */
  unknownAt: number[];
}

export function unescapeText(raw: string): Unescaped {
  if (!raw.includes('\\')) return { text: raw, unknownAt: [] };
  const unknownAt: number[] = [];
  let text = '';
  for (let i = 0; i < raw.length;) {
    const slash = raw.indexOf('\\', i);
    if (slash < 0) return { text: text + raw.slice(i), unknownAt };
    text += raw.slice(i, slash);
    const escape = readEscape(raw, slash);
    if (escape) {
      text += escape.value;
      i = escape.end;
    } else {
      unknownAt.push(slash);
      text += '\\';
      i = slash + 1;
    }
  }
  return { text, unknownAt };
}

const written: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  $: '\\$',
  '?': '\\?',
  '\r': '\\r',
  '\n': '\\n',
  '\t': '\\t',
};

/** The pieces that stand for the characters of a text inside quotes; a line may be wrapped between any two of them. */
export function escapeAtoms(text: string): string[] {
  const atoms: string[] = [];
  // Replaces lone surrogates, which have no bytes.
  for (const character of text.toWellFormed()) {
    const short = written[character];
    if (short !== undefined) atoms.push(short);
    else if (/[ -~]/.test(character)) atoms.push(character);
    else {
      const bytes = [...new TextEncoder().encode(character)];
      atoms.push(bytes.map((byte) => `\\${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''));
    }
  }
  return atoms;
}

const unquoted = /^[A-Za-z0-9._:/@%,+*-]+$/;

/** True when the text needs no quotes as a value. */
export function isPlainWord(text: string): boolean {
  return unquoted.test(text);
}

/** A value as a script writes it: plain, or quoted with escapes. */
export function quoteText(text: string): string {
  return isPlainWord(text) ? text : `"${escapeAtoms(text).join('')}"`;
}
