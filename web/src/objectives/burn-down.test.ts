import { expect, test } from 'vitest';
import { bottomOf, pointsOf } from './burn-down.tsx';

test('the line begins with the whole budget and ends where it ends', () => {
  expect(pointsOf([75, 50])).toBe('0.0,0.0 200.0,25.0 400.0,50.0');
});

test('what was overspent is drawn below nought, down to five budgets', () => {
  expect([bottomOf([10]), bottomOf([-1]), bottomOf([-250]), bottomOf([-1e6])]).toEqual([0, -100, -300, -500]);
  expect(pointsOf([-100])).toBe('0.0,0.0 400.0,100.0');
  expect(pointsOf([-1e6])).toBe('0.0,0.0 400.0,100.0');
});
