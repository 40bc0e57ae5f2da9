import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quietHoursSchema } from '../../../model/index.ts';
import { instantOf, offsetsOf } from './local-time.ts';
import { compileQuietHours } from './quiet-hours.ts';

const at = (text: string) => Date.parse(text);
const make = (given: object) => compileQuietHours(quietHoursSchema.parse({ name: 'night', ...given }));

test('a night goes on until the next morning, by the clocks of its zone, the change to summer time included', () => {
  const quiet = make({ times: [{ from: '22:00', to: '07:00' }], 'time-zone': 'Europe/Berlin' });
  const edges = [
    ['2026-03-28T20:59:00Z', false],
    ['2026-03-28T21:00:00Z', true],
    ['2026-03-29T04:59:59Z', true],
    ['2026-03-29T05:00:00Z', false],
    ['2026-03-29T20:00:00Z', true],
  ] as const;
  for (const [text, expected] of edges) expect(quiet('error', at(text)), text).toBe(expected);
});

test('the night belongs to the day on which it begins', () => {
  const quiet = make({ times: [{ days: ['fri'], from: '22:00', to: '07:00' }] });
  expect(quiet('error', at('2026-11-20T23:00:00Z'))).toBe(true);
  expect(quiet('error', at('2026-11-21T06:59:00Z'))).toBe(true);
  expect(quiet('error', at('2026-11-20T06:59:00Z'))).toBe(false);
  expect(quiet('error', at('2026-11-21T22:00:00Z'))).toBe(false);
});

test('a time that ends when it begins is the whole day from there on', () => {
  const quiet = make({ times: [{ days: ['sun'], from: '00:00', to: '00:00' }] });
  expect(quiet('error', at('2026-11-21T23:59:59Z'))).toBe(false);
  expect(quiet('error', at('2026-11-22T00:00:00Z'))).toBe(true);
  expect(quiet('error', at('2026-11-22T23:59:59Z'))).toBe(true);
  expect(quiet('error', at('2026-11-23T00:00:00Z'))).toBe(false);
});

test('what is urgent enough does not wait', () => {
  const times = [{ from: '00:00', to: '00:00' }];
  expect(make({ times })('critical', 0)).toBe(false);
  expect(make({ times })('error', 0)).toBe(true);
  expect(make({ times, 'except-severity': 'error' })('error', 0)).toBe(false);
  expect(make({ times, 'except-severity': 'error' })('warning', 0)).toBe(true);
});

test('what clocks show and when they show it are each other’s answers, but where daylight saving skips or repeats', () => {
  const zones = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia'];
  const times = fc.integer({ min: at('1995-01-01T00:00Z') / 1000, max: at('2030-01-01T00:00Z') / 1000 });
  fc.assert(
    fc.property(fc.constantFrom(...zones), times, (zone, second) => {
      const offsetAt = offsetsOf(zone);
      const time = second * 1000;
      const back = instantOf(time + offsetAt(time), offsetAt);
      // The same wall clock comes twice in autumn: the first is meant.
      expect(back).toBeLessThanOrEqual(time);
      expect(back + offsetAt(back)).toBe(time + offsetAt(time));
      // Pacific/Apia left out the 30th of December 2011.
      const skipped = instantOf(time, offsetAt) + offsetAt(instantOf(time, offsetAt)) - time;
      expect(skipped).toBeGreaterThanOrEqual(0);
      expect(skipped).toBeLessThanOrEqual(86_400_000);
    }),
    { numRuns: 1000 },
  );
});
