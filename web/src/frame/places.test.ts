import { expect, test } from 'vitest';
import { isAt, places } from './places.ts';

test.each([
  ['/', 'overview'],
  ['/checks/a', 'overview'],
  ['/incidents/1', 'incidents'],
  ['/dashboards/checks/edit', 'dashboards'],
  ['/alerts/slow', 'alerts'],
  ['/on-call', 'alerts'],
  ['/nat', 'flows'],
  ['/mirrors', 'flows'],
  ['/ledger', 'cluster'],
  ['/configuration', 'settings'],
  ['/people', 'settings'],
])('%s belongs to %s alone', (path, name) => {
  expect(places.filter((place) => isAt(place, path)).map((place) => place.name)).toEqual([name]);
});

test('an address that only begins alike belongs to nothing', () => {
  expect(places.some((place) => isAt(place, '/dashboards-of-others'))).toBe(false);
});
