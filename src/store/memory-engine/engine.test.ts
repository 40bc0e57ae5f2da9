import { expect, test } from 'vitest';
import { ManualClock, systemClock } from '../../platform/index.ts';
import { makeBatch } from '../batch.ts';
import { engineSuite } from '../engine.suite.ts';
import { pointsTable } from '../table.ts';
import { openMemoryEngine } from './engine.ts';

engineSuite('memory', {
  wideSums: true,
  open: () => {
    const engine = openMemoryEngine({ clock: systemClock });
    return Promise.resolve({ engine, close: () => engine.close() });
  },
});

test('the oldest rows go when there are too many, and an answer says so', async () => {
  const engine = openMemoryEngine({ clock: new ManualClock(), maxRows: 25 });
  for (let second = 0; second < 4; second++) {
    const batch = makeBatch(pointsTable, 10);
    (batch.columns['ts'] as BigUint64Array).fill(BigInt(second * 1000));
    await engine.append(batch);
  }
  const select = [{ name: 'n', value: { aggregate: 'count' } as const }];
  const query = { table: pointsTable, to: 10_000, select };
  const whole = await engine.query({ ...query, from: 0 });
  expect(whole.rows).toEqual([[20]]);
  expect(whole.partial?.missing).toEqual(['rows before 1970-01-01T00:00:01.001Z are not in memory']);
  expect((await engine.query({ ...query, from: 2000 })).partial).toBeUndefined();
  expect((await engine.health()).tables['points']?.rows).toBe(20);
});
