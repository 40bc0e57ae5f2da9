import { expect, test } from 'vitest';
import { leastRole, mayChange } from './roles.ts';

test('traffic is for operators, or for viewers where the configuration says so; SQL never is', () => {
  const open = { trafficForViewers: true };
  expect(leastRole('POST', '/flows/query')).toBe('operator');
  expect(leastRole('GET', '/flows/insights')).toBe('operator');
  expect(leastRole('GET', '/flows/status')).toBe('viewer');
  expect(leastRole('POST', '/flows/query', open)).toBe('viewer');
  expect(leastRole('GET', '/flows/names', open)).toBe('viewer');
  expect(leastRole('POST', '/flows/sql', open)).toBe('operator');
});

test('questions about traffic change nothing', () => {
  expect(['query', 'latency', 'records', 'sql'].map((path) => mayChange('POST', `/flows/${path}`))).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect(mayChange('POST', '/flows/delete')).toBe(true);
});
