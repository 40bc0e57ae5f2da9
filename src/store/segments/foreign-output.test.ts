import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { nodeDisk, systemClock } from '../../platform/index.ts';
import { makeBatch } from '../batch.ts';
import { copyTo, readFiles } from '../duckdb/statements.ts';
import { samplesTable } from '../table.ts';
import { openSegments } from './open-segments.ts';
import { readSegment } from './read-segment.ts';

const directory = mkdtempSync(`${tmpdir()}/qw-foreign-`);
afterAll(() => rmSync(directory, { recursive: true }));

const duckdb = await import('@duckdb/node-api').catch(() => undefined);

test.skipIf(!duckdb)('what DuckDB compacts takes the place of segments, and a lost manifest knows it', async () => {
  const store = await openSegments({ directory, clock: systemClock });
  for (const part of [0, 1]) {
    const batch = makeBatch(samplesTable, 5000);
    for (let row = 0; row < batch.rows; row++) {
      batch.columns['ts']?.fill(BigInt(1_700_000_000_000 + row * 100 + part) as never, row, row + 1);
      batch.columns['series']?.fill((1 + (row % 50)) as never, row, row + 1);
      batch.columns['latency_us']?.fill(((row * 7919) % 30_000) as never, row, row + 1);
    }
    const appended = store.append(batch);
    await store.seal();
    await appended;
  }
  const inputs = store.segments(samplesTable);
  const replacement = store.planReplacement(samplesTable, inputs, [{ from: 1_700_000_000_000, level: 1, note: 'x' }]);
  const instance = await duckdb!.DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run(`SET file_search_path = '${directory}'`);
    const rows = `SELECT * FROM ${readFiles(inputs.map(({ name }) => name))}`;
    for (const output of replacement.outputs) {
      await connection.run(copyTo(rows, samplesTable, output, `${directory}/${basename(output.path)}`));
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  const [compacted] = await store.replace(replacement);
  expect(compacted).toMatchObject({ rows: 10_000, level: 1, note: 'x', from: 1_700_000_000_000 });
  expect(compacted?.to).toBe(1_700_000_000_000 + 4999 * 100 + 1);
  let sum = 0;
  for await (const batch of readSegment(nodeDisk, compacted!, samplesTable)) {
    for (const latency of batch.columns['latency_us'] ?? []) sum += Number(latency);
  }
  expect(sum).toBe(2 * Array.from({ length: 5000 }, (_, row) => (row * 7919) % 30_000).reduce((a, b) => a + b, 0));
  await store.close();
  await nodeDisk.remove(`${directory}/manifest.jsonl`);
  const again = await openSegments({ directory, clock: systemClock });
  expect(again.segments()).toEqual([compacted]);
  expect(await again.verify()).toEqual([]);
  await again.close();
});
