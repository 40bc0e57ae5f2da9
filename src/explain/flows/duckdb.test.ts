import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  flowKeys,
  flowLatencyQuestionSchema,
  flowQuestionSchema,
  flowRecordsQuestionSchema,
  type FlowQuestion,
} from '../../model/index.ts';
import { silentLog, systemClock } from '../../platform/index.ts';
import { flowsTable, openDuckDb, openSegments, type TelemetryEngine } from '../../store/index.ts';
import { analyze } from './analyze.ts';
import { book, from, minuteMs, names, sourceOf } from './asked.fixture.ts';
import { naive, type PlainRecord } from './filter/naive.fixture.ts';
import { predicateOf } from './filter/predicate.ts';
import { batchOf, flowFilter, plainRecord, someNumbers } from './filter/random.fixture.ts';
import { analyzeLatency } from './latency.ts';
import { listRecords } from './records.ts';
import type { FlowSource } from './source.ts';

/** The same questions to files and to memory have the same answers. */

const directory = mkdtempSync(join(tmpdir(), 'qw-flows-'));
const records: PlainRecord[] = fc
  .sample(
    fc.tuple(
      plainRecord,
      fc.integer({ min: -minuteMs, max: 11 * minuteMs }),
      fc.constantFrom(0, 1, 999, 61_000, 300_000),
    ),
    { numRuns: 400, seed: 7 },
  )
  .map(([one, afterMs, durationMs]) => ({ ...one, ts: BigInt(from + afterMs), duration_ms: BigInt(durationMs) }));

let engine: TelemetryEngine;
let stored: FlowSource;
let inMemory: FlowSource;

beforeAll(async () => {
  const segments = await openSegments({ directory, clock: systemClock, sealMs: 5 });
  engine = openDuckDb({ segments, clock: systemClock, log: silentLog });
  await engine.append(batchOf(records));
  stored = { query: (query, limits) => engine.query(query, limits), names: () => Promise.resolve(names) };
  inMemory = await sourceOf(records);
});
afterAll(async () => {
  await engine.close();
  rmSync(directory, { recursive: true, force: true });
});

const range = { from: new Date(from).toISOString(), to: new Date(from + 10 * minuteMs).toISOString() };

/** Sums of parts differ in their last digits by the order in which they are added up. */
function expectSame(ours: unknown, theirs: unknown, path = 'answer'): void {
  if (typeof ours === 'number' && typeof theirs === 'number') {
    const margin = 1e-6 * Math.max(1, Math.abs(theirs));
    expect(Math.abs(ours - theirs), `${path}: ${ours}, expected ${theirs}`).toBeLessThanOrEqual(margin);
  } else if (typeof ours === 'object' && typeof theirs === 'object' && ours !== null && theirs !== null) {
    expect(Object.keys(ours).sort(), path).toEqual(Object.keys(theirs).sort());
    for (const [key, one] of Object.entries(ours)) {
      if (key !== 'elapsedMs') expectSame(one, (theirs as Record<string, unknown>)[key], `${path}.${key}`);
    }
  } else expect(ours, path).toEqual(theirs);
}

test.each([
  ...flowKeys.map((key): Partial<FlowQuestion> => ({ groupBy: [key] })),
  ...flowKeys.slice(0, 14).map((key): Partial<FlowQuestion> => ({ groupBy: [key], view: 'client-server' })),
  { groupBy: [] },
  { measure: 'packets', statistic: 'p95', compareMs: 90_500 },
  { measure: 'flows', samplingPoint: 'source', limit: 3 },
  { samplingPoint: 'sum', groupBy: ['source', 'destination', 'service'], limit: 10, charted: 2 },
  { filter: 'bytes > 1000 and (bps > 10 or flags S/SA) and not client host 10.0.0.1', groupBy: ['exporter'] },
])('%j', async (given) => {
  const question = flowQuestionSchema.parse({ ...range, ...given });
  const [ours, theirs] = [await analyze(question, stored), await analyze(question, inMemory)];
  expectSame(ours, theirs);
  expect(theirs.rows.length).toBeGreaterThan(0);
});

test('round trips, records, and how many sources a row is about', async () => {
  const latency = flowLatencyQuestionSchema.parse({ ...range, by: 'deviation', leastRecords: 1 });
  expectSame(await analyzeLatency(latency, stored), await analyzeLatency(latency, inMemory));
  const list = flowRecordsQuestionSchema.parse({ ...range, limit: 50 });
  expectSame(await listRecords(list, stored), await listRecords(list, inMemory));
  const shared = flowQuestionSchema.parse({ ...range, groupBy: ['destination'] });
  const [ours, theirs] = [
    await analyze(shared, stored, { leastSources: 6 }),
    await analyze(shared, inMemory, { leastSources: 6 }),
  ];
  expectSame(ours, theirs);
  expect(ours.rows.some(({ values }) => values[0] === 'others')).toBe(true);
});

test('any filter', async () => {
  await fc.assert(
    fc.asyncProperty(flowFilter, async (filter) => {
      const where = predicateOf(filter, someNumbers);
      const select = [{ name: 'n', value: { aggregate: 'count' as const } }];
      const { rows } = await engine.query({ table: flowsTable, from: 0, to: from * 2, where, select });
      expect(rows).toEqual([[records.filter((record) => naive(filter, record, someNumbers)).length]]);
    }),
    { numRuns: 60 },
  );
  expect(book.exporters('core')).toEqual([1]);
});
