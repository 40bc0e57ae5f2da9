import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MessageStream } from './message-stream.ts';

const message = (length: number, fill: number) =>
  Uint8Array.of(0, 10, length >> 8, length & 255, ...Array.from({ length: length - 4 }, () => fill));

test('messages come out whole, however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 16, max: 300 }), { maxLength: 10 }),
      fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 20 }),
      (lengths, cuts) => {
        const messages = lengths.map((length, index) => message(length, index));
        const bytes = Buffer.concat(messages);
        const stream = new MessageStream();
        const found: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const length = cuts[turn % cuts.length] ?? 1;
          // Whoever reads a connection uses its memory again.
          const chunk = Uint8Array.from(bytes.subarray(at, at + length));
          found.push(...(stream.add(chunk) ?? []).map((one) => Uint8Array.from(one)));
          chunk.fill(0xee);
          at += length;
        }
        expect(found).toEqual(messages);
      },
    ),
  );
});

test.each([
  ['another version', Uint8Array.of(0, 9, 0, 20)],
  ['a length below that of a header', Uint8Array.of(0, 10, 0, 15)],
])('a stream ends at %s', (_, bytes) => {
  const stream = new MessageStream();
  expect(stream.add(message(16, 1))).toHaveLength(1);
  expect(stream.add(bytes)).toBeUndefined();
});
