import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAddress } from '../../../platform/index.ts';
import { FlowRows } from '../decode/flow-rows.ts';
import { bytesOfWords, wordsOf, type AddressWords } from '../enrich/address-words.ts';
import { CryptoPan } from './crypto-pan.ts';
import { hideAddresses, type HiddenAddresses } from './hide-addresses.ts';
import { pseudonymText } from './pseudonym-of.ts';

const key = Uint8Array.from({ length: 32 }, (_, index) => 7 * index + 1);
const options: HiddenAddresses = { addresses: 'truncate', of: 'all', keep: [], networks: [] };
const columns = ['source', 'destination', 'next_hop', 'nat_source', 'nat_destination'] as const;
type Column = (typeof columns)[number];

function put(rows: FlowRows, row: number, column: Column, words: AddressWords): void {
  const [first, second, third, fourth] = words;
  rows.words[`${column}_high`].set([second, first], 2 * row);
  rows.words[`${column}_low`].set([fourth, third], 2 * row);
}

function textIn(rows: FlowRows, row: number, column: Column): string {
  const [second = 0, first = 0] = rows.words[`${column}_high`].subarray(2 * row);
  const [fourth = 0, third = 0] = rows.words[`${column}_low`].subarray(2 * row);
  return formatAddress(bytesOfWords([first, second, third, fourth]));
}

function hidden(text: string, changes: Partial<HiddenAddresses> = {}): string {
  const rows = new FlowRows(1);
  rows.rows = 1;
  put(rows, 0, 'source', wordsOf(text) as AddressWords);
  hideAddresses({ ...options, ...changes })(rows);
  return textIn(rows, 0, 'source');
}

test('truncated addresses keep 24 bits of IPv4 and 48 of IPv6', () => {
  expect(hidden('192.0.2.77')).toBe('192.0.2.0');
  expect(hidden('2001:db8:1:2:3::4')).toBe('2001:db8:1::');
});

test.each([
  ['own', '10.1.2.3', '10.1.2.0'],
  ['own', '8.8.8.8', '8.8.8.8'],
  ['foreign', '10.1.2.3', '10.1.2.3'],
  ['foreign', '8.8.8.8', '8.8.8.0'],
] as const)('of %s addresses, %s becomes %s', (of, address, expected) => {
  expect(hidden(address, { of })).toBe(expected);
  expect(hidden(address, { of, networks: [{ name: 'office', prefixes: ['10.1.0.0/16'] }] })).toBe(expected);
});

test('addresses in networks to keep stay', () => {
  expect(hidden('192.0.2.77', { keep: ['192.0.2.64/26'] })).toBe('192.0.2.77');
  expect(hidden('192.0.2.1', { keep: ['192.0.2.64/26'] })).toBe('192.0.2.0');
});

test('every address of a record is replaced, and the name of its host is gone; what is not there stays so', () => {
  const rows = new FlowRows(2);
  rows.rows = 2;
  columns.forEach((column, index) => put(rows, 0, column, [0, 0, 0xffff, 0xc000_0200 + index + 1]));
  put(rows, 1, 'source', wordsOf('8.8.8.8') as AddressWords);
  rows.narrow.source_name.fill(5);
  rows.narrow.destination_name.fill(6);
  rows.narrow.source_network.fill(7);
  hideAddresses({ ...options, keep: ['8.8.8.0/24'] })(rows);
  for (const column of columns) expect(textIn(rows, 0, column)).toBe('192.0.2.0');
  expect(columns.map((column) => textIn(rows, 1, column))).toEqual(['8.8.8.8', '::', '::', '::', '::']);
  expect([...rows.narrow.source_name]).toEqual([0, 5]);
  expect([...rows.narrow.destination_name]).toEqual([0, 6]);
  expect([...rows.narrow.source_network]).toEqual([7, 7]);
});

test('pseudonyms are those of the key, whatever was asked before, and stay of their family', () => {
  const pan = new CryptoPan(key);
  // Four places only: most addresses push others out.
  const hide = hideAddresses({ ...options, addresses: 'pseudonyms', pan, cacheBits: 2 });
  const address = fc.oneof(fc.ipV4(), fc.ipV6()).filter((text) => !text.startsWith('0:') && !text.includes('::'));
  fc.assert(
    fc.property(fc.array(address, { minLength: 1, maxLength: 40 }), (addresses) => {
      const rows = new FlowRows(addresses.length);
      rows.rows = addresses.length;
      const words = addresses.map((text) => wordsOf(text) as AddressWords);
      words.forEach((one, row) => put(rows, row, 'destination', one));
      hide(rows);
      addresses.forEach((text, row) => {
        expect(textIn(rows, row, 'destination')).toBe(pseudonymText(new CryptoPan(key), text));
        expect(textIn(rows, row, 'destination').includes(':')).toBe(text.includes(':'));
      });
    }),
    { numRuns: 100 },
  );
});

test('pseudonyms without a key are refused', () => {
  expect(() => hideAddresses({ ...options, addresses: 'pseudonyms' })).toThrow(/need a key/);
});
