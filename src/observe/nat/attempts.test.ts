import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryOf } from '../flows/conntrack/entry.fixture.ts';
import { Attempts } from './attempts.ts';

const packetOf = (port: number, protocol = 17, destination = [192, 0, 2, 80]) => {
  const packet = Buffer.alloc(64);
  packet.writeUInt8(0x45, 0);
  packet.writeUInt16BE(33, 2);
  packet.writeUInt8(protocol, 9);
  packet.set([10, 0, 0, 5, ...destination], 12);
  packet.writeUInt16BE(port, 20);
  packet.writeUInt16BE(443, 22);
  return packet;
};
const begun = (port: number) =>
  entryOf({ sourcePort: port, protocol: 17, translated: { source: '198.51.100.1', port: 1030 } });

test('in whatever order packets and beginnings are read, what is left over are the victims', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.record({ port: fc.integer({ min: 1, max: 65_535 }), lost: fc.nat(3), through: fc.boolean() }), {
        selector: ({ port }) => port,
        maxLength: 30,
      }),
      fc.infiniteStream(fc.nat()),
      (given, order) => {
        const attempts = new Attempts();
        const steps = given.flatMap(({ port, lost, through }) => [
          ...Array.from({ length: lost + (through ? 1 : 0) }, () => () => attempts.tried(packetOf(port), 5)),
          ...(through ? [() => attempts.begun(begun(port), 5)] : []),
        ]);
        const shuffled = steps.map((step) => ({ step, place: order.next().value ?? 0 }));
        for (const { step } of shuffled.sort((a, b) => a.place - b.place)) step();
        const victims = attempts.victims(5, Infinity);
        const found = new Map(victims.map(({ entry, packets }) => [entry.ports[0], packets]));
        const expected = new Map(given.filter(({ lost }) => lost > 0).map(({ port, lost }) => [port, lost]));
        expect(found).toEqual(expected);
        expect(attempts.victims(5, Infinity)).toEqual([]);
      },
    ),
  );
});

test('the destination that was translated before is the one that both have', () => {
  const attempts = new Attempts();
  // Asked for 192.0.2.80, sent on to 10.3.0.1: the copy of the packet has the latter, as has the reply.
  const forwarded = entryOf({ sourcePort: 1000, protocol: 17 });
  forwarded.addresses.set([0, 0, 0xffff, 0x0a030001], 8);
  attempts.tried(packetOf(1000, 17, [10, 3, 0, 1]), 5);
  attempts.begun(forwarded, 5);
  expect(attempts.victims(5, Infinity)).toEqual([]);
});

test('the longest waiting come first, no more than there are drops, and none that has just come', () => {
  const attempts = new Attempts();
  attempts.tried(packetOf(1), 100);
  attempts.tried(packetOf(2), 200);
  attempts.tried(packetOf(3), 900);
  expect(attempts.victims(500, 1).map(({ entry, bytes }) => [entry.ports[0], bytes])).toEqual([[1, 33]]);
  expect(attempts.victims(500, 9).map(({ entry }) => entry.ports[0])).toEqual([2]);
  attempts.look(10_899);
  expect(attempts.victims(900, 9)).toMatchObject([{ packets: 1, firstAt: 900 }]);
  attempts.tried(packetOf(5), 1000);
  attempts.forget();
  expect(attempts.victims(1000, 9)).toEqual([]);
  attempts.tried(packetOf(4), 1000);
  attempts.look(11_000);
  expect(attempts.victims(1000, 9)).toEqual([]);
});

test('IPv6 is read as well; other protocols and any bytes are nobody’s attempt', () => {
  const attempts = new Attempts();
  const packet = Buffer.alloc(64);
  packet.writeUInt8(0x60, 0);
  packet.writeUInt16BE(24, 4);
  packet.writeUInt8(6, 6);
  packet.set([0x20, 1, 0xd, 0xb8], 8);
  packet.set([0x20, 1, 0xd, 0xb8], 24);
  packet[23] = 5;
  packet[39] = 80;
  packet.writeUInt16BE(1000, 40);
  packet.writeUInt16BE(443, 42);
  attempts.tried(packet, 1);
  expect(attempts.victims(1, 9)).toMatchObject([{ bytes: 64, entry: { family: 6, protocol: 6 } }]);
  attempts.tried(packet, 1);
  const source = '2001:db8::5';
  attempts.begun(entryOf({ source, destination: '2001:db8::50', sourcePort: 1000, protocol: 6 }), 1);
  attempts.tried(packetOf(7, 1), 1);
  attempts.begun(entryOf({ protocol: 1 }), 1);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => attempts.tried(Buffer.from(bytes), 1)));
  expect(attempts.victims(1, 9).filter(({ entry }) => entry.family === 6)).toEqual([]);
});
