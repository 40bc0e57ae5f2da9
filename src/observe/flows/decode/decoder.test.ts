import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FlowDecoder } from './decoder.ts';
import { describeDatagram, TemplateMemory } from './describe.ts';
import type { FlowRows } from './flow-rows.ts';
import { dataSet, message, templateSet, type MadeField } from './message.fixture.ts';
import { sessionLimits } from './session.ts';

const receivedAt = 1_700_000_001_000;
const origin = { exporter: '192.0.2.1', receivedAt };

function decoder(options: Partial<ConstructorParameters<typeof FlowDecoder>[0]> = {}) {
  const rows: Record<string, number | bigint>[] = [];
  const made = new FlowDecoder({
    onRows: (full: FlowRows) => {
      for (let row = 0; row < full.rows; row++) {
        const narrow = Object.entries(full.narrow).map(([name, column]) => [name, column[row]!]);
        const wide = Object.entries(full.wide).map(([name, column]) => [name, column[row]!]);
        rows.push(Object.fromEntries([...narrow, ...wide]) as Record<string, number | bigint>);
      }
    },
    ...options,
  });
  return { made, rows };
}

const bytesOf = (value: number | bigint, length: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  for (let index = length - 1, rest = BigInt(value); index >= 0; index--, rest >>= 8n)
    bytes[index] = Number(rest & 255n);
  return bytes;
};
const ipv4 = (text: string) => Uint8Array.from(text.split('.').map(Number));
const mapped = (text: string) => (0xffffn << 32n) | ipv4(text).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

const basic: MadeField[] = [
  { id: 8, length: 4 },
  { id: 12, length: 4 },
  { id: 7, length: 2 },
  { id: 11, length: 2 },
  { id: 4, length: 1 },
  { id: 1, length: 8 },
  { id: 2, length: 4 },
  { id: 152, length: 8 },
  { id: 153, length: 8 },
];
const basicRecord = [
  ipv4('10.0.0.1'),
  ipv4('192.0.2.9'),
  bytesOf(40_000, 2),
  bytesOf(443, 2),
  bytesOf(6, 1),
  bytesOf(2n ** 60n, 8),
  bytesOf(1234, 4),
  bytesOf(1_699_999_990_000, 8),
  bytesOf(1_699_999_999_500, 8),
];

test('a record becomes a row, with counters of 64 bits as they are', () => {
  const { made, rows } = decoder();
  made.decode(message(10, [templateSet(10, 300, basic), dataSet(300, basic, [basicRecord], 3)]), origin);
  made.flush();
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({
    ts: 1_699_999_999_500n,
    duration_ms: 9500,
    lateness_ms: 1500,
    source_high: 0n,
    source_low: mapped('10.0.0.1'),
    destination_low: mapped('192.0.2.9'),
    source_port: 40_000,
    destination_port: 443,
    protocol: 6,
    bytes: 2n ** 60n,
    packets: 1234n,
    direction: 255,
    sampling: 0,
    sampling_from: 0,
  });
});

/** Templates of any known and unknown elements, with records of any bytes. */
const fieldArbitrary: fc.Arbitrary<MadeField> = fc.oneof(
  fc.constantFrom<MadeField>(...basic, { id: 27, length: 16 }, { id: 28, length: 16 }, { id: 6, length: 2 }),
  fc.record({ id: fc.constantFrom(1, 2, 10, 14, 16, 17, 85, 86, 34, 48, 61), length: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ id: fc.integer({ min: 1, max: 500 }), length: fc.integer({ min: 0, max: 20 }) }),
  fc.record({ id: fc.integer({ min: 1, max: 500 }), length: fc.constant(0xffff) }),
  fc.record({
    id: fc.integer({ min: 1, max: 500 }),
    length: fc.integer({ min: 1, max: 9 }),
    pen: fc.constantFrom(9, 29_305),
  }),
);
const setArbitrary = fc
  .array(fieldArbitrary, { minLength: 1, maxLength: 12 })
  .filter((fields) => fields.some(({ length }) => length > 0))
  .chain((fields) => {
    const values = fields.map(({ length }) => {
      const size = length === 0xffff ? { maxLength: 300 } : { minLength: length, maxLength: length };
      return fc.uint8Array(size);
    });
    return fc.record({
      fields: fc.constant(fields),
      records: fc.array(fc.tuple(...values), { minLength: 1, maxLength: 5 }),
    });
  });

