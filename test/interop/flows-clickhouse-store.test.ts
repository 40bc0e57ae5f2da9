import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { addressText, flowKinds, flowsSchema, telemetrySchema } from '../../src/model/index.ts';
import { batchOf, plainRecord } from '../../src/explain/flows/filter/random.fixture.ts';
import { openHttpSession, silentLog, systemClock, type Clock } from '../../src/platform/index.ts';
import {
  flowAccountsTable,
  flowClass,
  flowRollups,
  flowsTable,
  openClickHouse,
  openDuckDb,
  openSegments,
  type ClickHouseStore,
  type Query,
  type Table,
} from '../../src/store/index.ts';
import { Server } from '../../src/store/clickhouse/server.ts';
import { openFlowStore } from '../../src/watcher/flows/collector/open-store.ts';
import { receiptText } from '../../src/watcher/flows/collector/retention.ts';
import { ChdbServer, chdbMissing } from '../support/chdb.ts';
import { clickhouseMissing, ClickHouseServers } from '../support/clickhouse.ts';

/** Flows on servers are kept, added up and forgotten as in the folder. */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The beginning of a day that is over. */
const from = Math.floor(systemClock.now() / dayMs - 3) * dayMs;
const tables = [flowsTable, flowAccountsTable, flowRollups('1m'), flowRollups('1h')];
const root = mkdtempSync(join(tmpdir(), 'qw-flows-servers-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Installation {
  name: string;
  missing: string | undefined;
  start: () => Promise<{
    shards: (database: string) => { name: string; database: string; servers: string[] }[];
    stop: () => Promise<void>;
  }>;
}

const installations: Installation[] = [
  {
    name: 'ClickHouse 18.16, two shards of two copies',
    missing: clickhouseMissing(),
    start: async () => {
      const servers = await ClickHouseServers.start(2);
      const shards = (database: string) =>
        [0, 1].map((shard) => ({ name: `shard${shard + 1}`, database: `${database}_${shard}`, servers: servers.urls }));
      return { shards, stop: () => servers.stop() };
    },
  },
  {
    name: 'ClickHouse 26.9',
    missing: chdbMissing(),
    start: async () => {
      const server = await ChdbServer.start();
      const shards = (database: string) => [{ name: 'shard1', database, servers: [server.url] }];
      return { shards, stop: () => server.stop() };
    },
  },
];

for (const { name, missing } of installations) {
  if (missing !== undefined) process.stderr.write(`flows on ${name}: skipped: ${missing}\n`);
}

/** Records over the first three hours of two days, some of them with counters that no sum has room for. */
const records = fc
  .sample(fc.tuple(plainRecord, fc.integer({ min: 0, max: 3 * hourMs }), fc.boolean()), { numRuns: 600, seed: 11 })
  .map(([record, afterMs, isSecond], at) => ({
    ...record,
    ts: BigInt(from + afterMs + (isSecond ? dayMs : 0)),
    bytes: at % 40 === 0 ? 2n ** 63n : record.bytes,
  }));

const everything = (table: Table): Query => ({
  table,
  from: 0,
  to: from + 3 * dayMs,
  select: Object.keys(table.columns).map((column) => ({ name: column, value: { column } })),
  orderBy: Object.keys(table.columns).map((column) => ({ name: column })),
});
/** Once every row has arrived, on the copy that is asked too. */
async function rowsIn(store: Pick<ClickHouseStore, 'query'>, table: Table) {
  return vi.waitFor(
    async () => {
      const { rows, partial } = await store.query(everything(table), { deadlineMs: 30_000 });
      expect(partial).toBeUndefined();
      return rows;
    },
    { timeout: 60_000, interval: 200 },
  );
}
const count = async (store: ClickHouseStore, kind: (typeof flowKinds)[number]) =>
  (await rowsIn(store, flowsTable)).filter(
    (row) => row[Object.keys(flowsTable.columns).indexOf('kind')] === flowKinds.indexOf(kind),
  ).length;
const expectedOf = (kind: (typeof flowKinds)[number]) =>
  records.filter((one) => Number(one.kind) === flowKinds.indexOf(kind));

describe.each(installations)('$name', ({ name, missing, start }) => {
  let started: Awaited<ReturnType<Installation['start']>>;
  const opened: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    if (missing === undefined) started = await start();
  }, 120_000);
  afterAll(async () => {
    for (const one of opened) await one.close();
    await started?.stop();
  });

  const ahead = { ms: 0 };
  const clock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() + ahead.ms };
  async function open(database: string): Promise<ClickHouseStore> {
    const shards = started.shards(database);
    const directory = join(root, `${name.length}-${database}`);
    const store = await openClickHouse({ shards, tables, directory, clock, log: silentLog, sealMs: 20 });
    opened.push(store);
    return store;
  }

  test.skipIf(missing !== undefined)(
    'sums are those of the folder, late records among them',
    { timeout: 300_000 },
    async () => {
      const store = await open('sums');
      const segments = await openSegments({
        directory: join(root, `folder-${name.length}`),
        clock: systemClock,
        sealMs: 5,
      });
      const folder = openDuckDb({ segments, clock: systemClock, log: silentLog });
      opened.push(folder);
      const [first, late] = [records.slice(0, 400), records.slice(400)];
      for (const batch of [first, late]) {
        await Promise.all([store.append(batchOf(batch)), folder.append(batchOf(batch))]);
        await rowsIn(store, flowsTable);
        ahead.ms += hourMs;
        const hours = await store.maintain();
        expect(hours).toBeGreaterThan(0);
        await folder.maintain();
        for (const width of ['1m', '1h'] as const) {
          const ours = await rowsIn(store, flowRollups(width));
          expect(ours.length).toBeGreaterThan(10);
          if (batch === first) expect(ours).toEqual(await rowsIn(folder, flowRollups(width)));
        }
      }
      // Once more from everything, since the folder waits before it counts late records.
      const again = await openSegments({
        directory: join(root, `again-${name.length}`),
        clock: systemClock,
        sealMs: 5,
      });
      const whole = openDuckDb({ segments: again, clock: systemClock, log: silentLog });
      opened.push(whole);
      await whole.append(batchOf(records));
      await whole.maintain();
      for (const width of ['1m', '1h'] as const)
        expect(await rowsIn(store, flowRollups(width))).toEqual(await rowsIn(whole, flowRollups(width)));
      // Nothing is left to do, and what earlier runs wrote is taken away without anybody seeing it.
      ahead.ms += hourMs;
      expect(await store.maintain()).toBe(0);
      for (const width of ['1m', '1h'] as const)
        expect(await rowsIn(store, flowRollups(width))).toEqual(await rowsIn(whole, flowRollups(width)));
      // What is gone from the records stays in the sums.
      const before = await rowsIn(store, flowRollups('1h'));
      await store.deleteBefore(flowsTable, 'flows', from + dayMs + hourMs);
      ahead.ms += hourMs;
      expect(await store.maintain()).toBe(0);
      expect(await rowsIn(store, flowRollups('1h'))).toEqual(before);
      expect((await store.health()).problems).toEqual([]);
    },
  );

  test.skipIf(missing !== undefined)(
    'each kind of records stays for a time of its own',
    { timeout: 60_000 },
    async () => {
      const store = await open('ages');
      await store.append(batchOf(records));
      await rowsIn(store, flowsTable);
      // The first day is over at its end, and not a millisecond sooner.
      expect(await store.dropParts(flowsTable, { flows: from + dayMs - 1, flows_drop: from })).toEqual([]);
      const gone = await store.dropParts(flowsTable, { flows: from + dayMs, flows_nat: from + 2 * dayMs });
      const ofFirstDay = expectedOf('traffic').filter(({ ts }) => Number(ts) < from + dayMs);
      const rowsOf = (table: string) =>
        gone.filter((one) => one.table === table).reduce((sum, { rows }) => sum + rows, 0);
      expect([rowsOf('flows'), rowsOf('flows_nat')]).toEqual([ofFirstDay.length, expectedOf('nat').length]);
      expect(gone.every(({ confirmed, copies }) => confirmed === copies)).toBe(true);
      const times = ofFirstDay.map(({ ts }) => Number(ts));
      const traffic = gone.filter(({ table }) => table === 'flows');
      expect(Math.min(...traffic.map((one) => one.from))).toBe(Math.min(...times));
      expect(Math.max(...traffic.map((one) => one.to))).toBe(Math.max(...times));
      expect(await count(store, 'traffic')).toBe(expectedOf('traffic').length - ofFirstDay.length);
      expect(await count(store, 'nat')).toBe(0);
      expect(await count(store, 'firewall')).toBe(expectedOf('firewall').length);
    },
  );

  test.skipIf(missing !== undefined)(
    'records of a kind are deleted to the millisecond, on every copy',
    { timeout: 60_000 },
    async () => {
      const store = await open('deletion');
      await store.append(batchOf(records));
      const before = from + dayMs + hourMs;
      const [old, young] = [
        expectedOf('nat').filter(({ ts }) => Number(ts) < before),
        expectedOf('nat').filter(({ ts }) => Number(ts) >= before),
      ];
      const removed = await store.deleteBefore(flowsTable, flowClass('nat'), before);
      expect(removed.reduce((sum, { rows }) => sum + rows, 0)).toBe(old.length);
      expect(new Set(removed.map(({ table }) => table))).toEqual(new Set(['flows_nat']));
      expect(removed.every(({ confirmed, copies }) => confirmed === copies)).toBe(true);
      expect([await count(store, 'nat'), await count(store, 'traffic')]).toEqual([
        young.length,
        expectedOf('traffic').length,
      ]);
      expect(young.length * old.length).toBeGreaterThan(0);
      expect(await store.deleteBefore(flowsTable, flowClass('nat'), before)).toEqual([]);
    },
  );

  test.skipIf(missing !== undefined)(
    'health tells from when until when each kind is there',
    { timeout: 60_000 },
    async () => {
      const store = await open('health');
      await store.append(batchOf(records));
      await rowsIn(store, flowsTable);
      const { tables: kept, ready, problems } = await store.health();
      expect([ready, problems]).toEqual([true, []]);
      for (const kind of flowKinds) {
        const times = expectedOf(kind).map(({ ts }) => Number(ts));
        expect(kept[flowClass(kind)]).toMatchObject({
          rows: times.length,
          from: Math.min(...times),
          to: Math.max(...times),
        });
        expect(kept[flowClass(kind)]?.bytes).toBeGreaterThan(0);
      }
    },
  );

  test.skipIf(missing !== undefined)('people ask in SQL, and find our tables only', { timeout: 180_000 }, async () => {
    const [shard] = started.shards('statements');
    const directory = join(root, `${name.length}-statements`);
    const options = { shards: shard ? [shard] : [], tables, directory, clock, log: silentLog, sealMs: 20 };
    const store = await openClickHouse(options);
    opened.push(store);
    const number = store.series.idOf({ kind: 'name', text: "it's" });
    await store.append(batchOf(records.map((one) => ({ ...one, source_name: BigInt(number) }))));
    await rowsIn(store, flowsTable);
    await store.maintain();
    const select = (sql: string, limit = 100, deadlineMs = 20_000) => store.select(sql, { limit, deadlineMs });
    const written = await select(`
      SELECT address(source_high, source_low) AS source, count() AS n, any(text) AS name, 0.5 AS half
      FROM flows JOIN (SELECT number AS source_name, text FROM names) AS known USING source_name
      WHERE kind = 0 GROUP BY source`);
    const counts = new Map<string, number>();
    for (const { source_high, source_low } of expectedOf('traffic')) {
      const text = addressText({ high: source_high, low: source_low });
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    expect(written.columns).toEqual(['source', 'n', 'name', 'half']);
    expect(new Map(written.rows.map(([source, n]) => [source, n]))).toEqual(counts);
    expect(new Set(written.rows.map((row) => row[2]))).toEqual(new Set(["it's"]));
    const huge = records.filter(({ bytes }) => bytes === 2n ** 63n).length;
    const numbers = await select(
      `SELECT bytes, count() AS n, uniqExactIf(kind, kind > 0) AS kinds FROM flows WHERE bytes > 9223372036854775807 GROUP BY bytes`,
    );
    expect(numbers.rows).toEqual([['9223372036854775808', huge, 3]]);
    expect((await select('SELECT count() AS n FROM flows_nat')).rows).toEqual([[expectedOf('nat').length]]);
    expect((await select('SELECT sum(flows) AS n FROM flows_1h')).rows).toEqual([[expectedOf('traffic').length]]);
    const some = await select('SELECT ts FROM flows ORDER BY ts', 7);
    const first = records.map(({ ts }) => Number(ts)).toSorted((a, b) => a - b);
    expect(some).toEqual({ columns: ['ts'], rows: first.slice(0, 7).map((ts) => [ts]), more: true });
    await expect(select('SELECT nothing FROM flows')).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('nothing') as unknown,
    });
    await expect(select('SELEC 1')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(select('SELECT * FROM system.tables')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    // Were one of these not recognized for what it is, the server would not do it either.
    const server = new Server({
      url: shard?.servers[0] ?? '',
      database: shard?.database ?? '',
      openSession: () => openHttpSession({}),
    });
    for (const outside of [
      "SELECT * FROM url('http://127.0.0.1:1/x', CSV, 'a String')",
      "SELECT * FROM file('/etc/hostname', CSV, 'a String')",
      "SELECT * FROM remote('127.0.0.1', system.one)",
      'DROP TABLE flows',
    ])
      await expect(server.read(outside, {}, { timeoutMs: 20_000 }), outside).rejects.toThrow(/Code: (164|62)/);
    server.close();
    const all = 'SELECT bytes FROM flows';
    const endless = `SELECT count() FROM (${all} UNION ALL ${all}) AS a
      CROSS JOIN (SELECT arrayJoin(range(4000000)) AS x) AS b`;
    await expect(select(endless, 5, 1000)).rejects.toMatchObject({
      code: expect.stringMatching(/^TELEMETRY_(DEADLINE|LIMIT)$/) as unknown,
    });
    expect((await select('SELECT 1 AS one')).rows).toEqual([[1]]);
    expect((await store.query(everything(flowsTable))).partial).toBeUndefined();
  });

  test.skipIf(missing !== undefined)(
    'the collector deletes and forgets there as the law wants',
    { timeout: 180_000 },
    async () => {
      const [shard] = started.shards('law');
      const telemetry = telemetrySchema.parse({
        engine: 'clickhouse',
        clickhouse: { database: 'law', shards: [{ servers: [shard?.servers[0]] }] },
      });
      const flows = flowsSchema.parse({ retention: { classes: { nat: { minimum: '30d' }, drop: { maximum: '1h' } } } });
      const settings = { self: 'Test-1', directory: join(root, `${name.length}-law`), flows, telemetry };
      const store = await openFlowStore(settings, systemClock, silentLog, () => undefined);
      opened.push(store);
      const appended = store.engine.append(batchOf(records));
      await store.seal();
      await appended;
      await rowsIn(store.engine, flowsTable);
      const now = systemClock.now();
      const intend = () => Promise.reject(new Error('what goes from servers is known afterwards'));
      await expect(store.remove('nat', now, now, intend)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      const [receipt, ...others] = await store.remove('firewall', now, now, intend);
      expect(others).toEqual([]);
      expect(receipt).toMatchObject({
        kind: 'firewall',
        rows: expectedOf('firewall').length,
        why: 'request',
        files: [],
      });
      expect(receipt && receiptText(receipt)).toContain('on the servers of shard1, gone from every copy, by request');
      const forgotten = await store.retain(now, intend);
      expect(forgotten.map(({ kind, rows, why }) => [kind, rows, why])).toEqual([
        ['drop', expectedOf('drop').length, 'age or size'],
      ]);
      const kinds = 'SELECT kind, count() AS n FROM flows GROUP BY kind ORDER BY kind';
      expect((await store.select(kinds, { limit: 10 })).rows).toEqual([
        [0, expectedOf('traffic').length],
        [1, expectedOf('nat').length],
      ]);
    },
  );
});
