import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteJoiner, fromBase64, fromHex, fromUtf8, toBase64, toHex, utf8 } from './bytes.ts';

it('writes and reads bytes as Node does', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const buffer = Buffer.from(bytes);
      expect(toHex(bytes)).toBe(buffer.toString('hex'));
      expect(Buffer.from(fromHex(toHex(bytes)))).toEqual(buffer);
      expect(toBase64(bytes)).toBe(buffer.toString('base64'));
      expect(Buffer.from(fromBase64(toBase64(bytes)) ?? [1])).toEqual(buffer);
    }),
  );
});

it.each(['QQ', 'QQ=', 'QR==', 'Q Q==', '====', 'QQ==\n', '_w=='])('does not take %j for base64', (text) => {
  expect(fromBase64(text)).toBeUndefined();
});

it('tells what is no UTF-8, and keeps a byte order mark', () => {
  expect(fromUtf8(Uint8Array.of(0xff))).toBeUndefined();
  expect(fromUtf8(utf8('\ufeffü'))).toBe('\ufeffü');
});

it('joins numbers as big-endian', () => {
  const joined = new ByteJoiner()
    .u8(1)
    .u32(2)
    .u64(2 ** 53 - 1)
    .f64(1.5)
    .text('ü')
    .hex('0aff')
    .join();
  const expected = Buffer.alloc(1 + 4 + 8 + 8);
  expected.writeUInt8(1, 0);
  expected.writeUInt32BE(2, 1);
  expected.writeBigUInt64BE(2n ** 53n - 1n, 5);
  expected.writeDoubleBE(1.5, 13);
  expect(Buffer.from(joined)).toEqual(Buffer.concat([expected, Buffer.from('ü'), Buffer.from('0aff', 'hex')]));
});
