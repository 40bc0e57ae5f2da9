import { writeSync } from 'node:fs';
import { nodeDisk, systemClock } from '../../platform/index.ts';
import { makeBatch } from '../batch.ts';
import { encodeParquet } from '../parquet/writer.ts';
import { pointsTable } from '../table.ts';
import { openSegments } from './open-segments.ts';
import { readSegment } from './read-segment.ts';

/** A process that writes until it is killed: `node writer.fixture.ts FOLDER FIRST`, and says which values are durable. */
const [directory = '', first = '0'] = process.argv.slice(2);
const rowsOfBatch = 50;
const store = await openSegments({ directory, clock: systemClock, disk: nodeDisk, sealMs: 3 });

function points(values: readonly number[]) {
  const batch = makeBatch(pointsTable, values.length);
  values.forEach((value, row) => {
    batch.columns['ts']?.fill(BigInt(1_700_000_000_000 + value) as never, row, row + 1);
    batch.columns['value']?.fill(value as never, row, row + 1);
  });
  return batch;
}

async function merge(): Promise<void> {
  const snapshot = store.snapshot(pointsTable, 0, Infinity);
  const values: number[] = [];
  for (const segment of snapshot.segments) {
    for await (const batch of readSegment(nodeDisk, segment, pointsTable)) {
      values.push(...Array.from(batch.columns['value'] ?? [], Number));
    }
  }
  const plan = { from: 1_700_000_000_000, level: 1 };
  const replacement = store.planReplacement(pointsTable, snapshot.segments, [plan]);
  for (const { path, metadata } of replacement.outputs) {
    const file = await nodeDisk.open(path, 'write');
    await file.write(0, await encodeParquet(points(values), metadata));
    await file.close();
  }
  await store.replace(replacement);
  snapshot.release();
}

for (let value = Number(first), count = 1; ; value += rowsOfBatch, count++) {
  const values = Array.from({ length: rowsOfBatch }, (_, row) => value + row);
  store.series.idOf({ batch: String(value) });
  await store.append(points(values));
  writeSync(1, `${value + rowsOfBatch}\n`);
  if (count % 8 === 0) await merge();
}
