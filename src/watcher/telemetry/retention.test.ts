import { expect, test } from 'vitest';
import { telemetrySchema } from '../../model/index.ts';
import { pointRollups, pointsTable, sampleRollups, samplesTable } from '../../store/index.ts';
import { PlainEngine } from './plain-engine.fixture.ts';
import { agesOf, keepFor } from './retention.ts';

test('each table keeps its rows for as long as the configuration says, and no younger one goes', async () => {
  const day = 86_400_000;
  const now = 1000 * day;
  const { retention } = telemetrySchema.parse({ retention: { raw: '2d', '1m': '10d' } });
  const engine = new PlainEngine();
  const tables = [samplesTable, pointsTable, sampleRollups('1m'), pointRollups('1h')];
  for (const table of tables) {
    for (let age = 0; age < 800; age++) engine.add(table, { ts: now - age * day, series: 1 });
  }
  await keepFor(retention, engine, now);
  expect(tables.map(({ name }) => engine.rows.get(name)?.length)).toEqual([3, 3, 11, 729]);
  const names = agesOf(retention).map(({ table }) => table.name);
  expect(names).toHaveLength(11);
  expect(new Set(names).size).toBe(11);
});
