import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frame, FrameReader } from './frames.ts';

test('bodies come out as they went in, however a pipe cuts them', () => {
  const bodies = fc.array(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 3 }), { maxLength: 8 });
  fc.assert(
    fc.property(bodies, fc.integer({ min: 1, max: 40 }), (sent, size) => {
      const bytes = Buffer.concat(sent.flatMap((parts) => frame(parts)));
      const found: Buffer[] = [];
      const reader = new FrameReader((body) => found.push(Buffer.from(body)));
      for (let at = 0; at < bytes.length; at += size) reader.add(bytes.subarray(at, at + size));
      expect(found).toEqual(sent.map((parts) => Buffer.concat(parts)));
    }),
  );
});

test('any flipped bit of a body is found', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 50 }), fc.nat(), (body, which) => {
      const bytes = Buffer.concat(frame([body]));
      const bit = which % (body.length * 8);
      const at = 8 + Math.floor(bit / 8);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit % 8));
      expect(() => new FrameReader(() => undefined).add(bytes)).toThrow(/wrong sum/);
    }),
  );
});

test('a length that cannot be is refused before anything is kept for it', () => {
  const header = Buffer.alloc(8, 0xff);
  expect(() => new FrameReader(() => undefined).add(header)).toThrow(/4294967295 bytes/);
});
