import { isIPv4, isIPv6 } from 'node:net';

/** Addresses of those who ask, as far as they are kept or counted. */

/** An IPv4 address, or its 4 in 6 form, as it is; of an IPv6 address the first groups. */
function groupsOf(address: string): string[] | undefined {
  const plain = address.replace(/%.*$/, '');
  if (!isIPv6(plain)) return undefined;
  // The parser of addresses in URLs writes each in one way (RFC 5952).
  const [head = '', tail] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::');
  const before = head.split(':').filter(Boolean);
  const after = (tail ?? '').split(':').filter(Boolean);
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after];
}

function asIpv4(address: string): string | undefined {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  return isIPv4(mapped) ? mapped : undefined;
}

/** For records: enough to tell an office from another country, too little to tell a person. */
export function shortened(address: string): string {
  const v4 = asIpv4(address);
  if (v4 !== undefined) return v4.startsWith('127.') ? v4 : `${v4.replace(/\.\d+$/, '.0')}/24`;
  const groups = groupsOf(address);
  if (!groups) return '';
  if (groups.join(':') === '0:0:0:0:0:0:0:1') return '::1';
  return `${groups.slice(0, 3).join(':')}::/48`;
}

/** For counting tries: whoever has one IPv6 address has the 2^64 beside it. */
export function counted(address: string): string {
  return asIpv4(address) ?? groupsOf(address)?.slice(0, 4).join(':') ?? '';
}
