/** Protocols and ends of connections as tables have them. */

const protocolNames: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmp6', 132: 'sctp' };
export const protocolText = (protocol: number): string => protocolNames[protocol] ?? String(protocol);

/** `-` where nobody is known. */
export function endText(address: string, port: number): string {
  if (address === '') return '-';
  if (port === 0) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
