import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AddressCache } from './address-cache.ts';

test('a place belongs to one address at a time, whatever is asked in which order', () => {
  const address = fc.tuple(fc.nat(1), fc.nat(1), fc.constantFrom(0, 0xffff), fc.integer({ min: 1, max: 40 }));
  fc.assert(
    fc.property(fc.array(address, { maxLength: 300 }), (asked) => {
      const cache = new AddressCache(4);
      const facts = new Map<number, string>();
      for (const words of asked) {
        const found = cache.find(...words);
        if (found >= 0) expect(facts.get(found)).toBe(String(words));
        else facts.set(-1 - found, String(words));
        expect(cache.find(...words)).toBe(found >= 0 ? found : -1 - found);
      }
      expect(Math.max(0, ...facts.keys())).toBeLessThan(cache.places);
    }),
  );
});

test('of two that share a hash, the one asked for lately stays', () => {
  // Two places are all there are.
  const cache = new AddressCache(1);
  cache.find(0, 0, 0xffff, 1);
  cache.find(0, 0, 0xffff, 2);
  expect(cache.find(0, 0, 0xffff, 1)).toBeGreaterThanOrEqual(0);
  expect(cache.find(0, 0, 0xffff, 3)).toBeLessThan(0);
  expect(cache.find(0, 0, 0xffff, 1)).toBeGreaterThanOrEqual(0);
});

test('what was cleared is asked again', () => {
  const cache = new AddressCache();
  cache.find(1, 2, 3, 4);
  cache.clear();
  expect(cache.find(1, 2, 3, 4)).toBeLessThan(0);
});

test('addresses of a network spread over the places', () => {
  const cache = new AddressCache(16);
  for (let host = 0; host < 32_768; host++) cache.find(0, 0, 0xffff, 0x0a00_0000 + host);
  let known = 0;
  for (let host = 0; host < 32_768; host++) if (cache.find(0, 0, 0xffff, 0x0a00_0000 + host) >= 0) known++;
  // Thrown at random onto half as many pairs of places, 74 of 100 are in a pair with at most one other.
  expect(known / 32_768).toBeGreaterThan(0.7);
});
