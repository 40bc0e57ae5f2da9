import { formatAddress } from '../../platform/index.ts';
import type { IpFamily } from '../../model/index.ts';
import { checksum } from './checksum.ts';

/** A packet with which a client starts something: an echo request, a DNS query, a TCP SYN. */
export interface StartingPacket {
  family: IpFamily;
  protocol: number;
  source: string;
  destination: string;
  /** Equal for two packets that ask the same: addresses, protocol, and ports or numbers. */
  key: string;
  /** As it can be sent: whole, with right checksums, its hop limit as it was. */
  bytes: Buffer;
}

const icmp = 1;
export const tcp = 6;
const udp = 17;
const icmp6 = 58;

/** Where the checksum stands in each protocol's header, and which bytes of it say that two packets are the same. */
const layouts: Readonly<Record<number, { leastBytes: number; checksumAt: number; key: readonly [number, number][] }>> =
  {
    [icmp]: { leastBytes: 8, checksumAt: 2, key: [[4, 8]] },
    [icmp6]: { leastBytes: 8, checksumAt: 2, key: [[4, 8]] },
    [tcp]: { leastBytes: 20, checksumAt: 16, key: [[0, 8]] },
    // Ports, and the number of the query.
    [udp]: {
      leastBytes: 10,
      checksumAt: 6,
      key: [
        [0, 4],
        [8, 10],
      ],
    },
  };

/**
 * Undefined for what is cut short, fragmented, or none of the protocols. Copies are taken before a network card has
 * completed the checksum (CHECKSUM_PARTIAL), so it is computed anew.
 */
export function startingPacket(copy: Uint8Array): StartingPacket | undefined {
  const bytes = Buffer.from(copy);
  const version = (bytes[0] ?? 0) >> 4;
  if (version === 4) return fourth(bytes);
  return version === 6 ? sixth(bytes) : undefined;
}

function fourth(bytes: Buffer): StartingPacket | undefined {
  if (bytes.length < 20) return undefined;
  const headerBytes = (bytes.readUInt8(0) & 15) * 4;
  const fragment = bytes.readUInt16BE(6) & 0x3fff;
  if (headerBytes < 20 || bytes.readUInt16BE(2) !== bytes.length || fragment !== 0) return undefined;
  bytes.writeUInt16BE(0, 10);
  bytes.writeUInt16BE(checksum([bytes.subarray(0, headerBytes)]), 10);
  return complete(bytes, 4, bytes.readUInt8(9), headerBytes, bytes.subarray(12, 20));
}

/** Packets with extension headers are left alone: nobody starts a connection with them. */
function sixth(bytes: Buffer): StartingPacket | undefined {
  if (bytes.length < 40 || bytes.readUInt16BE(4) + 40 !== bytes.length) return undefined;
  return complete(bytes, 6, bytes.readUInt8(6), 40, bytes.subarray(8, 40));
}

function complete(
  bytes: Buffer,
  family: IpFamily,
  protocol: number,
  headerBytes: number,
  addresses: Buffer,
): StartingPacket | undefined {
  const segment = bytes.subarray(headerBytes);
  const layout = layouts[protocol];
  if (!layout || segment.length < layout.leastBytes) return undefined;
  const { checksumAt, key } = layout;
  // UDP over IPv4 may go without (RFC 768).
  if (protocol !== udp || family === 6 || segment.readUInt16BE(checksumAt) !== 0) {
    segment.writeUInt16BE(0, checksumAt);
    const pseudo = Buffer.alloc(8);
    pseudo.writeUInt32BE(segment.length, 0);
    pseudo.writeUInt8(protocol, 7);
    const sum = checksum([...(protocol === icmp ? [] : [addresses, pseudo]), segment]);
    // Zero means "none" in UDP, where the other zero of this arithmetic takes its place.
    segment.writeUInt16BE(protocol === udp && sum === 0 ? 0xffff : sum, checksumAt);
  }
  const parts = key.map(([from, to]) => segment.toString('latin1', from, to));
  const half = addresses.length / 2;
  return {
    family,
    protocol,
    source: formatAddress(addresses.subarray(0, half)),
    destination: formatAddress(addresses.subarray(half)),
    key: [addresses.toString('latin1'), protocol, ...parts].join(' '),
    bytes,
  };
}
