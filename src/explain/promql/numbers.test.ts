import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ascending, ExactSum, mean, power, quantile, sortedCopy, variance } from './numbers.ts';

it('sorts as the order of single values says, NaN first', () => {
  fc.assert(
    fc.property(fc.array(fc.double()), (values) => {
      const plain = (all: Iterable<number>) => Array.from(all, (value) => value + 0);
      expect(plain(sortedCopy(values))).toEqual(plain([...values].sort(ascending)));
    }),
  );
});

it('sums without losing small values among great ones, and overflows as numbers do', () => {
  const sum = (...values: number[]) => {
    const exact = new ExactSum();
    for (const value of values) exact.add(value);
    return exact.value;
  };
  expect(sum(1e100, 1, -1e100, 1)).toBe(2);
  expect(sum(1e308, 1e308, -1e308)).toBe(Infinity);
  expect(sum(Infinity, -Infinity)).toBeNaN();
});

it('has a mean where the sum overflows', () => {
  expect(mean([1e308, 1e308, 1e308])).toBe(1e308);
  expect(mean([Infinity, 1])).toBe(Infinity);
  expect(mean([Infinity, -Infinity])).toBeNaN();
});

it('knows the variance of values that lie far from zero', () => {
  expect(variance([1e9 + 1, 1e9 + 2, 1e9 + 3])).toBeCloseTo(2 / 3, 10);
});

it('interpolates between ranks', () => {
  expect(quantile(0.5, [1, 2, 3, 4])).toBe(2.5);
  expect(quantile(-0.1, [1])).toBe(-Infinity);
  expect(quantile(1.1, [1])).toBe(Infinity);
  expect(quantile(Number.NaN, [1])).toBeNaN();
});

it('raises one and minus one as C does', () => {
  expect([power(1, Number.NaN), power(-1, Infinity), power(-1, -Infinity), power(2, -1)]).toEqual([1, 1, 1, 0.5]);
});
