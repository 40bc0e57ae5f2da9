import {
  flowDirections,
  flowKinds,
  flowReporters,
  type FlowColumn,
  type FlowKey,
  type FlowQuestion,
} from '../../model/index.ts';
import type { Expression } from '../../store/index.ts';
import { addressText, ipv4Offset, isIpv4, prefixText, type Address } from '../../model/index.ts';
import type { FlowBook } from './book.ts';
import { countryText } from './country.ts';
import { eventName } from './events.ts';
import { choose, column, compare, literal, minus, sourceIsClient } from './expressions.ts';
import { everything, type FilterEnd, type FilterTerm, type FilterValue, type FlowFilter } from './filter/filter.ts';
import { flagsText } from './filter/values.ts';
import { protocolName } from './protocols.ts';
import { serviceName } from './services.ts';

/** What rows of an answer can be told apart by: how the store finds it, how people read it, how a filter names it. */

type Cell = number | string;

export interface Key {
  /** Values of a record that make up this one. */
  expressions: readonly Expression[];
  /** `value` is '' where it is unknown. */
  read(cells: readonly Cell[], book: FlowBook): { value: string; label: string; filter: FlowFilter };
}

export type View = FlowQuestion['view'];
type Side = 'source' | 'destination';
type Ended = 'high' | 'low' | 'port' | 'name' | 'network' | 'country' | 'as';

const endings: Readonly<Record<string, (side: Side, view: View) => Key>> = {
  '': addressKey,
  subnet: subnetKey,
  port: (side, view) => ({
    expressions: [ended(side, 'port', view)],
    read: ([port = 0]) =>
      told(String(port), serviceName(Number(port)), number('port', Number(port), endOf(side, view))),
  }),
  name: (side, view) => textKey([ended(side, 'name', view)], 'name', endOf(side, view)),
  network: (side, view) => textKey([ended(side, 'network', view)], 'network', endOf(side, view)),
  country: (side, view) => ({
    expressions: [ended(side, 'country', view)],
    read: ([country = 0]) => {
      const text = Number(country) === 0 ? '' : (countryText(Number(country)) ?? String(country));
      return told(text, '', number('country', Number(country), endOf(side, view)));
    },
  }),
  as: (side, view) => ({
    expressions: [ended(side, 'as', view)],
    read: ([as = 0]) => told(as === 0 ? '' : String(as), '', number('as', Number(as), endOf(side, view))),
  }),
};

const plain: Readonly<Partial<Record<FlowKey, Key>>> = {
  protocol: {
    expressions: [column('protocol')],
    read: ([protocol = 0]) => told(protocolName(Number(protocol)), '', number('proto', Number(protocol))),
  },
  service: {
    expressions: [
      column('protocol'),
      choose(
        compare(column('destination_port'), '<', column('source_port')),
        column('destination_port'),
        column('source_port'),
      ),
    ],
    read: ([protocol = 0, port = 0]) =>
      told(
        port === 0 ? protocolName(Number(protocol)) : `${protocolName(Number(protocol))}/${port}`,
        serviceName(Number(port)),
        { all: [number('proto', Number(protocol)), number('port', Number(port), 'server')] },
      ),
  },
  exporter: {
    expressions: [column('exporter')],
    read: ([exporter = 0], book) =>
      told(
        book.exporterText(Number(exporter)),
        book.exporterLabel(Number(exporter)),
        text('exporter', String(exporter)),
      ),
  },
  input: interfaceKey('input'),
  output: interfaceKey('output'),
  direction: wordKey('direction', 'direction', (value) => flowDirections[value] ?? ''),
  reporter: wordKey('reporter', 'reporter', (value) => (value === 0 ? '' : (flowReporters[value] ?? String(value)))),
  kind: wordKey('kind', 'kind', (value) => flowKinds[value] ?? String(value)),
  tos: wordKey('tos', 'tos', String),
  vlan: wordKey('vlan', 'vlan', (value) => (value === 0 ? '' : String(value))),
  'tcp-flags': {
    // Behind the eight flags exporters keep other bits of the header.
    expressions: [minus(column('tcp_flags'), { floor: column('tcp_flags'), width: 256 })],
    read: ([flags = 0]) =>
      told(Number(flags) === 0 ? '' : flagsText(Number(flags)), '', term('flags', { set: Number(flags), mask: 255 })),
  },
  event: {
    expressions: [column('kind'), column('event')],
    read: ([kind = 0, event = 0]) =>
      told(eventName(Number(kind), Number(event)) ?? String(event), flowKinds[Number(kind)] ?? '', {
        all: [number('kind', Number(kind)), number('event', Number(event))],
      }),
  },
  reason: textKey([column('reason')], 'reason', 'either'),
};

