import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  carriesSecret,
  checksum,
  icmpBytesFor,
  readQuoted,
  readReply,
  writeChecksum,
  writeEcho,
  type Family,
} from './packet.ts';

const secret = Buffer.from('0123456789abcdef', 'hex');

function request(family: Family, length: number, cookie = { slot: 0x123456, nonce: 0xabcdef }): Buffer {
  const bytes = Buffer.alloc(length);
  writeEcho(bytes, 0, { family, identifier: 0x7a7b, cookie, secret, length });
  return bytes;
}

function replyTo(family: Family, bytes: Buffer): Buffer {
  const reply = Buffer.from(bytes);
  reply[0] = family === 4 ? 0 : 129;
  return reply;
}

const whole = (bytes: Buffer) => ({ bytes, start: 0, length: bytes.length });

describe.each([4, 6] as const)('IPv%i', (family) => {
  test('a reply carries what the request carried, whatever the size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 14, max: 200 }), fc.nat(0xffffff), fc.nat(0xffffff), (length, slot, nonce) => {
        const echo = readReply(whole(replyTo(family, request(family, length, { slot, nonce }))), family, false);
        expect(echo).toMatchObject({ slot, nonce, identifier: 0x7a7b, sequence: slot & 0xffff, length });
        if (echo) expect(carriesSecret(replyTo(family, request(family, length)), echo, secret)).toBe(true);
      }),
    );
  });

  test('no bytes break the decoders, and none but a reply is taken for one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.boolean(), fc.nat(40), (noise, header, start) => {
        const bytes = Buffer.from(noise);
        const message = { bytes, start, length: Math.max(0, bytes.length - start) };
        const echo = readReply(message, family, header && family === 4);
        if (echo) expect(echo.length).toBeGreaterThanOrEqual(14);
        readQuoted(message, family);
      }),
    );
  });

  test('one changed bit of cookie or secret shows', () => {
    const good = replyTo(family, request(family, 34));
    fc.assert(
      fc.property(fc.integer({ min: 64, max: 8 * 22 - 1 }), (bit) => {
        const bytes = Buffer.from(good);
        const at = bit >> 3;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
        const echo = readReply(whole(bytes), family, false);
        const same = echo?.slot === 0x123456 && echo.nonce === 0xabcdef && carriesSecret(bytes, echo, secret);
        expect(same).toBe(false);
      }),
    );
  });

  test('truncated replies are none', () => {
    const good = replyTo(family, request(family, 34));
    for (let length = 0; length < 14; length++) {
      expect(readReply({ bytes: good, start: 0, length }, family, false)).toBeUndefined();
    }
  });

  test('a quote of eight bytes still has the sequence number', () => {
    const bytes = request(family, 34, { slot: 77, nonce: 5 });
    expect(readQuoted({ bytes, start: 0, length: 8 }, family)).toMatchObject({ sequence: 77, slot: -1, nonce: -1 });
    expect(readQuoted({ bytes, start: 0, length: 7 }, family)).toBeUndefined();
  });
});

test('an IPv4 header with options is skipped, a lying one refused', () => {
  const reply = replyTo(4, request(4, 34));
  const header = Buffer.alloc(24);
  header[0] = 0x46;
  header[8] = 57;
  const bytes = Buffer.concat([header, reply]);
  expect(readReply(whole(bytes), 4, true)).toMatchObject({ slot: 0x123456, ttl: 57, length: 34 });
  bytes[0] = 0x4f;
  expect(readReply(whole(bytes.subarray(0, 50)), 4, true)).toBeUndefined();
  bytes[0] = 0x41;
  expect(readReply(whole(bytes), 4, true)).toBeUndefined();
});

test('sizes are whole IP packets and hold the cookie at least', () => {
  expect(icmpBytesFor(4)).toBe(34);
  expect(icmpBytesFor(6)).toBe(14);
  expect(icmpBytesFor(4, 0)).toBe(14);
  expect(icmpBytesFor(4, 1500)).toBe(1480);
  expect(icmpBytesFor(4, 65_536)).toBeUndefined();
  expect(icmpBytesFor(4, Number.NaN)).toBeUndefined();
});

test('the checksum of a message with its checksum is zero, odd lengths too', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 8, maxLength: 99 }), (noise) => {
      const bytes = Buffer.from(noise);
      bytes.writeUInt16BE(0, 2);
      writeChecksum(bytes, 0, bytes.length);
      expect(checksum(bytes, 0, bytes.length)).toBe(0);
    }),
  );
});
