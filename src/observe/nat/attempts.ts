import type { EpochMs, Milliseconds } from '../../model/index.ts';
import type { ConntrackEntry } from '../../platform/index.ts';

/** A first packet that no connection came of. */
export interface Victim {
  /** As a connection without translation. */
  entry: ConntrackEntry;
  packets: number;
  bytes: number;
  firstAt: EpochMs;
}

/** Packets and beginnings that wait for one another at most. */
const mostWaiting = 65_536;
/** What has found nothing by then never will. */
const forgottenAfterMs: Milliseconds = 10_000;
const tcp = 6;
const udp = 17;
const ipv4HeaderBytes = 20;
const ipv6HeaderBytes = 40;
const transportPortsBytes = 4;

interface Balance {
  entry: ConntrackEntry;
  /** First packets minus beginnings. */
  packets: number;
  bytes: number;
  firstAt: EpochMs;
}

/**
 * First packets of connections, as they were before their source was translated, against the connections that began: what
 * is left over was dropped in between. Both come from the kernel in queues of their own, so either may be read first.
 */
export class Attempts {
  /** Pairs that found no room. */
  dropped = 0;
  readonly #balances = new Map<string, Balance>();

  /** A packet from its IP header on. */
  tried(packet: Buffer, now: EpochMs): void {
    const found = readPacket(packet);
    if (found) this.#add(found.entry, 1, found.bytes, now);
  }

  begun(entry: ConntrackEntry, now: EpochMs): void {
    if (entry.protocol === tcp || entry.protocol === udp) this.#add(entry, -1, 0, now);
  }

  /** The longest waiting of those that began before a time, for as many packets as there are; they are forgotten then. */
  victims(before: EpochMs, mostPackets: number): Victim[] {
    const found: Victim[] = [];
    let left = mostPackets;
    for (const [key, { entry, packets, bytes, firstAt }] of this.#balances) {
      if (left <= 0) break;
      if (packets <= 0 || firstAt > before) continue;
      const taken = Math.min(packets, left);
      found.push({ entry, packets: taken, bytes: Math.round((bytes * taken) / packets), firstAt });
      left -= taken;
      this.#balances.delete(key);
    }
    return found;
  }

  /** What was read so far is not to be compared. */
  forget(): void {
    this.#balances.clear();
  }

  look(now: EpochMs): void {
    for (const [key, { firstAt }] of this.#balances) {
      // They lie in the order in which they came.
      if (now - firstAt < forgottenAfterMs) return;
      this.#balances.delete(key);
    }
  }

  #add(entry: ConntrackEntry, packets: number, bytes: number, now: EpochMs): void {
    const key = keyOf(entry);
    const balance = this.#balances.get(key);
    if (balance) {
      balance.packets += packets;
      balance.bytes += bytes;
      if (balance.packets === 0) this.#balances.delete(key);
      return;
    }
    if (this.#balances.size >= mostWaiting) {
      this.dropped++;
      return;
    }
    this.#balances.set(key, { entry, packets, bytes, firstAt: now });
  }
}

/** Where a packet came from, and where it went after its destination was translated: what replies come from. */
function keyOf({ addresses, ports, protocol }: ConntrackEntry): string {
  const source = addresses.subarray(0, 4);
  const destination = addresses.subarray(8, 12);
  return `${protocol} ${source.join('.')}:${ports[0]} ${destination.join('.')}:${ports[2]}`;
}

/** Undefined for what has no ports, and for IPv6 with headers in between. */
function readPacket(packet: Buffer): { entry: ConntrackEntry; bytes: number } | undefined {
  if (packet.length < ipv4HeaderBytes) return undefined;
  const version = packet.readUInt8(0) >> 4;
  if (version !== 4 && (version !== 6 || packet.length < ipv6HeaderBytes)) return undefined;
  const protocol = packet.readUInt8(version === 4 ? 9 : 6);
  const ports = version === 4 ? (packet.readUInt8(0) & 15) * 4 : ipv6HeaderBytes;
  if ((protocol !== tcp && protocol !== udp) || packet.length < ports + transportPortsBytes) return undefined;
  const words = (at: number) =>
    version === 4
      ? [0, 0, 0xffff, packet.readUInt32BE(at)]
      : [0, 4, 8, 12].map((word) => packet.readUInt32BE(at + word));
  const source = words(version === 4 ? 12 : 8);
  const destination = words(version === 4 ? 16 : 24);
  const [from, to] = [packet.readUInt16BE(ports), packet.readUInt16BE(ports + 2)];
  const bytes = version === 4 ? packet.readUInt16BE(2) : ipv6HeaderBytes + packet.readUInt16BE(4);
  const entry: ConntrackEntry = {
    key: '',
    family: version,
    protocol,
    addresses: Uint32Array.from([source, destination, destination, source].flat()),
    ports: Uint16Array.of(from, to, to, from),
    icmp: 0,
    status: 0,
    zone: 0,
    tcpState: 0,
  };
  return { entry, bytes };
}
