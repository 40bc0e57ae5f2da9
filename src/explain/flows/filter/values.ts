import { maskedPrefix, parseAddress, parsePrefix } from '../../../model/index.ts';
import type { Field } from './fields.ts';
import type { FilterValue } from './filter.ts';

/** Reading one value of a field; undefined for what is none. */
export function readValue(field: Field, text: string, quoted: boolean): FilterValue | undefined {
  if (field.kind === 'text') return { text: !quoted && text.toLowerCase() === 'unknown' ? '' : text };
  if (quoted) return undefined;
  if (field.kind === 'address') return parsePrefix(text);
  if (field.kind === 'flags') return readFlags(text);
  const named = field.read?.(text);
  if (named !== undefined) return { from: named, to: named };
  const whole = readNumber(field, text);
  if (whole !== undefined) return whole <= (field.max ?? 0) ? { from: whole, to: whole } : undefined;
  const [from, to, ...more] = text.split('-').map((side) => readNumber(field, side));
  if (from === undefined || to === undefined || more.length > 0 || from > to || to > (field.max ?? 0)) return undefined;
  return { from, to };
}

/** `net 10.0.0.0 255.0.0.0`, as older tools write it. */
export function withMask(value: FilterValue, mask: string): FilterValue | undefined {
  return 'bits' in value && value.bits === 128 ? maskedPrefix(value, mask) : undefined;
}

export const looksLikeAddress = (text: string): boolean =>
  parseAddress(text.split('/')[0] ?? '') !== undefined && parsePrefix(text) !== undefined;

const sizes: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };
const binarySizes: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };
const times: Readonly<Record<string, number>> = {
  '': 1,
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** In the unit of the field; undefined for what is not a whole number of them. */
function readNumber(field: Field, text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([a-z]*)$/i.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const factor = factorOf(field, unit.toLowerCase());
  if (factor === undefined) return undefined;
  const value = Number(digits) * factor;
  const whole = Math.round(value);
  return Math.abs(value - whole) < 1e-6 && Number.isSafeInteger(whole) ? whole : undefined;
}

function factorOf(field: Field, unit: string): number | undefined {
  if (field.scale === 'time') {
    const ms = times[unit];
    return ms === undefined ? undefined : ms / (field.unitMs ?? 1);
  }
  if (field.scale === undefined) return unit === '' ? 1 : undefined;
  const letters = unit.endsWith('b') ? unit.slice(0, -1) : unit;
  return letters.endsWith('i') ? binarySizes[letters.slice(0, -1)] : sizes[letters];
}

/** From the lowest bit on, as TCP's header has them (RFC 9293, section 3.1). */
const flagLetters = 'FSRPAUEC';

function readFlags(text: string): FilterValue | undefined {
  const [set, mask, ...more] = text.split('/').map(bitsOf);
  if (set === undefined || more.length > 0) return undefined;
  const among = text.includes('/') ? mask : set;
  return among === undefined || (set & ~among) !== 0 ? undefined : { set, mask: among };
}

function bitsOf(text: string): number | undefined {
  if (/^x$/i.test(text)) return 0b11_1111;
  if (/^(none|0)$/i.test(text)) return 0;
  let bits = 0;
  for (const letter of text.toUpperCase()) {
    const at = flagLetters.indexOf(letter);
    if (at === -1) return undefined;
    bits |= 1 << at;
  }
  return text === '' ? undefined : bits;
}

export function flagsText(bits: number): string {
  const text = flagLetters
    .split('')
    .filter((_, at) => (bits & (1 << at)) !== 0)
    .join('');
  return text === '' ? 'none' : text;
}
