import type { ApiObjectiveDetail } from '../../src/model/index.ts';

/** An objective with everything that one can have. */

const dayMs = 86_400_000;
const now = Date.UTC(2026, 2, 28, 21);
const iso = (at: number) => new Date(at).toISOString();
const leftPercent = [100, 100, 98.4, 98.4, 97.9, 71, 70.2, 70.2, 70.2, 44, 43.5, 43.5, 31, 30.2];

export function objective(given: Partial<ApiObjectiveDetail> = {}): ApiObjectiveDetail {
  return {
    name: 'shop',
    comment: 'What we owe to customers.',
    labels: { team: 'web' },
    goal: 99.9,
    indicator: 'uptime',
    unit: 'ms',
    periodMs: 14 * dayMs,
    timeZone: 'UTC',
    from: iso(now - 14 * dayMs),
    to: iso(now),
    checks: 2,
    state: 'at-risk',
    compliance: 99.9302,
    total: 28 * dayMs,
    bad: 1_688_000,
    apartMs: 5_400_000,
    budget: { total: 2_419_200, spent: 1_688_000, left: 731_200, leftPercent: 30.2 },
    burnRate: 2.1,
    exhaustedAt: iso(now + 2 * dayMs),
    firing: ['shop-burn-slow'],
    names: ['shop-web', 'shop-api'],
    alerts: [
      {
        policy: 'shop-burn-fast',
        severity: 'critical',
        state: 'fine',
        factor: 14.4,
        longMs: 1_680_000,
        shortMs: 140_000,
        longBurnRate: 0.4,
        shortBurnRate: 0,
      },
      {
        policy: 'shop-burn-slow',
        severity: 'warning',
        state: 'firing',
        factor: 1,
        longMs: 120_960_000,
        shortMs: 10_080_000,
        longBurnRate: 2.1,
        shortBurnRate: 1.7,
      },
    ],
    series: {
      at: leftPercent.map((_, place) => now - (14 - place) * dayMs),
      total: leftPercent.map(() => 2 * dayMs),
      bad: leftPercent.map((left, place) => ((leftPercent[place - 1] ?? 100) - left) * 24_192),
      leftPercent,
    },
    outages: [
      { check: 'shop-web', from: iso(now - 3_600_000), durationMs: 3_600_000, cut: true, incident: 'inc-1203' },
      {
        check: 'shop-api',
        from: iso(now - 5 * dayMs),
        to: iso(now - 5 * dayMs + 600_000),
        durationMs: 600_000,
        cut: false,
      },
    ],
    omittedOutages: 3,
    months: [
      { month: '2026-03', complete: false, compliance: 99.93, total: 28 * dayMs, bad: 1_688_000, leftPercent: 30.2 },
      { month: '2026-02', complete: true, compliance: 100, total: 56 * dayMs, bad: 0, leftPercent: 100 },
    ],
    ...given,
  };
}
