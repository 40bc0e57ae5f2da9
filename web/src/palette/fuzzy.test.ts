import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuzzyBest, fuzzyScore } from './fuzzy.ts';

const best = (wanted: string, items: string[]) => fuzzyBest(wanted, items, (item) => item.toLowerCase(), 5);

test('whole words come before letters that are strewn about', () => {
  expect(best('dns', ['down-in-snow', 'Office DNS', 'dns-1'])).toEqual(['dns-1', 'Office DNS', 'down-in-snow']);
});

test('beginnings of words find a name', () => {
  expect(best('ui1', ['junit1', 'uplink-isp1'])[0]).toBe('uplink-isp1');
});

test('digits that stay together come before those that are found elsewhere', () => {
  expect(best('host09876', ['host-09804 127.1.38.76', 'host-09876 127.1.38.148'])[0]).toContain('09876');
});

test('what has not all the letters in order is not found', () => {
  expect(best('abc', ['acb', 'ab'])).toEqual([]);
});

test('nothing written keeps the order, up to the most', () => {
  expect(best('  ', ['b', 'a', 'c', 'd', 'e', 'f'])).toEqual(['b', 'a', 'c', 'd', 'e']);
});

test('any name is found by its own letters with some left out', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z-]{1,30}$/), fc.array(fc.boolean(), { maxLength: 30 }), (name, keep) => {
      const letters = name
        .split('')
        .filter((_, index) => keep[index] !== false)
        .join('');
      expect(fuzzyScore(letters, name)).toBeDefined();
    }),
  );
});
