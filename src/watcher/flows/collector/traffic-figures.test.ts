import { expect, test } from 'vitest';
import { flowsSchema } from '../../../model/index.ts';
import { lostOf, type MeteredTraffic } from '../../../observe/index.ts';
import { TrafficNames } from './traffic-figures.ts';

const addresses: Readonly<Record<number, string>> = { 1: '192.0.2.1', 2: '192.0.2.1:4001', 3: '192.0.2.9' };
const names = new TrafficNames({
  settings: flowsSchema.parse({
    exporters: [{ name: 'edge', addresses: ['192.0.2.1'], interfaces: { 1: 'uplink' } }],
  }),
  labelsOf: (number) => {
    const address = addresses[number] ?? (number >= 1000 ? `10.0.${number >>> 8}.${number & 255}` : undefined);
    return address === undefined ? undefined : { kind: 'exporter', address };
  },
  said: () => new Map([[2, 'said']]),
  asked: () => new Map([[2, { name: 'asked', bitsPerSecond: 0 }]]),
});
const counted: MeteredTraffic = {
  exporter: 1,
  interface: 1,
  direction: 'in',
  counts: 'packets',
  bytes: 10,
  packets: 2,
  flows: 1,
};

test('exporters and interfaces go by their names, those of the operator first, and what has one name is one', () => {
  const traffic = [
    counted,
    { ...counted, exporter: 2 },
    { ...counted, interface: 2 },
    { ...counted, exporter: 3, interface: 0 },
    { ...counted, exporter: 3, interface: 7 },
    { ...counted, exporter: undefined, interface: 0 },
  ];
  const { interfaces } = names.figures(traffic, []);
  expect(interfaces.map(({ exporter, interface: name, bytes }) => [exporter, name, bytes])).toEqual([
    ['edge', 'uplink', 20],
    ['edge', 'asked', 10],
    ['192.0.2.9', 'unknown', 10],
    ['192.0.2.9', '7', 10],
    ['others', 'others', 10],
  ]);
  expect([1, 2, 3].map((number) => names.isListed(number))).toEqual([true, true, false]);
});

test('what was lost is told by what the exporter counts, and forged exporters beyond a bound are one', () => {
  const totals = [
    { exporter: 1, lostOf: lostOf.messages, records: 100, lost: 3 },
    { exporter: 1, lostOf: lostOf.samples, records: 0, lost: 40 },
    { exporter: 2, lostOf: lostOf.messages, records: 50, lost: 1 },
    ...Array.from({ length: 700 }, (_, index) => ({
      exporter: 1000 + index,
      lostOf: lostOf.records,
      records: 1,
      lost: 2,
    })),
  ];
  const { exporters, lost } = names.figures([], totals);
  expect(exporters[0]).toEqual({ exporter: 'edge', records: 150 });
  expect(exporters).toHaveLength(1 + 500 + 1);
  expect(exporters.at(-1)).toEqual({ exporter: 'others', records: 200 });
  expect(lost.slice(0, 2)).toEqual([
    { exporter: 'edge', of: 'messages', count: 4 },
    { exporter: 'edge', of: 'samples', count: 40 },
  ]);
  expect(lost.at(-1)).toEqual({ exporter: 'others', of: 'records', count: 400 });
  expect(names.figures([], totals).exporters).toEqual(exporters);
});
