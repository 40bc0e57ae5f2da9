import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packBits } from './bit-packing.ts';

/** One bit after the other, as the format describes it. */
function slowly(values: readonly number[], width: number): number[] {
  const bytes = Array<number>(Math.ceil(values.length / 8) * width).fill(0);
  values.forEach((value, index) => {
    for (let bit = 0; bit < width; bit++) {
      const at = index * width + bit;
      const isSet = Math.floor(value / 2 ** bit) % 2 === 1;
      if (isSet) bytes[at >>> 3] = (bytes[at >>> 3] ?? 0) | (1 << (at & 7));
    }
  });
  return bytes;
}

test('numbers of any width are packed lowest bit first, and nothing is written beyond the room that they need', () => {
  const given = fc.integer({ min: 0, max: 32 }).chain((width) =>
    fc.record({
      width: fc.constant(width),
      values: fc.array(fc.integer({ min: 0, max: 2 ** width - 1 }), { maxLength: 100 }),
      before: fc.nat(5),
      after: fc.nat(12),
    }),
  );
  fc.assert(
    fc.property(given, ({ width, values, before, after }) => {
      const expected = slowly(values, width);
      const bytes = new Uint8Array(before + expected.length + after).fill(0xaa);
      const end = packBits(values, values.length, width, new DataView(bytes.buffer), before);
      expect(end).toBe(before + expected.length);
      expect([...bytes.subarray(before, end)]).toEqual(expected);
      expect([...bytes.subarray(0, before)]).toEqual(Array<number>(before).fill(0xaa));
    }),
    { numRuns: 300 },
  );
});
