import { describe, expect, it } from 'vitest';
import { baseBytes, decodeReply, decodeRequest, encodeReply, encodeRequest, epochTime, ntpTime } from './stamp.ts';

const at = 1_763_726_400_123.456;

describe('STAMP packets', () => {
  it('lie as RFC 8762 sections 4.2.1 and 4.3.1 draw them', () => {
    const request = encodeRequest({ sequence: 7, time: ntpTime(at), session: 0xabcd });
    const seconds = (Math.floor(at / 1000) + 2_208_988_800).toString(16);
    expect(request.toString('hex')).toMatch(new RegExp(`^00000007${seconds}1f9a[0-9a-f]{4}1601abcd(00){28}$`));
    const reply = encodeReply(request, { sequence: 3, receivedAt: at + 1, sentAt: at + 2, ttl: 61 });
    expect(reply.toString('hex', 0, 4)).toBe('00000003');
    expect(reply.toString('hex', 12, 16)).toBe('1601abcd');
    expect(reply.subarray(24, 38)).toEqual(request.subarray(0, 14));
    expect([...reply.subarray(38)]).toEqual([0, 0, 61, 0, 0, 0]);
  });

  it('come back as they were sent', () => {
    const time = ntpTime(at);
    const request = encodeRequest({ sequence: 0xffff_ffff, time, session: 1 });
    expect(decodeRequest(request)).toEqual({ sequence: 0xffff_ffff, time, session: 1 });
    const reply = decodeReply(encodeReply(request, { sequence: 9, receivedAt: at + 1.5, sentAt: at + 2.25, ttl: 64 }));
    expect(reply).toMatchObject({ sequence: 9, session: 1, senderSequence: 0xffff_ffff, senderTime: time });
    expect(reply?.receivedAt).toBeCloseTo(at + 1.5, 3);
    expect(reply?.sentAt).toBeCloseTo(at + 2.25, 3);
  });

  it('pad to the length asked for, and the answer is as long and says that it understood', () => {
    const request = encodeRequest({ sequence: 1, time: 1n, session: 2 }, 1472);
    expect([request.length, request[baseBytes], request.readUInt16BE(baseBytes + 2)]).toEqual([1472, 0x80, 1424]);
    const reply = encodeReply(request, { sequence: 0, receivedAt: at, sentAt: at, ttl: 255 });
    expect([reply.length, reply[baseBytes]]).toEqual([1472, 0]);
  });

  it('leave extensions that nobody knows as they are, marked so, and walk no further than the packet', () => {
    const request = Buffer.concat([
      encodeRequest({ sequence: 1, time: 1n, session: 2 }),
      Buffer.from('80090002aaaa', 'hex'),
      Buffer.from('80010000', 'hex'),
      Buffer.from('8001ffff', 'hex'),
    ]);
    const reply = encodeReply(request, { sequence: 0, receivedAt: at, sentAt: at, ttl: 255 });
    expect(reply.toString('hex', baseBytes)).toBe('80090002aaaa000100000001ffff');
  });

  it.each([0, 1, 43])('of %i bytes are none', (length) => {
    expect(decodeRequest(Buffer.alloc(length))).toBeUndefined();
    expect(decodeReply(Buffer.alloc(length))).toBeUndefined();
  });

  it('tell times of both eras of NTP', () => {
    for (const moment of [1_763_726_400_000.25, 2_085_978_495_000, 2_085_978_496_000, 2_300_000_000_999]) {
      expect(epochTime(ntpTime(moment))).toBeCloseTo(moment, 3);
    }
  });
});
