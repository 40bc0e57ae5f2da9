import { expect, test } from 'vitest';
import { flowsSchema, type FlowSettings } from '../../model/index.ts';
import type { FlowDesk } from './analysis.ts';
import { withRules } from './privacy-desk.ts';

const answer = { groupBy: ['source'], rows: [{ values: ['192.0.2.1'], labels: [''] }] };
const open = {
  query: () => Promise.resolve(answer),
  records: () => Promise.resolve({ items: [], more: false }),
  latency: () => Promise.resolve('round trips'),
  sql: () => Promise.resolve('rows'),
  costs: () => Promise.resolve('costs'),
  insights: () => Promise.resolve([{ kind: 'port-scan' }, { kind: 'saturation' }]),
} as unknown as FlowDesk;
const rules = (given: object) => {
  const settings: FlowSettings = flowsSchema.parse(given);
  return withRules(open, { settings: () => settings, names: { nameOf: (address) => `name of ${address}` } });
};
const question = undefined as never;

test('with a threshold nobody is told of single records', async () => {
  const desk = rules({ privacy: { threshold: 5 } });
  for (const part of ['records', 'latency', 'sql', 'costs'] as const) {
    await expect(desk[part](question)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  }
  expect(await desk.query(question)).toBe(answer);
  expect(await desk.insights(question)).toEqual([{ kind: 'saturation' }]);
});

test('without one everything is told, and names are asked for where that is wanted', async () => {
  const desk = rules({});
  expect(await desk.records(question)).toMatchObject({ more: false });
  expect(await desk.insights(question)).toHaveLength(2);
  expect(await desk.query(question)).toBe(answer);
  const named = await rules({ 'reverse-names': true }).query(question);
  expect(named.rows[0]?.labels).toEqual(['name of 192.0.2.1']);
});
