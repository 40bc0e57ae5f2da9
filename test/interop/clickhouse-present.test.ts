import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { silentLog, systemClock } from '../../src/platform/index.ts';
import { engineSuite } from '../../src/store/engine.suite.ts';
import { openClickHouse, type Table } from '../../src/store/index.ts';
import { ChdbServer, chdbMissing } from '../support/chdb.ts';

/** The suite of all engines against the present version of ClickHouse; Debian's is eight years older. */

const missing = chdbMissing();
if (missing !== undefined) process.stderr.write(`the present ClickHouse: skipped: ${missing}\n`);

describe.skipIf(missing !== undefined)('ClickHouse 26.9', () => {
  let server: ChdbServer;
  const directory = mkdtempSync(join(tmpdir(), 'qw-chdb-suite-'));
  beforeAll(async () => {
    server = await ChdbServer.start();
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const open = async (tables: readonly Table[]) => {
    const engine = await openClickHouse({
      shards: [{ name: 'shard1', database: 'present', servers: [server.url] }],
      tables,
      directory: join(directory, 'present'),
      clock: systemClock,
      log: silentLog,
      sealMs: 20,
    });
    return { engine, close: () => engine.close() };
  };

  engineSuite('chdb', { open, wideSums: false, runs: 30 });
});
