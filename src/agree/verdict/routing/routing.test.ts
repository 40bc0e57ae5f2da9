import { expect, test } from 'vitest';
import { routesSchema } from '../../../model/index.ts';
import { Routes } from './routes.ts';

const tree = (routes: unknown): Routes => new Routes({ routes: routesSchema.parse(routes), 'quiet-hours': [] });
const told = (routes: Routes, labels: Record<string, string>) =>
  routes.matching(labels).map(({ notify }) => notify.join('+'));

test('the first route that matches decides; those behind it only where it says continue', () => {
  const routes = tree([
    { match: 'team=db', notify: ['db'], continue: true },
    { match: 'severity=critical', notify: ['boss'] },
    { notify: ['ops'] },
  ]);
  expect(told(routes, { team: 'db', severity: 'critical' })).toEqual(['db', 'boss']);
  expect(told(routes, { team: 'db', severity: 'error' })).toEqual(['db', 'ops']);
  expect(told(routes, { team: 'web', severity: 'critical' })).toEqual(['boss']);
  expect(told(routes, { team: 'web' })).toEqual(['ops']);
});

test('a route of a route goes before it, and has what it does not say from the one above', () => {
  const routes = tree([
    {
      match: 'site=office',
      notify: ['office'],
      'group-by': ['site'],
      'group-wait': '30s',
      'repeat-interval': '4h',
      routes: [
        { match: 'tier=gold', notify: ['gold'], 'group-wait': '5s' },
        { match: 'tier=silver', 'group-by': ['site', 'check'] },
      ],
    },
  ]);
  expect(told(routes, { site: 'office', tier: 'gold' })).toEqual(['gold']);
  expect(told(routes, { site: 'office', tier: 'silver' })).toEqual(['office']);
  expect(told(routes, { site: 'office' })).toEqual(['office']);
  expect(told(routes, { site: 'plant', tier: 'gold' })).toEqual([]);
  expect(routes.matching({ site: 'office', tier: 'gold' })).toMatchObject([
    { groupBy: ['site'], groupWaitMs: 5000, groupIntervalMs: 300_000, repeatMs: 14_400_000 },
  ]);
  expect(routes.matching({ site: 'office', tier: 'silver' })).toMatchObject([
    { groupBy: ['site', 'check'], groupWaitMs: 30_000 },
  ]);
});

test('a tree that is deeper than its bound is refused', () => {
  let deep: object = { notify: ['ops'] };
  for (let depth = 0; depth < 8; depth++) deep = { routes: [deep] };
  expect(() => tree([deep])).toThrow();
});