test('rows say what a slow reading of the same bytes says, whatever the template', () => {
  fc.assert(
    fc.property(setArbitrary, ({ fields, records }) => {
      const sets = [templateSet(10, 256, fields), dataSet(256, fields, records)];
      if (sets.flat().length > 60_000) return;
      const bytes = message(10, sets);
      const { made, rows } = decoder({ rowsAtOnce: 2 });
      made.decode(bytes, origin);
      made.flush();
      const described = describeDatagram(bytes, origin.exporter, new TemplateMemory())[0]!.sets.flatMap((set) =>
        'values' in set ? set.values : [],
      );
      const forward = rows.filter((_, index) => index < rows.length);
      expect(described.length).toBeLessThanOrEqual(forward.length);
      const reversible = fields.some(({ id, pen }) => pen === 29_305 || id === 232 || id === 299);
      if (reversible) return;
      expect(forward).toHaveLength(described.length);
      described.forEach((record, index) => {
        for (const [name, column, largest] of [
          ['octetDeltaCount', 'bytes', 8],
          ['packetDeltaCount', 'packets', 8],
          ['sourceTransportPort', 'source_port', 2],
          ['bgpSourceAsNumber', 'source_as', 4],
          ['ingressInterface', 'input', 4],
        ] as const) {
          const field = fields.find(({ id, pen, length }) => {
            return pen === undefined && length > 0 && length <= largest && nameIds[name] === id;
          });
          const firstOfElement = fields.find(({ id, pen, length }) => {
            return pen === undefined && nameIds[name] === id && length > 0 && length < 0xffff;
          });
          if (!field || field !== firstOfElement) continue;
          const said = record[name];
          if (Array.isArray(said) || said === undefined) continue;
          const isIcmp = rows[index]!['protocol'] === 1 || rows[index]!['protocol'] === 58;
          if (name === 'sourceTransportPort' && isIcmp) continue;
          expect(String(rows[index]![column]), name).toBe(String(said));
        }
      });
    }),
    { numRuns: 300 },
  );
});

const nameIds: Record<string, number> = {
  octetDeltaCount: 1,
  packetDeltaCount: 2,
  sourceTransportPort: 7,
  bgpSourceAsNumber: 16,
  ingressInterface: 10,
};

test('bytes of any kind are counted or decoded, and nothing is thrown', () => {
  const seeds = [
    message(10, [templateSet(10, 300, basic), dataSet(300, basic, [basicRecord, basicRecord])]),
    message(9, [templateSet(9, 300, basic), dataSet(300, basic, [basicRecord])]),
  ];
  const mutated = fc
    .tuple(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }),
      fc.nat(400),
    )
    .map(([bytes, changes, length]) => {
      const copy = Uint8Array.from(bytes);
      for (const [at, value] of changes) if (at < copy.length) copy[at] = value;
      return length < 40 ? copy.subarray(0, Math.min(copy.length, length * 8)) : copy;
    });
  const { made } = decoder();
  const memory = new TemplateMemory();
  fc.assert(
    fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 200 })), (bytes) => {
      made.decode(bytes, origin);
      describeDatagram(bytes, origin.exporter, memory);
    }),
    { numRuns: Number(process.env['QW_FUZZ_RUNS'] ?? 3000) },
  );
  expect([...made.counts.malformed.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(100);
});

test('records of version 1 have 48 bytes', () => {
  const { made, rows } = decoder();
  const words = (...values: number[]) => values.flatMap((value) => [...bytesOf(value, 4)]);
  const record = (bytes: number) => [
    ...words(0x0a00_0001, 0x0a00_0002, 0, 0, 3, bytes, 1000, 2000),
    ...bytesOf(40_000, 2),
    ...bytesOf(443, 2),
    ...bytesOf(0x0000_0608_1200, 6),
    ...bytesOf(0, 6),
  ];
  const header = [...bytesOf(1, 2), ...bytesOf(2, 2), ...words(3000, 1_700_000_000, 0)];
  made.decode(Uint8Array.from([...header, ...record(700), ...record(800)]), origin);
  made.flush();
  expect(rows).toMatchObject([
    { bytes: 700n, packets: 3n, source_port: 40_000, protocol: 6, tos: 8, tcp_flags: 0x12, ts: 1_699_999_999_000n },
    { bytes: 800n, destination_low: mapped('10.0.0.2') },
  ]);
  expect(made.counts.malformed.size).toBe(0);
});

