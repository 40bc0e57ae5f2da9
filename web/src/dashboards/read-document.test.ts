import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  aggregates as modelAggregates,
  chartTypes as modelChartTypes,
  dashboardSchema,
} from '../../../src/model/index.ts';
import { aggregates, chartTypes, readDocument, writeDocument } from './read-document.ts';

const folder = new URL('../../../src/watcher/dashboards/built-in/', import.meta.url);
const builtIn = readdirSync(folder).filter((file) => file !== 'index.ts' && !file.includes('.test.'));

test.each(builtIn)('%s reads as the watcher reads it, and is written to the same', async (file) => {
  const module = (await import(new URL(file, folder).href)) as Record<string, unknown>;
  for (const document of Object.values(module)) {
    const wanted = dashboardSchema.parse(document);
    const read = readDocument(document);
    expect(read).toEqual({ ok: true, dashboard: wanted });
    if (read.ok) expect(dashboardSchema.parse(writeDocument(read.dashboard))).toEqual(wanted);
  }
});

test('the same types and aggregates as the model', () => {
  expect(chartTypes).toEqual(modelChartTypes);
  expect(aggregates).toEqual(modelAggregates);
});

const chart = { title: 'A', type: 'line', queries: [{ metric: 'm' }] };
test.each([
  [null, 'document', 'object'],
  [{ name: 'a', title: 'A', version: 2 }, 'version', 'version'],
  [{ name: 'a' }, 'title', 'text'],
  [{ name: 'a', title: 'A', charts: {} }, 'charts', 'list'],
  [{ name: 'a', title: 'A', charts: [{ ...chart, type: 'pie' }] }, 'charts[0].type', 'type'],
  [{ name: 'a', title: 'A', charts: [{ ...chart, compare: 'yesterday' }] }, 'charts[0].compare', 'duration'],
  [{ name: 'a', title: 'A', charts: [{ ...chart, width: 'wide' }] }, 'charts[0].width', 'number'],
  [
    { name: 'a', title: 'A', charts: [{ ...chart, queries: [{ metric: 'm', where: { a: 1 } }] }] },
    'charts[0].queries[0].where.a',
    'object',
  ],
])('%j is refused with its place', (document, path, expected) => {
  expect(readDocument(document)).toEqual({ ok: false, path, expected });
});
