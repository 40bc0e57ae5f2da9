import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { VerdictState } from '../../model/index.ts';
import { Calendar, type CheckPast } from '../status-page/index.ts';
import { added, burnDown, burnRate, compliance, errorBudget, exhaustedAt } from './budget.ts';
import { outagesOf, uptimeTallies, withIncidents } from './outages.ts';
import { dayBounds, monthAt, monthSpan, nextMonth, periodAt } from './period.ts';

const hour = 3_600_000;

/** Every request on paper. */
const requests = fc.array(fc.array(fc.boolean(), { maxLength: 30 }), { minLength: 1, maxLength: 20 });

test('compliance, budget and burn are what counting one by one gives', () => {
  fc.assert(
    fc.property(requests, fc.integer({ min: 1, max: 99_999 }), (parts, thousandths) => {
      const goal = thousandths / 1000;
      const tallies = parts.map((part) => ({ total: part.length, bad: part.filter((good) => !good).length }));
      const all = parts.flat();
      const bad = all.filter((good) => !good).length;
      const allowed = (all.length * (100_000 - thousandths)) / 100_000;
      const sum = added(tallies);
      const budget = errorBudget(sum, goal);
      if (all.length === 0) {
        expect([compliance(sum), budget.leftPercent, burnRate(sum, goal)]).toEqual([undefined, undefined, undefined]);
        expect(burnDown(tallies, goal)).toEqual([]);
        return;
      }
      expect(compliance(sum)).toBeCloseTo((100 * all.filter(Boolean).length) / all.length, 9);
      expect(budget.total).toBeCloseTo(allowed, 9);
      expect(budget.left).toBeCloseTo(allowed - bad, 9);
      expect(burnRate(sum, goal)).toBeCloseTo(bad / allowed, 6);
      expect(burnDown(tallies, goal).at(-1)).toBeCloseTo(budget.leftPercent ?? NaN, 6);
      // The goal is met exactly where something is left.
      const isMet = all.filter(Boolean).length * 100_000 >= all.length * thousandths;
      expect(budget.left > -1e-9).toBe(isMet);
    }),
  );
});

test('the budget is gone when what is left is used up as fast as lately', () => {
  const until = { now: 1000, until: 1_000_000 };
  expect(exhaustedAt({ left: 50 }, { bad: 10 }, 100, until)).toBe(1500);
  expect(exhaustedAt({ left: 50 }, { bad: 0 }, 100, until)).toBeUndefined();
  expect(exhaustedAt({ left: 0 }, { bad: 0 }, 100, until)).toBe(1000);
  expect(exhaustedAt({ left: 1e9 }, { bad: 1 }, 100, until)).toBeUndefined();
});

test('months begin and end as their place counts, with hours that are missing or come twice', () => {
  const berlin = new Calendar('Europe/Berlin');
  const hoursOf = (month: string) => {
    const { from, to } = monthSpan(month, berlin);
    return (to - from) / hour;
  };
  expect([hoursOf('2026-03'), hoursOf('2026-10'), hoursOf('2026-02')]).toEqual([31 * 24 - 1, 31 * 24 + 1, 28 * 24]);
  expect(monthSpan('2026-10', berlin).from).toBe(Date.parse('2026-09-30T22:00:00Z'));
  expect(monthSpan('2026-12', new Calendar('Asia/Seoul')).to).toBe(Date.parse('2026-12-31T15:00:00Z'));
  expect(() => monthSpan('2026-13', berlin)).toThrow('such as 2026-10');
  expect([nextMonth('2026-12'), nextMonth('2026-01', -1)]).toEqual(['2027-01', '2025-12']);
});

test('every moment is in the month that is said of it, and days make it up without a gap', () => {
  const zones = ['UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Asia/Seoul', 'Pacific/Apia', 'Australia/Lord_Howe'];
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: Date.parse('2011-01-01'), max: Date.parse('2030-01-01') }),
      (zone, at) => {
        const calendar = new Calendar(zone);
        const span = monthSpan(monthAt(at, calendar), calendar);
        expect(span.from <= at && at < span.to).toBe(true);
        expect(periodAt({ period: 'month' }, at, calendar)).toEqual(span);
        const bounds = dayBounds(span, calendar);
        expect([bounds[0], bounds.at(-1)]).toEqual([span.from, span.to]);
        for (const [place, bound] of bounds.slice(1).entries()) {
          const before = bounds[place] ?? NaN;
          expect(bound).toBeGreaterThan(before);
          expect(calendar.dateAt(bound - 1)).toBe(calendar.dateAt(before));
        }
      },
    ),
    { numRuns: 100 },
  );
});

test('a day that a place left out is none: Samoa had no 30 December 2011', () => {
  const calendar = new Calendar('Pacific/Apia');
  const bounds = dayBounds(monthSpan('2011-12', calendar), calendar);
  expect(bounds).toHaveLength(31);
  expect(bounds.slice(1).every((bound, place) => bound > (bounds[place] ?? NaN))).toBe(true);
});

const states: readonly VerdictState[] = ['up', 'degraded', 'partial', 'down', 'unknown'];
const past: fc.Arbitrary<CheckPast> = fc
  .tuple(
    fc.constantFrom(...states),
    fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.constantFrom(...states)), { maxLength: 12 }),
    fc.integer({ min: 0, max: 90 }),
    fc.integer({ min: 1, max: 30 }),
  )
  .map(([initial, changes, from, length]) => ({
    initial,
    changes: changes.map(([at, to]) => ({ at, to })).sort((a, b) => a.at - b.at),
    maintenance: [{ from, to: from + length }],
  }));

test('uptime and outages are what looking at every millisecond gives', () => {
  fc.assert(
    fc.property(past, fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 60 }), (one, from, length) => {
      const span = { from, to: from + length };
      const at = (ms: number) => {
        const isMaintained = one.maintenance.some((window) => window.from <= ms && ms < window.to);
        return isMaintained ? 'maintenance' : (one.changes.findLast((change) => change.at <= ms)?.to ?? one.initial);
      };
      const moments = Array.from({ length }, (_, ms) => ({ ms: from + ms, state: at(from + ms) }));
      const down = moments.filter(({ state }) => state === 'down').map(({ ms }) => ms);
      const known = moments.filter(({ state }) => state !== 'unknown' && state !== 'maintenance');
      expect(uptimeTallies([one], [span.from, span.to])).toEqual([{ total: known.length, bad: down.length }]);
      const outages = outagesOf('web', one, span);
      const covered = outages.flatMap((outage) =>
        Array.from({ length: outage.to - outage.from }, (_, ms) => outage.from + ms),
      );
      expect(covered).toEqual(down);
      expect(outages.every((outage, place) => place === 0 || (outages[place - 1]?.to ?? 0) < outage.from)).toBe(true);
    }),
  );
});

test('outages name the incident that was open', () => {
  const outage = { check: 'web', from: 100, to: 200, cut: false };
  const incident = (id: string, check: string, openedAt: number, resolvedAt: number, affected: string[] = []) =>
    ({ id, check, openedAt, resolvedAt, affected }) as never;
  const [own, behind, none] = withIncidents(
    [outage, { ...outage, check: 'mail' }, { ...outage, check: 'dns' }],
    [incident('1', 'web', 0, 50), incident('2', 'web', 110, 250), incident('3', 'router', 90, 260, ['mail'])],
  );
  expect([own?.incident, behind?.incident, none?.incident]).toEqual(['2', '3', undefined]);
});