test('a last set that reaches beyond the message, and ends with the datagram, is believed', () => {
  const { made, rows } = decoder();
  const bytes = message(10, [templateSet(10, 300, basic), dataSet(300, basic, [basicRecord])]);
  const short = Uint8Array.from(bytes);
  short.set(bytesOf(bytes.length - 2, 2), 2);
  made.decode(short, origin);
  made.flush();
  expect(rows).toHaveLength(1);
  expect(Object.fromEntries(made.counts.malformed)).toEqual({ 'bad-length': 1 });
  const [described] = describeDatagram(short, 'a', new TemplateMemory());
  expect(described?.sets.at(-1)).toMatchObject({ records: 300, values: [{ packetDeltaCount: 1234 }] });
  expect(described?.malformed.map(({ reason }) => reason)).toEqual(['bad-length']);
});

test('records wait for their template, within bounds', () => {
  const { made, rows } = decoder();
  const data = message(10, [dataSet(300, basic, [basicRecord])]);
  made.decode(data, origin);
  expect(made.counts.parkedSets).toBe(1);
  made.decode(message(10, [templateSet(10, 300, basic)]), origin);
  made.flush();
  expect(rows).toHaveLength(1);
  const before = made.counts.parkedSets;
  for (let round = 0; round < 10_000; round++) made.decode(message(10, [dataSet(301, basic, [basicRecord])]), origin);
  const parkedBytes = [...made.sessions].reduce((sum, session) => sum + session.parkedBytes, 0);
  expect(parkedBytes).toBeLessThanOrEqual(sessionLimits.parkedBytes);
  expect(made.counts.parkedSets - before + made.counts.discardedSets).toBe(10_000);
  expect(made.counts.discardedSets).toBeGreaterThan(0);
});

test('sets that wait cost what it takes to keep them, however small they are, and empty ones do not wait', () => {
  const { made } = decoder({ maxParkedBytes: 3 * sessionLimits.parkedBytes });
  const empty = message(9, Array<number[]>(1000).fill(dataSet(300, [], [])));
  made.decode(empty, origin);
  expect(made.counts).toMatchObject({ parkedSets: 0, discardedSets: 0 });
  const tiny = Array<number[]>(5000).fill(dataSet(300, [{ id: 4, length: 1 }], [[bytesOf(6, 1)]]));
  for (const exporter of ['a', 'b', 'c', 'd', 'e']) made.decode(message(9, tiny), { exporter, receivedAt });
  const waiting = [...made.sessions].map(({ parked }) => parked.length);
  expect(Math.max(...waiting)).toBeLessThan(1000);
  expect(waiting.reduce((sum, sets) => sum + sets, 0)).toBeLessThan(3000);
  expect(made.counts.parkedSets + made.counts.discardedSets).toBe(25_000);
  made.sweep(0, receivedAt + 1);
  made.decode(message(9, tiny.slice(0, 1)), { exporter: 'f', receivedAt });
  expect([...made.sessions].map(({ parked }) => parked.length)).toEqual([0, 0, 0, 0, 0, 0, 1]);
});

test('fields without a length may be in a template, not thousands of them', () => {
  const { made, rows } = decoder();
  const fieldsWith = (empty: number): MadeField[] => [
    ...Array.from({ length: empty }, () => ({ id: 82, length: 0 })),
    { id: 4, length: 1 },
  ];
  const some = fieldsWith(16);
  made.decode(message(10, [templateSet(10, 300, some), [1, 44, 0, 5, 17]]), origin);
  made.flush();
  expect(rows).toMatchObject([{ protocol: 17 }]);
  made.decode(message(10, [templateSet(10, 301, fieldsWith(1999))], { sequence: 1 }), origin);
  expect(Object.fromEntries(made.counts.malformed)).toEqual({ 'too-many-fields': 1 });
});

test('template numbers belong to an exporter, its domain, and a version', () => {
  const { made, rows } = decoder();
  const other: MadeField[] = [{ id: 1, length: 4 }];
  made.decode(message(10, [templateSet(10, 300, basic)], { domain: 1 }), origin);
  made.decode(message(10, [templateSet(10, 300, other)], { domain: 2 }), origin);
  made.decode(message(10, [templateSet(10, 300, other)], { domain: 1 }), { ...origin, exporter: '192.0.2.2' });
  made.decode(message(9, [templateSet(9, 300, other)], { domain: 1 }), origin);
  made.decode(message(10, [dataSet(300, basic, [basicRecord])], { domain: 1 }), origin);
  made.decode(message(9, [dataSet(300, other, [[bytesOf(77, 4)]])], { domain: 1 }), origin);
  made.flush();
  expect(rows.map(({ bytes }) => bytes)).toEqual([2n ** 60n, 77n]);
  expect(new Set(rows.map(({ exporter }) => exporter)).size).toBe(2);
});

