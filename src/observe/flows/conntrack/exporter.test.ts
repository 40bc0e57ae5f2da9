import { expect, test } from 'vitest';
import { flowReporters, samplingSources } from '../../../model/index.ts';
import type { ConntrackEntry } from '../../../platform/index.ts';
import type { FlowRows } from '../decode/flow-rows.ts';
import type { AddressWords } from '../enrich/address-words.ts';
import { entryOf, type GivenEntry } from './entry.fixture.ts';
import { ConntrackExporter } from './exporter.ts';
import { RowWriter, type KeepRow } from './row-writer.ts';
import { hashOfConnection, isSampled, oneOf } from './sampling.ts';
import { prefixTable, Subnets, type SubnetRule } from './subnets.ts';

const beganAt = 1_700_000_000_000;

function exporter(
  given: {
    own?: string[];
    here?: string[];
    sampling?: number;
    subnets?: SubnetRule[];
    keep?: KeepRow;
  } = {},
) {
  const taken: FlowRows[] = [];
  const within = (prefixes: string[]) => {
    const table = prefixTable(prefixes);
    return (words: AddressWords) => table.find(words) > 0;
  };
  const here = given.here ?? ['10.0.0.5', '2001:db8::5'];
  const made = new ConntrackExporter({
    writer: new RowWriter({ take: (rows) => taken.push(rows) }, 7, { ...(given.keep && { keep: given.keep }) }),
    subnets: new Subnets(given.subnets ?? [], given.sampling ?? 1),
    isOwn: within(given.own ?? []),
    isHere: within(here),
    beganAt,
    mostConnections: 100,
  });
  made.listedAll();
  const rows = () => {
    made.look();
    return taken.splice(0).flatMap((some) => Array.from({ length: some.rows }, (_, row) => told(some, row)));
  };
  return { made, rows };
}

function told({ narrow, wide }: FlowRows, row: number) {
  const hex = (high: bigint | undefined, low: bigint | undefined) =>
    `${high?.toString(16)}:${low?.toString(16).padStart(16, '0')}`;
  return {
    source: hex(wide.source_high[row], wide.source_low[row]),
    destination: hex(wide.destination_high[row], wide.destination_low[row]),
    ports: [narrow.source_port[row], narrow.destination_port[row]],
    natSource: hex(wide.nat_source_high[row], wide.nat_source_low[row]),
    natPorts: [narrow.nat_source_port[row], narrow.nat_destination_port[row]],
    packets: Number(wide.packets[row]),
    bytes: Number(wide.bytes[row]),
    end: Number(wide.ts[row]),
    durationMs: narrow.duration_ms[row],
    reporter: flowReporters[narrow.reporter[row] ?? 0],
    endReason: narrow.end_reason[row],
    sampling: [narrow.sampling[row], samplingSources[narrow.sampling_from[row] ?? 0]],
    exporter: narrow.exporter[row],
  };
}

const ended = (given: GivenEntry = {}): ConntrackEntry =>
  entryOf({ original: [3, 180], reply: [2, 3000], startedAt: beganAt + 10, endedAt: beganAt + 1210, ...given });

test('each direction is a row with the addresses that were asked for, and the translated ones beside them', () => {
  const { made, rows } = exporter();
  made.ended(ended({ translated: { source: '198.51.100.1', port: 1030 }, tcpState: 7 }), beganAt + 1300);
  const common = { end: beganAt + 1210, durationMs: 1200, endReason: 3, sampling: [1, 'unsampled'], exporter: 7 };
  expect(rows()).toEqual([
    {
      ...common,
      source: '0:0000ffff0a000005',
      destination: '0:0000ffffc0000250',
      ports: [40_000, 443],
      natSource: '0:0000ffffc6336401',
      natPorts: [1030, 443],
      packets: 3,
      bytes: 180,
      reporter: 'source',
    },
    {
      ...common,
      source: '0:0000ffffc0000250',
      destination: '0:0000ffff0a000005',
      ports: [443, 40_000],
      natSource: '0:0000ffffc0000250',
      natPorts: [443, 1030],
      packets: 2,
      bytes: 3000,
      reporter: 'destination',
    },
  ]);
});

test('IPv6 keeps all of its bits; a direction without packets has no row; an idle end says so', () => {
  const { made, rows } = exporter();
  const source = '2001:db8::5';
  made.ended(ended({ source, destination: '2001:db8:ffff::80', reply: [0, 0], protocol: 17 }), beganAt + 1300);
  expect(rows()).toMatchObject([
    {
      source: '20010db800000000:0000000000000005'.replace(/^0+/, ''),
      destination: '20010db8ffff0000:0000000000000080',
      natSource: '0:0000000000000000',
      endReason: 1,
    },
  ]);
});

