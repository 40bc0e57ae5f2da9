import { describe, expect, test } from 'vitest';
import { FaultyDisk, type CrashMode, type Fault } from '../../agree/journal/faulty-disk.ts';
import { ManualClock, type Disk } from '../../platform/index.ts';
import { makeBatch, type ColumnBatch } from '../batch.ts';
import { encodeParquet } from '../parquet/writer.ts';
import { pointsTable, samplesTable } from '../table.ts';
import { openSegments, type SegmentOptions } from './open-segments.ts';
import { readSegment } from './read-segment.ts';
import { hourMs } from './segment-name.ts';
import { lastTime, type Segment, type SegmentStore } from './segment-store.ts';

const start = 1_700_000_000_000 - (1_700_000_000_000 % hourMs);

/** One row a value, each with its own `value`, by which it is found again. */
function points(values: readonly number[], at: (value: number) => number = () => start): ColumnBatch {
  const batch = makeBatch(pointsTable, values.length);
  values.forEach((value, row) => {
    batch.columns['ts']?.set([BigInt(at(value))] as never, row);
    batch.columns['value']?.set([value] as never, row);
  });
  return batch;
}

const open = (disk: Disk, more: Partial<SegmentOptions> = {}) =>
  openSegments({ directory: 'data/telemetry', clock: new ManualClock(start), disk, ...more });

/** The values of all rows that a store shows, sorted. */
async function valuesIn(disk: Disk, store: SegmentStore): Promise<number[]> {
  const { segments, unsealed, release } = store.snapshot(pointsTable, 0, lastTime);
  const values = unsealed.flatMap((batch) => [...(batch.columns['value'] ?? [])].map(Number));
  for (const segment of segments) {
    for await (const batch of readSegment(disk, segment, pointsTable)) {
      values.push(...[...(batch.columns['value'] ?? [])].map(Number));
    }
  }
  release();
  return values.sort((a, b) => a - b);
}

async function put(store: SegmentStore, values: readonly number[], at?: (value: number) => number): Promise<void> {
  const done = store.append(points(values, at));
  await store.seal();
  await done;
}

/** All segments of points as one, as compaction does. */
async function merge(disk: Disk, store: SegmentStore): Promise<readonly Segment[]> {
  const inputs = store.segments(pointsTable);
  const replacement = store.planReplacement(pointsTable, inputs, [{ from: start, level: 1, note: 'merged' }]);
  const all = points(await valuesIn(disk, store));
  for (const { path, metadata } of replacement.outputs) {
    const file = await disk.open(path, 'write');
    await file.write(0, await encodeParquet(all, metadata));
    await file.close();
  }
  return store.replace(replacement);
}

