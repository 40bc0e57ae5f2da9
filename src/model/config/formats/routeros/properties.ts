import { isAddress } from '../../../scalars.ts';
import { formatDuration, parseDuration } from '../../../time.ts';
import { noLimit, readCount, readDuration, readFlag, readPercent } from './values.ts';

/** The settings of a Netwatch row, once: both directions of the translation read this table. */

export const netwatchTypes = ['simple', 'icmp', 'tcp-conn', 'http-get', 'https-get', 'dns'] as const;

/** How RouterOS writes the value; ours are durations as text, flags, numbers and text. */
type Kind =
  | 'duration'
  | 'microseconds'
  | 'flag'
  | 'count'
  | 'percent'
  | 'codes'
  | 'address'
  | 'record'
  | 'certificate'
  | 'text';

export type DocumentValue = string | number | boolean;

export interface NetwatchProperty {
  key: string;
  kind: Kind;
  /** The types that have it; all of them when absent. */
  types?: readonly string[];
  /** RouterOS's default, written as our document writes it; undefined: not set. */
  routerosDefault?: DocumentValue;
  /** Our default, where it is another one. */
  ourDefault?: DocumentValue;
  /** What our schema allows, both ends included, where it is narrower than the kind. */
  range?: readonly [string, string] | readonly [number, number];
  /** Names of earlier versions (7.4). */
  formerly?: string;
}

const echo = ['icmp'];
const web = ['http-get', 'https-get'];

export const netwatchProperties: readonly NetwatchProperty[] = [
  { key: 'comment', kind: 'text' },
  { key: 'disabled', kind: 'flag', routerosDefault: false },
  { key: 'interval', kind: 'duration', routerosDefault: '10s', range: ['10ms', '1d'] },
  { key: 'timeout', kind: 'duration', routerosDefault: '3s', range: ['1ms', '1m'] },
  { key: 'src-address', kind: 'address' },
  { key: 'start-delay', kind: 'duration', routerosDefault: '3s', range: ['0s', '1h'] },
  { key: 'startup-delay', kind: 'duration', routerosDefault: '5m', ourDefault: '0s', range: ['0s', '1h'] },
  { key: 'ignore-initial-up', kind: 'flag', routerosDefault: false },
  { key: 'ignore-initial-down', kind: 'flag', routerosDefault: false },
  { key: 'packet-interval', kind: 'duration', types: echo, routerosDefault: '50ms', range: ['1ms', '1m'] },
  { key: 'packet-count', kind: 'count', types: echo, routerosDefault: 10, range: [1, 1000] },
  { key: 'packet-size', kind: 'count', types: echo, routerosDefault: 54, range: [28, 65_535] },
  { key: 'ttl', kind: 'count', types: echo, routerosDefault: 255, range: [1, 255] },
  { key: 'accept-icmp-time-exceeded', kind: 'flag', types: echo, routerosDefault: false },
  { key: 'thr-max', kind: 'duration', types: echo, routerosDefault: '1s', formerly: 'thr-rtt-max' },
  { key: 'thr-avg', kind: 'duration', types: echo, routerosDefault: '100ms', formerly: 'thr-rtt-avg' },
  { key: 'thr-stdev', kind: 'duration', types: echo, routerosDefault: '250ms', formerly: 'thr-rtt-stdev' },
  { key: 'thr-jitter', kind: 'duration', types: echo, routerosDefault: '1s', formerly: 'thr-rtt-jitter' },
  { key: 'thr-loss-percent', kind: 'percent', types: echo, routerosDefault: 85 },
  { key: 'thr-loss-count', kind: 'count', types: echo, routerosDefault: noLimit },
  { key: 'early-failure-detection', kind: 'flag', types: echo, routerosDefault: false },
  { key: 'early-success-detection', kind: 'flag', types: echo, routerosDefault: false },
  { key: 'port', kind: 'count', types: ['tcp-conn', 'http-get'], routerosDefault: 80, range: [1, 65_535] },
  { key: 'port', kind: 'count', types: ['https-get'], routerosDefault: 443, range: [1, 65_535] },
  { key: 'thr-tcp-conn-time', kind: 'microseconds', types: ['tcp-conn'], routerosDefault: '1s' },
  { key: 'http-codes', kind: 'codes', types: web, routerosDefault: '100-299' },
  { key: 'thr-http-time', kind: 'duration', types: web, routerosDefault: '10s' },
  { key: 'certificate', kind: 'certificate', types: ['https-get'], routerosDefault: 'none' },
  { key: 'check-certificate', kind: 'flag', types: ['https-get'], routerosDefault: false },
  { key: 'record-type', kind: 'record', types: ['dns'], routerosDefault: 'A' },
  { key: 'dns-server', kind: 'address', types: ['dns'] },
];

