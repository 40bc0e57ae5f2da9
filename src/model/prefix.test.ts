import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskWord, networkText, readPrefix } from './prefix.ts';

test.each([
  ['192.0.2.77/24', '192.0.2.0/24'],
  ['192.0.2.77', '192.0.2.77/32'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['2001:db8::1/33', '2001:db8::/33'],
  ['::/0', '::/0'],
  ['1::', '1::/128'],
  ['::1', '::1/128'],
  ['::ffff:10.0.0.1', '::ffff:10.0.0.1/128'],
])('%s is the network %s', (given, network) => {
  const prefix = readPrefix(given);
  expect(prefix && networkText(prefix)).toBe(network);
});

test.each([
  '',
  '192.0.2',
  '192.0.2.256',
  '192.0.2.010',
  '192.0.2.0/33',
  '192.0.2.0/',
  '192.0.2.0/2/4',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '::12345',
  '1:2:3:4:5:6:7:8::',
  'host',
  '::/129',
  '192.0.2.0/-1',
])('%j is no network', (given) => {
  expect(readPrefix(given)).toBeUndefined();
});

test('what is written is read as the same', () => {
  const v4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }));
  const v6 = fc
    .tuple(fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 }), fc.nat(128))
    .map(([groups, bits]) => [groups.map((group) => group.toString(16)).join(':'), bits] as const);
  fc.assert(
    fc.property(fc.oneof(v4, v6), ([address, bits]) => {
      const prefix = readPrefix(`${address}/${bits}`);
      expect(prefix).toBeDefined();
      if (!prefix) return;
      expect(readPrefix(networkText(prefix))).toEqual(prefix);
      const ones = prefix.words.map((_, place) => maskWord(bits, place).toString(2).replaceAll('0', '').length);
      expect(ones.reduce((sum, one) => sum + one, 0)).toBe(bits);
    }),
  );
});
