import { BlockList, isIP } from 'node:net';

/**
 * Whether an address is one of the public Internet: not of this machine, of a network of its own, for documentation, for
 * many at once or reserved (IANA's special-purpose registries, RFC 6890 and what updates it). Everything that carries an
 * IPv4 address within IPv6 counts as not public, since it may lead to any of these.
 */
export function isPublicAddress(address: string): boolean {
  const bare = address.replace(/%.*$/, '');
  const family = isIP(bare);
  if (family === 4) return !special.check(bare, 'ipv4');
  return family === 6 && global.check(bare, 'ipv6') && !special.check(bare, 'ipv6');
}

/** Of IPv4, networks whose addresses are not of the public Internet. */
export const specialNetworks4: readonly (readonly [network: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
/** Within 2000::/3, outside of which no address is of the public Internet. */
export const specialNetworks6: readonly (readonly [network: string, bits: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const special = new BlockList();
for (const [network, bits] of specialNetworks4) special.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of specialNetworks6) special.addSubnet(network, bits, 'ipv6');

const global = new BlockList();
global.addSubnet('2000::', 3, 'ipv6');
