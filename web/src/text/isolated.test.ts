import { expect, test } from 'vitest';
import { isolated } from './isolated.ts';

test('only a name that turns the writing around is closed in, and it cannot break out', () => {
  expect(isolated('isp1')).toBe('isp1');
  expect(isolated('Zürich-光')).toBe('Zürich-光');
  expect(isolated('\u202Egnorts')).toBe('\u2068\u202Egnorts\u2069');
  expect(isolated('שלום')).toBe('\u2068שלום\u2069');
  expect(isolated('a\u2069\u202Eb')).toBe('\u2068a\u202Eb\u2069');
});
