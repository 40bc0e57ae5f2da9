import { isIPv4, isIPv6 } from 'node:net';

/** A literal address as the kernel wants it. */
export interface Address {
  readonly family: 4 | 6;
  /** 4 or 16 bytes in network order. */
  readonly bytes: Uint8Array;
  /** Interface name or number after `%`, of link-local IPv6 addresses. */
  readonly zone: string | undefined;
  /** IPv6 that means something on one link only (RFC 4007): fe80::/10, ff01::/16, ff02::/16. */
  readonly linkLocal: boolean;
  /** Replies come from each member's own address, so that the source is not compared. */
  readonly multicast: boolean;
}

/** Reads `192.0.2.1`, `2001:db8::1` or `fe80::1%eth0`; undefined for anything else. Unspecified means this machine. */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) {
    const bytes = Uint8Array.from(text.split('.'), Number);
    if (bytes.every((byte) => byte === 0)) bytes.set([127, 0, 0, 1]);
    const first = bytes[0] ?? 0;
    const multicast = first >> 4 === 14 || bytes.every((byte) => byte === 255);
    return { family: 4, bytes, zone: undefined, linkLocal: false, multicast };
  }
  if (!isIPv6(text)) return undefined;
  const [literal = '', zone] = text.split('%', 2);
  const bytes = parseIPv6(literal);
  if (bytes.every((byte) => byte === 0)) bytes[15] = 1;
  const [first = 0, second = 0] = bytes;
  const multicast = first === 0xff;
  const linkLocal = multicast ? (second & 15) <= 2 : first === 0xfe && second >> 6 === 2;
  return { family: 6, bytes, zone, linkLocal, multicast };
}

/** RFC 4291 section 2.2; the text has been recognised as an IPv6 address already. */
function parseIPv6(literal: string): Uint8Array {
  const groups = (part: string): number[] =>
    part === ''
      ? []
      : part.split(':').flatMap((group) => {
          if (!group.includes('.')) return [Number.parseInt(group, 16)];
          const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
          return [(a << 8) | b, (c << 8) | d];
        });
  const [head = '', tail] = literal.split('::', 2);
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const words = [...before, ...Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0), ...after];
  const bytes = new Uint8Array(16);
  words.forEach((word, index) => bytes.set([word >> 8, word & 255], 2 * index));
  return bytes;
}

/** The text of 4 or 16 bytes; IPv6 as RFC 5952 recommends. */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const words = Array.from({ length: 8 }, (_, index) => ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0));
  const run = longestZeroRun(words);
  const text = (part: number[]) => part.map((word) => word.toString(16)).join(':');
  if (run.length < 2) return text(words);
  return `${text(words.slice(0, run.start))}::${text(words.slice(run.start + run.length))}`;
}

function longestZeroRun(words: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  words.forEach((word, index) => {
    if (word !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  });
  return best;
}

/** Most addresses that are remembered in parsed form. */
const maximumRemembered = 8192;

/** Parsed addresses by their text: the same targets are asked again and again. */
export class AddressBook {
  readonly #known = new Map<string, Address>();

  find(text: string): Address | undefined {
    const known = this.#known.get(text);
    if (known) return known;
    const parsed = parseAddress(text);
    if (!parsed) return undefined;
    if (this.#known.size >= maximumRemembered) this.#known.clear();
    this.#known.set(text, parsed);
    return parsed;
  }
}
