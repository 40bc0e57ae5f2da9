import { addressText, ipv4Offset, isIpv4, parsePrefix } from './address.ts';

/** A network: the addresses that begin with the same bits. */
export interface Prefix {
  readonly family: 4 | 6;
  /** 1 or 4 words of 32 bits in network order, zero behind the prefix. */
  readonly words: readonly number[];
  readonly bits: number;
}

/** Reads `192.0.2.0/24`, `2001:db8::/32` or an address alone; undefined for anything else. Host bits are taken off. */
export function readPrefix(text: string): Prefix | undefined {
  const prefix = parsePrefix(text);
  if (!prefix) return undefined;
  const { high, low, bits } = prefix;
  const words = [high >> 32n, high, low >> 32n, low].map((word) => Number(word & 0xffff_ffffn));
  // Written as IPv6 it is matched as IPv6, whatever address it is.
  return isIpv4(prefix) && !text.includes(':')
    ? { family: 4, words: words.slice(3), bits: bits - ipv4Offset }
    : { family: 6, words, bits };
}

/** The mask of a prefix in its word at that place. */
export function maskWord(bits: number, place: number): number {
  const left = Math.min(32, Math.max(0, bits - 32 * place));
  return left === 0 ? 0 : (0xffff_ffff << (32 - left)) >>> 0;
}

/** With its length, also of an address alone. */
export function networkText({ family, words, bits }: Prefix): string {
  const [first = 0n, second = 0n, third = 0n, fourth = 0n] = words.map(BigInt);
  if (family === 4) return `${addressText({ high: 0n, low: (0xffffn << 32n) | first })}/${bits}`;
  const address = { high: (first << 32n) | second, low: (third << 32n) | fourth };
  return `${isIpv4(address) ? '::ffff:' : ''}${addressText(address)}/${bits}`;
}
