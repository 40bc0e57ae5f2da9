import { formatAddress, parseAddress } from '../../net/icmp/address.ts';
import * as linux from '../constants.ts';
import { QwError } from '../../../model/index.ts';
import type { AddressFamily } from './objects.ts';

/** Addresses and prefixes between text and the bytes of attributes. */

export function familyNumber(family: AddressFamily): number {
  return family === 4 ? linux.AF_INET : linux.AF_INET6;
}

/** Undefined for other families, which the kernel has many of. */
export function familyOf(number: number): AddressFamily | undefined {
  return number === linux.AF_INET ? 4 : number === linux.AF_INET6 ? 6 : undefined;
}

/** Undefined for bytes that are no address. */
export function addressText(bytes: Buffer | undefined): string | undefined {
  return bytes && (bytes.length === 4 || bytes.length === 16) ? formatAddress(bytes) : undefined;
}

/** Throws BAD_INPUT for text that is no address of that family. */
export function addressBytes(text: string, family: AddressFamily): Uint8Array {
  const address = parseAddress(text);
  if (address?.family !== family) throw new QwError('BAD_INPUT', `${text} is not an IPv${family} address`);
  return address.bytes;
}

export function prefixText(bytes: Buffer | undefined, length: number, family: AddressFamily): string {
  if (!bytes) return length === 0 ? 'default' : `${family === 4 ? '0.0.0.0' : '::'}/${length}`;
  return `${addressText(bytes) ?? ''}/${length}`;
}

/** `default` has no bytes; an address alone is a prefix of its whole length. */
export function parsePrefix(text: string, family: AddressFamily): { bytes?: Uint8Array; length: number } {
  if (text === 'default') return { length: 0 };
  const [address = '', given] = text.split('/');
  const whole = family === 4 ? 32 : 128;
  const length = given === undefined ? whole : Number(given);
  if (!Number.isInteger(length) || length < 0 || length > whole)
    throw new QwError('BAD_INPUT', `${text} is not an IPv${family} prefix`);
  return { bytes: addressBytes(address, family), length };
}