test('a template that is withdrawn, redefined or too old is not used for what comes', () => {
  const { made, rows } = decoder({ templateLifetimeMs: 60_000 });
  const short: MadeField[] = [{ id: 1, length: 4 }];
  const data = message(10, [dataSet(300, short, [[bytesOf(5, 4)]])]);
  const template = message(10, [templateSet(10, 300, short)]);
  made.decode(template, origin);
  made.decode(data, origin);
  made.decode(message(10, [[0, 2, 0, 8, 1, 44, 0, 0]]), origin);
  made.decode(data, origin);
  made.decode(template, { ...origin, receivedAt: receivedAt + 1000 });
  made.decode(data, { ...origin, receivedAt: receivedAt + 62_000 });
  const redefined: MadeField[] = [{ id: 2, length: 4 }];
  made.decode(message(10, [templateSet(10, 300, redefined)]), { ...origin, receivedAt: receivedAt + 62_000 });
  made.flush();
  // The second waited and was given to the template that came again; the third to the one that means packets.
  expect(rows.map(({ bytes, packets }) => [bytes, packets])).toEqual([
    [5n, 0n],
    [5n, 0n],
    [0n, 5n],
  ]);
});

test('whoever forges exporters makes room for the others by itself', () => {
  const { made } = decoder({ maxSessions: 100 });
  for (let number = 0; number < 1000; number++) {
    const exporter = `198.51.100.${number}`;
    made.decode(message(10, [templateSet(10, 300, basic)]), { exporter, receivedAt: receivedAt + number });
  }
  expect([...made.sessions]).toHaveLength(100);
  expect(made.counts.evictedSessions).toBe(900);
});

test('times of uptime are right on both sides of its turn', () => {
  const fields: MadeField[] = [
    { id: 22, length: 4 },
    { id: 21, length: 4 },
    { id: 1, length: 4 },
  ];
  const { made, rows } = decoder();
  made.decode(message(9, [templateSet(9, 300, fields)]), origin);
  const record = (first: number, last: number) => [bytesOf(first >>> 0, 4), bytesOf(last >>> 0, 4), bytesOf(1, 4)];
  // Two seconds after the turn; the flow began five before it.
  made.decode(message(9, [dataSet(300, fields, [record(-5000, 1000)])], { uptimeMs: 2000 }), origin);
  made.flush();
  expect(rows[0]).toMatchObject({ ts: 1_699_999_999_000n, duration_ms: 6000 });
});

test('an exporter whose clock was never set is taken by the time of arrival', () => {
  const { made, rows } = decoder();
  const fields: MadeField[] = [{ id: 153, length: 8 }];
  made.decode(message(10, [templateSet(10, 300, fields)]), origin);
  for (const clock of [receivedAt + 10 * 365 * 86_400_000, 5000]) {
    made.decode(message(10, [dataSet(300, fields, [[bytesOf(clock, 8)]])]), origin);
  }
  made.flush();
  for (const row of rows) expect(row).toMatchObject({ ts: BigInt(receivedAt), lateness_ms: 0 });
  expect(rows).toHaveLength(2);
});

test('a record that tells of both directions is two rows', () => {
  const fields: MadeField[] = [...basic, { id: 1, length: 8, pen: 29_305 }, { id: 2, length: 8, pen: 29_305 }];
  const { made, rows } = decoder({ rowsAtOnce: 1 });
  made.decode(message(10, [templateSet(10, 300, fields)]), origin);
  made.decode(message(10, [dataSet(300, fields, [[...basicRecord, bytesOf(99, 8), bytesOf(3, 8)]])]), origin);
  made.flush();
  expect(rows).toHaveLength(2);
  expect(rows[1]).toMatchObject({
    source_low: mapped('192.0.2.9'),
    destination_low: mapped('10.0.0.1'),
    source_port: 443,
    destination_port: 40_000,
    bytes: 99n,
    packets: 3n,
    ts: rows[0]!['ts'],
  });
});

