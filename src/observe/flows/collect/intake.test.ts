import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flowsSchema } from '../../../model/index.ts';
import { flowAccountsTable, type ColumnBatch } from '../../../store/index.ts';
import { dataSet, message, templateSet, type MadeField } from '../decode/message.fixture.ts';
import { sessionLimits } from '../decode/session.ts';
import { collectorStateSchema } from './collector-state.ts';
import { doorLimits } from './door.ts';
import { openIntake, seriesInMemory, startAt, type Row } from './intake.fixture.ts';

const exportSeconds = Math.floor(startAt / 1000);
const from = (address: string, port = 5000) => ({ address, port });
const bytesOf = (value: number, length: number) =>
  Uint8Array.from({ length }, (_, index) => Math.floor(value / 256 ** (length - 1 - index)) % 256);

const counters: MadeField[] = [
  { id: 1, length: 4 },
  { id: 2, length: 4 },
];
const swapped: MadeField[] = [
  { id: 2, length: 4 },
  { id: 1, length: 4 },
];
const ofRelative: MadeField[] = [...counters, { id: 22, length: 4 }, { id: 21, length: 4 }];
const record = (...values: number[]) => values.map((value) => bytesOf(value, 4));

const summary = (rows: readonly Row[]) =>
  rows.map(({ exporter, bytes, packets, sampling, ts }) => [exporter, bytes, packets, sampling, ts]);

/** Rows of accounts as objects. */
function accountsOf(batch: ColumnBatch | undefined): Record<string, number>[] {
  const names = Object.keys(flowAccountsTable.columns);
  return Array.from({ length: batch?.rows ?? 0 }, (_, row) =>
    Object.fromEntries(names.map((name) => [name, Number(batch?.columns[name]?.[row])])),
  );
}

/** Sampling of one in so many, said for all. */
const sampled: MadeField[] = [
  { id: 302, length: 4 },
  { id: 34, length: 4 },
];
function optionsTemplate(domain: number): Uint8Array {
  const specifiers = sampled.flatMap(({ id, length }) => [id >> 8, id & 255, 0, length]);
  const content = [1, 144, 0, 2, 0, 1, ...specifiers];
  return message(10, [[0, 3, 0, content.length + 4, ...content]], { exportSeconds, domain });
}

interface Step {
  address: number;
  port: number;
  domain: number;
  what: 'template' | 'other-template' | 'data' | 'options-template' | 'sampling' | 'withdrawal' | 'netflow9';
  value: number;
}

function bytesOfStep({ domain, what, value }: Step): Uint8Array {
  switch (what) {
    case 'template':
      return message(10, [templateSet(10, 300, counters)], { exportSeconds, domain });
    case 'other-template':
      return message(10, [templateSet(10, 300, swapped)], { exportSeconds, domain });
    case 'data':
      return message(10, [dataSet(300, counters, [record(value, 2)])], { exportSeconds, domain, sequence: value });
    case 'options-template':
      return optionsTemplate(domain);
    case 'sampling':
      return message(10, [dataSet(400, sampled, [record(0, value)])], { exportSeconds, domain });
    case 'withdrawal':
      return message(10, [[0, 2, 0, 8, 1, 44, 0, 0]], { exportSeconds, domain });
    default: {
      const sets = value % 2 === 0 ? [templateSet(9, 300, ofRelative)] : [];
      return message(9, [...sets, dataSet(300, ofRelative, [record(value, 1, 3_599_000, 3_600_000)])], {
        exportSeconds,
        domain,
      });
    }
  }
}

const steps = fc.array(
  fc.record<Step>({
    address: fc.integer({ min: 1, max: 2 }),
    port: fc.integer({ min: 1, max: 3 }),
    domain: fc.integer({ min: 1, max: 2 }),
    what: fc.constantFrom(
      'template',
      'other-template',
      'data',
      'data',
      'options-template',
      'sampling',
      'withdrawal',
      'netflow9',
    ),
    value: fc.integer({ min: 1, max: 1000 }),
  }),
  { minLength: 20, maxLength: 80 },
);

