import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReplayBuffer, type Kept } from './replay-buffer.ts';

const kept = (atMs: number, place = 0, length = 84): Kept => ({ atMs, place, mark: 0, bytes: new Uint8Array(length) });
const all = () => true;

test('what is too old is forgotten, what is young enough is handed out once', () => {
  const buffer = new ReplayBuffer(400, 1_000_000);
  for (const atMs of [0, 300, 500, 700]) buffer.add(kept(atMs));
  buffer.trim(700);
  expect(buffer.take(all, 400).map(({ atMs }) => atMs)).toEqual([500, 700]);
  expect(buffer.take(all, 0)).toEqual([]);
  expect(buffer.bytes).toBe(0);
});

test('another uplink’s packets stay', () => {
  const buffer = new ReplayBuffer(400, 1_000_000);
  buffer.add(kept(1, 0));
  buffer.add(kept(2, 1));
  expect(buffer.take(({ place }) => place === 0, 0)).toHaveLength(1);
  expect(buffer.take(({ place }) => place === 1, 0)).toHaveLength(1);
});

test('it never holds more bytes than it may, and keeps the newest', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 28, max: 1500 }), { maxLength: 60 }), (lengths) => {
      const buffer = new ReplayBuffer(1000, 5000);
      lengths.forEach((length, atMs) => {
        buffer.add(kept(atMs, 0, length));
        buffer.trim(atMs);
        expect(buffer.bytes).toBeLessThanOrEqual(5000);
      });
      const rest = buffer.take(all, 0).map(({ bytes }) => bytes.length);
      expect(rest).toEqual(lengths.slice(lengths.length - rest.length));
      const next = lengths[lengths.length - rest.length - 1];
      if (next !== undefined) expect(rest.reduce((sum, length) => sum + length, next)).toBeGreaterThan(5000);
    }),
  );
});
