import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { book, from, minuteMs, record, sourceOf } from './asked.fixture.ts';
import { flowKeys, flowQuestionSchema, type FlowAnswer, type FlowQuestion } from '../../model/index.ts';
import { flowAccountsTable, makeBatch } from '../../store/index.ts';
import { analyze } from './analyze.ts';
import { naive, type PlainRecord } from './filter/naive.fixture.ts';
import { parseFilter } from './filter/parse.ts';
import { plainRecord } from './filter/random.fixture.ts';

const ask = (given: Partial<FlowQuestion>): FlowQuestion =>
  flowQuestionSchema.parse({
    from: new Date(from).toISOString(),
    to: new Date(from + 10 * minuteMs).toISOString(),
    alignmentMs: minuteMs,
    ...given,
  });

const answerOf = async (records: readonly PlainRecord[], given: Partial<FlowQuestion> = {}): Promise<FlowAnswer> =>
  analyze(ask(given), await sourceOf(records));

describe('answers about traffic', () => {
  test('a row has its values, its sums, its course, and a filter for itself', async () => {
    const answer = await answerOf(
      [
        record({
          bytes: 6000,
          packets: 6,
          afterMs: 59_999,
          duration_ms: 59_999,
          destination_port: 443,
          source_port: 50_000,
        }),
        record({ bytes: 600, afterMs: 90_000, source: '2001:db8::1', destination: '2001:db8::2' }),
      ],
      { groupBy: ['source', 'destination-port'], charted: 1 },
    );
    expect(answer.rows.map(({ values, labels, bytes, filter }) => ({ values, labels, bytes, filter }))).toEqual([
      { values: ['10.0.0.1', '443'], labels: ['', 'https'], bytes: 6000, filter: 'src host 10.0.0.1 and dst port 443' },
      { values: ['2001:db8::1', '0'], labels: ['', ''], bytes: 600, filter: 'src host 2001:db8::1 and dst port 0' },
    ]);
    expect(answer.rows[0]?.statistics).toEqual({
      total: 6000,
      average: 100,
      median: 100,
      p95: 100,
      max: 100,
      activeSteps: 1,
    });
    expect(answer.courses.map(({ row, rates }) => [row, rates.slice(0, 3)])).toEqual([
      [0, [100, 0, 0]],
      [-1, [0, 10, 0]],
    ]);
    expect(answer.total).toMatchObject({ bytes: 6600, packets: 7, flows: 2 });
    expect(answer.trust).toMatchObject({ error: 0, unknownSampling: 0, notes: [] });
    expect(answer.omitted).toBe(0);
  });

  test('a long flow counts in every step in which it lasted, and what lies outside of the time does not', async () => {
    // From two minutes before the time to two and a half minutes into it.
    const answer = await answerOf([record({ bytes: 270_000, afterMs: 150_000 - 1, duration_ms: 270_000 - 1 })]);
    expect(answer.courses[0]?.rates.map(Math.round)).toEqual([1000, 1000, 500, 0, 0, 0, 0, 0, 0, 0]);
    expect(answer.total.bytes).toBe(270_000);
    // It ended when the time was over.
    const later = await answerOf([
      record({ bytes: 120_000, afterMs: 11 * minuteMs - 1, duration_ms: 2 * minuteMs - 1 }),
    ]);
    expect(later.total).toMatchObject({ bytes: 0, statistics: { max: 1000, activeSteps: 1 } });
  });

  test('the smaller port is the server, and replies count in the same row', async () => {
    const there = {
      source: '10.0.0.1',
      destination: '10.9.0.1',
      source_port: 50_000,
      destination_port: 443,
      bytes: 100,
    };
    const back = {
      source: '10.9.0.1',
      destination: '10.0.0.1',
      source_port: 443,
      destination_port: 50_000,
      bytes: 900,
    };
    const answer = await answerOf([record(there), record(back)], {
      view: 'client-server',
      groupBy: ['source', 'destination', 'destination-port'],
    });
    expect(answer.rows).toMatchObject([
      {
        values: ['10.0.0.1', '10.9.0.1', '443'],
        bytes: 1000,
        flows: 2,
        filter: 'client host 10.0.0.1 and server host 10.9.0.1 and server port 443',
      },
    ]);
  });

  test.each([
    ['source', 200 + 200 + 200, 200 + 200],
    ['destination', 100 + 100 + 200, 100],
    ['sum', 800, 500],
    // Both ends in the first step, one end in the second and third; a router in the last.
    ['average', 150 + 200 + 100 + 200, 150 + 200],
  ] as const)('sampling point %s', async (samplingPoint, inAll, ofOne) => {
    const answer = await answerOf(
      [
        record({ bytes: 200, reporter: 1, afterMs: 1000 }),
        record({ bytes: 100, reporter: 2, exporter: 2, afterMs: 2000 }),
        record({ bytes: 200, reporter: 3, afterMs: 60_000 }),
        record({ bytes: 100, reporter: 4, afterMs: 130_000, source: '10.0.0.9' }),
        record({ bytes: 200, afterMs: 190_000, source: '10.0.0.8' }),
      ],
      { samplingPoint },
    );
    expect(answer.total.bytes).toBe(inAll);
    expect(answer.rows.find(({ values }) => values[0] === '10.0.0.1')?.bytes).toBe(ofOne);
    expect(answer.trust.notes[0]).toMatchObject({ code: 'both-ends', values: { samplingPoint } });
  });

  test('a router at the start of some flows and at the end of others tells of each of them once', async () => {
    const records = [
      record({ bytes: 100, reporter: 1, source: '10.0.0.1' }),
      record({ bytes: 70, reporter: 2, source: '10.0.0.3' }),
    ];
    const answer = await answerOf(records, { groupBy: ['exporter'] });
    expect([answer.rows[0]?.bytes, answer.trust.notes]).toEqual([170, []]);
    const two = [records[0] as PlainRecord, { ...(records[1] as PlainRecord), exporter: 2n }];
    expect((await answerOf(two, { groupBy: ['destination'] })).rows[0]?.bytes).toBe(170);
    // Half of the flows are told of twice: a quarter of everything is too much.
    const mixed = [...two, record({ bytes: 100, reporter: 2, source: '10.0.0.1', exporter: 2 })];
    expect((await answerOf(mixed, { groupBy: ['destination'] })).rows[0]?.bytes).toBe(270 * 0.75);
  });

  test('error bars of sampled packets, and none where nobody knows the rate', async () => {
    const sampled = record({ bytes: 1000, packets: 100, sampling: 10, sampling_from: 2 });
    const error = (1.96 * Math.sqrt(10 * 9 * 100)) / 1000;
    const answer = await answerOf([sampled], { measure: 'packets' });
    expect(answer.rows[0]?.error).toBeCloseTo(error, 12);
    expect(answer.trust.error).toBeCloseTo(error, 12);
    expect((await answerOf([sampled], { measure: 'bytes' })).rows[0]?.error).toBeCloseTo(error, 12);
    expect((await answerOf([sampled], { measure: 'flows' })).rows[0]?.error).toBeUndefined();
    const unknown = await answerOf([sampled, record({ sampling_from: 0, source: '10.0.0.7' })], { measure: 'packets' });
    expect(unknown.trust).toMatchObject({
      unknownSampling: 0.5,
      notes: [{ code: 'sampling-unknown', values: { unknownRecords: 1, records: 2 } }],
    });
    expect(unknown.trust.error).toBeUndefined();
    expect(unknown.rows.map(({ error: one }) => one === undefined)).toEqual([false, true]);
  });

  test('the share of exports that were lost, by whatever their numbers count', async () => {
    const source = await sourceOf([record({}), record({ exporter: 2 })]);
    const accounts = makeBatch(flowAccountsTable, 4);
    const fill = (row: number, values: Readonly<Record<string, number>>) => {
      for (const [name, value] of Object.entries({ ts: from, ...values })) {
        const into = accounts.columns[name];
        if (into instanceof BigUint64Array) into[row] = BigInt(value);
        else if (into) into[row] = value;
      }
    };
    fill(0, { exporter: 1, messages: 10, records: 90, lost: 10, lost_of: 0 });
    fill(1, { exporter: 2, messages: 10, records: 200, lost: 5, lost_of: 1 });
    fill(2, { exporter: 3, messages: 10, records: 10, lost: 1000, lost_of: 2 });
    fill(3, { exporter: 0, dropped: 7 });
    await source.append(accounts);
    const both = await analyze(ask({}), source);
    expect(both.trust.lost).toBeCloseTo(110 / 400, 12);
    expect(both.trust.dropped).toBe(7);
    expect((await analyze(ask({ filter: 'exporter core' }), source)).trust.lost).toBeCloseTo(0.1, 12);
    expect((await answerOf([record({})])).trust.lost).toBeUndefined();
  });

  test('payload and packets are never added up without saying so', async () => {
    const answer = await answerOf([record({ bytes: 100 }), record({ bytes: 50, bytes_of: 1 })]);
    expect(answer.bytesOf).toBe('both');
    expect(answer.trust.notes).toEqual([
      {
        code: 'two-kinds-of-bytes',
        values: { packetBytes: 100, payloadBytes: 50 },
        text: expect.stringContaining('100 B of packets with their headers and 50 B of payload') as unknown,
      },
    ]);
    expect((await answerOf([record({ bytes: 50, bytes_of: 1 })])).bytesOf).toBe('payload');
  });

  test('events are no traffic unless they are asked for', async () => {
    const records = [record({ bytes: 10 }), record({ kind: 1, event: 12 }), record({ kind: 3, reason: 30 })];
    expect((await answerOf(records)).total.flows).toBe(1);
    expect((await answerOf(records, { filter: 'kind nat' })).total.flows).toBe(1);
    const events = await answerOf(records, { groupBy: ['event'], measure: 'flows', filter: 'kind nat' });
    expect(events.rows[0]).toMatchObject({
      values: ['nat-ports-exhausted'],
      labels: ['nat'],
      filter: 'kind nat and event 12',
    });
    expect((await answerOf(records, { groupBy: ['reason'] })).rows.map(({ values }) => values[0])).toContain('no port');
  });

  test('beside the past, which is aligned as the present is', async () => {
    const answer = await answerOf(
      [
        record({ bytes: 100, afterMs: 61_000 }),
        record({ bytes: 40, afterMs: 61_000 - 600_500 }),
        record({ bytes: 1, afterMs: -30_000, source: '10.0.0.9' }),
      ],
      { compareMs: 600_500, charted: 1 },
    );
    expect(answer.rows[0]?.past).toEqual({ bytes: 40, packets: 1, flows: 1 });
    expect(answer.courses[0]?.pastRates?.slice(0, 3)).toEqual([0, 40 / 60, 0]);
  });

  test('by the greatest rate instead of the total', async () => {
    const steady = Array.from({ length: 10 }, (_, minute) => record({ bytes: 100, afterMs: minute * minuteMs }));
    const burst = record({ bytes: 500, source: '10.0.0.9' });
    const first = async (statistic: FlowQuestion['statistic']) =>
      (await answerOf([...steady, burst], { statistic })).rows[0]?.values[0];
    expect(await first('total')).toBe('10.0.0.1');
    expect(await first('max')).toBe('10.0.0.9');
  });

  test.each([
    [{ from: '2026-03-01T13:00:00.000Z' }, 'expected `from` to be before `to`'],
    [{ alignmentMs: 1000, to: '2026-03-02T12:00:00.000Z' }, 'expected at most 2000 steps'],
    [{ filter: 'hots 1.1.1.1' }, 'filter, column 1: expected a condition, found "hots", did you mean host?'],
  ])('refused: %j', async (given, message) => {
    await expect(answerOf([], given)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining(message) as unknown,
    });
  });

  test('nothing is an answer too', async () => {
    expect(await answerOf([])).toMatchObject({
      rows: [],
      omitted: 0,
      courses: [],
      total: { bytes: 0, flows: 0 },
      trust: { notes: [] },
    });
  });
});

