/** Numbers of IP protocols (IANA), by the names that people and other tools use; the first name of a number is its own. */
export const protocols: ReadonlyMap<string, number> = new Map([
  ['icmp', 1],
  ['igmp', 2],
  ['ipip', 4],
  ['tcp', 6],
  ['egp', 8],
  ['udp', 17],
  ['ipv6-in-ip', 41],
  ['6in4', 41],
  ['rsvp', 46],
  ['gre', 47],
  ['esp', 50],
  ['ah', 51],
  ['icmp6', 58],
  ['ipv6-icmp', 58],
  ['eigrp', 88],
  ['ospf', 89],
  ['pim', 103],
  ['vrrp', 112],
  ['l2tp', 115],
  ['sctp', 132],
  ['udplite', 136],
]);

const names = new Map<number, string>();
for (const [name, number] of protocols) if (!names.has(number)) names.set(number, name);

export const protocolName = (number: number): string => names.get(number) ?? String(number);
