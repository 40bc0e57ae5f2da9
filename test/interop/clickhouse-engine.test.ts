import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { silentLog, systemClock } from '../../src/platform/index.ts';
import { engineSuite } from '../../src/store/engine.suite.ts';
import { openClickHouse, type Table } from '../../src/store/index.ts';
import { clickhouseMissing, ClickHouseServers } from '../support/clickhouse.ts';

/** The suite of all engines against servers of Debian's ClickHouse: one of them, and three shards of two copies each. */

const missing = clickhouseMissing();
if (missing !== undefined) process.stderr.write(`ClickHouse as an engine: skipped: ${missing}\n`);

describe.skipIf(missing !== undefined)('ClickHouse 18.16', () => {
  let servers: ClickHouseServers;
  const directory = mkdtempSync(join(tmpdir(), 'qw-clickhouse-suite-'));
  beforeAll(async () => {
    servers = await ClickHouseServers.start(3);
  }, 90_000);
  afterAll(async () => {
    await servers?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const open = (name: string, shards: number, copies: number) => async (tables: readonly Table[]) => {
    const engine = await openClickHouse({
      shards: Array.from({ length: shards }, (_, number) => ({
        name: `shard${number + 1}`,
        database: `${name}_${number + 1}`,
        servers: Array.from({ length: copies }, (__, copy) => servers.urls[(number + copy) % 3] ?? ''),
      })),
      tables,
      directory: join(directory, name),
      clock: systemClock,
      log: silentLog,
      sealMs: 20,
    });
    return { engine, close: () => engine.close() };
  };

  engineSuite('one server', { open: open('single', 1, 1), wideSums: false, runs: 30 });
  engineSuite('three shards, two copies', { open: open('sharded', 3, 2), wideSums: false, runs: 30 });
});
