import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeEntry } from './conntrack-entry.ts';
import { encodeAttribute, encodeNested, encodeU32BigEndian, encodeU8 } from './message.ts';

/** What ctnetlink writes, with the numbers of nfnetlink_conntrack.h. */
const u16 = (type: number, value: number) => encodeAttribute(type, Buffer.from([value >> 8, value & 255]));
const u64 = (type: number, value: bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return encodeAttribute(type, bytes);
};
const tuple = (type: number, addresses: Buffer[], ports: [number, number]) =>
  encodeNested(type, [
    encodeNested(1, addresses),
    encodeNested(2, [encodeU8(1, 6), u16(2, ports[0]), u16(3, ports[1])]),
  ]);
const v4 = (source: number[], destination: number[]) => [
  encodeAttribute(1, Buffer.from(source)),
  encodeAttribute(2, Buffer.from(destination)),
];
const header = (family: number) => Buffer.from([family, 0, 0, 0]);

const translated = Buffer.concat([
  header(2),
  tuple(1, v4([10, 0, 0, 5], [192, 0, 2, 80]), [40_000, 443]),
  tuple(2, v4([192, 0, 2, 80], [198, 51, 100, 1]), [443, 1030]),
  encodeU32BigEndian(3, 408),
  encodeNested(4, [encodeNested(1, [encodeU8(1, 7)])]),
  encodeNested(9, [u64(1, 3n), u64(2, 2n ** 40n + 5n)]),
  encodeNested(10, [u64(1, 2n), u64(2, 3000n)]),
  encodeU32BigEndian(12, 77),
  u16(18, 9),
  encodeNested(20, [u64(1, 1_700_000_000_000_000_000n), u64(2, 1_700_000_001_500_000_000n)]),
]);

test('a connection with its translation, counters and times', () => {
  const entry = decodeEntry(translated);
  expect(entry).toMatchObject({
    family: 4,
    protocol: 6,
    status: 408,
    zone: 9,
    tcpState: 7,
    original: { packets: 3, bytes: 2 ** 40 + 5 },
    reply: { packets: 2, bytes: 3000 },
    startedAt: 1_700_000_000_000,
    endedAt: 1_700_000_001_500,
  });
  expect([...(entry?.ports ?? [])]).toEqual([40_000, 443, 443, 1030]);
  expect([...(entry?.addresses ?? [])]).toEqual(
    [0x0a000005, 0xc0000250, 0xc0000250, 0xc6336401].flatMap((address) => [0, 0, 0xffff, address]),
  );
});

test('IPv6 and ICMPv6; what goes on has no end, and what is not counted has no counters', () => {
  const bytes = (last: number) => Buffer.from([0x20, 1, 0xd, 0xb8, ...Array<number>(11).fill(0), last]);
  const ends = (type: number, from: number, to: number) =>
    encodeNested(type, [
      encodeNested(1, [encodeAttribute(3, bytes(from)), encodeAttribute(4, bytes(to))]),
      encodeNested(2, [encodeU8(1, 58), u16(7, 99), encodeU8(8, 128), encodeU8(9, 0)]),
    ]);
  const entry = decodeEntry(
    Buffer.concat([header(10), ends(1, 1, 2), ends(2, 2, 1), encodeNested(20, [u64(1, 5_000_000n)])]),
  );
  expect(entry).toMatchObject({ family: 6, protocol: 58, icmp: 128 << 8, startedAt: 5 });
  expect([...(entry?.addresses.subarray(0, 8) ?? [])]).toEqual([0x20010db8, 0, 0, 1, 0x20010db8, 0, 0, 2]);
  expect(entry).not.toHaveProperty('endedAt');
  expect(entry).not.toHaveProperty('original');
});

test('connections differ in their key by the kernel’s number, the zone and the tuple', () => {
  const with_ = (...last: Buffer[]) => decodeEntry(Buffer.concat([translated, ...last]))?.key;
  const keys = [with_(), with_(encodeU32BigEndian(12, 78)), with_(u16(18, 8))];
  keys.push(with_(tuple(1, v4([10, 0, 0, 6], [192, 0, 2, 80]), [40_000, 443])));
  expect(new Set(keys).size).toBe(4);
  expect(decodeEntry(translated)?.key).toBe(keys[0]);
});

test('other families, half of a connection, and any bytes at all are no connection', () => {
  expect(decodeEntry(header(7))).toBeUndefined();
  expect(decodeEntry(Buffer.concat([header(2), tuple(1, v4([1, 2, 3, 4], [5, 6, 7, 8]), [1, 2])]))).toBeUndefined();
  fc.assert(
    fc.property(fc.nat(translated.length - 1), fc.uint8Array({ maxLength: 40 }), (at, noise) => {
      const bytes = Buffer.from(translated);
      bytes.set(noise.subarray(0, bytes.length - at), at);
      const entry = decodeEntry(bytes);
      expect(entry === undefined || entry.addresses.length === 16).toBe(true);
      decodeEntry(bytes.subarray(0, at));
    }),
  );
});
