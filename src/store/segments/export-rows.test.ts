import { parquetReadObjects } from 'hyparquet';
import { zstdDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { FaultyDisk } from '../../agree/journal/faulty-disk.ts';
import { ManualClock } from '../../platform/index.ts';
import { makeBatch } from '../batch.ts';
import { pointsTable } from '../table.ts';
import { exportCsv, exportParquet } from './export-rows.ts';
import { openSegments } from './open-segments.ts';

const start = 1_699_999_200_000;

/** Six rows, a second apart and in two segments, of one series. */
async function sixRows() {
  const disk = new FaultyDisk();
  const store = await openSegments({ directory: 'data', clock: new ManualClock(start), disk });
  const id = store.series.idOf({ check: 'a "quoted", name' });
  for (const first of [0, 3]) {
    const batch = makeBatch(pointsTable, 3);
    for (let row = 0; row < 3; row++) {
      batch.columns['ts']?.fill(BigInt(start + (first + row) * 1000) as never, row, row + 1);
      batch.columns['value']?.fill(((first + row) / 2) as never, row, row + 1);
    }
    batch.columns['series']?.fill(id as never);
    const done = store.append(batch);
    await store.seal();
    await done;
  }
  return { store, range: { table: pointsTable, from: start + 1000, to: start + 5000, disk } };
}

test('a range as text, with the labels of its series', async () => {
  const { store, range } = await sixRows();
  let text = '';
  for await (const piece of exportCsv(store, range)) text += piece;
  const labels = String.raw`"{""check"":""a \""quoted\"", name""}"`;
  expect(text.split('\r\n')).toEqual([
    'ts,series,value,labels',
    ...[1, 2, 3, 4].map((second) => `${start + second * 1000},1,${second / 2},${labels}`),
    '',
  ]);
});

test('a range as one Parquet file that others read', async () => {
  const { store, range } = await sixRows();
  const parts: Uint8Array[] = [];
  await exportParquet(store, range, (bytes) => void parts.push(bytes));
  const bytes = Uint8Array.from(Buffer.concat(parts));
  const rows = await parquetReadObjects({
    file: bytes.buffer,
    compressors: { ZSTD: (input) => zstdDecompressSync(input) },
  });
  expect(rows).toEqual(
    [1, 2, 3, 4].map((second) => ({ ts: BigInt(start + second * 1000), series: 1, value: second / 2 })),
  );
});

test('files that are being exported outlive their retention, and go when the export ends early', async () => {
  const { store, range } = await sixRows();
  const pieces = exportCsv(store, range);
  await pieces.next();
  await pieces.next();
  await store.dropBefore(pointsTable, start + 3_600_000);
  expect((await pieces.next()).done).toBe(false);
  await pieces.return(undefined);
  await store.close();
  expect(range.disk.paths().filter((path) => path.endsWith('.parquet'))).toEqual([]);
});