const timed: fc.Arbitrary<PlainRecord> = fc
  .tuple(
    plainRecord,
    fc.integer({ min: -2 * minuteMs, max: 15 * minuteMs }),
    fc.constantFrom(0, 1, 999, 61_000, 300_000),
  )
  .map(([one, afterMs, durationMs]) => ({ ...one, ts: BigInt(from + afterMs), duration_ms: BigInt(durationMs) }));

const amount = (one: PlainRecord, measure: FlowQuestion['measure']): number =>
  measure === 'flows' ? 1 : Number(one[measure] * one.sampling);

/** Everything as it is defined, record by record. */
function naiveSteps(records: readonly PlainRecord[], question: FlowQuestion): number[] {
  const [begin, end] = [Date.parse(question.from), Date.parse(question.to)];
  const first = Math.floor(begin / minuteMs) * minuteMs;
  return Array.from({ length: Math.ceil((end - first) / minuteMs) }, (_, step) => {
    const [stepFrom, stepTo] = [Math.max(begin, first + step * minuteMs), Math.min(end, first + (step + 1) * minuteMs)];
    return records
      .filter(({ ts }) => Number(ts) >= begin)
      .reduce((sum, one) => {
        const [start, over] = [Number(one.ts - one.duration_ms), Number(one.ts) + 1];
        const shared = Math.max(0, Math.min(stepTo, over) - Math.max(stepFrom, start));
        return sum + (amount(one, question.measure) * shared) / (over - start);
      }, 0);
  });
}