/** The property of this type under its present or its former name. */
export function propertyOf(type: string, key: string): NetwatchProperty | undefined {
  return netwatchProperties.find(
    (property) => (property.key === key || property.formerly === key) && (property.types?.includes(type) ?? true),
  );
}

/** What our schema allows; no duration is longer than a year. */
export function rangeOf({ kind, range }: NetwatchProperty): readonly [DocumentValue, DocumentValue] | undefined {
  return range ?? (kind === 'duration' || kind === 'microseconds' ? ['0s', '52w'] : undefined);
}

/** True when some type has it. */
export function isNetwatchProperty(key: string): boolean {
  return otherKeys.has(key) || netwatchProperties.some((property) => property.key === key || property.formerly === key);
}

const recordTypes = new Set(['A', 'AAAA', 'MX', 'NS']);
const otherKeys = new Set(['http-code-min', 'http-code-max']);

/** RouterOS's text as our document's value; a text instead says what was expected. */
export function readValue(property: NetwatchProperty, text: string): { value: DocumentValue } | { expected: string } {
  switch (property.kind) {
    case 'duration':
    case 'microseconds': {
      const ms = readDuration(text, property.kind === 'duration' ? 's' : 'us');
      return ms === undefined ? { expected: 'a duration such as 10s or 00:00:10' } : { value: formatDuration(ms) };
    }
    case 'flag': {
      const value = readFlag(text);
      return value === undefined ? { expected: 'yes or no' } : { value };
    }
    case 'count': {
      const value = readCount(text);
      return value === undefined ? { expected: `a whole number from 0 to ${noLimit}` } : { value };
    }
    case 'percent': {
      const value = readPercent(text);
      return value === undefined ? { expected: 'a percentage from 0 to 100' } : { value };
    }
    case 'codes':
      return readCodes(text) ? { value: text } : { expected: 'codes from 100 to 599 such as 100-299,302' };
    case 'address':
      return isAddress(text) ? { value: text } : { expected: 'an IPv4 or IPv6 address' };
    case 'record': {
      const value = text.toUpperCase();
      return recordTypes.has(value) ? { value } : { expected: [...recordTypes].join(', ') };
    }
    case 'certificate':
      // RouterOS names one of its own store, we a file of this machine.
      return text === 'none' ? { value: text } : { expected: 'none: the store of the router is not in an export' };
    default:
      return { value: text };
  }
}

/** Pairs of first and last code, as validation leaves them. */
function rangesText(ranges: readonly unknown[]): string {
  return ranges
    .map((range) => {
      const [first, last] = [range].flat();
      return first === last ? String(first) : `${String(first)}-${String(last)}`;
    })
    .join(',');
}

function readCodes(text: string): boolean {
  return text.split(',').every((range) => {
    const match = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(range);
    return match !== null && Number(match[2] ?? match[1]) >= Number(match[1]);
  });
}

/** The value as RouterOS writes it, or undefined when it is none of this property. */
export function writeValue(property: NetwatchProperty, value: unknown): string | undefined {
  switch (property.kind) {
    case 'duration':
    case 'microseconds': {
      const ms = typeof value === 'number' ? value : typeof value === 'string' ? parseDuration(value) : undefined;
      return ms === undefined || ms < 0 || !Number.isFinite(ms) ? undefined : formatDuration(ms);
    }
    case 'flag':
      return typeof value === 'boolean' ? (value ? 'yes' : 'no') : undefined;
    case 'count':
      return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= noLimit
        ? String(value)
        : undefined;
    case 'percent': {
      const number = typeof value === 'string' ? readPercent(value) : value;
      return typeof number === 'number' && number >= 0 && number <= 100 ? `${number}%` : undefined;
    }
    case 'codes': {
      const given = typeof value === 'string' || typeof value === 'number' ? `${value}` : undefined;
      const compact = (Array.isArray(value) ? rangesText(value) : (given ?? '')).replaceAll(/\s/g, '');
      return readCodes(compact) ? compact : undefined;
    }
    case 'address':
      return typeof value === 'string' && isAddress(value) ? value : undefined;
    case 'record':
      return typeof value === 'string' && recordTypes.has(value) ? value : undefined;
    case 'certificate':
      return value === 'none' ? value : undefined;
    default:
      return typeof value === 'string' ? value : undefined;
  }
}