describe('sealing', () => {
  test('what is added at the last moment is written with the rest, and who added it hears when it is durable', async () => {
    const disk = new FaultyDisk();
    const heard: string[] = [];
    let late: Promise<void> | undefined;
    const store = await open(disk, {
      beforeSeal: () => {
        late ??= store.append(points([2])).then(() => void heard.push('acknowledged'));
        return () => Promise.resolve(heard.push('durable')).then(() => undefined);
      },
    });
    await put(store, [1]);
    await late;
    expect(store.segments(pointsTable).map(({ rows }) => rows)).toEqual([2]);
    expect(await valuesIn(disk, store)).toEqual([1, 2]);
    expect(heard.toSorted()).toEqual(['acknowledged', 'durable']);
    await store.close();
  });

  test('where rows were not written nobody hears that they are durable', async () => {
    const disk = new FaultyDisk();
    let durable = 0;
    const store = await open(disk, { beforeSeal: () => () => Promise.resolve(void durable++) });
    await put(store, [1]);
    expect(durable).toBe(1);
    disk.plan = (operation) => (operation === 'sync' ? { fail: 'ENOSPC' } : undefined);
    const refused = expect(store.append(points([2]))).rejects.toThrow('ENOSPC');
    await store.seal();
    await refused;
    expect(durable).toBe(1);
    disk.plan = () => undefined;
    await store.close();
  });

  test('rows are acknowledged after the time, and found at the next start', async () => {
    const disk = new FaultyDisk();
    const clock = new ManualClock(start);
    const store = await open(disk, { clock });
    let done = false;
    const appended = store.append(points([1, 2])).then(() => (done = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect({ done, waiting: store.unsealedRows }).toEqual({ done: false, waiting: 2 });
    expect(await valuesIn(disk, store)).toEqual([1, 2]);
    clock.advance(5000);
    await appended;
    expect(store.unsealedRows).toBe(0);
    expect(await valuesIn(disk, await open(disk.crash('lost')))).toEqual([1, 2]);
  });

  test('enough rows do not wait for the time', async () => {
    const store = await open(new FaultyDisk(), { sealRows: 3 });
    await Promise.all([store.append(points([1, 2])), store.append(points([3]))]);
    expect(store.segments().map(({ rows }) => rows)).toEqual([3]);
  });

  test('many rows become groups of a file, each small enough to be read by itself', async () => {
    const disk = new FaultyDisk();
    const store = await open(disk, { sealRows: 200_000 });
    const piece = Array.from({ length: 50_000 }, (_, at) => at);
    await Promise.all([0, 1, 2, 3].map((at) => store.append(points(piece.map((value) => value + at * piece.length)))));
    const [segment] = store.segments();
    const groups: number[] = [];
    if (segment) for await (const { rows } of readSegment(disk, segment, pointsTable)) groups.push(rows);
    expect(groups).toEqual([100_000, 100_000]);
    expect(segment).toMatchObject({ from: start, to: start, rows: 200_000 });
    const values = await valuesIn(disk, store);
    expect([values.length, values[0], values.at(-1)]).toEqual([200_000, 0, 199_999]);
  });

  test('each hour has a file of its own, late and future ones too, and a time range finds it', async () => {
    const disk = new FaultyDisk();
    const store = await open(disk);
    await put(store, [0, 1, -50, 90], (value) => start + value * hourMs);
    const hours = store.segments().map(({ from }) => (from - start) / hourMs);
    expect(hours).toEqual([-50, 0, 1, 90]);
    const { segments } = store.snapshot(pointsTable, start + hourMs, start + 2 * hourMs);
    expect(segments.map(({ from }) => from)).toEqual([start + hourMs]);
    expect(await valuesIn(disk, store)).toEqual([-50, 0, 1, 90]);
  });

  test('a time beyond all clocks is refused, the rest goes on', async () => {
    const store = await open(new FaultyDisk());
    await expect(store.append(points([1], () => lastTime))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const far = makeBatch(pointsTable, 1);
    far.columns['ts']?.fill((2n ** 64n - 1n) as never);
    await expect(store.append(far)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await put(store, [1], () => lastTime - 1);
    expect(store.segments()).toHaveLength(1);
  });

  test('tables lie apart, and one line names what was sealed together', async () => {
    const disk = new FaultyDisk();
    const store = await open(disk);
    const samples = makeBatch(samplesTable, 2);
    const done = Promise.all([store.append(samples), store.append(points([1]))]);
    await store.seal();
    await done;
    expect(store.segments(samplesTable).map(({ rows }) => rows)).toEqual([2]);
    expect(store.segments(pointsTable).map(({ rows }) => rows)).toEqual([1]);
    expect(disk.content('data/telemetry/manifest.jsonl').toString().trimEnd().split('\n')).toHaveLength(2);
  });

  test('more than may wait is refused, and later rows go through again', async () => {
    const store = await open(new FaultyDisk(), { maxUnsealedRows: 3 });
    const first = store.append(points([1, 2]));
    await expect(store.append(points([3, 4]))).rejects.toMatchObject({ code: 'TELEMETRY_BEHIND' });
    await store.seal();
    await first;
    await put(store, [5]);
    expect(store.segments().reduce((sum, { rows }) => sum + rows, 0)).toBe(3);
  });
});

describe('replacing', () => {
  test('outputs take the place of inputs, whose files stay while somebody reads them', async () => {
    const disk = new FaultyDisk();
    const store = await open(disk);
    for (const value of [1, 2, 3]) await put(store, [value]);
    const reader = store.snapshot(pointsTable, 0, lastTime);
    const [merged] = await merge(disk, store);
    expect(store.segments()).toEqual([merged]);
    expect(merged).toMatchObject({ level: 1, note: 'merged', rows: 3 });
    await Promise.all(reader.segments.map(({ path }) => disk.open(path, 'read')));
    reader.release();
    reader.release();
    await store.close();
    expect(disk.paths().filter((path) => path.endsWith('.parquet'))).toEqual([merged?.path]);
    expect(await valuesIn(disk, await open(disk.crash('lost')))).toEqual([1, 2, 3]);
  });

  test('an input that is gone is a conflict, a file that is none is refused, and nothing changes', async () => {
    const disk = new FaultyDisk();
    const store = await open(disk);
    await put(store, [1]);
    const inputs = store.segments();
    await merge(disk, store);
    const late = store.planReplacement(pointsTable, inputs, []);
    await expect(store.replace(late)).rejects.toMatchObject({ code: 'CONFLICT' });
    const empty = store.planReplacement(pointsTable, store.segments(), [{ from: start, level: 2 }]);
    await expect(store.replace(empty)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    disk.put(empty.outputs[0]?.path ?? '', Buffer.from('no segment'));
    await expect(store.replace(empty)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(await valuesIn(disk, store)).toEqual([1]);
  });
});

/** Every step that changes the disk, one after the other, is where the power goes or the process dies. */
async function atEveryPoint(mode: CrashMode, fault: Fault): Promise<void> {
  for (let at = 0; ; at++) {
    const disk = new FaultyDisk();
    const acknowledged: number[] = [];
    const store = await open(disk);
    const offset = disk.operations;
    disk.plan = (_operation, _path, index) => (index === offset + at ? fault : undefined);
    const work = (async () => {
      for (const value of [1, 2, 3]) {
        const wasPut = await put(store, [value], () => start + value * hourMs).then(
          () => true,
          () => false,
        );
        if (wasPut) acknowledged.push(value);
      }
      await merge(disk, store).catch(() => undefined);
      const wasPut = await put(store, [4]).then(
        () => true,
        () => false,
      );
      if (wasPut) acknowledged.push(4);
    })();
    await Promise.race([work, disk.poweredOff]);
    if (fault !== 'power-off' && disk.operations - offset > at)
      expect(await valuesIn(disk, store)).toEqual(acknowledged);
    const next = disk.crash(mode);
    const reopened = await open(next);
    const found = await valuesIn(next, reopened);
    expect(reopened.problems).toEqual([]);
    expect(await reopened.verify()).toEqual([]);
    expect(found, `at ${at}`).toEqual([...new Set(found)]);
    expect(found, `at ${at}`).toEqual(expect.arrayContaining(acknowledged));
    await put(reopened, [5]);
    expect(await valuesIn(next, reopened)).toEqual([...found, 5]);
    if (disk.operations - offset <= at) return;
  }
}

describe('crashes and full disks', () => {
  test.each<[string, CrashMode]>([
    ['the process dies', 'killed'],
    ['the power goes', 'lost'],
    ['the power goes and half of a write is there', (bytes) => bytes >> 1],
  ])('%s at any step: nothing acknowledged is lost, nothing is there twice', async (_name, mode) => {
    await atEveryPoint(mode, 'power-off');
  });

  test.each(['ENOSPC', 'EIO'] as const)('%s at any step is refused, and the store goes on', async (fail) => {
    await atEveryPoint('killed', { fail });
  });

  test('a disk that is full for a while: refused with a code, then taken again, without a new start', async () => {
    const disk = new FaultyDisk();
    const store = await open(disk);
    await put(store, [1]);
    disk.plan = (operation) => (operation === 'write' ? { fail: 'ENOSPC' } : undefined);
    for (const value of [2, 3])
      await expect(put(store, [value])).rejects.toMatchObject({ code: 'TELEMETRY_UNWRITABLE' });
    expect(store.unsealedRows).toBe(0);
    disk.plan = () => undefined;
    await put(store, [4]);
    expect(await valuesIn(disk, store)).toEqual([1, 4]);
    expect(disk.paths().filter((path) => path.includes('.parquet'))).toHaveLength(2);
  });
});

describe('damage', () => {
  const path = 'data/telemetry/manifest.jsonl';

  async function written(): Promise<FaultyDisk> {
    const disk = new FaultyDisk();
    const store = await open(disk);
    for (const value of [1, 2]) await put(store, [value]);
    await merge(disk, store);
    await put(store, [3]);
    await store.close();
    return disk;
  }

  test('any flipped bit of the manifest loses no row', async () => {
    const { length } = (await written()).content(path);
    for (let bit = 3; bit < length * 8; bit += 101) {
      const disk = await written();
      disk.flipBit(path, bit);
      const store = await open(disk);
      expect(await valuesIn(disk, store), `bit ${bit}`).toEqual([1, 2, 3]);
      await put(store, [4]);
      expect(await valuesIn(disk, await open(disk.crash('lost')))).toEqual([1, 2, 3, 4]);
    }
  });

  test('a damaged line is named and put aside', async () => {
    const disk = await written();
    disk.flipBit(path, disk.content(path).indexOf('sha256') * 8);
    const { problems } = await open(disk);
    expect(problems).toEqual([expect.stringContaining('manifest.jsonl:2: the line is damaged')]);
    expect(disk.paths().filter((name) => name.includes('.damaged-'))).toHaveLength(1);
  });

  test('a manifest that is cut anywhere is the one before or refused, never half of one', async () => {
    const { length } = (await written()).content(path);
    for (let cut = 0; cut < length; cut += 37) {
      const disk = await written();
      disk.cut(path, cut);
      const store = await open(disk);
      const found = await valuesIn(disk, store);
      expect(found, `cut at ${cut}`).toEqual([...new Set(found)]);
    }
  });

  test('a lost manifest is made again from the segments', async () => {
    const disk = await written();
    disk.drop(path);
    const store = await open(disk);
    expect(store.problems).toEqual([expect.stringContaining('the list of segments is missing')]);
    expect(await valuesIn(disk, store)).toEqual([1, 2, 3]);
  });

  test('where line and segment are damaged, nothing is opened and nothing removed', async () => {
    const disk = await written();
    const before = disk.paths();
    disk.flipBit(path, disk.content(path).indexOf('sha256') * 8);
    const segment = before.find((name) => name.endsWith('.parquet')) ?? '';
    disk.cut(segment, 40);
    await expect(open(disk)).rejects.toMatchObject({ code: 'TELEMETRY_CORRUPT', where: `${path}:2` });
    expect(disk.paths()).toEqual(before);
  });

  test('a cut or missing segment is named, the others are shown, and it is not deleted', async () => {
    const disk = await written();
    const [first = '', second = ''] = disk.paths().filter((name) => name.endsWith('.parquet'));
    disk.cut(first, 40);
    const store = await open(disk);
    expect(store.problems).toEqual([expect.stringContaining(first)]);
    expect(store.segments().map(({ path }) => path)).toEqual([second]);
    expect(disk.paths()).toContain(first);
  });

  test('what a crash left half written is removed, files of others are not', async () => {
    const disk = await written();
    const before = disk.paths();
    for (const name of [
      'tmp_points-1-1-000000099.parquet',
      'points-1-1-000000099.parquet.new',
      'points-1-1-000000099.parquet',
    ])
      disk.put(`data/telemetry/${name}`, Buffer.from('half'));
    disk.put('data/telemetry/points.parquet', Buffer.from('of somebody'));
    await open(disk);
    expect(disk.paths()).toEqual([...before, 'data/telemetry/points.parquet'].sort());
  });

  test('a flipped bit in a segment is found by its hash', async () => {
    const disk = await written();
    const first = disk.paths().find((name) => name.endsWith('.parquet')) ?? '';
    disk.flipBit(first, 500);
    expect(await (await open(disk)).verify()).toEqual([expect.stringContaining(first)]);
  });
});

describe('series', () => {
  test('labels keep their numbers over restarts, in any order of theirs', async () => {
    const disk = new FaultyDisk();
    const store = await open(disk);
    const id = store.series.idOf({ check: 'dns', watcher: 'a' });
    expect(store.series.idOf({ watcher: 'a', check: 'dns' })).toBe(id);
    const other = store.series.idOf({ check: 'dns', watcher: 'b' });
    await put(store, [1]);
    const { series } = await open(disk.crash('lost'));
    expect([...series.entries()]).toEqual([
      [id, { check: 'dns', watcher: 'a' }],
      [other, { check: 'dns', watcher: 'b' }],
    ]);
    expect(series.idOf({ check: 'new' })).toBeGreaterThan(other);
  });

  test.each<[string, Record<string, string>]>([
    ['a long value', { check: 'x'.repeat(1_000_000) }],
    ['a control character', { check: 'a\u0000b' }],
    ['a line break', { 'a\nb': 'c' }],
    ['half a character', { check: '\ud800' }],
    ['no name', { '': 'a' }],
    ['many labels', Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`label${at}`, 'x']))],
  ])('%s is refused', async (_name, labels) => {
    const { series } = await open(new FaultyDisk());
    expect(() => series.idOf(labels)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    expect(series.size).toBe(0);
  });

  test('a damaged line costs that name, and no number is given twice', async () => {
    const disk = new FaultyDisk();
    const store = await open(disk);
    const ids = ['a', 'b', 'c'].map((check) => store.series.idOf({ check }));
    await put(store, [1]);
    const file = 'data/telemetry/series.jsonl';
    disk.flipBit(file, (disk.content(file).indexOf('"c"') + 1) * 8);
    const { series, problems } = await open(disk);
    expect(problems).toEqual([expect.stringContaining('series.jsonl')]);
    expect(series.labelsOf(ids[0] ?? 0)).toEqual({ check: 'a' });
    expect(series.labelsOf(ids[2] ?? 0)).toBeUndefined();
    expect(ids).not.toContain(series.idOf({ check: 'new' }));
  });
});

describe('retention', () => {
  const dayMs = 24 * hourMs;

  async function days(count: number): Promise<SegmentStore> {
    const store = await open(new FaultyDisk(), { clock: new ManualClock(start + count * dayMs) });
    for (let day = 0; day < count; day++) await put(store, [day], () => start + day * dayMs);
    return store;
  }

  test('what is older goes, and never a younger row', async () => {
    const store = await days(5);
    expect(await store.dropBefore(pointsTable, start + 2 * dayMs)).toBe(2);
    expect(store.segments().map(({ from }) => (from - start) / dayMs)).toEqual([2, 3, 4]);
    expect(await store.dropBefore(samplesTable, lastTime)).toBe(0);
  });

  test('by age, then by size the oldest first, but nothing that is protected', async () => {
    const store = await days(6);
    const bytes = store.segments()[0]?.bytes ?? 0;
    const table = { maxAgeMs: 5 * dayMs, keepMs: 2 * dayMs };
    const kept = await store.retain({ tables: { points: table }, maxBytes: 4.5 * bytes });
    expect(kept).toMatchObject({ droppedSegments: 2, excessBytes: 0 });
    const tight = await store.retain({ tables: { points: table }, maxBytes: 0 });
    expect(tight.droppedSegments).toBe(2);
    expect(tight.excessBytes).toBeGreaterThan(0);
    expect(store.problems).toEqual(['data/telemetry: what may not be deleted yet takes 1 MB, and 0 MB are allowed']);
    expect(store.segments().map(({ from }) => (from - start) / dayMs)).toEqual([4, 5]);
    expect(await store.retain({ tables: {}, maxBytes: 0 })).toMatchObject({ droppedSegments: 0 });
    await store.retain({ tables: { points: table }, maxBytes: 10 * bytes });
    expect(store.problems).toEqual([]);
  });
});
