import { expect, test } from 'vitest';
import { forecast } from './forecast.ts';

const at = 1_800_000_000_000;
const minute = 60_000;
const horizon = { windowMs: 60 * minute, withinMs: 240 * minute };
/** A disk that had 40 % free an hour ago and loses one percent in ten minutes. */
const falling = Array.from({ length: 60 }, (_, place) => {
  const time = at - (59.5 - place) * minute;
  return { at: time, value: 40 - (time - (at - 60 * minute)) / (10 * minute) };
});

test('a straight line goes on', () => {
  expect(forecast(falling, at, { ...horizon, towards: 'below' })).toBeCloseTo(40 - 6 - 24, 9);
});

test('what moves away from the limit is at its nearest now', () => {
  expect(forecast(falling, at, { ...horizon, towards: 'above' })).toBeCloseTo(34, 9);
});

test('the line is that of least squares', () => {
  const [a, b, c] = [-30, -10, 0].map((minutes) => at + minutes * minute);
  const parts = [
    { at: a ?? 0, value: 1 },
    { at: b ?? 0, value: 5 },
    { at: c ?? 0, value: 4 },
  ];
  // By hand: mean of times -40/3, of values 10/3; slope (480 / 9) / (4200 / 9) a minute.
  const perMinute = 4 / 35;
  const now = 10 / 3 + (perMinute * 40) / 3;
  expect(forecast(parts, at, { windowMs: 60 * minute, withinMs: 10 * minute, towards: 'above' })).toBeCloseTo(
    now + 10 * perMinute,
    9,
  );
});

test('two points, or a short while, say nothing of what is to come', () => {
  expect(forecast(falling.slice(0, 2), at, { ...horizon, towards: 'below' })).toBeUndefined();
  expect(forecast(falling.slice(0, 30), at, { ...horizon, towards: 'below' })).toBeUndefined();
  expect(forecast(falling.slice(0, 31), at, { ...horizon, towards: 'below' })).toBeDefined();
  expect(forecast([], at, { ...horizon, towards: 'below' })).toBeUndefined();
});
