import { expect, test } from 'vitest';
import { planChanges } from './plan.ts';

test('a plan names what is added, removed and changed, field by field', () => {
  const before = {
    site: 'a',
    watch: [
      { name: 'x', host: 'h', interval: '5s' },
      { name: 'y', host: 'h' },
    ],
  };
  const after = {
    site: 'b',
    watch: [
      { name: 'z', host: 'h' },
      { name: 'x', host: 'h', interval: '9s', labels: { k: 'v' } },
    ],
  };
  expect(planChanges(before, after, 7)).toEqual({
    basedOn: 7,
    changes: [
      { section: 'site', name: '', change: 'change', fields: [{ path: '', before: 'a', after: 'b' }] },
      {
        section: 'watch',
        name: 'x',
        change: 'change',
        fields: [
          { path: 'interval', before: '5s', after: '9s' },
          { path: 'labels', before: null, after: { k: 'v' } },
        ],
      },
      {
        section: 'watch',
        name: 'y',
        change: 'remove',
        fields: [{ path: '', before: { name: 'y', host: 'h' }, after: null }],
      },
      {
        section: 'watch',
        name: 'z',
        change: 'add',
        fields: [{ path: '', before: null, after: { name: 'z', host: 'h' } }],
      },
    ],
  });
});

test('order alone is no change', () => {
  const checks = [{ name: 'x' }, { name: 'y' }];
  expect(planChanges({ watch: checks }, { watch: checks.toReversed() }, 0).changes).toEqual([]);
});
