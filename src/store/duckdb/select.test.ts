import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog, systemClock } from '../../platform/index.ts';
import { makeBatch } from '../batch.ts';
import { openSegments } from '../segments/open-segments.ts';
import { flowAccountsTable, flowsTable } from '../table.ts';
import { openDuckDb, type DuckDbEngine } from './engine.ts';

const root = mkdtempSync(join(tmpdir(), 'qw-select-'));
const outside = join(root, 'outside.csv');
let engine: DuckDbEngine;

beforeAll(async () => {
  const segments = await openSegments({ directory: join(root, 'flows'), clock: systemClock, sealMs: 5 });
  engine = openDuckDb({ segments, clock: systemClock, log: silentLog });
  const name = segments.series.idOf({ kind: 'name', text: "it's" });
  const batch = makeBatch(flowsTable, 2);
  const set = (column: string, values: readonly bigint[]) =>
    values.forEach((value, row) => {
      const into = batch.columns[column];
      if (into instanceof BigUint64Array) into[row] = value;
      else if (into) into[row] = Number(value);
    });
  set('ts', [1_700_000_000_000n, 1_700_000_000_001n]);
  set('source_low', [0xff_ff_0a_00_00_01n, 1n]);
  set('source_high', [0n, 0x20_01_0d_b8_00_00_00_00n]);
  set('bytes', [2n ** 63n, 40n]);
  set('source_name', [BigInt(name), 0n]);
  await engine.append(batch);
  writeFileSync(outside, 'a\n1\n');
});
afterAll(async () => {
  await engine.close();
  rmSync(root, { recursive: true, force: true });
});

const select = (sql: string, limit = 100) => engine.select(sql, [flowsTable, flowAccountsTable], { limit });

test('tables, names and addresses as people read them', async () => {
  const sql = `SELECT address(source_high, source_low) AS source, bytes, n.text AS name, 0.5 AS half, epoch_ms(ts::BIGINT) AS at
    FROM flows LEFT JOIN names n ON n.number = source_name ORDER BY ts`;
  expect(await select(sql)).toEqual({
    columns: ['source', 'bytes', 'name', 'half', 'at'],
    rows: [
      ['10.0.0.1', '9223372036854775808', "it's", '0.5', '2023-11-14 22:13:20'],
      ['2001:db8:0:0:0:0:0:1', 40, null, '0.5', '2023-11-14 22:13:20.001'],
    ],
    more: false,
  });
  expect((await select('SELECT count(*) AS n FROM flow_accounts')).rows).toEqual([[0]]);
});

test('not more rows than wanted, however many there are', async () => {
  const found = await select('SELECT * FROM range(10000000000)', 3);
  expect(found).toEqual({ columns: ['range'], rows: [[0], [1], [2]], more: true });
  expect((await select('SELECT 1', 1)).more).toBe(false);
});

test.each([
  ['SELECT 1; SELECT 2', 'expected one statement, found 2'],
  ['', 'expected a statement'],
  ['DELETE FROM flows', 'Can only delete from base table'],
  ['-- nothing', 'expected a statement'],
  ['CREATE TABLE a AS SELECT 1', 'expected a SELECT statement'],
  ["COPY (SELECT 1) TO 'a.csv'", 'expected a SELECT statement'],
  ["ATTACH 'a.db'", 'expected a SELECT statement'],
  ["SET memory_limit = '10GB'", 'expected a SELECT statement'],
  ['PRAGMA enable_profiling', 'expected a SELECT statement'],
  ['INSTALL httpfs', 'expected a SELECT statement'],
  ['SELECT nothing FROM flows', 'Binder Error: Referenced column "nothing" not found'],
  ['SELEC 1', 'Parser Error: syntax error at or near "SELEC"'],
  [`SELECT * FROM read_csv('${outside}')`, 'Permission Error'],
  ["SELECT * FROM read_text('/etc/hostname')", 'Permission Error'],
  ["SELECT * FROM read_parquet('../../*')", 'Permission Error'],
])('refused: %s', async (sql, message) => {
  await expect(select(sql)).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: expect.stringContaining(message) as unknown,
  });
});

test('one that takes too long is stopped, and the next one is answered', async () => {
  const endless = engine.select('SELECT count(*) FROM range(100000000000) a', [flowsTable], {
    limit: 1,
    deadlineMs: 300,
  });
  await expect(endless).rejects.toMatchObject({ code: 'TELEMETRY_DEADLINE' });
  expect((await select('SELECT 1 AS one')).rows).toEqual([[1]]);
});
