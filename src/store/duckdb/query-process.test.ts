import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { silentLog, systemClock } from '../../platform/index.ts';
import { QueryProcess } from './query-process.ts';

const root = mkdtempSync(join(tmpdir(), 'qw-query-process-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function open(directory: string): QueryProcess {
  const settings = { directory, memoryMiB: 256, threads: 2, spillMiB: 100, library: '@duckdb/node-api' };
  return new QueryProcess({ settings, clock: systemClock, log: silentLog });
}

const asking = { deadlineMs: 10_000 };

test('it may read and write its own folder only, and nobody can change that', async () => {
  const elsewhere = join(root, 'elsewhere.csv');
  writeFileSync(elsewhere, 'a');
  const process = open(mkdtempSync(join(root, 'own-')));
  for (const statement of [
    `SELECT * FROM read_text('/etc/passwd')`,
    `SELECT * FROM read_csv('${elsewhere}')`,
    `SELECT * FROM read_csv('../elsewhere.csv')`,
    `COPY (SELECT 1) TO '${join(root, 'out.parquet')}'`,
    `ATTACH '${join(root, 'other.db')}'`,
    'INSTALL httpfs',
    "SET memory_limit = '8GB'",
    'SET enable_external_access = true',
    'RESET allowed_directories',
  ]) {
    await expect(process.run(statement, asking), statement).rejects.toThrow(/disabled by configuration|locked|Cannot/);
  }
  await process.run(`COPY (SELECT 7 AS x) TO 'own.parquet'`, asking);
  expect(await process.ask(`SELECT CAST(x AS DOUBLE) FROM read_parquet('own.parquet')`, ['small'], asking)).toEqual([
    [7],
  ]);
  process.close();
});

test('what is closed rejects, and so does what waits for it', async () => {
  const process = open(mkdtempSync(join(root, 'own-')));
  const asked = process.run('SELECT 1', asking);
  process.close();
  await expect(asked).rejects.toMatchObject({ code: 'TELEMETRY_UNAVAILABLE' });
  await expect(process.run('SELECT 1', asking)).rejects.toMatchObject({ code: 'TELEMETRY_UNAVAILABLE' });
});
