import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { from, minuteMs, names } from '../../src/explain/flows/asked.fixture.ts';
import { naive, type PlainRecord } from '../../src/explain/flows/filter/naive.fixture.ts';
import { predicateOf } from '../../src/explain/flows/filter/predicate.ts';
import { batchOf, flowFilter, plainRecord, someNumbers } from '../../src/explain/flows/filter/random.fixture.ts';
import { analyze, analyzeLatency, listRecords, type FlowSource } from '../../src/explain/index.ts';
import {
  flowKeys,
  flowLatencyQuestionSchema,
  flowQuestionSchema,
  flowRecordsQuestionSchema,
  type FlowQuestion,
} from '../../src/model/index.ts';
import { silentLog, systemClock } from '../../src/platform/index.ts';
import {
  flowAccountsTable,
  flowRollups,
  flowsTable,
  openClickHouse,
  openDuckDb,
  openSegments,
  type TelemetryEngine,
} from '../../src/store/index.ts';
import { ChdbServer, chdbMissing } from '../support/chdb.ts';
import { clickhouseMissing, ClickHouseServers } from '../support/clickhouse.ts';

/** The same questions to servers and to files have the same answers. */

const directory = mkdtempSync(join(tmpdir(), 'qw-analyzer-'));
const durations = fc.constantFrom(0, 1, 999, 61_000, 300_000);
const records: PlainRecord[] = fc
  .sample(fc.tuple(plainRecord, fc.integer({ min: -minuteMs, max: 11 * minuteMs }), durations), {
    numRuns: 400,
    seed: 7,
  })
  .map(([one, afterMs, durationMs]) => ({ ...one, ts: BigInt(from + afterMs), duration_ms: BigInt(durationMs) }));

const sourceOf = (engine: TelemetryEngine): FlowSource => ({
  query: (query, limits) => engine.query(query, { ...limits, deadlineMs: 60_000 }),
  names: () => Promise.resolve(names),
});

let files: TelemetryEngine;
beforeAll(async () => {
  const segments = await openSegments({ directory: join(directory, 'files'), clock: systemClock, sealMs: 5 });
  files = openDuckDb({ segments, clock: systemClock, log: silentLog });
  await files.append(batchOf(records));
  await files.query({ table: flowsTable, from: 0, to: 1, select: [{ name: 'ts', value: { column: 'ts' } }] });
});
afterAll(async () => {
  await files.close();
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

const installations = [
  {
    name: 'ClickHouse 18.16, two shards',
    missing: clickhouseMissing(),
    start: async () => {
      const servers = await ClickHouseServers.start(2);
      return { urls: servers.urls, stop: () => servers.stop() };
    },
  },
  {
    name: 'ClickHouse 26.9',
    missing: chdbMissing(),
    start: async () => {
      const server = await ChdbServer.start();
      return { urls: [server.url], stop: () => server.stop() };
    },
  },
];

describe.each(installations)('$name', ({ name, missing, start }) => {
  let started: Awaited<ReturnType<(typeof installations)[number]['start']>>;
  let engine: TelemetryEngine | undefined;
  beforeAll(async () => {
    if (missing !== undefined) process.stderr.write(`the analyzer on ${name}: skipped: ${missing}\n`);
    else {
      started = await start();
      engine = await openClickHouse({
        shards: started.urls.map((url, at) => ({ name: `shard${at + 1}`, database: 'analyzer', servers: [url] })),
        tables: [flowsTable, flowAccountsTable, flowRollups('1m'), flowRollups('1h')],
        directory: join(directory, `servers-${started.urls.length}`),
        clock: systemClock,
        log: silentLog,
        sealMs: 5,
      });
      await engine.append(batchOf(records));
      await vi.waitFor(async () => expect(await count()).toBe(records.length), { timeout: 60_000, interval: 100 });
    }
  }, 180_000);
  afterAll(async () => {
    await engine?.close();
    await started?.stop();
  });
  const servers = (): TelemetryEngine => {
    if (!engine) throw new Error('the server has not been started');
    return engine;
  };
  const count = async (where?: Parameters<TelemetryEngine['query']>[0]['where']) => {
    const select = [{ name: 'n', value: { aggregate: 'count' as const } }];
    const question = { table: flowsTable, from: 0, to: from * 2, select, ...(where && { where }) };
    return (await servers().query(question)).rows[0]?.[0];
  };

  test
    .skipIf(missing !== undefined)
    .each([
      ...flowKeys.map((key): Partial<FlowQuestion> => ({ groupBy: [key] })),
      ...flowKeys.slice(0, 6).map((key): Partial<FlowQuestion> => ({ groupBy: [key], view: 'client-server' })),
      { groupBy: [] },
      { measure: 'packets', statistic: 'p95', compareMs: 90_500 },
      { measure: 'flows', samplingPoint: 'source', limit: 3 },
      { samplingPoint: 'sum', groupBy: ['source', 'destination', 'service'], limit: 10, charted: 2 },
      { filter: 'bytes > 1000 and (bps > 10 or flags S/SA) and not client host 10.0.0.1', groupBy: ['exporter'] },
    ])('%j', { timeout: 120_000 }, async (given) => {
    const question = flowQuestionSchema.parse({ ...range, ...given });
    const [ours, theirs] = [await analyze(question, sourceOf(servers())), await analyze(question, sourceOf(files))];
    expectSame(ours, theirs);
    expect(theirs.rows.length).toBeGreaterThan(0);
  });

  test.skipIf(missing !== undefined)('round trips, records and any filter', { timeout: 180_000 }, async () => {
    const latency = flowLatencyQuestionSchema.parse({ ...range, by: 'deviation', leastRecords: 1 });
    const [ours, theirs] = [sourceOf(servers()), sourceOf(files)];
    expectSame(await analyzeLatency(latency, ours), await analyzeLatency(latency, theirs));
    const list = flowRecordsQuestionSchema.parse({ ...range, limit: 50 });
    expectSame(await listRecords(list, ours), await listRecords(list, theirs));
    await fc.assert(
      fc.asyncProperty(flowFilter, async (filter) => {
        const found = records.filter((record) => naive(filter, record, someNumbers)).length;
        expect(await count(predicateOf(filter, someNumbers))).toBe(found);
      }),
      { numRuns: 40 },
    );
  });
});
