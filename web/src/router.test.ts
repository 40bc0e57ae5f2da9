import { expect, test } from 'vitest';
import { checkHref, matchPath, withQuery } from './router.ts';

test('a pattern yields decoded parameters', () => {
  expect(matchPath('/checks/:name', '/checks/a%2Fb%20%3Ci%3E')).toEqual({ name: 'a/b <i>' });
  expect(matchPath('/checks/:name', checkHref('../x').replace(/^/, ''))).toEqual({ name: '../x' });
});

test('other paths, empty and undecodable parameters do not match', () => {
  expect(matchPath('/checks/:name', '/checks')).toBeUndefined();
  expect(matchPath('/checks/:name', '/checks/')).toBeUndefined();
  expect(matchPath('/checks/:name', '/checks/%zz')).toBeUndefined();
  expect(matchPath('/ledger', '/ledgers')).toBeUndefined();
});

test('query changes keep the other keys, and empty values disappear', () => {
  const now = new URLSearchParams('verdict=down&search=a');
  expect(withQuery(now, { search: '' }, '/')).toBe('/?verdict=down');
  expect(withQuery(now, { verdict: undefined, search: undefined }, '/')).toBe('/');
  expect(withQuery(now, { label: 'site=a&b' }, '/')).toBe('/?verdict=down&search=a&label=site%3Da%26b');
});
