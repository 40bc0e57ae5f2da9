import { flowDirections, flowKinds, flowReporters } from '../../../model/index.ts';
import { protocolName, protocols } from '../protocols.ts';
import { countryNumber, countryText } from '../country.ts';
import { eventNames } from '../events.ts';

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
  /** What is expected, where it is more than a number. */
  expected?: string;
}

const most = Number.MAX_SAFE_INTEGER;

function named(names: readonly string[], also: Readonly<Record<string, number>> = {}) {
  return {
    read: (text: string) => {
      const at = names.indexOf(text.toLowerCase());
      return at === -1 ? also[text.toLowerCase()] : at;
    },
    write: (value: number) => names[value],
    expected: `one of ${names.join(', ')}`,
  };
}

const list: readonly Field[] = [
  { name: 'host', also: ['ip'], ends: true, kind: 'address', expected: 'an address such as 10.0.0.1 or 2001:db8::1' },
  { name: 'net', ends: true, kind: 'address', expected: 'a prefix such as 10.0.0.0/8 or 2001:db8::/32' },
  { name: 'nat-host', ends: true, kind: 'address', expected: 'an address' },
  { name: 'next-hop', also: ['next'], kind: 'address', expected: 'an address' },
  { name: 'port', also: ['portrange'], ends: true, kind: 'number', max: 65_535 },
  { name: 'nat-port', ends: true, kind: 'number', max: 65_535 },
  {
    name: 'proto',
    also: ['protocol'],
    kind: 'number',
    max: 255,
    read: (text) => protocols.get(text.toLowerCase()),
    write: protocolName,
    expected: 'a protocol such as tcp, udp, icmp or 47',
  },
  { name: 'version', kind: 'number', max: 6 },
  { name: 'as', also: ['asn'], ends: true, kind: 'number', max: 4_294_967_295 },
  { name: 'mask', ends: true, kind: 'number', max: 128 },
  { name: 'if', also: ['interface'], ends: true, kind: 'text', expected: 'the number or name of an interface' },
  { name: 'exporter', also: ['router'], kind: 'text', expected: 'an exporter by name, address or number' },
  { name: 'name', ends: true, kind: 'text', expected: 'a name' },
  { name: 'network', ends: true, kind: 'text', expected: 'a network by name' },
  { name: 'reason', kind: 'text', expected: 'a reason' },
  {
    name: 'country',
    also: ['geo'],
    ends: true,
    kind: 'number',
    max: 65_535,
    read: countryNumber,
    write: countryText,
    expected: 'a country such as DE, or unknown',
  },
  { name: 'flags', kind: 'flags', expected: 'flags such as S, SA or S/SA of FSRPAUEC' },
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
    expected: `a number, or one of ${[...eventNames.keys()].join(', ')}`,
  },
  { name: 'end-reason', kind: 'number', max: 255 },
  { name: 'forwarding', kind: 'number', max: 255 },
];

export const fields: ReadonlyMap<string, Field> = new Map(list.map((field) => [field.name, field]));

/** By any of their words. */
export const fieldWords: ReadonlyMap<string, Field> = new Map(
  list.flatMap((field) => [field.name, ...(field.also ?? [])].map((word) => [word, field] as const)),
);