export function keyOf(key: FlowKey, view: View): Key {
  const known = plain[key];
  if (known) return known;
  const [side = '', ...rest] = key.split('-');
  const make = endings[rest.join('-')];
  if (!make) throw new Error(`broken rule: every key has a meaning, found ${key}`);
  return make(side as Side, view);
}

/** Of the source, or in the view of clients and servers that of the client. */
function ended(side: Side, what: Ended, view: View): Expression {
  const [first, second]: [FlowColumn, FlowColumn] =
    side === 'source' ? [`source_${what}`, `destination_${what}`] : [`destination_${what}`, `source_${what}`];
  return view === 'client-server' ? choose(sourceIsClient, column(first), column(second)) : column(first);
}

function endOf(side: Side, view: View): FilterEnd {
  if (view === 'client-server') return side === 'source' ? 'client' : 'server';
  return side === 'source' ? 'src' : 'dst';
}

function addressKey(side: Side, view: View): Key {
  return {
    expressions: [ended(side, 'high', view), ended(side, 'low', view)],
    read: (cells) => {
      const address = addressOf(cells);
      const filter = term('host', { ...address, bits: 128 }, endOf(side, view));
      return told(isNothing(address) ? '' : addressText(address), '', filter);
    },
  };
}

/** IPv4's /24 and IPv6's /64, which is what networks are mostly made of. */
function subnetKey(side: Side, view: View): Key {
  const [high, low] = [ended(side, 'high', view), ended(side, 'low', view)];
  const isMapped = {
    all: [
      compare(high, '=', literal(0)),
      compare(low, '>=', literal(mappedFirst)),
      compare(low, '<=', literal(mappedFirst + 0xff_ff_ff_ffn)),
    ],
  };
  return {
    expressions: [high, choose(isMapped, { floor: low, width: 256 }, literal('0'))],
    read: (cells) => {
      const address = addressOf(cells);
      const prefix = { ...address, bits: isIpv4(address) ? 120 : 64 };
      const end = endOf(side, view);
      const inside = term('net', prefix, end);
      if (!isNothing(address)) return told(prefixText(prefix), '', inside);
      // All of IPv4 lies in this one too, and counts elsewhere.
      const ipv4 = term('net', { high: 0n, low: mappedFirst, bits: ipv4Offset }, end);
      return told(prefixText(prefix), '', { all: [inside, { not: ipv4 }] });
    },
  };
}

function textKey(expressions: readonly Expression[], field: 'name' | 'network' | 'reason', end: FilterEnd): Key {
  return {
    expressions,
    read: ([number = 0], book) => told(book.text(Number(number)), '', text(field, book.text(Number(number)), end)),
  };
}

function interfaceKey(name: 'input' | 'output'): Key {
  return {
    // Numbers of interfaces mean nothing without their exporter.
    expressions: [column('exporter'), column(name)],
    read: ([exporter = 0, index = 0], book) => {
      const given = book.interfaceText(Number(exporter), Number(index));
      const of = [book.exporterText(Number(exporter)), given].filter((word) => word !== '').join(' ');
      return told(index === 0 ? '' : String(index), of, {
        all: [text('exporter', String(exporter)), text('if', String(index), name === 'input' ? 'src' : 'dst')],
      });
    },
  };
}

function wordKey(name: FlowColumn, field: string, write: (value: number) => string): Key {
  return {
    expressions: [column(name)],
    read: ([value = 0]) => told(write(Number(value)), '', number(field, Number(value))),
  };
}

const mappedFirst = 0xff_ff_00_00_00_00n;
const addressOf = ([high = 0, low = 0]: readonly Cell[]): Address => ({ high: BigInt(high), low: BigInt(low) });
const isNothing = ({ high, low }: Address): boolean => high === 0n && low === 0n;

const told = (value: string, label: string, filter: FlowFilter) => ({ value, label, filter });
const term = (field: string, value: FilterValue, end: FilterEnd = 'either'): FilterTerm => ({
  field,
  end,
  is: '=',
  values: [value],
});
const number = (field: string, value: number, end: FilterEnd = 'either'): FilterTerm =>
  term(field, { from: value, to: value }, end);
const text = (field: string, value: string, end: FilterEnd = 'either'): FilterTerm => term(field, { text: value }, end);

/** What fits rows of all these keys together. */
export const allOf = (filters: readonly FlowFilter[]): FlowFilter =>
  filters.length === 0 ? everything : { all: filters.flatMap((one) => ('all' in one ? one.all : [one])) };
