import { expect, test } from 'vitest';
import { planLines } from './plan-lines.ts';

test('a changed field is one line, a new or removed object one line a key', () => {
  expect(
    planLines([
      { path: 'interval', before: '5s', after: '2s' },
      { path: '', before: null, after: { name: 'a', down: [{ log: 'x' }] } },
      { path: 'labels', before: { site: 'b' }, after: undefined },
    ]),
  ).toEqual([
    { path: 'interval', before: '5s', after: '2s' },
    { path: 'name', before: undefined, after: 'a' },
    { path: 'down', before: undefined, after: '[{"log":"x"}]' },
    { path: 'labels.site', before: 'b', after: undefined },
  ]);
});
