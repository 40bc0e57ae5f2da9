import { expect, it } from 'vitest';
import { windowFunctions } from './windows.ts';

/** Samples as [seconds, value] within a window in seconds. */
function ask(name: string, samples: readonly (readonly [number, number])[], startS: number, endS: number) {
  return windowFunctions[name]?.({
    at: Float64Array.from(samples, ([seconds]) => seconds * 1000),
    values: Float64Array.from(samples, ([, value]) => value),
    from: 0,
    to: samples.length,
    startMs: startS * 1000,
    endMs: endS * 1000,
    timeMs: endS * 1000,
    parameter: 0,
  });
}

it('extends a counter to both ends of its window', () => {
  expect(
    ask(
      'increase',
      [
        [5, 100],
        [15, 110],
        [25, 120],
        [35, 130],
      ],
      0,
      40,
    ),
  ).toBeCloseTo(40, 10);
  expect(
    ask(
      'rate',
      [
        [5, 100],
        [15, 110],
        [25, 120],
        [35, 130],
      ],
      0,
      40,
    ),
  ).toBeCloseTo(1, 10);
});

it('extends by half a distance where the series seems to begin or to end within the window', () => {
  expect(
    ask(
      'delta',
      [
        [100, 50],
        [110, 60],
        [120, 70],
      ],
      0,
      300,
    ),
  ).toBeCloseTo(30, 10);
});

it('never takes a counter back below zero, also where the series begins within the window', () => {
  expect(
    ask(
      'increase',
      [
        [100, 2],
        [110, 12],
        [120, 22],
      ],
      95,
      120,
    ),
  ).toBeCloseTo(22, 10);
  // Nearer to zero than half a distance: up to zero, although the window begins long before.
  expect(
    ask(
      'increase',
      [
        [100, 2],
        [110, 12],
        [120, 22],
      ],
      0,
      120,
    ),
  ).toBeCloseTo(22, 10);
  // Between half a distance and the whole of it versions before 3 reach zero, too.
  expect(
    ask(
      'increase',
      [
        [100, 8],
        [110, 18],
        [120, 28],
      ],
      0,
      120,
    ),
  ).toBeCloseTo(25, 10);
});

it('adds what a counter had before it started anew', () => {
  expect(
    ask(
      'increase',
      [
        [0, 10],
        [10, 20],
        [20, 5],
        [30, 15],
      ],
      0,
      30,
    ),
  ).toBeCloseTo(25, 10);
  expect(
    ask(
      'resets',
      [
        [0, 10],
        [10, 20],
        [20, 5],
        [30, 15],
      ],
      0,
      30,
    ),
  ).toBe(1);
  expect(
    ask(
      'irate',
      [
        [0, 10],
        [10, 20],
        [20, 5],
      ],
      0,
      20,
    ),
  ).toBe(0.5);
});

it('says nothing from a single sample', () => {
  for (const name of ['rate', 'increase', 'delta', 'irate', 'idelta', 'deriv', 'predict_linear']) {
    expect(ask(name, [[5, 1]], 0, 10)).toBeUndefined();
  }
});
