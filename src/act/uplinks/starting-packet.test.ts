import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checksum } from './checksum.ts';
import { startingPacket } from './starting-packet.ts';

/** An IPv4 packet from 192.168.1.11 to 8.8.8.8 with no checksum in place yet. */
function packet4(protocol: number, segment: Buffer): Buffer {
  const header = Buffer.from('450000000001000040000000c0a8010b08080808', 'hex');
  header.writeUInt16BE(20 + segment.length, 2);
  header.writeUInt8(63, 8);
  header.writeUInt8(protocol, 9);
  return Buffer.concat([header, segment]);
}
function packet6(protocol: number, segment: Buffer): Buffer {
  const header = Buffer.alloc(40);
  header.writeUInt8(0x60, 0);
  header.writeUInt16BE(segment.length, 4);
  header.writeUInt8(protocol, 6);
  header.writeUInt8(63, 7);
  header.writeUInt16BE(0xfd00, 8);
  header.writeUInt8(11, 23);
  header.writeUInt16BE(0x2606, 24);
  header.writeUInt8(1, 39);
  return Buffer.concat([header, segment]);
}
const echo = Buffer.from('0800beef00070001616263', 'hex');
const query = Buffer.from('c0000035000fbeef1234010061626364', 'hex').subarray(0, 15);
const syn = Buffer.from('c000005000000001000000005002fafabeef0000', 'hex');

/** Zero over pseudo-header and segment: what a receiver checks (RFC 1071). */
function proof(bytes: Buffer, headerBytes: number, addressesAt: number, protocol: number): number {
  const segment = bytes.subarray(headerBytes);
  const pseudo = Buffer.alloc(8);
  pseudo.writeUInt32BE(segment.length, 0);
  pseudo.writeUInt8(protocol, 7);
  return checksum([...(protocol === 1 ? [] : [bytes.subarray(addressesAt, headerBytes), pseudo]), segment]);
}

test.each([
  [1, echo],
  [6, syn],
  [17, query],
])('IPv4 protocol %i gets right checksums and keeps all else', (protocol, segment) => {
  const copy = packet4(protocol, segment);
  const found = startingPacket(copy);
  if (!found) throw new Error('expected a packet');
  expect(found).toMatchObject({ family: 4, protocol, source: '192.168.1.11', destination: '8.8.8.8' });
  expect(checksum([found.bytes.subarray(0, 20)])).toBe(0);
  expect(proof(found.bytes, 20, 12, protocol)).toBe(0);
  expect(found.bytes.readUInt8(8)).toBe(63);
  expect(found.bytes.subarray(12, 22)).toEqual(copy.subarray(12, 22));
});

test.each([
  [58, Buffer.from('8000beef00070001616263', 'hex')],
  [6, syn],
  [17, query],
])('IPv6 next header %i gets a right checksum', (protocol, segment) => {
  const found = startingPacket(packet6(protocol, segment));
  if (!found) throw new Error('expected a packet');
  expect(found).toMatchObject({ family: 6, source: 'fd00::b', destination: '2606::1' });
  expect(proof(found.bytes, 40, 8, protocol)).toBe(0);
  expect(found.bytes.readUInt8(7)).toBe(63);
});

test('a query without checksum stays without, as RFC 768 allows over IPv4', () => {
  const bare = Buffer.from(query);
  bare.writeUInt16BE(0, 6);
  expect(startingPacket(packet4(17, bare))?.bytes.readUInt16BE(26)).toBe(0);
});

test('the same question twice has one key, another one another', () => {
  const again = packet4(1, echo);
  again.writeUInt16BE(77, 4);
  const next = Buffer.from(echo);
  next.writeUInt16BE(2, 6);
  const key = startingPacket(packet4(1, echo))?.key;
  expect(key).toBeDefined();
  expect(startingPacket(again)?.key).toBe(key);
  expect(startingPacket(packet4(1, next))?.key).not.toBe(key);
});

test('what is cut short, a fragment or something else is left alone', () => {
  const whole = packet4(6, syn);
  expect(startingPacket(whole.subarray(0, whole.length - 1))).toBeUndefined();
  const fragment = packet4(6, syn);
  fragment.writeUInt16BE(0x2000, 6);
  expect(startingPacket(fragment)).toBeUndefined();
  expect(startingPacket(packet4(47, syn))).toBeUndefined();
  expect(startingPacket(packet6(0, syn))).toBeUndefined();
});

test('no bytes at all break it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
      const found = startingPacket(bytes);
      if (found) expect(found.bytes).toHaveLength(bytes.length);
    }),
  );
});
