import { expect, test } from 'vitest';
import { Routes } from '../../../src/agree/verdict/routing/routes.ts';
import { routesSchema } from '../../../src/model/index.ts';
import { readLabels, routeEnds, type RouteDocument } from './route-path.ts';

const routes: RouteDocument[] = [
  { match: 'team=none', continue: true, notify: ['nobody'] },
  {
    match: 'site=office',
    notify: ['ops'],
    'quiet-hours': ['night'],
    routes: [
      { match: 'severity=critical', notify: ['boss'], continue: true },
      { match: 'tier!=test', 'quiet-hours': [] },
    ],
  },
  { notify: ['rest'] },
];

test.each([
  [{ site: 'office', severity: 'critical', tier: 'test' }, [[1, 0]], [['boss']]],
  [
    { site: 'office', severity: 'critical' },
    [
      [1, 0],
      [1, 1],
    ],
    [['boss'], ['ops']],
  ],
  [{ site: 'office', tier: 'test' }, [[1]], [['ops']]],
  [{ team: 'none' }, [[0], [2]], [['nobody'], ['rest']]],
])('%j goes the way that the watcher goes', (labels: Record<string, string>, ways, notify) => {
  const ends = routeEnds(routes, labels);
  expect(ends.map(({ way }) => way)).toEqual(ways);
  expect(ends.map((end) => end.notify)).toEqual(notify);
  const watcher = new Routes({ routes: routesSchema.parse(routes), 'quiet-hours': [] });
  expect(watcher.matching(labels).map((end) => end.notify)).toEqual(notify);
});

test('quiet hours come from above until a route has its own', () => {
  expect(routeEnds(routes, { site: 'office' }).map(({ quietHours }) => quietHours)).toEqual([[]]);
  expect(routeEnds(routes, { site: 'office', tier: 'test' }).map(({ quietHours }) => quietHours)).toEqual([['night']]);
  expect(routeEnds([], {})).toEqual([]);
});

test('labels are read from what somebody types', () => {
  expect(readLabels('site = office, tier=gold,nonsense, =x')).toEqual({ site: 'office', tier: 'gold' });
});
