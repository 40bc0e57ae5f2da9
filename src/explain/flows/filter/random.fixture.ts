import fc from 'fast-check';
import { makeBatch, flowsTable, type ColumnBatch } from '../../../store/index.ts';
import { flowColumns, type FlowColumn } from '../../../model/index.ts';
import type { Address } from '../../../model/index.ts';
import { eventNames } from '../events.ts';
import { fields, type Field } from './fields.ts';
import type { Comparison, FilterEnd, FilterTerm, FilterValue, FlowFilter } from './filter.ts';
import { noRecord, type PlainRecord } from './naive.fixture.ts';
import type { FilterNumbers } from './predicate.ts';

/** Few values of everything, so that filters and records meet. */
const ipv4 = (last: number): Address => ({ high: 0n, low: 0xff_ff_0a_00_00_00n + BigInt(last) });
const ipv6 = (high: number, low: number): Address => ({
  high: 0x20_01_0d_b8_00_00_00_00n + BigInt(high),
  low: BigInt(low),
});
const address = fc.constantFrom(...[0, 1, 2, 256, 65_536].map(ipv4), ipv6(0, 1), ipv6(0, 2), ipv6(1, 1), {
  high: 0n,
  low: 0n,
});
const whole = (...values: number[]) => fc.constantFrom(...values.map(BigInt));

export const plainRecord: fc.Arbitrary<PlainRecord> = fc
  .record({
    source: address,
    destination: address,
    nat: address,
    hop: address,
    narrow: fc.record({
      exporter: whole(1, 2),
      kind: whole(0, 0, 1, 2, 3),
      source_port: whole(0, 53, 443, 1024, 50_000),
      destination_port: whole(0, 53, 443, 1024, 50_000),
      nat_source_port: whole(0, 443),
      protocol: whole(1, 6, 17, 47, 58),
      tos: whole(0, 3, 184, 185),
      tcp_flags: whole(0, 2, 18, 0x1_02, 255),
      icmp: whole(0, 0x8_00, 0x3_01),
      bytes: whole(0, 40, 1500, 1_500_000),
      packets: whole(0, 1, 1000),
      duration_ms: whole(0, 1, 1000, 60_000),
      input: whole(0, 1, 2),
      output: whole(0, 1, 2),
      source_as: whole(0, 64_500),
      destination_as: whole(0, 64_500, 4_200_000_000),
      source_mask: whole(0, 24),
      vlan: whole(0, 10),
      direction: whole(0, 1, 255),
      forwarding: whole(0, 64),
      end_reason: whole(0, 1),
      sampling: whole(1, 1, 100),
      event: whole(0, 3, 4, 12),
      reporter: whole(0, 1, 2, 3, 4),
      rtt_us: whole(0, 900, 50_000),
      source_name: whole(0, 10, 11),
      destination_network: whole(0, 20),
      source_country: whole(0, 0x44_45),
      reason: whole(0, 30),
    }),
  })
  .map(({ source, destination, nat, hop, narrow }) => ({
    ...noRecord,
    ...narrow,
    source_high: source.high,
    source_low: source.low,
    destination_high: destination.high,
    destination_low: destination.low,
    nat_source_high: nat.high,
    nat_source_low: nat.low,
    next_hop_high: hop.high,
    next_hop_low: hop.low,
  }));

export function batchOf(records: readonly PlainRecord[]): ColumnBatch {
  const batch = makeBatch(flowsTable, records.length);
  for (const name of Object.keys(flowColumns) as FlowColumn[]) {
    const into = batch.columns[name];
    for (const [row, record] of records.entries()) {
      if (into instanceof BigUint64Array) into[row] = record[name];
      else if (into) into[row] = Number(record[name]);
    }
  }
  return batch;
}

export const someNumbers: FilterNumbers = {
  exporters: (text) => ({ core: [1], '1': [1], '2': [2], 'edge*': [1, 2] })[text] ?? [],
  numbers: (kind, text) =>
    (
      { name: { web: [10], 'web*': [10, 11] }, network: { office: [20] }, reason: { full: [30] } }[kind] as Record<
        string,
        number[]
      >
    )[text] ?? [],
  interfaces: (name) =>
    name === 'wan'
      ? [
          { exporter: 1, index: 2 },
          { exporter: 2, index: 1 },
        ]
      : [],
};

const texts = fc.constantFrom(
  '',
  'core',
  '1',
  '2',
  'edge*',
  'web',
  'web*',
  'office',
  'full',
  'wan',
  'in',
  'unknown',
  'a "b" \\ c',
);
const smallNumbers: Readonly<Record<string, readonly number[]>> = {
  event: [0, 3, 12, ...[...eventNames.values()].slice(0, 4), ...[...eventNames.values()].slice(-3)],
  version: [4, 6],
  country: [0, 0x44_45, 0x44_46],
};
const numbers = [
  0, 1, 2, 3, 4, 6, 10, 17, 24, 46, 47, 53, 58, 100, 184, 255, 443, 1000, 1024, 8000, 60_000, 64_500, 1_500_000,
];

const prefix = fc
  .tuple(address, fc.constantFrom(0, 8, 32, 63, 64, 65, 96, 104, 120, 127, 128))
  .map(([{ high, low }, bits]) => {
    const all = (high << 64n) | low;
    const kept = (all >> BigInt(128 - bits)) << BigInt(128 - bits);
    return { high: kept >> 64n, low: kept & 0xff_ff_ff_ff_ff_ff_ff_ffn, bits };
  });

function valueOf(field: Field, single: boolean): fc.Arbitrary<FilterValue> {
  if (field.kind === 'address') return prefix;
  if (field.kind === 'text') return texts.map((text) => ({ text }));
  if (field.kind === 'flags') {
    return fc
      .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }))
      .map(([set, mask]) => ({ set: set & mask, mask }));
  }
  const known = (smallNumbers[field.name] ?? numbers).filter((one) => one <= (field.max ?? 0));
  const one = fc.constantFrom(...known);
  if (single || ['event', 'version'].includes(field.name)) return one.map((from) => ({ from, to: from }));
  return fc.tuple(one, one).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
}

const term: fc.Arbitrary<FilterTerm> = fc.constantFrom(...fields.values()).chain((field) => {
  const ends: FilterEnd[] = field.ends ? ['either', 'both', 'src', 'dst', 'client', 'server'] : ['either'];
  const end = fc.constantFrom(...ends);
  const one = { field: fc.constant(field.name), end };
  const equal = {
    is: fc.constant<Comparison>('='),
    values: fc.array(valueOf(field, false), { minLength: 1, maxLength: 3 }),
  };
  if (field.kind !== 'number' || ['version', 'event'].includes(field.name)) return fc.record({ ...one, ...equal });
  const ordered = { is: fc.constantFrom<Comparison>('<', '<=', '>', '>='), values: fc.tuple(valueOf(field, true)) };
  return fc.oneof(fc.record({ ...one, ...equal }), fc.record({ ...one, ...ordered }));
});

export const flowFilter: fc.Arbitrary<FlowFilter> = fc.letrec<{ filter: FlowFilter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    term,
    fc.record({ not: tie('filter') }),
    fc.record({ all: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('filter'), { maxLength: 3 }) }),
  ),
})).filter;
