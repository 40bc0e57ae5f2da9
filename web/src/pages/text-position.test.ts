import { expect, test } from 'vitest';
import { offsetOf } from './text-position.ts';

test('lines and columns count from 1 and never leave the text', () => {
  expect(offsetOf('ab\ncd', 1, 1)).toBe(0);
  expect(offsetOf('ab\ncd', 2, 2)).toBe(4);
  expect(offsetOf('ab\ncd', 1, 99)).toBe(2);
  expect(offsetOf('ab\ncd', 99, 99)).toBe(5);
  expect(offsetOf('', 0, 0)).toBe(0);
});
