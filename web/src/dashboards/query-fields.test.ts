import { expect, test } from 'vitest';
import { conditionsOf, whereOf } from './query-fields.tsx';

test('conditions go through the form and come back the same', () => {
  const where = {
    a: 'x',
    b: ['x', 'y'],
    c: { not: 'x' },
    d: { not: ['x', 'y'] },
    e: { matches: 'x, y' },
    f: { 'not-matches': 'x.*' },
    g: '$check',
  };
  expect(whereOf(conditionsOf(where))).toEqual(where);
});