const sidesOf = (records: readonly PlainRecord[]): PlainRecord[][] =>
  [[0n], [1n, 3n], [2n, 4n]].map((some) => records.filter(({ reporter }) => some.includes(reporter)));

function combined(
  point: FlowQuestion['samplingPoint'],
  shared: number,
  [unknown = 0, source = 0, destination = 0]: readonly number[],
): number {
  if (point === 'source') return unknown + source;
  if (point === 'destination') return unknown + destination;
  return source > 0 && destination > 0 && point === 'average'
    ? unknown + (source + destination) * (1 - shared / 2)
    : unknown + source + destination;
}

/** Of the flows that some end told of, the share that both told of. */
function naiveShared(records: readonly PlainRecord[], hasTwoEnds: boolean): number {
  if (!hasTwoEnds) return 0;
  const [, source = new Set(), destination = new Set()] = sidesOf(records).map(
    (some) =>
      new Set(
        some.map((one) =>
          [
            one.source_high,
            one.source_low,
            one.destination_high,
            one.destination_low,
            one.source_port,
            one.destination_port,
            one.protocol,
          ].join(' '),
        ),
      ),
  );
  const either = new Set([...source, ...destination]);
  return either.size === 0 ? 0 : (source.size + destination.size - either.size) / either.size;
}

