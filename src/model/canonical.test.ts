import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical.ts';

const reference = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });

test('it is JSON, with the keys of every object in order', () => {
  expect(canonicalJson({ b: [undefined, { d: -0, c: NaN }], a: undefined, '': '\u2028\ud800' })).toBe(
    '{"":"\u2028\\ud800","b":[null,{"c":null,"d":0}]}',
  );
  expect(canonicalJson(undefined)).toBe('null');
  expect(canonicalJson(JSON.parse('{"__proto__":1,"2":0,"10":0}'))).toBe('{"10":0,"2":0,"__proto__":1}');
});

test('equal values give equal text, and reading it gives the value back', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }),
  );
});

test('it writes what sorting inside a replacer of JSON.stringify writes', () => {
  const plain = fc.object({ maxDepth: 3, key: fc.string().filter((key) => !/^\d+$/.test(key)) });
  fc.assert(
    fc.property(plain, (value) => {
      expect(canonicalJson(value)).toBe(reference(value));
    }),
  );
});
