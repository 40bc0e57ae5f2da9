import { cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createServer, request, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { silentLog, systemClock } from '../../src/platform/index.ts';
import { makeBatch, openClickHouse, pointsTable, type ClickHouseStore } from '../../src/store/index.ts';
import { ChdbServer, chdbMissing } from '../support/chdb.ts';
import { clickhouseMissing, ClickHouseServers } from '../support/clickhouse.ts';

/** Blocks whose answers get lost are sent again, and stored once. */

const directory = mkdtempSync(join(tmpdir(), 'qw-repetition-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const from = 19_000 * 86_400_000;
const patience = { timeout: 60_000, interval: 100 };

/** Hands on what it is asked, and loses the answers to so many inserts. */
class LossyProxy {
  lose = 0;
  lost = 0;
  onLost: () => void = () => undefined;
  readonly #server: HttpServer;

  constructor(to: string) {
    this.#server = createServer((incoming, outgoing) => {
      const { method, headers, url = '/' } = incoming;
      const onward = request(`${to}${url}`, { method, headers }, (answer) => {
        if (url.includes('INSERT') && answer.statusCode === 200 && this.lose > 0) {
          this.lose--;
          this.lost++;
          this.onLost();
          answer.resume();
          outgoing.destroy();
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on('error', () => outgoing.destroy());
      incoming.pipe(onward);
    });
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function rows(first: number, count: number) {
  const batch = makeBatch(pointsTable, count);
  for (let at = 0; at < count; at++) {
    (batch.columns['ts'] as BigUint64Array)[at] = BigInt(from + first + at);
    (batch.columns['value'] as Float64Array)[at] = first + at;
  }
  return batch;
}

const installations = [
  {
    name: 'a plain table of 18.16',
    missing: clickhouseMissing(),
    start: async () => {
      const servers = await ClickHouseServers.start(1);
      return { urls: servers.urls, stop: () => servers.stop() };
    },
  },
  {
    name: 'two copies of 18.16',
    missing: clickhouseMissing(),
    start: async () => {
      const servers = await ClickHouseServers.start(2);
      return { urls: servers.urls, stop: () => servers.stop() };
    },
  },
  {
    name: 'a plain table of 26.9',
    missing: chdbMissing(),
    start: async () => {
      const server = await ChdbServer.start();
      return { urls: [server.url], stop: () => server.stop() };
    },
  },
];

describe.each(installations)('$name', ({ name, missing, start }) => {
  let started: Awaited<ReturnType<(typeof installations)[number]['start']>>;
  let proxies: LossyProxy[] = [];
  let urls: string[] = [];
  const opened = new Set<ClickHouseStore>();
  beforeAll(async () => {
    if (missing !== undefined) process.stderr.write(`repetition on ${name}: skipped: ${missing}\n`);
    else started = await start();
    proxies = (started?.urls ?? []).map((url) => new LossyProxy(url));
    urls = await Promise.all(proxies.map((proxy) => proxy.open()));
  }, 120_000);
  afterEach(async () => {
    for (const proxy of proxies) proxy.lose = 0;
    for (const store of opened) await store.close();
    opened.clear();
  });
  afterAll(async () => {
    for (const proxy of proxies) proxy.close();
    await started?.stop();
  });

  async function open(database: string): Promise<ClickHouseStore> {
    const store = await openClickHouse({
      shards: [{ name: 'shard1', database, servers: urls }],
      tables: [pointsTable],
      directory: join(directory, `${name.replaceAll(' ', '-')}-${database}`),
      clock: systemClock,
      log: silentLog,
      sealMs: 10,
    });
    opened.add(store);
    return store;
  }

  const kept = async (store: ClickHouseStore) =>
    vi.waitFor(async () => {
      const select = [
        { name: 'rows', value: { aggregate: 'count' } },
        { name: 'values', value: { aggregate: 'distinct', of: { column: 'value' } } },
      ] as const;
      const answer = await store.query({ table: pointsTable, from: 0, to: from * 2, select }, { deadlineMs: 30_000 });
      expect(answer.partial).toBeUndefined();
      return answer.rows[0];
    }, patience);

  test.skipIf(missing !== undefined)('whose answer was lost', { timeout: 180_000 }, async () => {
    const store = await open('lost');
    await store.append(rows(0, 100));
    await kept(store);
    for (let block = 1; block < 4; block++) {
      for (const proxy of proxies) proxy.lose = 2;
      await store.append(rows(block * 100, 100));
      await vi.waitFor(() => expect(proxies.some(({ lose }) => lose < 2)).toBe(true), patience);
    }
    expect(await kept(store)).toEqual([400, 400]);
    expect(proxies.reduce((sum, { lost }) => sum + lost, 0)).toBeGreaterThan(2);
  });

  test.skipIf(missing !== undefined)('that a process before this one sent', { timeout: 180_000 }, async () => {
    const before = await open('restarted');
    await before.append(rows(0, 10));
    await kept(before);
    const spool = join(directory, `${name.replaceAll(' ', '-')}-restarted`, 'spool');
    // As it lies there when the process dies before it hears that the block is stored.
    for (const proxy of proxies) {
      proxy.lose = Infinity;
      proxy.onLost = () => cpSync(spool, `${spool}-then`, { recursive: true });
    }
    await before.append(rows(1000, 50));
    await vi.waitFor(() => expect(existsSync(`${spool}-then`)).toBe(true), patience);
    await before.close();
    opened.delete(before);
    rmSync(spool, { recursive: true });
    renameSync(`${spool}-then`, spool);
    expect(readdirSync(spool)).toHaveLength(1);
    for (const proxy of proxies) {
      proxy.lose = 0;
      proxy.onLost = () => undefined;
    }
    const store = await open('restarted');
    expect(await kept(store)).toEqual([60, 60]);
    // What comes afterwards is no repetition, however much it is like what came before; copies of old versions go by that.
    if (name.startsWith('two copies')) return;
    await store.append(rows(1000, 50));
    expect(await kept(store)).toEqual([110, 60]);
  });
});