test('the rate of sampling is what options say, and of several figures the one that counts packets', () => {
  const { made, rows } = decoder();
  const options: MadeField[] = [
    { id: 302, length: 4 },
    { id: 305, length: 4 },
    { id: 309, length: 4 },
    { id: 310, length: 4 },
  ];
  const template = [...templateSet(10, 400, options)];
  // The same specifiers in an options template, with the first of them as its scope.
  const optionsTemplate = [0, 3, 0, template.length + 2, ...template.slice(4, 8), 0, 1, ...template.slice(8)];
  const said = [bytesOf(7, 4), bytesOf(1, 4), bytesOf(1, 4), bytesOf(256, 4)];
  const fields: MadeField[] = [
    { id: 302, length: 4 },
    { id: 1, length: 4 },
  ];
  made.decode(message(10, [optionsTemplate, dataSet(400, options, [said]), templateSet(10, 300, fields)]), origin);
  made.decode(
    message(10, [
      dataSet(300, fields, [
        [bytesOf(7, 4), bytesOf(100, 4)],
        [bytesOf(8, 4), bytesOf(100, 4)],
      ]),
    ]),
    origin,
  );
  made.flush();
  expect(rows.map(({ bytes, sampling, sampling_from }) => [bytes, sampling, sampling_from])).toEqual([
    [100n, 256, 3],
    [100n, 0, 0],
  ]);
});

test('a probability of sampling is a rate', () => {
  const { made, rows } = decoder();
  const options: MadeField[] = [
    { id: 302, length: 4 },
    { id: 311, length: 8 },
  ];
  const template = [...templateSet(10, 400, options)];
  const optionsTemplate = [0, 3, 0, template.length + 2, ...template.slice(4, 8), 0, 1, ...template.slice(8)];
  const half = new Uint8Array(8);
  new DataView(half.buffer).setFloat64(0, 0.01);
  const fields: MadeField[] = [
    { id: 302, length: 4 },
    { id: 1, length: 4 },
  ];
  const sets = [optionsTemplate, dataSet(400, options, [[bytesOf(7, 4), half]]), templateSet(10, 300, fields)];
  made.decode(message(10, [...sets, dataSet(300, fields, [[bytesOf(7, 4), bytesOf(100, 4)]])]), origin);
  made.flush();
  expect(rows[0]).toMatchObject({ sampling: 100, sampling_from: 3 });
});

test('what is missing in the sequence is lost, what was overtaken is not, and a new beginning is none', () => {
  const fields: MadeField[] = [{ id: 1, length: 4 }];
  const { made } = decoder();
  const send = (sequence: number, records: number) =>
    made.decode(
      message(
        10,
        [
          dataSet(
            300,
            fields,
            Array.from({ length: records }, () => [bytesOf(1, 4)]),
          ),
        ],
        { sequence },
      ),
      origin,
    );
  made.decode(message(10, [templateSet(10, 300, fields)], { sequence: 0 }), origin);
  send(0, 10);
  send(15, 5);
  send(10, 5);
  send(20, 1);
  send(121, 1);
  const [session] = made.sessions;
  expect(session!.sequence).toMatchObject({ lost: 100, restarts: 0 });
  send(10, 5);
  expect(session!.sequence).toMatchObject({ lost: 100, received: 22 });
  send(0, 1);
  send(1, 1);
  expect(session!.sequence).toMatchObject({ lost: 100, restarts: 1, received: 24 });
});

test('fields of templates are bounded, of one exporter and of all, and what is void makes room', () => {
  const { made } = decoder({ maxFields: 100, maxFieldsOfExporter: 60 });
  const some = Array.from({ length: 10 }, (_, index): MadeField => ({ id: index + 1, length: 1 }));
  const say = (exporter: string, domain: number, id: number, fields = some) =>
    made.decode(message(10, [templateSet(10, id, fields)], { domain }), { ...origin, exporter });
  const known = () => [...made.sessions].reduce((sum, { templates }) => sum + templates.size, 0);
  for (let id = 256; id < 266; id++) say('192.0.2.1', id % 2, id);
  expect([known(), made.counts.refusedTemplates]).toEqual([6, 4]);
  // Another one with as many fields takes the place of what it was.
  say('192.0.2.1', 0, 256, some.toReversed());
  expect([known(), made.counts.refusedTemplates]).toEqual([6, 4]);
  for (let id = 256; id < 266; id++) say('192.0.2.2', 1, id);
  expect([known(), made.counts.refusedTemplates]).toEqual([10, 10]);
  made.forget('192.0.2.1');
  for (let id = 300; id < 310; id++) say('192.0.2.3', 1, id);
  expect([known(), made.counts.refusedTemplates]).toEqual([10, 14]);
  made.decode(message(10, [[0, 2, 0, 8, 0, 2, 0, 0]]), { ...origin, exporter: '192.0.2.3' });
  expect(known()).toBe(4);
  say('192.0.2.4', 1, 256);
  expect(known()).toBe(5);
  const later = decoder({ maxFields: 50 }).made;
  later.restore(made.save());
  later.decode(message(10, [templateSet(10, 256, some)]), { ...origin, exporter: '192.0.2.9' });
  expect(later.counts.refusedTemplates).toBe(1);
});
