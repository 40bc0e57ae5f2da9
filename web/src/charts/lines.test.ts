import { expect, test } from 'vitest';
import type { ApiMetricsAnswer, ChartQuery } from '../../../src/model/index.ts';
import { figuresOf, legendOf, linesOf, shortcomings, stacked } from './lines.ts';

const query: ChartQuery = { metric: 'quorumwatch_a_seconds', where: {}, 'group-by': ['check'], legend: '{{check}}' };
const series = (check: string, values: (number | null)[]) => ({ labels: { check }, values });
const answer = (...list: ReturnType<typeof series>[][]): ApiMetricsAnswer => ({
  stepMs: 1000,
  at: [0, 1000, 2000],
  answers: list.map((all) => ({
    metric: query.metric,
    unit: 'seconds',
    aggregate: 'avg',
    series: all,
    omitted: all.length,
  })),
  elapsedMs: 1,
});

test('figures leave gaps out; of nothing there are none', () => {
  expect(figuresOf([null, 2, 4, null])).toEqual({ last: 4, avg: 3, min: 2, max: 4 });
  expect(figuresOf([null])).toEqual({ last: null, avg: null, min: null, max: null });
});

test('the second half of a compared answer is the past', () => {
  const lines = linesOf(
    answer([series('a', [1, 2, 3])], [series('a', [4, 5, 6])]),
    [query],
    (name) => `${name} before`,
  );
  expect(lines.map(({ name, past }) => [name, past])).toEqual([
    ['a', false],
    ['a before', true],
  ]);
  expect(new Set(lines.map(({ key }) => key)).size).toBe(2);
});

test('a series that is too short ends in gaps', () => {
  expect(linesOf(answer([series('a', [1])]), [query])[0]?.values).toEqual([1, null, null]);
});

test('legends take labels as they are, and are cut', () => {
  expect(legendOf('{{check}} from {{ watcher }}', { check: '<b>', watcher: 'w' }, 'm')).toBe('<b> from w');
  expect(legendOf('{{none}}', {}, 'quorumwatch_checks_total')).toBe('checks total');
  expect(legendOf(undefined, { a: 'x'.repeat(1_000_000) }, 'm')).toHaveLength(300);
});

test('stacks add up; a gap of all stays one', () => {
  const lines = linesOf(answer([series('a', [1, null, null]), series('b', [2, 3, null])]), [query]);
  expect(stacked(lines)).toEqual([
    [1, 0, null],
    [3, 3, null],
  ]);
});

test('shortcomings of all answers', () => {
  const given = answer([series('a', [1])], []);
  const [first] = given.answers;
  if (first) first.partial = { answered: 1, of: 2, missing: ['shard-2'] };
  expect(shortcomings(given.answers)).toEqual({ omitted: 1, missing: ['shard-2'] });
});