test('a long connection reports what it did in each interval', () => {
  const { made, rows } = exporter();
  made.begun(entryOf({ startedAt: beganAt + 10 }), beganAt + 50);
  made.listed(ended({ original: [10, 1000], reply: [0, 0] }), beganAt + 5000);
  made.listedAll();
  made.listed(ended({ original: [10, 1000], reply: [0, 0] }), beganAt + 10_000);
  made.listedAll();
  made.ended(ended({ original: [12, 1500], reply: [0, 0], endedAt: beganAt + 11_000 }), beganAt + 11_050);
  expect(rows()).toMatchObject([
    { packets: 10, bytes: 1000, end: beganAt + 5000, durationMs: 4990, endReason: 2 },
    { packets: 2, bytes: 500, end: beganAt + 11_000, durationMs: 1000 },
  ]);
});

test('a router between own networks reports for both ends, this machine with itself once, others as nobody', () => {
  const { made, rows } = exporter({ own: ['10.1.0.0/16', '10.2.0.0/16'] });
  const reporters = (source: string, destination: string) => {
    made.ended(ended({ source, destination, reply: [0, 0] }), beganAt + 1300);
    return rows().map(({ reporter }) => reporter);
  };
  expect(reporters('10.1.0.1', '10.2.0.1')).toEqual(['source', 'destination']);
  expect(reporters('10.0.0.5', '10.0.0.5')).toEqual(['source']);
  expect(reporters('10.0.0.5', '10.2.0.1')).toEqual(['source']);
  expect(reporters('10.2.0.1', '10.0.0.5')).toEqual(['destination']);
  expect(reporters('203.0.113.1', '10.2.0.1')).toEqual(['destination']);
  expect(reporters('203.0.113.1', '198.51.100.9')).toEqual(['unknown']);
});

test('a subnet decides for its end, the most specific one, and one end that reports is enough', () => {
  const subnets = [
    { prefix: '10.0.0.0/8', report: false },
    { prefix: '10.7.0.0/16', report: true, sampling: 0.25 },
    { prefix: '2001:db8::/32', report: false },
  ];
  const made = new Subnets(subnets, 0.5);
  const words = (text: string): AddressWords => {
    const [a = 0, b = 0, c = 0, d = 0] = entryOf({ source: text }).addresses;
    return [a, b, c, d];
  };
  const rate = (one: string, other: string) => made.rateOf(words(one), words(other));
  expect(rate('10.0.0.1', '192.0.2.1')).toBe(0);
  expect(rate('192.0.2.1', '10.0.0.1')).toBe(0);
  expect(rate('10.7.0.1', '10.0.0.1')).toBe(4);
  expect(rate('192.0.2.1', '192.0.2.2')).toBe(2);
  expect(rate('2001:db8::1', '2001:dead::1')).toBe(0);
  expect(() => new Subnets([{ prefix: '10.0.0.0/33', report: true }], 1)).toThrow('10.0.0.0/33 is no network');
});

test('a sample is chosen by connection, alike from both sides, and stands for as many as it says', () => {
  expect([1, 0.7, 0.5, 0.4, 0.1].map(oneOf)).toEqual([1, 1, 2, 3, 10]);
  const entries = Array.from({ length: 20_000 }, (_, index) =>
    ended({ sourcePort: 1024 + (index % 60_000), source: `10.${index % 200}.0.5`, reply: [0, 0] }),
  );
  for (const rate of [2, 10]) {
    const share = entries.filter((entry) => isSampled(entry, rate)).length / entries.length;
    // Five standard deviations.
    expect(Math.abs(share - 1 / rate)).toBeLessThan(5 * Math.sqrt(0.25 / entries.length));
  }
  const there = entryOf({ source: '10.0.0.5', sourcePort: 5000, destination: '192.0.2.1', destinationPort: 80 });
  const back = entryOf({ source: '192.0.2.1', sourcePort: 80, destination: '10.0.0.5', destinationPort: 5000 });
  expect(hashOfConnection(back)).toBe(hashOfConnection(there));
  const { made, rows } = exporter({ sampling: 0.5 });
  for (const entry of entries.slice(0, 100)) made.ended(entry, beganAt + 2000);
  const kept = rows();
  expect(kept.length).toBe(entries.slice(0, 100).filter((entry) => isSampled(entry, 2)).length);
  expect(kept[0]?.sampling).toEqual([2, 'connection']);
});

test('rows that a filter refuses leave nothing behind in the next one', () => {
  const { made, rows } = exporter({ keep: ({ narrow }, row) => narrow.destination_port[row] !== 53 });
  const translated = { source: '198.51.100.1', port: 1030 };
  made.ended(ended({ destinationPort: 53, reply: [0, 0], translated }), beganAt + 1300);
  made.ended(ended({ destinationPort: 80, reply: [0, 0] }), beganAt + 1300);
  expect(rows()).toMatchObject([{ ports: [40_000, 80], natSource: '0:0000000000000000', natPorts: [0, 0] }]);
});
