import type { FlowColumn } from '../../../model/index.ts';
import type { Expression, Predicate } from '../../../store/index.ts';
import { endsOf, isIpv4, type AddressPrefix } from '../../../model/index.ts';
import {
  column,
  compare,
  equals,
  estimatedBytes,
  estimatedPackets,
  literal,
  minus,
  sourceIsClient,
  times,
} from '../expressions.ts';
import { protocols } from '../protocols.ts';
import {
  filterLimits,
  isTerm,
  type Comparison,
  type FilterEnd,
  type FilterTerm,
  type FilterValue,
  type FlowFilter,
} from './filter.ts';
import { refuse } from './tokens.ts';

/** Numbers that stand for names in rows. An unknown name has none, and nothing fits it. */
export interface FilterNumbers {
  /** By name, by address, or by the number itself. */
  exporters(text: string): readonly number[];
  numbers(kind: 'name' | 'network' | 'reason', text: string): readonly number[];
  /** Of interfaces that go by this name; their numbers mean something at their exporter only. */
  interfaces(name: string): readonly { exporter: number; index: number }[];
}

/** What of the rows in the store fits. Throws BAD_INPUT for a filter that is too long for a question. */
export function predicateOf(filter: FlowFilter, numbers: FilterNumbers): Predicate {
  const predicate = build(filter, numbers);
  if (partsOf(predicate) > filterLimits.parts) refuse({ expected: 'shorter-filter', values: {} }, 0);
  return predicate;
}

/** As the store counts them. */
function partsOf(predicate: Predicate): number {
  if ('all' in predicate) return predicate.all.reduce((sum, part) => sum + partsOf(part), 1);
  if ('any' in predicate) return predicate.any.reduce((sum, part) => sum + partsOf(part), 1);
  if ('not' in predicate) return 1 + partsOf(predicate.not);
  return 8;
}

function build(filter: FlowFilter, numbers: FilterNumbers): Predicate {
  if (isTerm(filter)) return ofTerm(filter, numbers);
  if ('not' in filter) return { not: build(filter.not, numbers) };
  if ('all' in filter) return { all: filter.all.map((part) => build(part, numbers)) };
  return { any: filter.any.map((part) => build(part, numbers)) };
}

type Side = 'source' | 'destination';

function ofTerm(term: FilterTerm, numbers: FilterNumbers): Predicate {
  const of = (side: Side) => ofSide(term, side, numbers);
  if (!ended.has(term.field)) return of('source');
  const [source, destination] = [of('source'), of('destination')];
  const meanings: Readonly<Record<FilterEnd, Predicate>> = {
    src: source,
    dst: destination,
    both: { all: [source, destination] },
    either: { any: [source, destination] },
    client: byRole(source, destination),
    server: byRole(destination, source),
  };
  return meanings[term.end];
}

/** What holds where the source is the client, and what where it is the server. */
const byRole = (client: Predicate, server: Predicate): Predicate => ({
  any: [{ all: [sourceIsClient, client] }, { all: [{ not: sourceIsClient }, server] }],
});

const ended = new Set([
  'host',
  'net',
  'nat-host',
  'port',
  'nat-port',
  'as',
  'mask',
  'if',
  'name',
  'network',
  'country',
]);

function ofSide(term: FilterTerm, side: Side, numbers: FilterNumbers): Predicate {
  switch (term.field) {
    case 'host':
    case 'net':
      return inPrefixes(`${side}_high`, `${side}_low`, term.values);
    case 'nat-host':
      return inPrefixes(`nat_${side}_high`, `nat_${side}_low`, term.values);
    case 'next-hop':
      return inPrefixes('next_hop_high', 'next_hop_low', term.values);
    case 'if':
      return onInterface(side === 'source' ? 'input' : 'output', term.values, numbers);
    case 'exporter':
      return among(
        column('exporter'),
        term.values.flatMap((value) => numbers.exporters(textOf(value))),
      );
    case 'name':
    case 'network':
      return named(`${side}_${term.field}`, term.field, term.values, numbers);
    case 'reason':
      return named('reason', 'reason', term.values, numbers);
    case 'flags':
      return { any: term.values.map(withFlags) };
    default:
      return ofNumber(term, side);
  }
}

const columns: Readonly<Record<string, FlowColumn>> = {
  tos: 'tos',
  vlan: 'vlan',
  sampling: 'sampling',
  kind: 'kind',
  reporter: 'reporter',
  direction: 'direction',
  'end-reason': 'end_reason',
  forwarding: 'forwarding',
  duration: 'duration_ms',
  rtt: 'rtt_us',
  proto: 'protocol',
};

const isIcmp: Predicate = {
  in: column('protocol'),
  values: [protocols.get('icmp') ?? 0, protocols.get('icmp6') ?? 0],
};

function ofNumber({ field, is, values }: FilterTerm, side: Side): Predicate {
  const ranges = values.flatMap((value) => ('from' in value ? [value] : []));
  const known = columns[field];
  if (known !== undefined) return within(column(known), is, ranges);
  switch (field) {
    case 'port':
      return within(column(`${side}_port`), is, ranges);
    case 'nat-port':
      return within(column(`nat_${side}_port`), is, ranges);
    case 'as':
      return within(column(`${side}_as`), is, ranges);
    case 'mask':
      return within(column(`${side}_mask`), is, ranges);
    case 'country':
      return within(column(`${side}_country`), is, ranges);
    case 'version':
      return { any: ranges.map(({ from }) => (from === 4 ? fromIpv4 : { not: fromIpv4 })) };
    case 'dscp':
      // Behind DSCP are the two bits of ECN (RFC 3168, section 5).
      return within({ floor: column('tos'), width: 4 }, is, scaled(ranges, 4));
    case 'icmp-type':
      return { all: [isIcmp, within({ floor: column('icmp'), width: 256 }, is, scaled(ranges, 256))] };
    case 'icmp-code':
      return { all: [isIcmp, within(lowByte(column('icmp')), is, ranges)] };
    case 'event':
      return { any: ranges.map((range) => ofEvent(range, is)) };
    case 'bytes':
      return within(estimatedBytes, is, ranges);
    case 'packets':
      return within(estimatedPackets, is, ranges);
    case 'bps':
      return ofRate(times(estimatedBytes, literal(8000)), column('duration_ms'), is, ranges);
    case 'pps':
      return ofRate(times(estimatedPackets, literal(1000)), column('duration_ms'), is, ranges);
    case 'bpp':
      return ofRate(column('bytes'), column('packets'), is, ranges);
    default:
      throw new Error(`broken rule: every field has a meaning, found ${field}`);
  }
}

