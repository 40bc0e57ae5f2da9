import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flowQuestionSchema, type FlowAnswer, type FlowKey, type FlowQuestion } from '../../model/index.ts';
import { ManualClock, silentLog } from '../../platform/index.ts';
import { flowsTable, openDuckDb, openSegments, type DuckDbEngine } from '../../store/index.ts';
import { analyze } from './analyze.ts';
import { from, minuteMs, names } from './asked.fixture.ts';
import { batchOf, plainRecord } from './filter/random.fixture.ts';
import type { FlowSource } from './source.ts';

/** What records answered is answered by sums when the records are gone. */

const hourMs = 60 * minuteMs;
const directory = mkdtempSync(join(tmpdir(), 'qw-sums-'));
const clock = new ManualClock(from + 5 * hourMs);
const records = fc
  .sample(fc.tuple(plainRecord, fc.integer({ min: 0, max: 2 * hourMs - 1 })), { numRuns: 500, seed: 3 })
  .map(([one, afterMs]) => ({ ...one, kind: 0n, ts: BigInt(from + afterMs), duration_ms: 0n }));
let engine: DuckDbEngine;
let source: FlowSource;

beforeAll(async () => {
  const segments = await openSegments({ directory, clock, sealMs: 1 });
  engine = openDuckDb({ segments, clock, log: silentLog });
  source = { query: (query, limits) => engine.query(query, limits), names: () => Promise.resolve(names) };
  const appended = engine.append(batchOf(records));
  clock.advance(10);
  await appended;
});
afterAll(async () => {
  await engine.close();
  rmSync(directory, { recursive: true, force: true });
});

const ask = (given: Partial<FlowQuestion>): Promise<FlowAnswer> => {
  const range = { from: new Date(from).toISOString(), to: new Date(from + 2 * hourMs).toISOString() };
  return analyze(flowQuestionSchema.parse({ ...range, samplingPoint: 'sum', limit: 1000, ...given }), source);
};
const rowsOf = ({ rows }: FlowAnswer) =>
  rows.map(({ values, bytes, packets, flows }) => [...values, bytes, packets, flows].join(' ')).toSorted();

const questions: Partial<FlowQuestion>[] = [
  { groupBy: [] },
  ...(['protocol', 'exporter', 'input', 'output', 'direction', 'reporter'] as FlowKey[]).map((key) => ({
    groupBy: [key],
  })),
  { groupBy: ['source-network', 'destination-country', 'source-as'], measure: 'packets' },
  { groupBy: ['destination-network'], filter: 'proto tcp or not exporter core', measure: 'flows' },
  { groupBy: ['source-country'], samplingPoint: 'source' },
  { groupBy: ['protocol'], alignmentMs: hourMs },
];

test('sums have the rows and totals of records, and answer once these are gone', async () => {
  const before = await Promise.all(questions.map(ask));
  expect(before.map(({ resolution }) => resolution)).toEqual(questions.map(() => 'records'));
  await engine.maintain();
  for (const width of ['1m', '1h'] as const) {
    const sums = await Promise.all(questions.map((question) => ask({ ...question, resolution: width })));
    for (const [at, answer] of sums.entries()) {
      expect(answer).toMatchObject({ resolution: width });
      expect(rowsOf(answer)).toEqual(rowsOf(before[at] as FlowAnswer));
      expect(answer.total.flows).toBe(before[at]?.total.flows);
      expect(answer.trust.error).toBeUndefined();
      expect(answer.trust.notes[0]).toMatchObject({ code: 'sums', values: { width } });
    }
    const course = sums.at(-1)?.courses.map(({ rates }) => rates);
    const exact = before.at(-1)?.courses.map(({ rates }) => rates);
    for (const [at, rates] of (course ?? []).entries()) {
      rates.forEach((rate, step) => expect(rate).toBeCloseTo(exact?.[at]?.[step] ?? -1, 6));
    }
  }
  await expect(ask({ groupBy: ['source'], resolution: '1h' })).rejects.toThrow(
    'sums of a slice of time do not have source',
  );

  await engine.dropBefore(flowsTable, from + 3 * hourMs);
  const after = await ask({ groupBy: ['protocol'] });
  expect([after.resolution, rowsOf(after)]).toEqual(['1m', rowsOf(before[1] as FlowAnswer)]);
  expect(await ask({ groupBy: ['source'] })).toMatchObject({ resolution: 'records', rows: [] });
});

test.each([
  [{ view: 'client-server', groupBy: ['protocol'] }, 'which end is the client'],
  [{ groupBy: ['vlan'] }, 'vlan'],
  [{ groupBy: ['protocol'], filter: 'host 10.0.0.1' }, 'host'],
  [{ groupBy: ['protocol'], filter: 'src port 443' }, 'src port'],
  [{ groupBy: ['protocol'], filter: 'proto tcp and not bytes > 1M' }, 'bytes'],
] as [Partial<FlowQuestion>, string][])('%j cannot be answered by sums', async (given, missing) => {
  await expect(ask({ ...given, resolution: '1m' })).rejects.toThrow(`do not have ${missing}`);
});
