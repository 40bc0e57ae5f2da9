import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { silentLog, systemClock } from '../../platform/index.ts';
import { makeBatch, type ColumnBatch } from '../batch.ts';
import { engineSuite } from '../engine.suite.ts';
import type { Query } from '../query/query.ts';
import { openSegments } from '../segments/open-segments.ts';
import { pointsTable } from '../table.ts';
import { openDuckDb, type DuckDbOptions } from './engine.ts';

// The name holds what a pattern of files or a statement could take for its own.
const root = mkdtempSync(join(tmpdir(), "qw duck'[a]*-"));
let folders = 0;
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function open(options: Partial<DuckDbOptions> = {}) {
  const directory = mkdtempSync(join(root, `${folders++}-`));
  const segments = await openSegments({ directory, clock: systemClock, sealMs: 5 });
  return { directory, segments, engine: openDuckDb({ segments, log: silentLog, clock: systemClock, ...options }) };
}

engineSuite('duckdb', {
  wideSums: true,
  open: async () => {
    const { engine } = await open();
    return { engine, close: () => engine.close() };
  },
});

function points(rows: number, startMs = 1000): ColumnBatch {
  const batch = makeBatch(pointsTable, rows);
  for (let row = 0; row < rows; row++) {
    (batch.columns['ts'] as BigUint64Array)[row] = BigInt(startMs + row);
    (batch.columns['value'] as Float64Array)[row] = row;
  }
  return batch;
}

const count: Query = {
  table: pointsTable,
  from: 0,
  to: 10_000_000,
  select: [{ name: 'n', value: { aggregate: 'count' } }],
};

/** A billion products. */
const endless: Query = {
  ...count,
  select: [
    {
      name: 'n',
      value: {
        aggregate: 'count',
        where: {
          any: Array.from({ length: 900 }, (_, at) => ({
            left: { left: { column: 'value' }, operator: '*', right: { column: 'value' } },
            is: '=' as const,
            right: { literal: at + 0.5 },
          })),
        },
      },
    },
  ],
};

describe('the query process', () => {
  test('a question that never ends is stopped at its deadline, and by its caller', async () => {
    const { engine } = await open();
    await engine.append(points(1_000_000));
    await engine.query(count);
    const pid = engine.processId;
    await expect(engine.query(endless, { deadlineMs: 300 })).rejects.toMatchObject({ code: 'TELEMETRY_DEADLINE' });
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('gone')), 200);
    await expect(engine.query(endless, { signal: controller.signal })).rejects.toThrow('gone');
    expect((await engine.query(count)).rows).toEqual([[1_000_000]]);
    expect(engine.processId).toBe(pid);
    await engine.close();
  });
});

const rounds = Number(process.env['QW_KILL_ROUNDS'] ?? 4);

test(
  'killed again and again under questions, it loses nothing and answers every one',
  async () => {
    const { engine } = await open();
    await engine.append(points(1000));
    for (let round = 0; round < rounds; round++) {
      await engine.query(count);
      const asked = Array.from({ length: 8 }, () =>
        engine.query(count).then(
          ({ rows }) => rows,
          (problem: unknown) => problem,
        ),
      );
      setTimeout(() => process.kill(engine.processId ?? 0, 'SIGKILL'), round % 7);
      for (const answer of await Promise.all(asked)) {
        if (Array.isArray(answer)) expect(answer).toEqual([[1000]]);
        else expect(answer).toMatchObject({ code: 'TELEMETRY_UNAVAILABLE' });
      }
      expect((await engine.query(count)).rows).toEqual([[1000]]);
    }
    await engine.close();
  },
  20_000 + rounds * 5000,
);

test('out of memory is an error of the question, and the next one is answered', async () => {
  const { engine } = await open({ memoryMiB: 16, spillMiB: 1 });
  for (let part = 0; part < 3; part++) await engine.append(points(500_000, 1000 + part * 500_000));
  const select = [
    { name: 'value', value: { column: 'value' } },
    { name: 'ts', value: { aggregate: 'distinct' as const, of: { column: 'ts' } } },
  ];
  const heavy = { ...count, select, orderBy: [{ name: 'value' }], limit: 10 };
  await expect(engine.query(heavy)).rejects.toMatchObject({ code: 'TELEMETRY_LIMIT' });
  expect((await engine.query(count)).rows).toEqual([[1_500_000]]);
  await engine.close();
});

test('a damaged file is named, and other questions are answered', async () => {
  const { engine, segments } = await open();
  await engine.append(points(100));
  await engine.append(points(100, 7_200_000));
  const [damaged] = segments.segments();
  writeFileSync(damaged?.path ?? '', 'this was a segment');
  await expect(engine.query(count)).rejects.toMatchObject({
    code: 'TELEMETRY_CORRUPT',
    message: expect.stringContaining(damaged?.name ?? 'no name') as string,
  });
  expect((await engine.query({ ...count, from: 7_000_000 })).rows).toEqual([[100]]);
  await engine.close();
});

test('it ends when nobody asks, and is there again for the next question', async () => {
  const { engine } = await open({ idleMs: 20 });
  await engine.append(points(10));
  await engine.query(count);
  await expect.poll(() => engine.processId, { timeout: 5000 }).toBeUndefined();
  expect((await engine.query(count)).rows).toEqual([[10]]);
  await engine.close();
});

test('a folder named from where the watcher runs is found by the process, which runs elsewhere', async () => {
  const directory = relative(process.cwd(), mkdtempSync(join(root, `${folders++}-`)));
  const segments = await openSegments({ directory, clock: systemClock, sealMs: 5 });
  const engine = openDuckDb({ segments, log: silentLog });
  await engine.append(points(10));
  expect((await engine.query(count)).rows).toEqual([[10]]);
  await engine.close();
});

test('without DuckDB memory answers for what came since the start, and says what is missing', async () => {
  const { engine, segments } = await open();
  await engine.append(points(10));
  const without = openDuckDb({ segments, log: silentLog, library: '@duckdb/nobody' });
  expect((await without.health()).problems[0]).toMatch(/^DuckDB cannot be used \(it is not installed\).*npm install/);
  await without.append(points(5, 5000));
  const answer = await without.query(count);
  expect(answer.rows).toEqual([[5]]);
  expect(answer.partial?.missing[0]).toMatch(/^rows before .* are on disk/);
  await engine.close();
});
