import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CryptoPan } from './crypto-pan.ts';
import { pseudonymText, revealedText } from './pseudonym-of.ts';

/** Of the sample that came with the authors' own program. */
const sampleKey = Uint8Array.from(
  Buffer.from('1522178d33a4cf80130a5b1649907d10d8988f837979652762574c2d2a842202', 'hex'),
);

test.each([
  ['128.11.68.132', '135.242.180.132'],
  ['129.118.74.4', '134.136.186.123'],
  ['130.132.252.244', '133.68.164.234'],
  ['141.223.7.43', '141.167.8.160'],
  ['141.233.145.108', '141.129.237.235'],
  ['152.163.225.39', '151.140.114.167'],
  ['156.29.3.236', '147.225.12.42'],
  ['165.247.96.84', '162.9.99.234'],
  ['166.107.77.190', '160.132.178.185'],
  ['192.102.249.13', '252.138.62.131'],
  ['192.215.32.125', '252.43.47.189'],
  ['192.233.80.103', '252.25.108.8'],
  ['192.41.57.43', '252.222.221.184'],
  ['193.150.244.223', '253.169.52.216'],
  ['195.205.63.100', '255.186.223.5'],
  ['198.200.171.101', '249.199.68.213'],
  ['24.0.250.221', '100.15.198.226'],
  ['38.15.67.68', '64.3.66.187'],
  ['4.3.88.225', '124.60.155.63'],
  ['63.195.241.44', '95.179.238.44'],
  ['64.14.118.196', '0.255.183.58'],
  // IPv6 is not in the authors' sample; other programs agree on these.
  ['::1', '78ff:f001:9fc0:20df:8380:b1f1:704:ed'],
  ['::2', '78ff:f001:9fc0:20df:8380:b1f1:704:ef'],
  ['::ffff', '78ff:f001:9fc0:20df:8380:b1f1:704:f838'],
  ['2001:db8::1', '4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1e'],
  ['2001:db8::2', '4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1c'],
])('%s is %s under the sample key, and back', (address, pseudonym) => {
  const names = new CryptoPan(sampleKey);
  expect(pseudonymText(names, address)).toBe(pseudonym);
  expect(revealedText(names, pseudonym)).toBe(address);
});

test.each([1, 4])('of %d words, common prefixes stay as long as they are, and every pseudonym leads back', (length) => {
  const address = fc.array(fc.nat(0xffff_ffff), { minLength: length, maxLength: length });
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const common = fc.nat(32 * length - 1);
  const property = fc.property(key, address, common, address, (secret, one, bits, tail) => {
    const names = new CryptoPan(secret);
    const other = sharing(one, tail, bits);
    expect(commonBits(one, other)).toBe(bits);
    expect(commonBits(names.pseudonym(one), names.pseudonym(other))).toBe(bits);
    expect(names.reveal(names.pseudonym(one))).toEqual(one);
  });
  fc.assert(property, { numRuns: 200 });
});

test('a key of another length is refused', () => {
  expect(() => new CryptoPan(new Uint8Array(31))).toThrow(/32 bytes/);
});

const asText = (words: readonly number[]) => words.map((word) => word.toString(2).padStart(32, '0')).join('');

/** `tail`, but with exactly so many first bits of `one`. */
function sharing(one: readonly number[], tail: readonly number[], bits: number): number[] {
  const given = asText(one);
  const text = given.slice(0, bits) + (given[bits] === '0' ? '1' : '0') + asText(tail).slice(bits + 1);
  return one.map((_, word) => Number.parseInt(text.slice(32 * word, 32 * word + 32), 2));
}

function commonBits(one: readonly number[], other: readonly number[]): number {
  const [first, second] = [asText(one), asText(other)];
  return first.split('').findIndex((bit, at) => bit !== second[at]);
}
