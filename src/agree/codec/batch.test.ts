import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeBatch, encodeBatch } from './batch.ts';

const batch = fc.record({
  sequence: fc.maxSafeNat(),
  time: fc.nat(),
  requests: fc.array(fc.record({ id: fc.string({ maxLength: 60 }), bytes: fc.uint8Array({ maxLength: 300 }) })),
});

it('reads what it wrote', () => {
  fc.assert(
    fc.property(batch, (value) => {
      const read = decodeBatch(encodeBatch(value));
      expect(read?.requests.map(({ id, bytes }) => ({ id, bytes: [...bytes] }))).toEqual(
        value.requests.map(({ id, bytes }) => ({ id, bytes: [...bytes] })),
      );
      expect(read).toMatchObject({ sequence: value.sequence, time: value.time });
    }),
  );
});

it('refuses what is cut, too long or arbitrary, and never throws', () => {
  fc.assert(
    fc.property(batch, fc.nat(), (value, at) => {
      const bytes = encodeBatch(value);
      expect(decodeBatch(bytes.subarray(0, at % bytes.length))).toBeUndefined();
      expect(decodeBatch(Buffer.concat([bytes, Buffer.from([0])]))).toBeUndefined();
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      decodeBatch(bytes);
      expect(true).toBe(true);
    }),
  );
});
