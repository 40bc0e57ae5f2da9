import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byteMeanings, flowKinds } from '../../../model/index.ts';
import { FlowRows } from '../decode/flow-rows.ts';
import { TrafficMeter } from './traffic-meter.ts';

interface Row {
  exporter: number;
  input: number;
  output: number;
  bytes: bigint;
  packets: bigint;
  sampling: number;
  kind?: (typeof flowKinds)[number];
  payload?: boolean;
}

function rowsOf(list: readonly Row[]): FlowRows {
  const rows = new FlowRows(list.length);
  list.forEach(({ exporter, input, output, bytes, packets, sampling, kind = 'traffic', payload = false }, row) => {
    Object.entries({ exporter, input, output, sampling }).forEach(([name, value]) => {
      rows.narrow[name as 'exporter'][row] = value;
    });
    rows.narrow.kind[row] = flowKinds.indexOf(kind);
    rows.narrow.bytes_of[row] = byteMeanings.indexOf(payload ? 'payload' : 'packets');
    rows.wide.bytes[row] = bytes;
    rows.wide.packets[row] = packets;
  });
  rows.rows = list.length;
  return rows;
}

const plain = { exporter: 7, input: 1, output: 2, bytes: 1000n, packets: 2n, sampling: 0 };

test('each record is counted once on its way in and once on its way out, as it was before sampling', () => {
  const meter = new TrafficMeter({ isListed: () => false });
  meter.count(rowsOf([plain, { ...plain, sampling: 512 }, { ...plain, bytes: 2n ** 40n, output: 0 }]));
  const common = { exporter: 7, counts: 'packets' };
  expect(meter.figures()).toEqual([
    { ...common, interface: 1, direction: 'in', bytes: 1000 + 512_000 + 2 ** 40, packets: 2 + 1024 + 2, flows: 3 },
    { ...common, interface: 2, direction: 'out', bytes: 513_000, packets: 1026, flows: 2 },
    { ...common, interface: 0, direction: 'out', bytes: 2 ** 40, packets: 2, flows: 1 },
  ]);
});

test('events and dropped packets are no traffic, and bytes of payload are apart from those of packets', () => {
  const meter = new TrafficMeter({ isListed: () => false });
  meter.count(
    rowsOf([
      { ...plain, kind: 'nat' },
      { ...plain, kind: 'firewall' },
      { ...plain, kind: 'drop' },
    ]),
  );
  expect(meter.figures()).toEqual([]);
  meter.count(rowsOf([plain, { ...plain, payload: true, bytes: 10n }]));
  expect(meter.figures().map(({ direction, counts, bytes }) => [direction, counts, bytes])).toEqual([
    ['in', 'packets', 1000],
    ['out', 'packets', 1000],
    ['in', 'payload', 10],
    ['out', 'payload', 10],
  ]);
});

test('what finds no place is counted together, and half of the places wait for exporters that are listed', () => {
  const meter = new TrafficMeter({ isListed: (exporter) => exporter === 9, maxPlaces: 8, maxOfExporter: 6 });
  const forged = Array.from({ length: 100 }, (_, index) => ({ ...plain, exporter: 100 + index }));
  meter.count(rowsOf([...forged, { ...plain, exporter: 0 }]));
  const ports = Array.from({ length: 20 }, (_, index) => ({ ...plain, exporter: 9, input: index, output: index }));
  meter.count(rowsOf(ports));
  const figures = meter.figures();
  const placesOf = (of: number | undefined) => figures.filter(({ exporter }) => exporter === of);
  expect(placesOf(9)).toHaveLength(4);
  expect(new Set(figures.map(({ exporter }) => exporter))).toEqual(new Set([undefined, 100, 101, 9]));
  expect(placesOf(undefined).map(({ direction, flows }) => [direction, flows])).toEqual([
    ['in', 99 + 18],
    ['out', 99 + 18],
  ]);
});

test('whatever comes, sums are those of all records', () => {
  const row = fc.record({
    exporter: fc.integer({ min: 0, max: 5 }),
    input: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant(0xffff_ffff)),
    output: fc.integer({ min: 0, max: 40 }),
    bytes: fc.bigInt({ min: 0n, max: 2n ** 34n }),
    packets: fc.bigInt({ min: 0n, max: 1000n }),
    sampling: fc.integer({ min: 0, max: 100 }),
  });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 100 }), fc.integer({ min: 1, max: 40 }), (list, maxPlaces) => {
      const meter = new TrafficMeter({ isListed: (exporter) => exporter < 3, maxPlaces });
      meter.count(rowsOf(list));
      const bytes = list.reduce((sum, one) => sum + Number(one.bytes) * (one.sampling || 1), 0);
      for (const way of ['in', 'out']) {
        const found = meter.figures().filter(({ direction }) => direction === way);
        expect(found.reduce((sum, one) => sum + one.bytes, 0)).toBe(bytes);
        expect(found.reduce((sum, { flows }) => sum + flows, 0)).toBe(list.length);
      }
      expect(meter.figures().length).toBeLessThanOrEqual(maxPlaces + 4);
    }),
  );
});
