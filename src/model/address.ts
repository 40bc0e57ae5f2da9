/**
 * Addresses as rows of flows have them: IPv6 in two halves, IPv4 as ::ffff:a.b.c.d (RFC 4291, section 2.5.5.2).
 */
export interface Address {
  high: bigint;
  low: bigint;
}

/** `bits` counts from the first of 128; IPv4's /24 is 120. */
export interface AddressPrefix extends Address {
  bits: number;
}

const mapped = 0xff_ff_00_00_00_00n;
const halfMask = (1n << 64n) - 1n;
/** Bits before those of an IPv4 address. */
export const ipv4Offset = 96;

export const isIpv4 = ({ high, low }: Address): boolean => high === 0n && low >> 32n === 0xff_ffn;

/** Without a zone; undefined for what is no address. */
export function parseAddress(text: string): Address | undefined {
  const ipv4 = parseIpv4(text);
  if (ipv4 !== undefined) return { high: 0n, low: mapped | ipv4 };
  return text.includes(':') ? parseIpv6(text) : undefined;
}

/** `10.0.0.0/8`, `2001:db8::/32`, or an address alone. What lies behind the prefix is cut off. */
export function parsePrefix(text: string): AddressPrefix | undefined {
  const [base = '', length, ...more] = text.split('/');
  const address = parseAddress(base);
  if (!address || more.length > 0) return undefined;
  if (length === undefined) return { ...address, bits: 128 };
  const offset = base.includes(':') ? 0 : ipv4Offset;
  if (!/^\d{1,3}$/.test(length) || Number(length) > 128 - offset) return undefined;
  return masked({ ...address, bits: offset + Number(length) });
}

/** The prefix of an IPv4 address with a mask such as 255.255.0.0; undefined for one with holes. */
export function maskedPrefix(address: Address, mask: string): AddressPrefix | undefined {
  const bits = parseIpv4(mask);
  if (bits === undefined || !isIpv4(address)) return undefined;
  const length = bits.toString(2).replace(/0+$/, '').length;
  const whole = bits === 0n ? 0 : length;
  const expected = ((1n << BigInt(whole)) - 1n) << BigInt(32 - whole);
  return bits === expected ? masked({ ...address, bits: ipv4Offset + whole }) : undefined;
}

/** First and last address of a prefix. */
export function endsOf(prefix: AddressPrefix): { first: Address; last: Address } {
  const rest = (1n << BigInt(128 - prefix.bits)) - 1n;
  return {
    first: { high: prefix.high, low: prefix.low },
    last: { high: prefix.high | (rest >> 64n), low: prefix.low | (rest & halfMask) },
  };
}

/** RFC 5952; IPv4 as people write it. */
export function addressText(address: Address): string {
  if (isIpv4(address)) {
    return [24n, 16n, 8n, 0n].map((shift) => String((address.low >> shift) & 255n)).join('.');
  }
  const groups = [address.high, address.low].flatMap((half) =>
    [48n, 32n, 16n, 0n].map((shift) => ((half >> shift) & 0xff_ffn).toString(16)),
  );
  let best = { from: 0, length: 1 };
  for (let from = 0; from < 8; from++) {
    let length = 0;
    while (groups[from + length] === '0') length++;
    if (length > best.length) best = { from, length };
  }
  if (best.length === 1) return groups.join(':');
  return `${groups.slice(0, best.from).join(':')}::${groups.slice(best.from + best.length).join(':')}`;
}

export function prefixText(prefix: AddressPrefix): string {
  if (prefix.bits === 128) return addressText(prefix);
  const offset = isIpv4(prefix) && prefix.bits >= ipv4Offset ? ipv4Offset : 0;
  // Shorter than IPv4's part of IPv6, an address that looks like IPv4 is none.
  const text = offset === 0 && isIpv4(prefix) ? '::ffff:0:0' : addressText(prefix);
  return `${text}/${prefix.bits - offset}`;
}

function masked(prefix: AddressPrefix): AddressPrefix {
  const keep = ~((1n << BigInt(128 - prefix.bits)) - 1n);
  return { high: prefix.high & (keep >> 64n) & halfMask, low: prefix.low & keep & halfMask, bits: prefix.bits };
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return parts.reduce((whole, part) => (whole << 8n) | BigInt(part), 0n);
}

function parseIpv6(text: string): Address | undefined {
  const tail = /:((?:\d+\.){3}\d+)$/.exec(text);
  let written = text;
  if (tail) {
    const ipv4 = parseIpv4(tail[1] ?? '');
    if (ipv4 === undefined) return undefined;
    const halves = [ipv4 >> 16n, ipv4 & 0xff_ffn].map((half) => half.toString(16)).join(':');
    written = `${text.slice(0, tail.index + 1)}${halves}`;
  }
  const sides = written.split('::');
  if (sides.length > 2) return undefined;
  const [before = [], behind] = sides.map((side) => (side === '' ? [] : side.split(':')));
  const zeroes = 8 - before.length - (behind?.length ?? 0);
  if (behind ? zeroes < 1 : zeroes !== 0) return undefined;
  const groups = [...before, ...Array.from({ length: behind ? zeroes : 0 }, () => '0'), ...(behind ?? [])];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const half = (some: readonly string[]) => some.reduce((whole, group) => (whole << 16n) | BigInt(`0x${group}`), 0n);
  return { high: half(groups.slice(0, 4)), low: half(groups.slice(4)) };
}
