import { prefixText } from '../../../model/index.ts';
import { fields } from './fields.ts';
import { isTerm, type FilterEnd, type FilterTerm, type FilterValue, type FlowFilter } from './filter.ts';
import { flagsText } from './values.ts';

/** A filter as text that reads back as the same filter. */
export function printFilter(filter: FlowFilter): string {
  return print(filter, 0);
}

/** 0 stands alone or in `or`, 1 in `and`, 2 behind `not`. */
function print(filter: FlowFilter, binding: 0 | 1 | 2): string {
  if (isTerm(filter)) return printTerm(filter);
  if ('not' in filter) return `not ${print(filter.not, 2)}`;
  const isAll = 'all' in filter;
  const parts = isAll ? filter.all : filter.any;
  // Of nothing, all is everything and any is nothing.
  if (parts.length === 0) return isAll ? 'any' : 'not any';
  const [only] = parts;
  if (only && parts.length === 1) return print(only, binding);
  const text = parts.map((part) => print(part, isAll ? 1 : 0)).join(isAll ? ' and ' : ' or ');
  const nested = isAll ? binding === 2 : binding > 0;
  return nested ? `(${text})` : text;
}

const endWords: Readonly<Record<FilterEnd, string>> = {
  either: '',
  both: 'src and dst ',
  src: 'src ',
  dst: 'dst ',
  client: 'client ',
  server: 'server ',
};

function printTerm({ field, end, is, values }: FilterTerm): string {
  const [first] = values;
  if (field === 'version' && first && 'from' in first && values.length === 1) return `ipv${first.from}`;
  // An address alone is a host, a shorter one a network, whatever was written.
  const word =
    field === 'net' && values.every((value) => 'bits' in value && value.bits === 128)
      ? 'host'
      : field === 'host' && values.some((value) => 'bits' in value && value.bits < 128)
        ? 'net'
        : field;
  const texts = values.map((value) => printValue(field, value));
  const tail = values.length === 1 ? (texts[0] ?? '') : `in [${texts.join(', ')}]`;
  const ends = field === 'if' ? { ...endWords, src: 'in ', dst: 'out ' } : endWords;
  return `${ends[end]}${word} ${is === '=' ? '' : `${is} `}${tail}`;
}

function printValue(field: string, value: FilterValue): string {
  if ('bits' in value) return prefixText(value);
  if ('mask' in value) {
    return value.mask === value.set ? flagsText(value.set) : `${flagsText(value.set)}/${flagsText(value.mask)}`;
  }
  if ('text' in value) return printText(value.text);
  const { write } = fields.get(field) ?? {};
  if (value.from === value.to) return write?.(value.from) ?? plain(field, value.from);
  return `${plain(field, value.from)}-${plain(field, value.to)}`;
}

/** A round trip counts in microseconds, and a bare number would be milliseconds. */
const plain = (field: string, value: number): string => (field === 'rtt' ? `${value}us` : String(value));

function printText(text: string): string {
  if (text === '') return 'unknown';
  const isWord = /^[\p{L}\p{N}_.:/*@%-]+$/u.test(text) && !/^(unknown|in|mask|eq|lt|le|gt|ge|ne)$/i.test(text);
  return isWord ? text : `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