test('a restart anywhere changes no row', () => {
  fc.assert(
    fc.property(steps, fc.nat(40), (given, place) => {
      const play = (restartAt: number) => {
        const series = seriesInMemory();
        let opened = openIntake({ series });
        const rows: Row[] = [];
        given.forEach((step, index) => {
          if (index === restartAt) {
            opened.intake.flush();
            rows.push(...opened.rows);
            const state = collectorStateSchema.parse(JSON.parse(JSON.stringify(opened.intake.save({ parked: true }))));
            opened = openIntake({ series });
            opened.intake.restore(state);
          }
          opened.intake.take(bytesOfStep(step), from(`192.0.2.${step.address}`, step.port));
        });
        opened.intake.flush();
        return [...rows, ...opened.rows];
      };
      // Rows leave each decoder when it is full or flushed, so only their order within an exporter is sure.
      const sorted = (rows: Row[]) => summary(rows).map(String).sort();
      expect(sorted(play(place))).toEqual(sorted(play(-1)));
    }),
    { numRuns: 300 },
  );
});

test('two exporters behind one address that use the same domain and numbers are read apart, and become two', () => {
  const { intake, rows, names } = openIntake();
  const data = (sequence: number) => dataSet(300, counters, [record(100, sequence)]);
  const one = (sets: number[][], sequence = 0) => message(10, sets, { exportSeconds, sequence });
  intake.take(one([templateSet(10, 300, counters)]), from('198.51.100.7', 1000));
  intake.take(one([templateSet(10, 300, swapped)]), from('198.51.100.7', 2000));
  for (let sequence = 0; sequence < 3; sequence++) {
    intake.take(one([data(sequence)], sequence), from('198.51.100.7', 1000));
    intake.take(one([data(sequence)], sequence), from('198.51.100.7', 2000));
  }
  intake.flush();
  const read = rows.map(({ exporter, bytes, packets }) => [
    names.labelsOf(Number(exporter))?.['address'],
    bytes,
    packets,
  ]);
  expect(read).toEqual([
    ['198.51.100.7', 100n, 0n],
    ['198.51.100.7:2000', 0n, 100n],
    ['198.51.100.7', 100n, 1n],
    ['198.51.100.7:2000', 1n, 100n],
    ['198.51.100.7', 100n, 2n],
    ['198.51.100.7:2000', 2n, 100n],
  ]);
  expect(intake.exporters().map(({ lost }) => lost)).toEqual([0, 0]);
});

test('two exporters of NetFlow v5 behind one address become two, and nothing seems lost of either', () => {
  const { intake, rows, names } = openIntake();
  const one = (sequence: number) => {
    const datagram = new DataView(new ArrayBuffer(24 + 48));
    for (const [at, value] of [
      [0, 5],
      [2, 1],
    ] as const)
      datagram.setUint16(at, value);
    for (const [at, value] of [
      [4, 10_000],
      [8, exportSeconds],
      [16, sequence],
      [48, 9000],
      [52, 9500],
    ] as const)
      datagram.setUint32(at, value);
    return new Uint8Array(datagram.buffer);
  };
  for (let turn = 0; turn < 5; turn++) {
    intake.take(one(1000 + turn), from('198.51.100.7', 1000));
    intake.take(one(900_000 + turn), from('198.51.100.7', 2000));
  }
  // One record of the first is lost on the way.
  intake.take(one(1006), from('198.51.100.7', 1000));
  intake.flush();
  const addresses = rows.map(({ exporter }) => names.labelsOf(Number(exporter))?.['address']);
  const [first, second] = ['198.51.100.7', '198.51.100.7:2000'];
  expect(addresses).toEqual([first, first, first, ...[0, 1, 2, 3].flatMap(() => [second, first])]);
  expect(intake.exporters().map(({ address, lost }) => [address, lost])).toEqual([
    [first, 1],
    [second, 0],
  ]);
  intake.settle({ dropped: 0, refusedRows: 0 });
  expect(intake.accounts.totals().map(({ records, lost }) => [records, lost])).toEqual([
    [7, 1],
    [4, 0],
  ]);
});

test('clocks of 1970 and 2036 are shown, and records keep the time at which they came', () => {
  for (const [seconds, domain] of [
    [0, 1],
    [2_085_978_496, 2],
    [4_294_967_295, 3],
  ] as const) {
    const { intake, rows } = openIntake();
    const header = { exportSeconds: seconds, domain };
    intake.take(
      message(
        9,
        [templateSet(9, 300, ofRelative), dataSet(300, ofRelative, [record(1, 1, 3_590_000, 3_599_000)])],
        header,
      ),
      from('192.0.2.1'),
    );
    intake.flush();
    expect(Number(rows[0]!['ts'])).toBe(startAt);
    expect(rows[0]!['duration_ms']).toBe(9000);
    expect(intake.exporters()[0]!.aheadMs).toBe(seconds * 1000 - startAt);
  }
});

