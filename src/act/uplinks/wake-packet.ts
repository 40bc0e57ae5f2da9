import { isIPv4 } from 'node:net';
import { assert } from '../../model/index.ts';
import { parseAddress } from '../../platform/index.ts';
import { checksum } from './checksum.ts';

/** One end of a TCP connection that was cut. */
export interface CutConnection {
  client: string;
  clientPort: number;
  server: string;
  serverPort: number;
}

const tcpBytes = 20;
const tcp = 6;
const acknowledgement = 0x10;
const hops = 64;

/**
 * An acknowledgement far outside the window, apparently from the server. The client answers it with its own (RFC 9293,
 * 3.10.7.4), which now leaves by another uplink under another address; the server knows no such connection and resets
 * it. So the client learns at once what it would otherwise wait minutes for.
 */
export function wakePacket({ client, clientPort, server, serverPort }: CutConnection): Buffer {
  const four = isIPv4(client);
  const headerBytes = four ? 20 : 40;
  const packet = Buffer.alloc(headerBytes + tcpBytes);
  const source = addressBytes(server);
  const target = addressBytes(client);
  if (four) {
    packet.writeUInt8(0x45, 0);
    packet.writeUInt16BE(packet.length, 2);
    packet.writeUInt8(hops, 8);
    packet.writeUInt8(tcp, 9);
  } else {
    packet.writeUInt8(0x60, 0);
    packet.writeUInt16BE(tcpBytes, 4);
    packet.writeUInt8(tcp, 6);
    packet.writeUInt8(hops, 7);
  }
  const addressesAt = four ? 12 : 8;
  packet.set(source, addressesAt);
  packet.set(target, addressesAt + source.length);
  if (four) packet.writeUInt16BE(checksum([packet.subarray(0, headerBytes)]), 10);
  const segment = packet.subarray(headerBytes);
  segment.writeUInt16BE(serverPort, 0);
  segment.writeUInt16BE(clientPort, 2);
  segment.writeUInt8((tcpBytes / 4) << 4, 12);
  segment.writeUInt8(acknowledgement, 13);
  segment.writeUInt16BE(1, 14);
  const pseudo = Buffer.from([0, tcp, 0, tcpBytes]);
  segment.writeUInt16BE(checksum([source, target, pseudo, segment]), 16);
  return packet;
}

function addressBytes(text: string): Uint8Array {
  const address = parseAddress(text);
  assert(address !== undefined, 'the kernel tracks connections between addresses');
  return address.bytes;
}