type Range = { from: number; to: number };

const scaled = (ranges: readonly Range[], width: number): Range[] =>
  ranges.map(({ from, to }) => ({ from: from * width, to: to * width }));

const lowByte = (of: Expression): Expression => minus(of, { floor: of, width: 256 });

function within(of: Expression, is: Comparison, ranges: readonly Range[]): Predicate {
  if (is !== '=') return { any: ranges.map(({ from }) => compare(of, is, literal(from))) };
  const single = ranges.filter(({ from, to }) => from === to).map(({ from }) => from);
  const wide = ranges
    .filter(({ from, to }) => from !== to)
    .map(({ from, to }): Predicate => ({ all: [compare(of, '>=', literal(from)), compare(of, '<=', literal(to))] }));
  return wide.length === 0 ? among(of, single) : { any: [among(of, single), ...wide] };
}

function among(of: Expression, values: readonly (number | string)[]): Predicate {
  const [first] = values;
  return values.length === 1 && first !== undefined ? compare(of, '=', literal(first)) : { in: of, values };
}

/** A rate is its amount over a time; of no time at all it is 0, as nfdump has it. */
function ofRate(amount: Expression, over: Expression, is: Comparison, ranges: readonly Range[]): Predicate {
  const hasTime = compare(over, '>', literal(0));
  const rate = (comparison: Comparison, value: number): Predicate => ({
    any: [
      { all: [hasTime, compare(amount, comparison, times(over, literal(value)))] },
      { all: [{ not: hasTime }, compare(literal(0), comparison, literal(value))] },
    ],
  });
  return {
    any: ranges.map(({ from, to }) =>
      is === '=' && from !== to ? { all: [rate('>=', from), rate('<=', to)] } : rate(is, from),
    ),
  };
}

function ofEvent({ from, to }: Range, is: Comparison): Predicate {
  // Below 256 the event is one of any kind of record.
  if (from < 256 || from !== to) return within(column('event'), is, [{ from, to }]);
  return { all: [equals('kind', from >> 8), within(column('event'), is, [{ from: from & 255, to: from & 255 }])] };
}

const fromIpv4: Predicate = inPrefixes('source_high', 'source_low', [
  { high: 0n, low: 0xff_ff_00_00_00_00n, bits: 96 },
]);

function inPrefixes(high: FlowColumn, low: FlowColumn, values: readonly FilterValue[]): Predicate {
  const prefixes = values.flatMap((value) => ('bits' in value ? [value] : []));
  const hosts = prefixes.filter((prefix) => prefix.bits === 128 && isIpv4(prefix));
  const rest = prefixes.filter((prefix) => prefix.bits !== 128 || !isIpv4(prefix));
  const parts = rest.map((prefix) => inPrefix(high, low, prefix));
  if (hosts.length > 0) {
    const lows = hosts.map((host) => String(host.low));
    parts.push({ all: [equals(high, 0n), among(column(low), lows)] });
  }
  const [only] = parts;
  return only && parts.length === 1 ? only : { any: parts };
}

function inPrefix(high: FlowColumn, low: FlowColumn, prefix: AddressPrefix): Predicate {
  const { first, last } = endsOf(prefix);
  const between = (name: FlowColumn, from: bigint, to: bigint): Predicate =>
    from === to
      ? equals(name, from)
      : { all: [compare(column(name), '>=', literal(from)), compare(column(name), '<=', literal(to))] };
  if (prefix.bits <= 64) return between(high, first.high, last.high);
  return { all: [equals(high, first.high), between(low, first.low, last.low)] };
}

function onInterface(of: FlowColumn, values: readonly FilterValue[], numbers: FilterNumbers): Predicate {
  return {
    any: values.map((value): Predicate => {
      const text = textOf(value);
      if (text === '') return equals(of, 0);
      if (/^\d{1,10}$/.test(text)) return equals(of, Number(text));
      return {
        any: numbers.interfaces(text).map(({ exporter, index }) => ({
          all: [equals('exporter', exporter), equals(of, index)],
        })),
      };
    }),
  };
}

function named(
  of: FlowColumn,
  kind: 'name' | 'network' | 'reason',
  values: readonly FilterValue[],
  numbers: FilterNumbers,
): Predicate {
  const found = values.flatMap((value) => {
    const text = textOf(value);
    return text === '' ? [0] : numbers.numbers(kind, text);
  });
  return among(column(of), found);
}

/** Only the eight flags count; behind them exporters keep other bits of the header. */
function withFlags(value: FilterValue): Predicate {
  const { set, mask } = 'mask' in value ? value : { set: 0, mask: 0 };
  const values = Array.from({ length: 256 }, (_, flags) => flags).filter((flags) => (flags & mask) === set);
  return among(lowByte(column('tcp_flags')), values);
}

const textOf = (value: FilterValue): string => ('text' in value ? value.text : '');
