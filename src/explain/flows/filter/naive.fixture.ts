import { flowColumns, type FlowColumn } from '../../../model/index.ts';
import type { AddressPrefix } from '../../../model/index.ts';
import { eventNames } from '../events.ts';
import { protocols } from '../protocols.ts';
import type { FilterNumbers } from './predicate.ts';
import type { FilterTerm, FilterValue, FlowFilter } from './filter.ts';

/** A record as people read it, and what a filter says of it, as plainly as it can be said. */
export type PlainRecord = Record<FlowColumn, bigint>;

export const noRecord: PlainRecord = Object.fromEntries(
  Object.keys(flowColumns).map((name) => [name, name === 'sampling' ? 1n : 0n]),
) as PlainRecord;

export const isSourceClient = (record: PlainRecord): boolean => {
  if (record.source_port !== record.destination_port) return record.destination_port < record.source_port;
  return addressOf(record, 'source') <= addressOf(record, 'destination');
};

const addressOf = (record: PlainRecord, side: 'source' | 'destination'): bigint =>
  (record[`${side}_high`] << 64n) | record[`${side}_low`];

export function naive(filter: FlowFilter, record: PlainRecord, numbers: FilterNumbers): boolean {
  if ('all' in filter) return filter.all.every((part) => naive(part, record, numbers));
  if ('any' in filter) return filter.any.some((part) => naive(part, record, numbers));
  if ('not' in filter) return !naive(filter.not, record, numbers);
  return naiveTerm(filter, record, numbers);
}

function naiveTerm(term: FilterTerm, record: PlainRecord, numbers: FilterNumbers): boolean {
  const client = isSourceClient(record);
  const fits = (side: 'source' | 'destination') => term.values.some((value) => fitsValue(term, value, side));
  const ends = { src: ['source'], dst: ['destination'], client: [client ? 'source' : 'destination'] } as const;
  if (term.end === 'either') return fits('source') || fits('destination');
  if (term.end === 'both') return fits('source') && fits('destination');
  if (term.end === 'server') return fits(client ? 'destination' : 'source');
  return fits(ends[term.end][0]);

  function fitsValue({ field, is }: FilterTerm, value: FilterValue, side: 'source' | 'destination'): boolean {
    const isIcmp = record.protocol === BigInt(protocols.get('icmp') ?? 0) || record.protocol === 58n;
    switch (field) {
      case 'host':
      case 'net':
        return inside(record[`${side}_high`], record[`${side}_low`], value as AddressPrefix);
      case 'nat-host':
        return inside(record[`nat_${side}_high`], record[`nat_${side}_low`], value as AddressPrefix);
      case 'next-hop':
        return inside(record.next_hop_high, record.next_hop_low, value as AddressPrefix);
      case 'exporter':
        return numbers.exporters((value as { text: string }).text).includes(Number(record.exporter));
      case 'if':
        return onInterface(record[side === 'source' ? 'input' : 'output'], (value as { text: string }).text);
      case 'name':
      case 'network':
        return isNamed(record[`${side}_${field}`], field, (value as { text: string }).text);
      case 'reason':
        return isNamed(record.reason, 'reason', (value as { text: string }).text);
      case 'flags': {
        const { set, mask } = value as { set: number; mask: number };
        return (Number(record.tcp_flags) & mask) === set;
      }
      case 'version':
        return (record.source_high === 0n && record.source_low >> 32n === 0xff_ffn) === holds(4, '=', value);
      case 'event': {
        const { from } = value as { from: number };
        const kind = [...eventNames.values()].includes(from) || from > 255 ? BigInt(from >> 8) : record.kind;
        return record.kind === kind && holds(Number(record.event), is, { from: from % 256, to: from % 256 });
      }
      case 'icmp-type':
        return isIcmp && holds(Number(record.icmp >> 8n), is, value);
      case 'icmp-code':
        return isIcmp && holds(Number(record.icmp & 255n), is, value);
      default:
        return holds(numberOf(field, record, side), is, value);
    }
  }

  function isNamed(number: bigint, kind: 'name' | 'network' | 'reason', text: string): boolean {
    return text === '' ? number === 0n : numbers.numbers(kind, text).includes(Number(number));
  }

  function onInterface(index: bigint, text: string): boolean {
    if (text === '') return index === 0n;
    if (/^\d+$/.test(text)) return index === BigInt(text);
    return numbers
      .interfaces(text)
      .some((one) => BigInt(one.exporter) === record.exporter && BigInt(one.index) === index);
  }
}

function inside(high: bigint, low: bigint, prefix: AddressPrefix): boolean {
  const rest = BigInt(128 - prefix.bits);
  return ((high << 64n) | low) >> rest === ((prefix.high << 64n) | prefix.low) >> rest;
}

function numberOf(field: string, record: PlainRecord, side: 'source' | 'destination'): number {
  const bytes = Number(record.bytes * record.sampling);
  const packets = Number(record.packets * record.sampling);
  const duration = Number(record.duration_ms);
  const plain: Record<string, bigint | number> = {
    port: record[`${side}_port`],
    'nat-port': record[`nat_${side}_port`],
    as: record[`${side}_as`],
    mask: record[`${side}_mask`],
    country: record[`${side}_country`],
    proto: record.protocol,
    tos: record.tos,
    dscp: record.tos / 4n,
    vlan: record.vlan,
    sampling: record.sampling,
    kind: record.kind,
    reporter: record.reporter,
    direction: record.direction,
    'end-reason': record.end_reason,
    forwarding: record.forwarding,
    duration,
    rtt: record.rtt_us,
    bytes,
    packets,
    bps: duration === 0 ? 0 : (bytes * 8000) / duration,
    pps: duration === 0 ? 0 : (packets * 1000) / duration,
    bpp: record.packets === 0n ? 0 : Number(record.bytes) / Number(record.packets),
  };
  return Number(plain[field]);
}

function holds(number: number, is: FilterTerm['is'], value: FilterValue): boolean {
  const { from, to } = value as { from: number; to: number };
  if (is === '=') return number >= from && number <= to;
  if (is === '<') return number < from;
  if (is === '<=') return number <= from;
  if (is === '>') return number > from;
  return number >= from;
}
