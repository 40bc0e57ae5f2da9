import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCronPattern, type MaintenanceWindow } from '../../model/index.ts';
import { compileMaintenance } from './maintenance.ts';

const hourMs = 3_600_000;
const berlin = 'Europe/Berlin';
const make = (given: Partial<MaintenanceWindow>) => compileMaintenance({ name: 'works', 'time-zone': 'UTC', ...given });
const at = (text: string) => Date.parse(text);
/** Whether it is open one millisecond before and at the given time. */
const edge = (window: ReturnType<typeof make>, text: string) => [
  window.activeAt(at(text) - 1),
  window.activeAt(at(text)),
];
const opens = [false, true];
const closes = [true, false];

test('once, in its zone, with and without offset; the end is not in it', () => {
  const local = make({ once: { from: '2026-03-28T22:00', to: '2026-03-29 06:00:00' }, 'time-zone': berlin });
  expect(edge(local, '2026-03-28T21:00:00Z')).toEqual(opens);
  expect(edge(local, '2026-03-29T04:00:00Z')).toEqual(closes);
  const offset = make({ once: { from: '2026-03-28T22:00+02:00', to: '2026-03-28T21:00Z' }, 'time-zone': berlin });
  expect(edge(offset, '2026-03-28T20:00:00Z')).toEqual(opens);
  expect(edge(offset, '2026-03-28T21:00:00Z')).toEqual(closes);
});

test('a window that ends before it begins, or on no date, is never open', () => {
  expect(
    make({ once: { from: '2026-03-28T22:00', to: '2026-03-28T21:00' } }).activeAt(at('2026-03-28T21:30:00Z')),
  ).toBe(false);
  expect(
    make({ once: { from: '2026-13-28T22:00Z', to: '2027-03-28T21:00Z' } }).activeAt(at('2026-12-30T00:00:00Z')),
  ).toBe(false);
  expect(make({ cron: { at: 'nonsense', for: hourMs } }).activeAt(0)).toBe(false);
  expect(make({ cron: { at: '0 0 30 2 *', for: hourMs } }).activeAt(at('2026-03-02T00:00:00Z'))).toBe(false);
});

test('weekly across the change to summer time: the wall clock counts, the length is elapsed time', () => {
  const window = make({ weekly: { days: ['sun'], at: '01:30', for: 2 * hourMs }, 'time-zone': berlin });
  expect(edge(window, '2026-03-22T00:30:00Z')).toEqual(opens);
  expect(edge(window, '2026-03-22T02:30:00Z')).toEqual(closes);
  expect(edge(window, '2026-03-29T00:30:00Z')).toEqual(opens);
  expect(edge(window, '2026-03-29T02:30:00Z')).toEqual(closes);
  expect(edge(window, '2026-04-04T23:30:00Z')).toEqual(opens);
});

test('a start that summer time skips is an hour later by the wall clock', () => {
  const window = make({ cron: { at: '30 2 * * *', for: hourMs }, 'time-zone': berlin });
  expect(edge(window, '2026-03-28T01:30:00Z')).toEqual(opens);
  expect(window.activeAt(at('2026-03-29T00:45:00Z'))).toBe(false);
  expect(window.activeAt(at('2026-03-29T01:45:00Z'))).toBe(true);
  expect(edge(window, '2026-03-30T00:30:00Z')).toEqual(opens);
});

test('a start that comes twice in autumn is the first of the two', () => {
  const window = make({ weekly: { days: ['sun'], at: '02:30', for: hourMs / 2 }, 'time-zone': berlin });
  expect(edge(window, '2026-10-25T00:30:00Z')).toEqual(opens);
  expect(edge(window, '2026-10-25T01:00:00Z')).toEqual(closes);
  expect(window.activeAt(at('2026-10-25T01:30:00Z'))).toBe(false);
});

test('windows longer than the time between them join', () => {
  const window = make({ cron: { at: '0 * * * *', for: 90 * 60_000 } });
  for (let minute = 0; minute < 300; minute += 7)
    expect(window.activeAt(at('2026-05-01T00:00:00Z') + minute * 60_000)).toBe(true);
});

test('the answer does not depend on what was asked before', () => {
  const given: Partial<MaintenanceWindow> = {
    weekly: { days: ['mon', 'thu'], at: '23:15', for: 26 * hourMs },
    'time-zone': berlin,
  };
  const window = make(given);
  fc.assert(
    fc.property(fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') }), (time) => {
      expect(window.activeAt(time)).toBe(make(given).activeAt(time));
    }),
  );
});

test('whom it covers: everything, by name, by label, by either', () => {
  const check = { name: 'a', labels: { site: 'office' } };
  expect(make({}).covers(check)).toBe(true);
  expect(make({ checks: ['a'] }).covers(check)).toBe(true);
  expect(make({ checks: ['b'] }).covers(check)).toBe(false);
  expect(make({ select: 'site=office' }).covers(check)).toBe(true);
  expect(make({ checks: ['b'], select: 'site=plant' }).covers(check)).toBe(false);
});

test('five fields are a pattern', () => {
  expect(['0 3 * * mon', '*/5 * * * *', '0 3 * *', '* * * * * *', '99 * * * *', '@daily'].map(isCronPattern)).toEqual([
    true,
    true,
    false,
    false,
    false,
    true,
  ]);
});
