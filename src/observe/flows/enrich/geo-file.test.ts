import fc from 'fast-check';
import { Reader, type CountryResponse } from 'mmdb-lib';
import { expect, test } from 'vitest';
import { wordsOf, type AddressWords } from './address-words.ts';
import { GeoFile } from './geo-file.ts';
import { makeGeoFile } from './geo.fixture.ts';

const country = (code: string) => ({ country: { iso_code: code } });
const codeOf = (number: number) => (number === 0 ? '' : String.fromCharCode(number >> 8, number & 255));
const entries = {
  '1.0.0.0/8': country('AU'),
  '8.8.8.0/24': country('US'),
  '8.8.9.9/32': country('DE'),
  '81.0.0.0/9': { registered_country: { iso_code: 'FR' } },
  '2a00::/16': country('GB'),
  '2a01:4f8::/32': country('DE'),
};

test.each([24, 28, 32] as const)('with records of %d bits, finds what mmdb-lib finds', (recordSize) => {
  const bytes = makeGeoFile(entries, recordSize);
  const file = new GeoFile(bytes, 'country');
  const reader = new Reader<CountryResponse>(bytes);
  const near = fc.constantFrom(
    '1.0.0.0',
    '8.8.8.8',
    '8.8.9.9',
    '8.8.9.8',
    '80.255.255.255',
    '81.127.0.1',
    '2a00::1',
    '2a01:4f8::1',
    '2a01:4f9::',
    '::',
    '::1',
  );
  fc.assert(
    fc.property(fc.oneof(near, fc.ipV4(), fc.ipV6()), (address) => {
      const found = reader.get(address);
      const expected = (found?.country ?? found?.registered_country)?.iso_code ?? '';
      // What IPv4 addresses are written as in IPv6 is theirs, which the library does not know.
      if (!/^(0*:)*(ffff:)?[\d.:]*$/i.test(address) || !address.includes(':')) {
        expect(codeOf(file.find(wordsOf(address) as AddressWords))).toBe(expected);
      }
    }),
    { numRuns: 500 },
  );
});

test('numbers of systems, and when they were put together', () => {
  const file = new GeoFile(makeGeoFile({ '8.8.8.0/24': { autonomous_system_number: 4_200_000_000 } }), 'as');
  expect(file.find(wordsOf('8.8.8.8') as AddressWords)).toBe(4_200_000_000);
  expect(file.find(wordsOf('8.8.7.8') as AddressWords)).toBe(0);
  expect(file.builtAt.toISOString()).toBe('2027-01-15T08:00:00.000Z');
});

test('an entry without what is wanted says nothing', () => {
  const file = new GeoFile(
    makeGeoFile({ '8.8.8.0/24': { continent: { code: 'NA' } }, '9.0.0.0/8': country('usa') }),
    'country',
  );
  expect(file.find(wordsOf('8.8.8.8') as AddressWords)).toBe(0);
  expect(file.find(wordsOf('9.8.8.8') as AddressWords)).toBe(0);
});

test('what is no such file, or only a part of one, is refused', () => {
  const bytes = makeGeoFile(entries);
  expect(() => new GeoFile(Buffer.from('no such file'), 'as')).toThrow();
  expect(() => new GeoFile(Buffer.alloc(0), 'as')).toThrow();
  expect(() => new GeoFile(bytes.subarray(0, 200), 'as')).toThrow();
  expect(() => new GeoFile(bytes.subarray(bytes.length - 250), 'as')).toThrow(/cut off/);
});

test('damaged data cost what they would have said, and nothing else', () => {
  const bytes = makeGeoFile(entries);
  const tree = new Reader(bytes).metadata.searchTreeSize;
  // Behind that, the file says what it is: without it, it is refused.
  const end = bytes.lastIndexOf('MaxMind.com') - 4;
  const damage = fc.array(fc.tuple(fc.nat(end), fc.nat(255)), { minLength: 1, maxLength: 20 });
  const asked = ['1.2.3.4', '8.8.8.8', '8.8.9.9', '81.0.0.1', '2a00::1', '2a01:4f8::1'];
  fc.assert(
    fc.property(damage, fc.boolean(), (places, isOfTree) => {
      const broken = Buffer.from(bytes);
      for (const [place, value] of places) broken[isOfTree ? place % tree : place] = value;
      const file = new GeoFile(broken, 'country');
      for (const address of asked) {
        const found = file.find(wordsOf(address) as AddressWords);
        expect(found === 0 || /^[A-Z]{2}$/.test(codeOf(found))).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
