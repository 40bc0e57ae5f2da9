import { expect, test } from 'vitest';
import { apiQuery, isNarrowed, stateOf } from './filter-query.ts';

const asked = (text: string) =>
  Object.fromEntries(
    Object.entries(apiQuery(new URLSearchParams(text), Date.parse('2026-01-31T12:00:30Z'))).filter(
      ([, value]) => value !== undefined,
    ),
  );

test('the address says what the API is asked', () => {
  expect(asked('')).toEqual({ state: 'open' });
  expect(asked('state=all&search=a+b&severity=critical&period=7d&policy=disk&assignee=ops&impact=none')).toEqual({
    state: 'all',
    search: 'a b',
    severity: 'critical',
    impact: 'none',
    policy: 'disk',
    assignee: 'ops',
    from: '2026-01-24T12:00:00.000Z',
  });
});

test('words that mean nothing are left out', () => {
  expect(asked('state=x&severity=<b>&impact=huge&period=1000y')).toEqual({ state: 'open' });
  expect(stateOf(new URLSearchParams('state=resolved'))).toBe('resolved');
  expect([isNarrowed(new URLSearchParams('state=all')), isNarrowed(new URLSearchParams('search=x'))]).toEqual([
    false,
    true,
  ]);
});
