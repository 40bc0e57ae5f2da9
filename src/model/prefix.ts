/** A network: the addresses that begin with the same bits. */
export interface Prefix {
  readonly family: 4 | 6;
  /** 1 or 4 words of 32 bits in network order, zero behind the prefix. */
  readonly words: readonly number[];
  readonly bits: number;
}

/** Reads `192.0.2.0/24`, `2001:db8::/32` or an address alone; undefined for anything else. Host bits are taken off. */
export function readPrefix(text: string): Prefix | undefined {
  const [address = '', length, ...more] = text.split('/');
  if (more.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return undefined;
  const words = address.includes(':') ? readIpv6(address) : readIpv4(address);
  if (!words) return undefined;
  const family = words.length === 1 ? 4 : 6;
  const bits = length === undefined ? 32 * words.length : Number(length);
  if (bits > 32 * words.length) return undefined;
  return { family, bits, words: words.map((word, place) => (word & maskWord(bits, place)) >>> 0) };
}

/** The mask of a prefix in its word at that place. */
export function maskWord(bits: number, place: number): number {
  const left = Math.min(32, Math.max(0, bits - 32 * place));
  return left === 0 ? 0 : (0xffff_ffff << (32 - left)) >>> 0;
}

/** As people write it; IPv6 without the shortest form. */
export function prefixText({ family, words, bits }: Prefix): string {
  const parts =
    family === 4
      ? words.flatMap((word) => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255))
      : words.flatMap((word) => [word >>> 16, word & 0xffff]).map((part) => part.toString(16));
  return `${parts.join(family === 4 ? '.' : ':')}/${bits}`;
}

function readIpv4(text: string): number[] | undefined {
  if (!/^(\d{1,3}\.){3}\d{1,3}$/.test(text)) return undefined;
  const parts = text.split('.').map(Number);
  if (parts.some((part) => part > 255)) return undefined;
  return [parts.reduce((word, part) => ((word << 8) | part) >>> 0, 0)];
}

/** RFC 4291, section 2.2, without the form that ends as IPv4. */
function readIpv6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [before = [], after = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - before.length - after.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...Array<string>(Math.max(0, missing)).fill('0'), ...after];
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const parts = groups.map((group) => Number.parseInt(group, 16));
  return [0, 2, 4, 6].map((at) => (((parts[at] ?? 0) << 16) | (parts[at + 1] ?? 0)) >>> 0);
}
