import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { silentLog, systemClock } from '../../src/platform/index.ts';
import { makeBatch, openClickHouse, pointsTable, type Answer, type TelemetryEngine } from '../../src/store/index.ts';
import { clickhouseMissing, ClickHouseServers } from '../support/clickhouse.ts';

const missing = clickhouseMissing();
if (missing !== undefined) process.stderr.write(`ClickHouse servers: skipped: ${missing}\n`);

const dayMs = 86_400_000;
const from = 19_000 * dayMs;

/** Rows over two days and many series; the values are numbered from `first` on. */
function rows(first: number, count: number) {
  const batch = makeBatch(pointsTable, count);
  for (let at = 0; at < count; at++) {
    (batch.columns['ts'] as BigUint64Array)[at] = BigInt(from + (at % 2) * dayMs + first + at);
    (batch.columns['series'] as Uint32Array)[at] = (first + at) % 50;
    (batch.columns['value'] as Float64Array)[at] = first + at;
  }
  return batch;
}

const everything = {
  table: pointsTable,
  from,
  to: from + 10 * dayMs,
  select: [
    { name: 'rows', value: { aggregate: 'count' } },
    { name: 'values', value: { aggregate: 'distinct', of: { column: 'value' } } },
    { name: 'sum', value: { aggregate: 'sum', of: { column: 'value' } } },
  ],
} as const;

const sumTo = (count: number) => (count * (count - 1)) / 2;

describe.skipIf(missing !== undefined)('three ClickHouse servers', () => {
  let servers: ClickHouseServers;
  let directory = '';
  const open: TelemetryEngine[] = [];
  beforeAll(async () => {
    servers = await ClickHouseServers.start(3);
    directory = mkdtempSync(join(tmpdir(), 'qw-clickhouse-spool-'));
  }, 90_000);
  afterEach(async () => {
    await servers.runAll();
    for (const engine of open.splice(0)) await engine.close();
  });
  afterAll(async () => {
    await servers?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Databases of their own for each test; with `copies` each shard also lies on the server after its own. */
  async function engine(name: string, copies = 1): Promise<TelemetryEngine> {
    const shards = [0, 1, 2].map((number) => ({
      name: `shard${number + 1}`,
      database: `${name}_${number + 1}`,
      servers: Array.from({ length: copies }, (_, copy) => servers.urls[(number + copy) % 3] ?? ''),
    }));
    const opened = await openClickHouse({
      shards,
      tables: [pointsTable],
      directory: join(directory, name),
      clock: systemClock,
      log: silentLog,
      sealMs: 50,
    });
    open.push(opened);
    return opened;
  }

  const waiting = (name: string) => readdirSync(join(directory, name, 'spool')).length;

  async function until(condition: () => Promise<boolean>): Promise<void> {
    for (const endMs = Date.now() + 40_000; Date.now() < endMs; await new Promise((r) => setTimeout(r, 200)))
      if (await condition()) return;
    throw new Error('not within 40 s');
  }

  const whole = async (answer: Promise<Answer>, count: number) =>
    expect(await answer).toMatchObject({ rows: [[count, count, sumTo(count)]] });

  test('what was appended is answered, whichever shard it lies on', async () => {
    const store = await engine('plain');
    await store.append(rows(0, 1000));
    const answer = await store.query(everything);
    expect(answer.rows).toEqual([[1000, 1000, sumTo(1000)]]);
    expect(answer.partial).toBeUndefined();
    expect((await store.health()).tables['points']).toMatchObject({ rows: 1000 });
  });

  test('with copies, one server may be killed: writing and answering go on, and nothing is lost or doubled', async () => {
    const store = await engine('copied', 2);
    let next = 0;
    const append = async () => {
      await store.append(rows(next, 100));
      next += 100;
    };
    await append();
    await whole(store.query(everything), next);
    const appending = (async () => {
      for (let i = 0; i < 30; i++) await append();
    })();
    await servers.kill(1);
    await appending;
    await until(async () => waiting('copied') === 0);
    // What only the killed one has had time to store is not there, and that is said.
    const answer = await store.query(everything);
    if (Number(answer.rows[0]?.[0]) < next) expect(answer.partial?.missing.join()).toContain('the last rows of shard');
    else expect(answer.rows).toEqual([[next, next, sumTo(next)]]);
    await servers.run(1);
    await append();
    await until(async () => (await store.query(everything)).rows[0]?.[0] === next);
    await whole(store.query(everything), next);
  });

  test('without copies, an answer says which shard it lacks, and its rows wait here until it is back', async () => {
    const store = await engine('lacking');
    await store.append(rows(0, 300));
    await whole(store.query(everything), 300);
    await servers.kill(2);
    await store.append(rows(300, 300));
    const part = await store.query(everything, { deadlineMs: 4000 });
    expect(part.partial).toMatchObject({ answered: 2, of: 3 });
    expect(part.partial?.missing.join()).toContain('shard3');
    expect(Number(part.rows[0]?.[0])).toBeLessThan(600);
    expect((await store.health()).problems.join()).toMatch(
      /shard3: .*refused the connection; \d+ rows wait for it here/,
    );
    await store.close();
    open.length = 0;
    // The process may end meanwhile: the rows lie on its disk.
    expect(waiting('lacking')).toBeGreaterThan(0);
    const again = await engine('lacking');
    await servers.run(2);
    await until(async () => waiting('lacking') === 0);
    await whole(again.query(everything), 600);
  });

  test('old days go, younger ones stay', async () => {
    const store = await engine('aging');
    await store.append(rows(0, 200));
    await store.query(everything);
    await store.dropBefore(pointsTable, from + dayMs);
    const answer = await store.query(everything);
    expect(answer.rows[0]?.[0]).toBe(100);
  });

  test('when no server answers, that is the answer', async () => {
    const store = await openClickHouse({
      shards: [{ name: 'gone', servers: ['http://127.0.0.1:1'] }],
      tables: [pointsTable],
      directory: join(directory, 'gone'),
      clock: systemClock,
      log: silentLog,
      sealMs: 50,
    });
    open.push(store);
    await expect(store.query(everything)).rejects.toMatchObject({ code: 'TELEMETRY_UNAVAILABLE' });
  });
});