test('uptime that begins again within a flow leaves times as they were', () => {
  const { intake, rows } = openIntake();
  const sets = [
    templateSet(9, 300, ofRelative),
    dataSet(300, ofRelative, [record(1, 1, 4_294_960_000, 1000), record(1, 1, 4_294_000_000, 4_294_960_000)]),
  ];
  intake.take(message(9, sets, { exportSeconds, uptimeMs: 2000 }), from('192.0.2.1'));
  intake.flush();
  expect(rows.map(({ ts, duration_ms: duration }) => [Number(ts) - exportSeconds * 1000, duration])).toEqual([
    [-1000, 8296],
    [-2000 - 7296, 960_000],
  ]);
});

test('what is missing is told by minute and exporter, and what was overtaken is not', () => {
  const { intake, names } = openIntake();
  const data = (sequence: number, count: number) =>
    message(
      10,
      [
        dataSet(
          300,
          counters,
          Array.from({ length: count }, () => record(1, 1)),
        ),
      ],
      { exportSeconds, sequence },
    );
  intake.take(message(10, [templateSet(10, 300, counters)], { exportSeconds }), from('192.0.2.1'));
  intake.take(data(0, 2), from('192.0.2.1'));
  intake.take(data(5, 1), from('192.0.2.1'));
  intake.settle({ dropped: 0, refusedRows: 0 });
  const number = names.exporter({ address: '192.0.2.1', protocol: 'ipfix', domain: 1 });
  const nothing = { dropped: 0, malformed: 0, discarded: 0, lost_of: 0 };
  expect(accountsOf(intake.accounts.close(startAt))).toEqual([
    { ...nothing, ts: startAt - (startAt % 60_000), exporter: number, messages: 3, records: 3, lost: 3 },
  ]);
  // Two of the three come after all, and two others are lost: of those one is made up for.
  intake.take(data(2, 2), from('192.0.2.1'));
  intake.take(data(8, 1), from('192.0.2.1'));
  intake.take(Uint8Array.of(0, 99), from('192.0.2.1'));
  intake.settle({ dropped: 4, refusedRows: 9 });
  expect(accountsOf(intake.accounts.close(startAt + 60_000))).toMatchObject([
    { exporter: number, messages: 2, records: 3, lost: 0 },
    { exporter: 0, lost: 9, dropped: 4, malformed: 1 },
  ]);
  intake.settle({ dropped: 4, refusedRows: 9 });
  expect(intake.accounts.close(startAt + 120_000)).toBeUndefined();
});

test('what was sent while nobody listened is a loss of that time, where the end was an orderly one', () => {
  const series = seriesInMemory();
  const data = (sequence: number, domain: number) =>
    message(10, [dataSet(300, counters, [record(1, 1)])], { exportSeconds, sequence, domain });
  const before = openIntake({ series });
  for (const domain of [1, 2]) {
    before.intake.take(message(10, [templateSet(10, 300, counters)], { exportSeconds, domain }), from('192.0.2.1'));
    before.intake.take(data(0, domain), from('192.0.2.1'));
  }
  const saved = [before.intake.save({ parked: true }), before.intake.save()].map((state) =>
    collectorStateSchema.parse(JSON.parse(JSON.stringify(state))),
  );
  const lostAfter = (state: (typeof saved)[number]) => {
    const after = openIntake({ series });
    after.intake.restore(state);
    after.intake.settle({ dropped: 0, refusedRows: 0 });
    after.clock.at = startAt + 300_000;
    after.intake.take(data(11, 1), from('192.0.2.1'));
    // This one began anew meanwhile.
    after.intake.take(data(0, 2), from('192.0.2.1'));
    for (const times of [1, 2]) after.intake.settle({ dropped: times - times, refusedRows: 0 });
    const { names, intake, clock } = after;
    const number = names.exporter({ address: '192.0.2.1', protocol: 'ipfix', domain: 1 });
    const rows = accountsOf(intake.accounts.close(clock.at)).filter(({ exporter }) => exporter === number);
    expect(intake.accounts.close(clock.at)).toBeUndefined();
    const totals = intake.accounts.totals().filter(({ exporter }) => exporter === number);
    expect(totals.map(({ lost }) => lost)).toEqual([rows.reduce((sum, { lost = 0 }) => sum + lost, 0)]);
    return rows.filter(({ lost = 0 }) => lost > 0).map(({ ts = 0, lost }) => [ts - startAt + (startAt % 60_000), lost]);
  };
  expect(saved.map(lostAfter)).toEqual([[0, 60_000, 120_000, 180_000, 240_000].map((ms) => [ms, 2]), []]);
});

