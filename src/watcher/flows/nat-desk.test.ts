import { expect, test } from 'vitest';
import { flowsSchema, natLogQuestionSchema, type NatStatus } from '../../model/index.ts';
import { createNatDesk } from './nat-desk.ts';

const question = natLogQuestionSchema.parse({ from: '2026-03-01T11:00:00.000Z', to: '2026-03-01T12:00:00.000Z' });
const collector = (threshold: number, nat?: NatStatus) => ({
  nat: () => nat,
  query: () => Promise.resolve({ columns: [], rows: [], elapsedMs: 1 }),
  labels: new Map(),
  settings: flowsSchema.parse({ privacy: { threshold } }),
});

test('without a collector nothing is watched, and there is no log', async () => {
  const desk = createNatDesk(() => undefined);
  expect(desk.status()).toMatchObject({ enabled: false, pools: [] });
  await expect(desk.log(question)).rejects.toMatchObject({ code: 'TELEMETRY_UNAVAILABLE' });
});

test('a collector that watches no translations still has what exporters tell', async () => {
  const desk = createNatDesk(() => collector(1));
  expect(desk.status().enabled).toBe(false);
  expect(await desk.log(question)).toMatchObject({ entries: [], more: false });
});

test('where reports are about many, nobody is told of single connections', async () => {
  const desk = createNatDesk(() => collector(5));
  await expect(desk.log(question)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});
