/** The table of our own in nftables, which copies first packets of connections to the packet log. */

const table = 'inet quorumwatch_nat';

/**
 * After connections are tracked (priority -200) and before any chain translates sources, so that copies have the addresses
 * that senders used. Nothing in it drops or changes a packet.
 */
export function natTableScript(group: number): string {
  return `table ${table}
delete table ${table}
table ${table} {
  chain attempts {
    type filter hook postrouting priority -199; policy accept;
    meta l4proto { tcp, udp } ct state new ct status ! confirmed log group ${group}
  }
}
`;
}

export function removeNatTableScript(): string {
  return `table ${table}\ndelete table ${table}\n`;
}