test('a connection takes its templates with it, and its counts stay', () => {
  const { intake, rows } = openIntake();
  const first = from('192.0.2.1', 40_000);
  intake.takeMessage(message(10, [templateSet(10, 300, counters)], { exportSeconds }), first);
  intake.takeMessage(message(10, [dataSet(300, counters, [record(5, 1)])], { exportSeconds }), first);
  intake.endConnection(first);
  const second = from('192.0.2.1', 40_001);
  intake.takeMessage(message(10, [dataSet(300, counters, [record(6, 1)])], { exportSeconds, sequence: 1 }), second);
  intake.flush();
  expect(rows.map(({ bytes }) => bytes)).toEqual([5n]);
  intake.settle({ dropped: 0, refusedRows: 0 });
  expect(accountsOf(intake.accounts.close(startAt))).toMatchObject([{ messages: 3, records: 1 }]);
});

test('what the operator says of sampling counts where an exporter says nothing', () => {
  const { exporters } = flowsSchema.parse({ exporters: [{ name: 'edge', addresses: ['192.0.2.1'], sampling: 512 }] });
  const { intake, rows } = openIntake({ settings: { exporters } });
  const template = message(10, [templateSet(10, 300, counters)], { exportSeconds });
  const data = message(10, [dataSet(300, counters, [record(1, 1)])], { exportSeconds });
  for (const address of ['192.0.2.1', '192.0.2.2']) {
    intake.take(template, from(address));
    intake.take(data, from(address));
  }
  intake.take(optionsTemplate(1), from('192.0.2.1'));
  intake.take(message(10, [dataSet(400, sampled, [record(0, 64)])], { exportSeconds, sequence: 1 }), from('192.0.2.1'));
  intake.take(message(10, [dataSet(300, counters, [record(1, 1)])], { exportSeconds, sequence: 2 }), from('192.0.2.1'));
  intake.flush();
  expect(rows.map(({ sampling, sampling_from: source }) => [sampling, source])).toEqual([
    [512, 4],
    [0, 0],
    [64, 3],
  ]);
});

test('an exporter is known however its address was written', () => {
  const { exporters } = flowsSchema.parse({
    exporters: [{ name: 'edge', addresses: ['2001:DB8:0:0::0:1', '192.0.2.1'] }],
  });
  const { intake } = openIntake({ settings: { accept: 'known', exporters } });
  const template = message(10, [templateSet(10, 300, counters)], { exportSeconds });
  for (const address of ['2001:db8::1', '192.0.2.1', '2001:db8::2']) intake.take(template, from(address));
  expect(intake.exporters().map(({ address }) => address)).toEqual(['2001:db8::1', '192.0.2.1']);
});

test('a flood of templates, domains and senders ends at the bounds', () => {
  const { intake, names } = openIntake({ keepRows: false });
  for (let id = 256; id < 65_536; id++) {
    intake.take(message(10, [templateSet(10, id, counters)], { exportSeconds }), from('192.0.2.1'));
  }
  expect(intake.figures().templates).toBe(sessionLimits.templates);
  expect(intake.figures().malformed['too-many-templates']).toBe(65_536 - 256 - sessionLimits.templates);
  const data = (domain: number) => message(10, [dataSet(300, counters, [record(1, 1)])], { exportSeconds, domain });
  for (let domain = 0; domain < 10_000; domain++) intake.take(data(domain), from('192.0.2.2'));
  // Messages that are glued together do not get around it.
  const glued = Uint8Array.from(Array.from({ length: 1000 }, (_, domain) => [...data(domain)]).flat());
  intake.take(glued, from('192.0.2.3'));
  expect(intake.exporters().filter(({ address }) => address === '192.0.2.2')).toHaveLength(
    doorLimits.domainsOfExporter,
  );
  expect(intake.exporters().filter(({ address }) => address === '192.0.2.3')).toHaveLength(
    doorLimits.domainsOfExporter,
  );
  for (let sender = 0; sender < 30_000; sender++) {
    intake.take(data(1), from(`10.0.${sender >> 8}.${sender & 255}`));
  }
  expect(intake.door.size).toBeLessThanOrEqual(doorLimits.burst);
  expect(names.refused).toBe(0);
  expect(intake.figures().malformed['too-many-exporters']).toBeGreaterThan(27_000);
});
