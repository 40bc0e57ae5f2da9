import { parseAddress, parsePrefix as parseAddressPrefix, type Address } from '../../../model/index.ts';

/**
 * Addresses as rows have them: four words of 32 bits, the highest first. IPv4 is ::ffff:a.b.c.d (RFC 4291, section
 * 2.5.5.2), so its words are 0, 0, 0xffff and the address.
 */
export type AddressWords = readonly [number, number, number, number];

const mappedWord = 0xffff;

const split = ({ high, low }: Address): AddressWords => {
  const word = (bits: bigint) => Number(bits & 0xffff_ffffn);
  return [word(high >> 32n), word(high), word(low >> 32n), word(low)];
};

/** Undefined for what is no address. A zone (`%eth0`) is left out. */
export function wordsOf(text: string): AddressWords | undefined {
  const address = parseAddress(text.replace(/%.*$/, ''));
  return address && split(address);
}

/** 4 bytes of an IPv4 address, 16 of another. */
export function bytesOfWords(words: AddressWords): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  words.forEach((word, index) => view.setUint32(4 * index, word));
  return isMapped(words) ? bytes.subarray(12) : bytes;
}

export function isMapped(words: AddressWords): boolean {
  return words[2] === mappedWord && words[1] === 0 && words[0] === 0;
}

/** A network: its first address, and how many bits of 128 it has. */
export interface Prefix {
  words: AddressWords;
  bits: number;
}

/** `192.0.2.0/24`, `2001:db8::/32`, or an address alone. Bits beyond the prefix are cleared. */
export function parsePrefix(text: string): Prefix | undefined {
  const prefix = parseAddressPrefix(text.replace(/%[^/]*/, ''));
  return prefix && { words: split(prefix), bits: prefix.bits };
}

/** The first bits of an address, the others zero. */
export function masked(words: AddressWords, bits: number): AddressWords {
  const word = (index: number) => ((words[index] as number) & maskOf(bits - 32 * index)) >>> 0;
  return [word(0), word(1), word(2), word(3)];
}

function maskOf(bits: number): number {
  return bits <= 0 ? 0 : bits >= 32 ? -1 : -1 << (32 - bits);
}
