import { expect, test } from 'vitest';
import { Calendar } from './days.ts';

const hours = (from: number | undefined, to: number | undefined) => ((to ?? 0) - (from ?? 0)) / 3_600_000;

test('days begin at local midnight, and are as long as clocks make them', () => {
  const berlin = new Calendar('Europe/Berlin');
  const starts = berlin.lastDays(Date.parse('2026-03-30T10:00:00Z'), 3);
  expect(starts.map((at) => new Date(at).toISOString())).toEqual([
    '2026-03-27T23:00:00.000Z',
    '2026-03-28T23:00:00.000Z',
    '2026-03-29T22:00:00.000Z',
  ]);
  expect(hours(starts[1], starts[2])).toBe(23);
  const autumn = berlin.lastDays(Date.parse('2026-10-26T10:00:00Z'), 2);
  expect(hours(autumn[0], autumn[1])).toBe(25);
});

test('a day whose midnight does not exist begins after it', () => {
  const cairo = new Calendar('Africa/Cairo');
  expect(new Date(cairo.startOf('2026-04-24')).toISOString()).toBe('2026-04-23T22:00:00.000Z');
  expect(cairo.dateAt(Date.parse('2026-04-23T21:59:00Z'))).toBe('2026-04-23');
  expect(cairo.dateAt(Date.parse('2026-04-23T22:00:00Z'))).toBe('2026-04-24');
});

test('zones far from UTC have their own date', () => {
  const kiritimati = new Calendar('Pacific/Kiritimati');
  expect(kiritimati.dateAt(Date.parse('2026-01-01T10:00:00Z'))).toBe('2026-01-02');
  expect(new Date(kiritimati.startOf('2026-01-02')).toISOString()).toBe('2026-01-01T10:00:00.000Z');
});
