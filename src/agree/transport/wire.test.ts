import fc from 'fast-check';
import { expect, it } from 'vitest';
import { controlChunk, decodeControl, headerBytes, maxControlBytes, type Control } from './wire.ts';

it('reads back what it wrote, within the bound of its lane', () => {
  const controls: Control[] = [
    { kind: 'hello', life: 0xffff_ffff_ffff_fffen },
    { kind: 'ping', number: 0 },
    { kind: 'pong', number: 0xffff_ffff },
    { kind: 'goodbye', reason: 'CLOSING' },
    { kind: 'goodbye', reason: 'OTHER_VERSION' },
  ];
  for (const control of controls) {
    const content = controlChunk(control).subarray(headerBytes);
    expect(content.length).toBeLessThanOrEqual(maxControlBytes);
    expect(decodeControl(content)).toEqual(control);
  }
});

it('knows nothing but that, and does not throw on anything else', () => {
  fc.assert(
    fc.property(fc.nat(6), fc.uint8Array({ maxLength: maxControlBytes }), (kind, rest) => {
      const content = Buffer.from([kind, ...rest]);
      const control = decodeControl(content);
      if (control === undefined || control === 'OTHER_VERSION') return;
      expect(controlChunk(control).subarray(headerBytes)).toEqual(content);
    }),
    { numRuns: 2000 },
  );
  expect(decodeControl(Buffer.alloc(0))).toBeUndefined();
  expect(decodeControl(Buffer.from([1, 2]))).toBe('OTHER_VERSION');
  expect(decodeControl(Buffer.from([4, 200]))).toBeUndefined();
});
