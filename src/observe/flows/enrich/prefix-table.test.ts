import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isMapped, masked, parsePrefix, wordsOf, type AddressWords, type Prefix } from './address-words.ts';
import { PrefixTable } from './prefix-table.ts';

const table = (...prefixes: string[]) =>
  new PrefixTable(prefixes.map((text, index) => ({ ...(parsePrefix(text) as Prefix), value: index + 1 })));
const find = (given: PrefixTable, address: string) => given.find(wordsOf(address) as AddressWords);

test('the longest prefix that holds an address counts', () => {
  const given = table('10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24', '2001:db8::/32', '2001:db8:1::/48', '::/0');
  expect(find(given, '10.200.0.1')).toBe(1);
  expect(find(given, '10.1.255.255')).toBe(2);
  expect(find(given, '10.1.2.3')).toBe(3);
  expect(find(given, '10.1.3.0')).toBe(2);
  expect(find(given, '11.0.0.0')).toBe(0);
  expect(find(given, '2001:db8:1:ffff::1')).toBe(5);
  expect(find(given, '2001:db8:2::')).toBe(4);
  expect(find(given, '2001:db9::')).toBe(6);
  expect(find(given, 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')).toBe(6);
});

test('IPv4 is in IPv4 prefixes only, also where IPv6 prefixes hold everything', () => {
  expect(find(table('::/0'), '192.0.2.1')).toBe(0);
  expect(find(table('0.0.0.0/0'), '255.255.255.255')).toBe(1);
  expect(find(table('0.0.0.0/0'), '::fffe:1:2')).toBe(0);
  expect(find(table('0.0.0.0/0'), '2001:db8::')).toBe(0);
});

test.each([
  ['192.0.2.77/24', '192.0.2.0', 120],
  ['192.0.2.77', '192.0.2.77', 128],
  ['2001:db8::1/32', '2001:db8::', 32],
  ['0.0.0.0/0', '0.0.0.0', 96],
  ['::/0', '::', 0],
  ['::1', '::1', 128],
  ['fe80::1%eth0/64', 'fe80::', 64],
])('%s is a prefix', (text, first, bits) => {
  expect(parsePrefix(text)).toEqual({ words: wordsOf(first), bits });
});

test.each(['', '10.0.0.0/33', '10.0.0/8', '2001:db8::/129', '10.0.0.0/8/8', '10.0.0.0/-1', 'office'])(
  '%s is none',
  (text) => {
    expect(parsePrefix(text)).toBeUndefined();
  },
);

test('the unspecified addresses are themselves', () => {
  expect(wordsOf('::')).toEqual([0, 0, 0, 0]);
  expect(wordsOf('0.0.0.0')).toEqual([0, 0, 0xffff, 0]);
  expect(wordsOf('::1')).toEqual([0, 0, 0, 1]);
  expect(wordsOf('0:0:0:0:0:0:0:1')).toEqual([0, 0, 0, 1]);
  expect(wordsOf('127.0.0.1')).toEqual([0, 0, 0xffff, 0x7f00_0001]);
});

test('every address is found where going through all prefixes finds it', () => {
  // Few different bits, so that prefixes lie in each other and begin and end together.
  const word = fc.constantFrom(0, 1, 0x8000_0000, 0xffff_ffff, 0xffff);
  const address = fc.oneof(
    fc.tuple(word, word, word, word),
    fc.tuple(fc.constant(0), fc.constant(0), fc.constant(0xffff), fc.nat(7)),
  );
  const prefix = fc.tuple(address, fc.nat(128)).map(([words, bits]): Prefix => ({ words: masked(words, bits), bits }));
  fc.assert(
    fc.property(fc.array(prefix, { maxLength: 12 }), fc.array(address, { minLength: 1 }), (prefixes, addresses) => {
      const given = prefixes.map((one, index) => ({ ...one, value: index + 1 }));
      const made = new PrefixTable(given);
      for (const words of addresses) {
        const holding = given.filter(
          ({ words: first, bits }) =>
            String(masked(words, bits)) === String(first) && (isMapped(words) ? bits >= 96 && isMapped(first) : true),
        );
        const longest = holding.reduce((best, one) => (one.bits >= best.bits ? one : best), { bits: -1, value: 0 });
        expect(made.find(words)).toBe(longest.value);
      }
    }),
    { numRuns: 500 },
  );
});
