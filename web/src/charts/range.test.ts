import { expect, test } from 'vitest';
import { rangeFrom } from './range.ts';

const range = (query: string) => rangeFrom(new URLSearchParams(query));

test('the address names a range or two times; nonsense means the last hour', () => {
  expect(range('range=7d')).toEqual({ kind: 'last', name: '7d', lengthMs: 604_800_000 });
  expect(range('from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00Z&range=7d')).toMatchObject({ kind: 'between' });
  expect(range('from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z')).toMatchObject({ name: '1h' });
  expect(range('from=x&range=y')).toMatchObject({ name: '1h' });
});
