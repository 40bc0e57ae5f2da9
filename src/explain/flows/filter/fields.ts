import { flowDirections, flowKinds, flowReporters, type FlowFilterProblem } from '../../../model/index.ts';
import { protocolName, protocols } from '../protocols.ts';
import { countryNumber, countryText } from '../country.ts';
import { eventNames } from '../events.ts';

/** What a value has to be. */
export type Expected = Pick<FlowFilterProblem, 'expected' | 'values'>;

/** What a filter can ask about a record. */
export interface Field {
  name: string;
  /** Other words for it, as other tools have them. */
  also?: readonly string[];
  /** Of the source, the destination, or either. */
  ends?: boolean;
  kind: 'address' | 'number' | 'text' | 'flags';
  /** How a number may be written besides plainly: with k, M, G, T, or with ms, s, m, h. */
  scale?: 'size' | 'time';
  /** Of a time as the column counts it, in milliseconds. */
  unitMs?: number;
  max?: number;
  /** What stands for a number, and the other way around. */
  read?: (text: string) => number | undefined;
  write?: (value: number) => string | undefined;
  /** Where it is more than a number. */
  expected?: Expected;
}

const most = Number.MAX_SAFE_INTEGER;

const expected = (code: Expected['expected'], values: Expected['values'] = {}): Expected => ({
  expected: code,
  values,
});

function named(names: readonly string[], also: Readonly<Record<string, number>> = {}) {
  return {
    read: (text: string) => {
      const at = names.indexOf(text.toLowerCase());
      return at === -1 ? also[text.toLowerCase()] : at;
    },
    write: (value: number) => names[value],
    expected: expected('one-of', { names: names.join(', ') }),
  };
}

const list: readonly Field[] = [
  { name: 'host', also: ['ip'], ends: true, kind: 'address', expected: expected('address-such-as') },
  { name: 'net', ends: true, kind: 'address', expected: expected('prefix') },
  { name: 'nat-host', ends: true, kind: 'address', expected: expected('address') },
  { name: 'next-hop', also: ['next'], kind: 'address', expected: expected('address') },
  { name: 'port', also: ['portrange'], ends: true, kind: 'number', max: 65_535 },
  { name: 'nat-port', ends: true, kind: 'number', max: 65_535 },
  {
    name: 'proto',
    also: ['protocol'],
    kind: 'number',
    max: 255,
    read: (text) => protocols.get(text.toLowerCase()),
    write: protocolName,
    expected: expected('protocol'),
  },
  { name: 'version', kind: 'number', max: 6 },
  { name: 'as', also: ['asn'], ends: true, kind: 'number', max: 4_294_967_295 },
  { name: 'mask', ends: true, kind: 'number', max: 128 },
  { name: 'if', also: ['interface'], ends: true, kind: 'text', expected: expected('interface') },
  { name: 'exporter', also: ['router'], kind: 'text', expected: expected('exporter') },
  { name: 'name', ends: true, kind: 'text', expected: expected('name') },
  { name: 'network', ends: true, kind: 'text', expected: expected('network') },
  { name: 'reason', kind: 'text', expected: expected('reason') },
  {
    name: 'country',
    also: ['geo'],
    ends: true,
    kind: 'number',
    max: 65_535,
    read: countryNumber,
    write: countryText,
    expected: expected('country'),
  },
  { name: 'flags', kind: 'flags', expected: expected('flags') },
  { name: 'tos', kind: 'number', max: 255 },
  { name: 'dscp', kind: 'number', max: 63 },
  { name: 'vlan', kind: 'number', max: 65_535 },
  { name: 'icmp-type', kind: 'number', max: 255 },
  { name: 'icmp-code', kind: 'number', max: 255 },
  { name: 'bytes', kind: 'number', scale: 'size', max: most },
  { name: 'packets', kind: 'number', scale: 'size', max: most },
  { name: 'duration', kind: 'number', scale: 'time', unitMs: 1, max: 4_294_967_295 },
  { name: 'rtt', kind: 'number', scale: 'time', unitMs: 0.001, max: 4_294_967_295 },
  { name: 'bps', kind: 'number', scale: 'size', max: most },
  { name: 'pps', kind: 'number', scale: 'size', max: most },
  { name: 'bpp', kind: 'number', scale: 'size', max: most },
  { name: 'sampling', kind: 'number', scale: 'size', max: 4_294_967_295 },
  { name: 'kind', kind: 'number', max: 255, ...named(flowKinds) },
  { name: 'reporter', kind: 'number', max: 255, ...named(flowReporters) },
  { name: 'direction', kind: 'number', max: 255, ...named(flowDirections, { unknown: 255 }) },
  {
    name: 'event',
    kind: 'number',
    max: 65_535,
    read: (text) => eventNames.get(text.toLowerCase()),
    write: (value) => [...eventNames].find(([, number]) => number === value)?.[0],
    expected: expected('number-or-one-of', { names: [...eventNames.keys()].join(', ') }),
  },
  { name: 'end-reason', kind: 'number', max: 255 },
  { name: 'forwarding', kind: 'number', max: 255 },
];

export const fields: ReadonlyMap<string, Field> = new Map(list.map((field) => [field.name, field]));

/** By any of their words. */
export const fieldWords: ReadonlyMap<string, Field> = new Map(
  list.flatMap((field) => [field.name, ...(field.also ?? [])].map((word) => [word, field] as const)),
);
