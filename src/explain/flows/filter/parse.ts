import { nearestWord, type FlowFilterExpectation, type FlowFilterProblem } from '../../../model/index.ts';
import { protocols } from '../protocols.ts';
import { fields, fieldWords, type Expected, type Field } from './fields.ts';
import {
  everything,
  filterLimits,
  type Comparison,
  type FilterEnd,
  type FilterTerm,
  type FilterValue,
  type FlowFilter,
} from './filter.ts';
import { refuse, tokensOf, type Token } from './tokens.ts';
import { looksLikeAddress, readValue, withMask } from './values.ts';

/**
 * Reads a filter as users of nfdump and tcpdump write them; `and` binds stronger than `or`. Nothing at all is everything.
 * Throws BAD_INPUT with the column and what was expected there.
 */
export function parseFilter(text: string): FlowFilter {
  if (text.length > filterLimits.characters)
    refuse({ expected: 'fewer-characters', values: { most: filterLimits.characters } }, filterLimits.characters);
  return new Parser(tokensOf(text)).whole();
}

const ends: ReadonlyMap<string, FilterEnd> = new Map([
  ...(['src', 'source'] as const).map((word) => [word, 'src'] as const),
  ...(['dst', 'dest', 'destination'] as const).map((word) => [word, 'dst'] as const),
  ['client', 'client'],
  ['server', 'server'],
]);
const comparisons: ReadonlyMap<string, Comparison | '!='> = new Map([
  ...(['=', '==', 'eq'] as const).map((word) => [word, '='] as const),
  ...(['<', 'lt'] as const).map((word) => [word, '<'] as const),
  ...(['<=', 'le'] as const).map((word) => [word, '<='] as const),
  ...(['>', 'gt'] as const).map((word) => [word, '>'] as const),
  ...(['>=', 'ge'] as const).map((word) => [word, '>='] as const),
  ...(['!=', 'ne'] as const).map((word) => [word, '!='] as const),
]);
const versions: ReadonlyMap<string, number> = new Map([
  ...['ip', 'ipv4', 'inet', 'ip4'].map((word) => [word, 4] as const),
  ...['ip6', 'ipv6', 'inet6'].map((word) => [word, 6] as const),
]);
const starts = ['any', 'not', ...ends.keys(), ...fieldWords.keys(), ...versions.keys(), ...protocols.keys()];

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  #terms = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): FlowFilter {
    if (this.#now.type === 'end') return everything;
    const filter = this.#any();
    return this.#now.text === '' ? filter : this.#expected('end-or-joint');
  }

  #any(): FlowFilter {
    return this.#joined(
      () => this.#all(),
      () => this.#took('or', '||'),
      (any) => ({ any }),
    );
  }

  #all(): FlowFilter {
    return this.#joined(
      () => this.#not(),
      () => this.#took('and', '&&'),
      (all) => ({ all }),
    );
  }

  #joined(part: () => FlowFilter, another: () => boolean, join: (parts: FlowFilter[]) => FlowFilter): FlowFilter {
    const first = part();
    const parts = [first];
    while (another()) parts.push(part());
    return parts.length === 1 ? first : join(parts);
  }

  #not(): FlowFilter {
    if (!this.#took('not', '!')) return this.#one();
    return this.#deeper(() => ({ not: this.#not() }));
  }

  #one(): FlowFilter {
    if (!this.#took('(')) return this.#condition();
    const inner = this.#deeper(() => this.#any());
    if (!this.#took(')')) this.#expected('bracket-or-joint');
    return inner;
  }

  #deeper(inner: () => FlowFilter): FlowFilter {
    if (++this.#depth > filterLimits.depth) this.#expected('fewer-levels', { most: filterLimits.depth });
    const filter = inner();
    this.#depth--;
    return filter;
  }

  #condition(): FlowFilter {
    if (++this.#terms > filterLimits.terms) this.#expected('fewer-conditions', { most: filterLimits.terms });
    if (this.#now.type !== 'word') this.#expected('condition-such-as');
    const word = this.#now.text.toLowerCase();
    if (word === 'any' && !this.#isValueNext()) return this.#skip(everything);
    if (word === 'in' || word === 'out') return this.#interface(word === 'in' ? 'src' : 'dst');
    const end = this.#end();
    if (end) return this.#ofEnd(end);
    const version = versions.get(word);
    if (version !== undefined && !(fieldWords.has(word) && this.#isValueNext())) {
      return this.#skip(number('version', version));
    }
    const protocol = protocols.get(word);
    if (protocol !== undefined && !fieldWords.has(word)) return this.#protocol(protocol);
    return this.#field('either');
  }

  /** `src`, `dst`, `src or dst`, `src and dst`, `client`, `server`. */
  #end(): FilterEnd | undefined {
    const end = ends.get(this.#now.text.toLowerCase());
    if (end === undefined) return undefined;
    this.#at++;
    const [joint, other] = [this.#now, this.#tokens[this.#at + 1]];
    if (end !== 'src' || other?.type !== 'word' || ends.get(other.text.toLowerCase()) !== 'dst') return end;
    if (/^(or|\|\|)$/i.test(joint.text) && this.#isFieldBehind(2)) return this.#skip('either', 2);
    if (/^(and|&&)$/i.test(joint.text) && this.#isFieldBehind(2)) return this.#skip('both', 2);
    return end;
  }

  #ofEnd(end: FilterEnd): FlowFilter {
    if (looksLikeAddress(this.#now.text)) return this.#values(fields.get('host') as Field, end);
    return this.#field(end);
  }

  #interface(end: FilterEnd): FlowFilter {
    this.#at++;
    if (fieldWords.get(this.#now.text.toLowerCase())?.name !== 'if') this.#expected('interface-word');
    return this.#field(end);
  }

  /** `tcp`, and `tcp dst port 80`, which means both. */
  #protocol(protocol: number): FlowFilter {
    this.#at++;
    const term = number('proto', protocol);
    const word = this.#now.text.toLowerCase();
    const isPort = fieldWords.get(word)?.name === 'port';
    if (this.#now.type !== 'word' || !(isPort || ends.has(word))) return term;
    return { all: [term, this.#condition()] };
  }

  #field(end: FilterEnd): FlowFilter {
    const field = fieldWords.get(this.#now.text.toLowerCase());
    if (!field) {
      const near = this.#now.type === 'word' ? nearestWord(this.#now.text, starts) : undefined;
      const expected = end === 'either' ? 'condition' : 'field-of-end';
      return this.#refuse({ expected, values: {}, ...(near !== undefined && { nearest: near }) });
    }
    if (end !== 'either' && field.ends !== true) this.#expected('field-with-ends', { names: ended.join(', ') });
    this.#at++;
    return this.#values(field, end);
  }

  #values(field: Field, end: FilterEnd): FlowFilter {
    // nfdump says `next ip` and `router ip`.
    if (field.ends !== true && /^ip$/i.test(this.#now.text) && this.#isValueNext()) this.#at++;
    const isList = /^in$/i.test(this.#now.text) && this.#tokens[this.#at + 1]?.text === '[';
    if (isList) return term(field, end, '=', this.#list(field));
    const is = this.#comparison(field);
    const value = this.#value(field);
    if (is !== '=' && is !== '!=' && 'from' in value && value.from !== value.to) this.#expected('one-number', {}, -1);
    return is === '!=' ? { not: term(field, end, '=', [value]) } : term(field, end, is, [value]);
  }

  #comparison(field: Field): Comparison | '!=' {
    const is = comparisons.get(this.#now.text.toLowerCase());
    if (is === undefined || this.#now.type === 'text') return '=';
    if (field.kind !== 'number' && is !== '=' && is !== '!=')
      this.#expected('value-without-order', { field: field.name });
    return this.#skip(is);
  }

  #list(field: Field): FilterValue[] {
    this.#at += 2;
    const values: FilterValue[] = [];
    while (!this.#took(']')) {
      if (this.#now.type === 'end') this.#refuse({ ...expectedOf(field), orListEnd: true });
      if (values.length >= filterLimits.values) this.#expected('fewer-values', { most: filterLimits.values });
      values.push(this.#value(field));
      this.#took(',');
    }
    if (values.length === 0) this.#refuse(expectedOf(field), -1);
    return values;
  }

  #value(field: Field): FilterValue {
    const { type, text } = this.#now;
    const value = type === 'word' || type === 'text' ? readValue(field, text, type === 'text') : undefined;
    if (value === undefined) return this.#refuse(expectedOf(field));
    this.#at++;
    if (field.name !== 'net') return value;
    const isMask = /^mask$/i.test(this.#now.text) && fieldWords.has('mask');
    const mask = isMask ? this.#tokens[this.#at + 1] : this.#now;
    if (mask?.type !== 'word' || !/^\d+\.\d+\.\d+\.\d+$/.test(mask.text)) return value;
    const prefix = withMask(value, mask.text);
    if (!prefix) return this.#expected('mask', {}, isMask ? 1 : 0);
    return this.#skip(prefix, isMask ? 2 : 1);
  }

  get #now(): Token {
    return this.#tokens[this.#at] ?? { type: 'end', text: '', at: 0 };
  }

  /** Behind this word, so that it is the name of a field and no word by itself. */
  #isValueNext(): boolean {
    const next = this.#tokens[this.#at + 1];
    if (next === undefined || next.type === 'end') return false;
    return looksLikeAddress(next.text) || comparisons.has(next.text.toLowerCase()) || /^in$/i.test(next.text);
  }

  #isFieldBehind(skipped: number): boolean {
    const text = this.#tokens[this.#at + skipped]?.text ?? '';
    return fieldWords.has(text.toLowerCase()) || looksLikeAddress(text);
  }

  #took(...words: readonly string[]): boolean {
    const { type, text } = this.#now;
    if (type !== 'word' && type !== 'sign') return false;
    return words.includes(text.toLowerCase()) ? this.#skip(true) : false;
  }

  #skip<Value>(value: Value, tokens = 1): Value {
    this.#at += tokens;
    return value;
  }

  #expected(expected: FlowFilterExpectation, values: Expected['values'] = {}, offset = 0): never {
    return this.#refuse({ expected, values }, offset);
  }

  #refuse(what: Omit<FlowFilterProblem, 'column' | 'found'>, offset = 0): never {
    const token = this.#tokens[this.#at + offset] ?? this.#now;
    return refuse({ ...what, found: token.type === 'end' ? null : token.text }, token.at);
  }
}

const ended = [...fields.values()].filter((field) => field.ends === true).map(({ name }) => name);

const expectedOf = ({ expected, max = 0 }: Field): Expected =>
  expected ?? { expected: 'whole-number', values: { most: max } };

const number = (field: string, value: number): FilterTerm => ({
  field,
  end: 'either',
  is: '=',
  values: [{ from: value, to: value }],
});

const term = (field: Field, end: FilterEnd, is: Comparison, values: readonly FilterValue[]): FilterTerm => ({
  field: field.name,
  end,
  is,
  values,
});
