import { expect, test } from 'vitest';
import type { LedgerEntry } from '../../agree/index.ts';
import { objectiveSchema, type Check, type VerdictState } from '../../model/index.ts';
import { Calendar, monthSpan } from '../../report/index.ts';
import { PastBook } from '../past/past-book.ts';
import { measure, outages, type Sources } from './measure.ts';
import { presentObjective } from './present.ts';

const minute = 60_000;
const calendar = new Calendar('UTC');
const span = monthSpan('2026-03', calendar);
const began = span.from + 10 * 1440 * minute;
const objective = objectiveSchema.parse({
  name: 'o',
  goal: 99,
  period: 'month',
  checks: ['web'],
  indicator: { uptime: {} },
});
const checks = [{ name: 'web', labels: {} } as unknown as Check];

/** A watch that has just begun: a minute up, a minute down. */
function world() {
  const book = new PastBook(new Set(['web']), 0);
  const say = (at: number, from: VerdictState, to: VerdictState) =>
    book.add({
      kind: 'transition',
      time: at,
      position: 0,
      body: { check: 'web', since: at, from, to },
    } as unknown as LedgerEntry);
  say(began, 'unknown', 'up');
  say(began + minute, 'up', 'down');
  const view = { check: () => ({ check: checks[0], verdict: 'down', since: began + minute }) };
  const sources = { view: () => view, book: () => book, gaps: () => [] } as unknown as Sources;
  return { book, sources };
}

test('what burns is worked out from the time that was watched, and the budget of a month is that of all of it', async () => {
  const { sources, book } = world();
  const now = began + 2 * minute;
  const measured = await measure(sources, objective, checks, { span, now, calendar });
  expect(measured.apartMs).toBe(began - span.from);
  const found = presentObjective({ objective, checks, span, now, measured, firing: [] });
  const budgetMs = 0.01 * (2 * minute + span.to - now);
  expect(found).toMatchObject({ compliance: 50, total: 2 * minute, bad: minute, state: 'at-risk' });
  expect(found.budget.total).toBeCloseTo(budgetMs, 3);
  expect(found.burnRate).toBeCloseTo(50, 9);
  // Half of the time is bad.
  expect(Date.parse(found.exhaustedAt ?? '')).toBeCloseTo(now + 2 * (budgetMs - minute), -1);
  expect(outages(sources, book, ['web'], { from: span.from, to: now })).toEqual([
    { check: 'web', from: began + minute, to: now, cut: true },
  ]);
});

test('while the past is being read it says so, and knows nothing', async () => {
  const { sources } = world();
  const now = began + 2 * minute;
  const measured = await measure({ ...sources, book: () => undefined }, objective, checks, { span, now, calendar });
  const found = presentObjective({ objective, checks, span, now, measured, firing: [] });
  expect(found).toMatchObject({ state: 'unknown', total: 0, problem: 'the past is still being read from the ledger' });
});
