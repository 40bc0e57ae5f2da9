import fc from 'fast-check';
import { expect, test } from 'vitest';
import { captureHead, capturedDatagram } from './generate/capture.ts';
import { readCapture } from './pcap.ts';

const at = 1_700_000_000_123;
const ends = { source: 0xc000_0201, destination: 0xc000_0202, sourcePort: 40_000, destinationPort: 2055 };
const payload = Uint8Array.of(1, 2, 3, 4, 5);
const found = {
  source: '192.0.2.1',
  destination: '192.0.2.2',
  sourcePort: 40_000,
  destinationPort: 2055,
  payload,
};
/** From the IP header on. */
const packet = capturedDatagram(payload, at, ends).subarray(16);

const join = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const read = (bytes: Uint8Array) =>
  [...readCapture(bytes)].map(({ payload: some, ...rest }) => ({ ...rest, payload: Uint8Array.from(some) }));

function block(type: number, content: Uint8Array): Uint8Array {
  const padded = content.length + (-content.length & 3);
  const bytes = new Uint8Array(12 + padded);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type);
  view.setUint32(4, bytes.length);
  bytes.set(content, 8);
  view.setUint32(8 + padded, bytes.length);
  return bytes;
}

const words = (...values: number[]) => {
  const bytes = new Uint8Array(4 * values.length);
  values.forEach((value, index) => new DataView(bytes.buffer).setUint32(4 * index, value));
  return bytes;
};

const section = block(0x0a0d_0d0a, words(0x1a2b_3c4d, 0x0001_0000, 0xffff_ffff, 0xffff_ffff));
/** Of bare IP, with the unit of its times as option 9. */
const interfaceOf = (unit: number) =>
  block(1, join(words(228 << 16, 65_535), Uint8Array.of(0, 9, 0, 1, unit, 0, 0, 0)));
const enhanced = (ticks: bigint) =>
  block(6, join(words(0, Number(ticks >> 32n), Number(ticks & 0xffff_ffffn), packet.length, packet.length), packet));

test('a capture in pcap gives its datagrams, as far as they are whole', () => {
  const whole = join(captureHead(), capturedDatagram(payload, at, ends), capturedDatagram(payload, at + 1, ends));
  expect(read(whole)).toEqual([
    { at, ...found },
    { at: at + 1, ...found },
  ]);
  expect(read(whole.subarray(0, whole.length - 1))).toEqual([{ at, ...found }]);
});

test('a capture in pcapng says the unit of its times, of tens or of twos', () => {
  expect(read(join(section, interfaceOf(9), enhanced(BigInt(at) * 1_000_000n)))).toEqual([{ at, ...found }]);
  expect(read(join(section, interfaceOf(0x80 | 10), enhanced(BigInt(at / 1000 - 0.123) << 10n)))).toEqual([
    { at: at - 123, ...found },
  ]);
});

test('a time that no date can have is none', () => {
  for (const unit of [0, 6, 0x80]) {
    expect(read(join(section, interfaceOf(unit), enhanced(2n ** 64n - 1n)))).toEqual([{ at: 0, ...found }]);
  }
});

test('what is no capture says so', () => {
  expect(() => read(new Uint8Array(100))).toThrow(new SyntaxError('expected a capture in pcap or pcapng format'));
});

test('any bytes behind a beginning are datagrams with a date, or none', () => {
  const beginnings = fc.constantFrom(
    captureHead(),
    join(captureHead(), capturedDatagram(payload, at, ends)),
    join(section, interfaceOf(9), enhanced(BigInt(at) * 1_000_000n), enhanced(1n)),
  );
  const changes = fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 0, max: 255 })), { maxLength: 6 });
  fc.assert(
    fc.property(beginnings, changes, fc.uint8Array({ maxLength: 60 }), (beginning, some, rest) => {
      const bytes = join(beginning, rest);
      for (const [place, value] of some) if (place >= 4 && place < bytes.length) bytes[place] = value;
      for (const one of readCapture(bytes)) {
        expect(Number.isNaN(new Date(one.at).getTime())).toBe(false);
        expect(one.payload.length).toBeLessThanOrEqual(bytes.length);
      }
    }),
    { numRuns: Number(process.env['QW_FUZZ_RUNS'] ?? 2000) },
  );
});
