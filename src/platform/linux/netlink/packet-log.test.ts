import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeAttribute, encodeMessage, encodeText, encodeU32BigEndian, readMessages } from './message.ts';
import { decodePacket } from './packet-log.ts';

/** `NFULNL_MSG_PACKET` of `NFNL_SUBSYS_ULOG`, with its mark (2), payload (9) and prefix (10). */
const packetType = 4 << 8;
const logged = (...attributes: Buffer[]) => {
  const [message] = readMessages(encodeMessage(packetType, 0, 1, Buffer.concat([Buffer.alloc(4), ...attributes])));
  if (!message) throw new Error('expected a message');
  return message;
};
const payload = encodeAttribute(9, Buffer.from('4500', 'hex'));

test('a copy with its mark and the name of its rule', () => {
  const message = logged(encodeU32BigEndian(2, 0x210000), payload, encodeText(10, 'quorumwatch replay 3'));
  const found = decodePacket(message);
  expect(found).toEqual({ prefix: 'quorumwatch replay 3', mark: 0x210000, bytes: Buffer.from('4500', 'hex') });
  // The buffer it was read into is used again.
  message.body.fill(0);
  expect(found?.bytes.toString('hex')).toBe('4500');
});

test('without mark and name it is a copy all the same; without a packet it is none', () => {
  expect(decodePacket(logged(payload))).toMatchObject({ prefix: '', mark: 0 });
  expect(decodePacket(logged(encodeText(10, 'nothing')))).toBeUndefined();
  expect(decodePacket({ ...logged(payload), type: packetType | 1 })).toBeUndefined();
});

test('no bytes break it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const found = decodePacket({ type: packetType, flags: 0, sequence: 1, port: 0, body: Buffer.from(bytes) });
      expect(found === undefined || found.bytes.length <= bytes.length).toBe(true);
    }),
  );
});
