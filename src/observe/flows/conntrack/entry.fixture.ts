import { wordsOf } from '../enrich/address-words.ts';
import type { ConntrackEntry } from '../../../platform/index.ts';

export interface GivenEntry {
  source?: string;
  destination?: string;
  sourcePort?: number;
  destinationPort?: number;
  /** What the source is translated to. */
  translated?: { source: string; port: number };
  protocol?: number;
  original?: [packets: number, bytes: number];
  reply?: [packets: number, bytes: number];
  startedAt?: number;
  endedAt?: number;
  tcpState?: number;
}

/** A connection as the kernel tells of it. */
export function entryOf(given: GivenEntry = {}): ConntrackEntry {
  const { source = '10.0.0.5', destination = '192.0.2.80', sourcePort = 40_000, destinationPort = 443 } = given;
  const back = given.translated ?? { source, port: sourcePort };
  const words = [source, destination, destination, back.source].flatMap((text) => wordsOf(text) ?? []);
  const counters = (pair: [number, number]) => ({ packets: pair[0], bytes: pair[1] });
  return {
    key: `${source} ${sourcePort} ${destination} ${destinationPort} ${given.protocol ?? 6}`,
    family: source.includes(':') ? 6 : 4,
    protocol: given.protocol ?? 6,
    addresses: Uint32Array.from(words),
    ports: Uint16Array.of(sourcePort, destinationPort, destinationPort, back.port),
    icmp: 0,
    status: given.translated ? 408 : 392,
    zone: 0,
    tcpState: given.tcpState ?? 0,
    ...(given.original && { original: counters(given.original) }),
    ...(given.reply && { reply: counters(given.reply) }),
    ...(given.startedAt !== undefined && { startedAt: given.startedAt }),
    ...(given.endedAt !== undefined && { endedAt: given.endedAt }),
  };
}
