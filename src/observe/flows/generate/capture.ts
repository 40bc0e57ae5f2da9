import type { EpochMs } from '../../../model/index.ts';

/** What a capture in pcap format begins with (draft-ietf-opsawg-pcap): nanoseconds, packets that begin with IPv4. */
export function captureHead(): Uint8Array {
  const head = new DataView(new ArrayBuffer(24));
  head.setUint32(0, 0xa1b2_3c4d);
  head.setUint16(4, 2);
  head.setUint16(6, 4);
  head.setUint32(16, 65_535);
  head.setUint32(20, rawIpv4);
  return new Uint8Array(head.buffer);
}

const rawIpv4 = 228;
const [ipv4Bytes, udpBytes] = [20, 8];

export interface CapturedEndpoints {
  /** As numbers. */
  source: number;
  destination: number;
  sourcePort: number;
  destinationPort: number;
}

/** One datagram with what goes before it in a capture. */
export function capturedDatagram(payload: Uint8Array, at: EpochMs, ends: CapturedEndpoints): Uint8Array {
  const packetBytes = ipv4Bytes + udpBytes + payload.length;
  const bytes = new Uint8Array(16 + packetBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(at / 1000));
  view.setUint32(4, (at % 1000) * 1_000_000);
  view.setUint32(8, packetBytes);
  view.setUint32(12, packetBytes);
  const ip = 16;
  view.setUint8(ip, 0x45);
  view.setUint16(ip + 2, packetBytes);
  // Not to be cut into pieces.
  view.setUint16(ip + 6, 0x4000);
  view.setUint8(ip + 8, 64);
  view.setUint8(ip + 9, 17);
  view.setUint32(ip + 12, ends.source);
  view.setUint32(ip + 16, ends.destination);
  view.setUint16(ip + 10, checksum(view, ip));
  const udp = ip + ipv4Bytes;
  view.setUint16(udp, ends.sourcePort);
  view.setUint16(udp + 2, ends.destinationPort);
  view.setUint16(udp + 4, udpBytes + payload.length);
  bytes.set(payload, udp + udpBytes);
  return bytes;
}

/** Of the header of IPv4 (RFC 791, section 3.1); UDP may do without one. */
function checksum(view: DataView, at: number): number {
  let sum = 0;
  for (let place = 0; place < ipv4Bytes; place += 2) sum += view.getUint16(at + place);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
