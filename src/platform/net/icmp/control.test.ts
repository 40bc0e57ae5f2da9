import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyControl, readControl, readOffender } from './control.ts';

function item(level: number, type: number, data: Buffer): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(16 + data.length, 0);
  header.writeInt32LE(level, 8);
  header.writeInt32LE(type, 12);
  return Buffer.concat([header, data, Buffer.alloc((8 - (data.length % 8)) % 8)]);
}

function stamp(seconds: number, nanoseconds: number): Buffer {
  const data = Buffer.alloc(48);
  data.writeUInt32LE(seconds, 0);
  data.writeUInt32LE(nanoseconds, 8);
  return item(1, 37, data);
}

function ttl(value: number): Buffer {
  const data = Buffer.alloc(4);
  data.writeInt32LE(value);
  return item(0, 2, data);
}

/** `struct sock_extended_err` of an ICMP host unreachable from 10.0.0.1. */
const hostUnreachable = Buffer.from('71000000020301000000000000000000020000000a0000010000000000000000', 'hex');

const viewOf = (bytes: Buffer) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

test('time stamp, TTL and error, in any order', () => {
  for (const parts of [
    [stamp(1_700_000_000, 5), ttl(64), item(0, 11, hostUnreachable)],
    [item(0, 11, hostUnreachable), item(1, 99, Buffer.alloc(3)), ttl(64), stamp(1_700_000_000, 5)],
  ]) {
    const bytes = Buffer.concat(parts);
    const control = emptyControl();
    readControl(viewOf(bytes), 0, bytes.length, control);
    expect(control).toMatchObject({ stampSeconds: 1_700_000_000, stampNanoseconds: 5, ttl: 64, errno: 113, origin: 2 });
    expect(control).toMatchObject({ type: 3, code: 1 });
    expect(readOffender(bytes, control, 4)).toBe('10.0.0.1');
  }
});

test('what an earlier message said is forgotten', () => {
  const bytes = Buffer.concat([stamp(9, 9), ttl(3)]);
  const control = emptyControl();
  readControl(viewOf(bytes), 0, bytes.length, control);
  readControl(viewOf(bytes), 0, 0, control);
  expect(control).toMatchObject({ stampSeconds: -1, ttl: -1, errno: -1 });
});

test('no bytes break the reader', () => {
  const good = Buffer.concat([stamp(1, 1), ttl(64), item(41, 25, hostUnreachable)]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(good.length), fc.nat(300), (noise, at, length) => {
      const bytes = Buffer.from(good);
      Buffer.from(noise).copy(bytes, at);
      const control = emptyControl();
      readControl(viewOf(bytes), 0, length, control);
      if (control.errno >= 0) {
        readOffender(bytes, control, 4);
        readOffender(bytes, control, 6);
      }
    }),
  );
});
