import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { VerdictState } from '../../model/index.ts';
import { componentState, type ComponentStatus } from './component-state.ts';
import { dayFigures, uptimePercent, withGaps, worstOf, type CheckPast } from './past.ts';

/** Time in steps, so that a plain evaluation can look at every one of them. */
const stepMs = 60_000;
const daySteps = 12;
const days = 90;
const steps = days * daySteps;

const verdict = fc.constantFrom<VerdictState>('up', 'degraded', 'partial', 'down', 'unknown');
const past: fc.Arbitrary<CheckPast> = fc.record({
  initial: verdict,
  changes: fc
    .uniqueArray(fc.record({ at: fc.integer({ min: -50, max: steps + 50 }), to: verdict }), {
      selector: ({ at }) => at,
      maxLength: 12,
    })
    .map((list) => list.sort((a, b) => a.at - b.at).map(({ at, to }) => ({ at: at * stepMs, to }))),
  maintenance: fc
    .uniqueArray(fc.integer({ min: -50, max: steps + 50 }), { maxLength: 8 })
    .map((list) => list.sort((a, b) => a - b))
    .map((list) =>
      Array.from({ length: Math.floor(list.length / 2) }, (_, at) => ({
        from: (list[2 * at] ?? 0) * stepMs,
        to: (list[2 * at + 1] ?? 0) * stepMs,
      })),
    ),
});

/** Each step by itself, without any memory of the one before. */
function plain(checks: readonly CheckPast[], at: number) {
  const counted = checks.map(({ initial, changes, maintenance }) => ({
    verdict: changes.findLast((change) => change.at <= at)?.to ?? initial,
    maintenance: maintenance.some(({ from, to }) => from <= at && at < to),
  }));
  return { counted, ...componentState(counted) };
}

test('ninety days are what a look at every minute finds', () => {
  const bounds = Array.from({ length: days + 1 }, (_, at) => at * daySteps * stepMs);
  fc.assert(
    fc.property(fc.array(past, { maxLength: 4 }), (checks) => {
      const figures = dayFigures(checks, bounds);
      expect(figures).toHaveLength(days);
      for (const [index, day] of figures.entries()) {
        const ms: Record<ComponentStatus | 'unknown', number> = {
          operational: 0,
          degraded_performance: 0,
          partial_outage: 0,
          major_outage: 0,
          under_maintenance: 0,
          unknown: 0,
        };
        let knownMs = 0;
        let downMs = 0;
        for (let step = index * daySteps; step < (index + 1) * daySteps; step++) {
          const { status, unknown, counted } = plain(checks, step * stepMs);
          ms[unknown ? 'unknown' : status] += stepMs;
          for (const one of counted) {
            if (one.maintenance || one.verdict === 'unknown') continue;
            knownMs += stepMs;
            if (one.verdict === 'down') downMs += stepMs;
          }
        }
        expect(day.ms).toEqual(ms);
        expect({ knownMs: day.knownMs, downMs: day.downMs }).toEqual({ knownMs, downMs });
        expect(Object.values(day.ms).reduce((sum, one) => sum + one, 0)).toBe(daySteps * stepMs);
      }
    }),
    { numRuns: 60 },
  );
});

test('an hour down of a day is told as such, with maintenance and unknown apart', () => {
  const hour = 3_600_000;
  const check: CheckPast = {
    initial: 'unknown',
    changes: [
      { at: 4 * hour, to: 'up' },
      { at: 10 * hour, to: 'down' },
      { at: 12 * hour, to: 'up' },
    ],
    maintenance: [{ from: 11 * hour, to: 14 * hour }],
  };
  const [day] = dayFigures([check], [0, 24 * hour]);
  expect(day?.ms).toEqual({
    operational: 16 * hour,
    degraded_performance: 0,
    partial_outage: 0,
    major_outage: hour,
    under_maintenance: 3 * hour,
    unknown: 4 * hour,
  });
  expect(uptimePercent(day ? [day] : [])).toBeCloseTo((100 * 16) / 17, 10);
  expect(day && worstOf(day)).toBe('major_outage');
  expect(uptimePercent([])).toBeUndefined();
});

test('while nobody watched nothing is known, and everything else is as it was', () => {
  const gap = fc
    .uniqueArray(fc.integer({ min: 0, max: steps }), { maxLength: 8 })
    .map((list) => list.sort((a, b) => a - b))
    .map((list) => Array.from({ length: Math.floor(list.length / 2) }, (_, at) => list.slice(2 * at, 2 * at + 2)))
    .map((pairs) => pairs.map(([from = 0, to = 0]) => ({ from: from * stepMs, to: to * stepMs })));
  fc.assert(
    fc.property(past, gap, (check, gaps) => {
      const gapped = withGaps(check, gaps);
      for (let at = 0; at < steps * stepMs; at += stepMs) {
        const isInGap = gaps.some(({ from, to }) => from <= at && at < to);
        const [before] = plain([check], at).counted;
        const [after] = plain([gapped], at).counted;
        expect(after?.verdict).toBe(isInGap ? 'unknown' : before?.verdict);
      }
    }),
    { numRuns: 60 },
  );
});
