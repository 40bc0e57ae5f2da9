import { expect, test } from 'vitest';
import { conditionChart } from './condition-chart.ts';
import { asKind, examplePolicy, kindOf, kinds, readPolicy, type ConditionDocument } from './policy-document.ts';

const [condition] = examplePolicy.conditions as [ConditionDocument];

test('a limit of the values themselves is a line of the chart', () => {
  expect(conditionChart(condition, 'slow')).toMatchObject({
    type: 'line',
    thresholds: [{ value: 0.3 }],
    queries: [{ metric: 'quorumwatch_probe_latency_seconds', aggregate: 'p95', 'group-by': ['check'] }],
  });
  expect(conditionChart(asKind(condition, 'rate-of-change'), 'slow')?.thresholds).toEqual([]);
});

test('both sides of a ratio are drawn for the same labels; a quorum has nothing to draw', () => {
  const chart = conditionChart(asKind(condition, 'ratio'), 'failing');
  expect(chart?.queries.map((query) => query['group-by'])).toEqual([['check'], ['check']]);
  expect(conditionChart(asKind(condition, 'quorum'), 'quorum')).toBeUndefined();
});

test('a verdict is a history of the checks that it names', () => {
  const chart = conditionChart({ verdict: { checks: ['gateway', 'dns'] } }, 'down');
  expect(chart).toMatchObject({ type: 'status-history', queries: [{ where: { check: ['gateway', 'dns'] } }] });
});

test.each(kinds)('a condition that becomes %s is of that kind alone, and readable', (kind) => {
  const changed = asKind(condition, kind);
  expect(kindOf(changed)).toBe(kind);
  expect(changed.for).toBe('2m');
  expect(readPolicy({ ...examplePolicy, conditions: [changed] })).toBeDefined();
});

test.each([
  ['no conditions', { name: 'a' }],
  ['a condition of two kinds', { name: 'a', conditions: [{ quorum: {}, verdict: {} }] }],
  ['a metric that is no text', { name: 'a', conditions: [{ threshold: { metric: 7 } }] }],
  ['labels that are no texts', { name: 'a', conditions: [{ quorum: {} }], labels: { site: 1 } }],
  ['an unknown severity', { name: 'a', conditions: [{ quorum: {} }], severity: 'huge' }],
  ['a list', []],
])('a form does not show a document with %s', (_, document) => {
  expect(readPolicy(document)).toBeUndefined();
});
