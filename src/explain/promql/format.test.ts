import { expect, it } from 'vitest';
import { formatFixed, formatValue } from './format.ts';

it.each([
  [0, '0', '0'],
  [-0, '-0', '-0'],
  [0.1, '0.1', '0.1'],
  [1e-7, '1e-07', '0.0000001'],
  [-1.25e-10, '-1.25e-10', '-0.000000000125'],
  [1e20, '100000000000000000000', '100000000000000000000'],
  [1.5e21, '1.5e+21', '1500000000000000000000'],
  [1e300, '1e+300', `1${'0'.repeat(300)}`],
  [Number.NaN, 'NaN', 'NaN'],
  [Infinity, '+Inf', '+Inf'],
  [-Infinity, '-Inf', '-Inf'],
])('writes %s as Go does', (value, answer, label) => {
  expect(formatValue(value)).toBe(answer);
  expect(formatFixed(value)).toBe(label);
});