/** What both ends told of is known for each step, in which records ended. */
function naiveTotal(
  records: readonly PlainRecord[],
  measure: FlowQuestion['measure'],
  point: FlowQuestion['samplingPoint'],
  hasTwoEnds: boolean,
): number {
  const steps = Map.groupBy(records, ({ ts }) => ts / BigInt(minuteMs));
  const shared = naiveShared(records, hasTwoEnds);
  return [...steps.values()].reduce((sum, some) => {
    const bySide = sidesOf(some).map((side) => side.reduce((all, one) => all + amount(one, measure), 0));
    return sum + combined(point, shared, bySide);
  }, 0);
}

test('any question over any records is what its definition says', async () => {
  const anyKeys = fc.uniqueArray(fc.constantFrom(...flowKeys), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(timed, { maxLength: 40 }),
      fc.record({
        groupBy: anyKeys,
        measure: fc.constantFrom('bytes' as const, 'packets' as const, 'flows' as const),
        samplingPoint: fc.constantFrom('source' as const, 'destination' as const, 'sum' as const, 'average' as const),
        view: fc.constantFrom('source-destination' as const, 'client-server' as const),
        filter: fc.constantFrom('', 'kind in [traffic, nat, firewall, drop]', 'tcp or udp', 'not src net 10.0.0.0/24'),
        fromMs: fc.constantFrom(0, 1, 30_000),
        toMs: fc.constantFrom(60_000, 90_001, 10 * minuteMs),
      }),
      async (records, { fromMs, toMs, ...given }) => {
        const question = ask({
          ...given,
          from: new Date(from + fromMs).toISOString(),
          to: new Date(from + toMs).toISOString(),
          charted: 20,
        });
        const answer = await analyze(question, await sourceOf(records));
        const anyKind =
          given.filter.includes('kind') || given.groupBy.some((key) => ['kind', 'event', 'reason'].includes(key));
        const counted = sidesOf(
          records.filter((one) => (anyKind || one.kind === 0n) && naive(parseFilter(given.filter), one, book)),
        );
        const points = { source: [0, 1], destination: [0, 2], sum: [0, 1, 2], average: [0, 1, 2] }[given.samplingPoint];
        const fitting = counted.flatMap((some, side) => (points.includes(side) ? some : []));
        const inTime = fitting.filter(({ ts }) => Number(ts) >= from + fromMs && Number(ts) < from + toMs);
        // Whoever is alone cannot stand at both ends.
        const hasTwoEnds =
          new Set(
            sidesOf(inTime)
              .slice(1)
              .flat()
              .map(({ exporter }) => exporter),
          ).size > 1;
        const claimed = new Map<PlainRecord, number>();
        for (const [at, row] of answer.rows.entries()) {
          const filter = parseFilter(row.filter);
          const own = fitting.filter((one) => naive(filter, one, book));
          const ended = inTime.filter((one) => naive(filter, one, book));
          for (const one of ended) claimed.set(one, (claimed.get(one) ?? 0) + 1);
          const bySide = sidesOf(own).map((some) => naiveSteps(some, question));
          const expected = (bySide[0] ?? []).map((_, step) =>
            combined(
              given.samplingPoint,
              naiveShared(ended, hasTwoEnds),
              bySide.map((one) => one[step] ?? 0),
            ),
          );
          const course = answer.courses.find((one) => one.row === at);
          const first = Math.floor((from + fromMs) / minuteMs) * minuteMs;
          const amounts = course?.rates.map((rate, step) => {
            const [a, b] = [
              Math.max(from + fromMs, first + step * minuteMs),
              Math.min(from + toMs, first + (step + 1) * minuteMs),
            ];
            return (rate * (b - a)) / 1000;
          });
          if (course) for (const [step, value] of expected.entries()) expect(amounts?.[step]).toBeCloseTo(value, 4);
          for (const measure of ['bytes', 'packets', 'flows'] as const) {
            expect(row[measure]).toBeCloseTo(naiveTotal(ended, measure, given.samplingPoint, hasTwoEnds), 6);
          }
        }
        // Every record is in exactly one row.
        expect([...claimed.values()].every((times) => times === 1)).toBe(true);
        expect(claimed.size).toBe(inTime.length);
        expect(answer.rows.reduce((sum, { flows }) => sum + flows, 0)).toBeCloseTo(answer.total.flows, 6);
        expect(answer.omitted).toBe(0);
      },
    ),
    { numRuns: 150 },
  );
});
