import type { NatLogEntry } from '../../../src/model/index.ts';

/** Protocols, ends and addresses of the page as people read them. */

const protocolNames: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmp6', 132: 'sctp' };
export const protocolText = (protocol: number): string => protocolNames[protocol] ?? String(protocol);

/** Empty where nobody is known. */
export function endText(address: string, port: number): string {
  if (address === '' || port === 0) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

type Became = Pick<
  NatLogEntry,
  'translatedSource' | 'translatedSourcePort' | 'translatedDestination' | 'translatedDestinationPort'
>;

/** What of it changed: the source in most cases, the destination where a port is forwarded. */
export function becameText(entry: Became): string {
  const source = endText(entry.translatedSource, entry.translatedSourcePort);
  const destination = endText(entry.translatedDestination, entry.translatedDestinationPort);
  return [source, destination === '' ? '' : `→ ${destination}`].filter((text) => text !== '').join(' ');
}

/** The analyzer of traffic upon a filter; events of NAT are told apart by what happened and to whom. */
export function analyzerHref(filter: string, more: Readonly<Record<string, string>> = {}): string {
  const address = { filter: `kind nat and ${filter}`, by: 'event,source', measure: 'flows', ...more };
  return `/flows?${new URLSearchParams(address).toString()}`;
}
