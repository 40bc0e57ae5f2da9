import { expect, test } from 'vitest';
import { readLabels } from '../on-call/route-path.ts';
import { readList, readNumber, withKey, writeLabels, writeList } from './list-text.ts';

test('lists and labels read back as they were written', () => {
  expect(readList(writeList(['ops', 'boss']))).toEqual(['ops', 'boss']);
  expect(readList(' ops ,, boss,')).toEqual(['ops', 'boss']);
  expect(writeList(undefined)).toBe('');
  expect(readLabels(writeLabels({ team: 'network', tier: 'gold' }))).toEqual({ team: 'network', tier: 'gold' });
});

test('a number is a number; what is none stays what somebody typed', () => {
  expect([readNumber('0.3'), readNumber('-1e3'), readNumber('0.3 s'), readNumber(' ')]).toEqual([
    0.3,
    -1000,
    '0.3 s',
    ' ',
  ]);
});

test('a key keeps its place; nothing takes it out', () => {
  expect(Object.keys(withKey({ a: '1', b: '2' }, 'a', '3'))).toEqual(['a', 'b']);
  expect(withKey({ a: '1', b: '2' }, 'a', '')).toEqual({ b: '2' });
  expect(withKey({ a: ['1'] }, 'a', [])).toEqual({});
});
