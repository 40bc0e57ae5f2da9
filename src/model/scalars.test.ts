import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanName, name } from './scalars.ts';

const schema = name();

test('whatever text it is made of, a clean name is a name or nothing', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 150 }), fc.string({ maxLength: 5 })), (text) => {
      const clean = cleanName(text);
      expect(clean === '' || schema.safeParse(clean).success).toBe(true);
    }),
  );
});

test('a name that is one stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), (text) => {
      if (schema.safeParse(text).success) expect(cleanName(text)).toBe(text);
    }),
  );
});

test.each([
  ['.', ''],
  [' .. ', ''],
  ['a\u0000\u009fb', 'a b'],
  [`${'x'.repeat(99)}\u{1f600}`, 'x'.repeat(99)],
  ['\ud800', '\ufffd'],
])('%j becomes %j', (text, expected) => {
  expect(cleanName(text)).toBe(expected);
});
