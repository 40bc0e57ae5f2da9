import { expect, test } from 'vitest';
import { flowQuestionSchema, samplingSources, type FlowQuestion } from '../../model/index.ts';
import { analyze } from './analyze.ts';
import { from, minuteMs, record, sourceOf } from './asked.fixture.ts';
import type { PlainRecord } from './filter/naive.fixture.ts';

const ofConnection = samplingSources.indexOf('connection');
const ofRecord = samplingSources.indexOf('record');

/** Mulberry32: the same numbers every time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Records of one connection: both directions, told of again and again while it lasts. */
function connection(client: number, next: () => number): PlainRecord[] {
  const size = 500 * Math.exp(1.2 * (next() + next() + next() - 1.5));
  const reports = 1 + Math.floor(next() * 5);
  return Array.from({ length: reports }, (_, report) => {
    const [here, there] = [`10.0.${client >> 8}.${client & 255}`, '192.0.2.1'];
    const afterMs = report * 5000;
    const packets = Math.max(1, Math.round(size / 100));
    const there1 = record({ source: here, destination: there, source_port: 40_000, destination_port: 443, afterMs });
    const back = record({ source: there, destination: here, source_port: 443, destination_port: 40_000, afterMs });
    return [there1, back].map((one, way) => ({
      ...one,
      bytes: BigInt(Math.round(size * (way + 1))),
      packets: BigInt(packets),
    }));
  }).flat();
}

const question = (given: Partial<FlowQuestion> = {}) =>
  flowQuestionSchema.parse({
    from: new Date(from).toISOString(),
    to: new Date(from + 10 * minuteMs).toISOString(),
    alignmentMs: 5 * minuteMs,
    groupBy: [],
    ...given,
  });

const total = (records: readonly PlainRecord[]) => records.reduce((sum, { bytes }) => sum + Number(bytes), 0);

test('95 of 100 intervals hold the truth where one of so many connections is told of', async () => {
  const next = random(11);
  const rate = 4;
  const population = Array.from({ length: 400 }, (_, client) => connection(client, next));
  const truth = total(population.flat());
  const runs = 500;
  let [held, heldAsPackets] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const taken = population.filter(() => next() < 1 / rate).flat();
    const told = (samplingFrom: number) =>
      taken.map((one) => ({ ...one, sampling: BigInt(rate), sampling_from: BigInt(samplingFrom) }));
    const holds = async (samplingFrom: number) => {
      const { total: found, trust } = await analyze(question(), await sourceOf(told(samplingFrom)));
      return Math.abs(found.bytes - truth) <= (trust.error ?? 0) * found.bytes;
    };
    if (await holds(ofConnection)) held++;
    if (run < 50 && (await holds(ofRecord))) heldAsPackets++;
  }
  expect(held / runs).toBeGreaterThanOrEqual(0.93);
  expect(held / runs).toBeLessThanOrEqual(0.97);
  // Taken for sampled packets, they would look far more certain than they are.
  expect(heldAsPackets / 50).toBeLessThan(0.7);
}, 120_000);

test('a connection weighs as one, however many records, directions and reporters tell of it', async () => {
  const [first, second] = [connection(1, random(1)), connection(2, random(2))];
  const both = [...first, ...second].map((one) => ({ ...one, sampling: 10n, sampling_from: BigInt(ofConnection) }));
  const answer = await analyze(question({ groupBy: ['source'] }), await sourceOf(both));
  const squares = total(first) ** 2 + total(second) ** 2;
  expect(answer.trust.error).toBeCloseTo((1.96 * Math.sqrt(90 * squares)) / (10 * total(both)), 12);
  const byServer = answer.rows.find(({ values }) => values[0] === '192.0.2.1');
  const down = [first, second].map((some) => total(some.filter(({ source_port: port }) => port === 443n)));
  const [one = 0, two = 0] = down;
  expect(byServer?.error).toBeCloseTo((1.96 * Math.sqrt(90 * (one ** 2 + two ** 2))) / (10 * (one + two)), 12);
  // How many connections nobody saw is not told by how many records came.
  const counted = await analyze(question({ measure: 'flows' }), await sourceOf(both));
  expect(counted.trust.error).toBeUndefined();
});

test('connections that are too many to be looked at have no error bar', async () => {
  const records = connection(1, random(1)).map((one) => ({
    ...one,
    sampling: 2n,
    sampling_from: BigInt(ofConnection),
  }));
  const source = await sourceOf(records);
  const answer = await analyze(question(), {
    ...source,
    query: (query, limits) => {
      const isByConnection = query.select.some(({ name }) => name === 'rate');
      return source.query(query, { ...limits, ...(isByConnection && { maxRows: 0 }) });
    },
  });
  expect(answer.total.bytes).toBe(2 * total(records));
  expect(answer.trust.error).toBeUndefined();
});
