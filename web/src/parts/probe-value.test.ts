import { expect, test } from 'vitest';
import { formatProbeValue } from './probe-value.ts';

test('units follow from the names of values', () => {
  expect(formatProbeValue('rtt-avg', 12.345)).toMatch(/^12\.3\s?ms$/);
  expect(formatProbeValue('loss-percent', 20)).toMatch(/^20\s?%$/);
  expect(formatProbeValue('http-status-code', 1503)).toBe('1503');
  expect(formatProbeValue('http-resp-time', 1500)).toMatch(/^1\.5\s?s/);
  expect(formatProbeValue('answers', ['192.0.2.1', '192.0.2.2'])).toBe('192.0.2.1, 192.0.2.2');
});
