import {
  formatInstant,
  kindOf,
  type ApiObjective,
  type ApiOutage,
  type Check,
  type EpochMs,
  type Objective,
} from '../../model/index.ts';
import { added, burnRate, compliance, errorBudget, exhaustedAt, type Outage, type Span } from '../../report/index.ts';
import type { Measured } from './measure.ts';

/** From what was measured to the shapes of the API. */

export interface Stand {
  objective: Objective;
  checks: readonly Check[];
  span: Span;
  now: EpochMs;
  measured: Measured;
  /** Names of its policies that fire. */
  firing: readonly string[];
}

/** What is still to come of a calendar month: only time is known ahead. */
export function expectedOf({ objective, checks, span, now }: Pick<Stand, 'objective' | 'checks' | 'span' | 'now'>) {
  return objective.indicator.uptime ? checks.length * Math.max(0, span.to - Math.max(now, span.from)) : 0;
}

export function presentObjective(stand: Stand): ApiObjective {
  const { objective, checks, span, now, measured, firing } = stand;
  const { goal, period } = objective;
  const tally = added(measured.parts);
  const good = compliance(tally);
  const expected = expectedOf(stand);
  const budget = errorBudget(tally, goal, expected);
  const burn = burnRate(measured.recent.tally, goal);
  const until = period === 'month' ? span.to : now + period;
  const gone =
    good === undefined ? undefined : exhaustedAt(budget, measured.recent.tally, measured.recent.overMs, { now, until });
  const { leftPercent, ...rest } = budget;
  const state = good === undefined ? 'unknown' : budget.left < 0 ? 'missed' : gone === undefined ? 'met' : 'at-risk';
  return {
    name: objective.name,
    ...(objective.comment !== undefined && { comment: objective.comment }),
    labels: objective.labels,
    goal,
    indicator: kindOf(objective),
    unit: objective.indicator.uptime ? 'ms' : 'count',
    ...(period !== 'month' && { periodMs: period }),
    timeZone: objective['time-zone'],
    from: formatInstant(measured.bounds[0] ?? span.from),
    to: formatInstant(span.to),
    checks: checks.length,
    state,
    ...(good !== undefined && { compliance: good }),
    total: tally.total,
    bad: tally.bad,
    ...(measured.apartMs !== undefined && { apartMs: measured.apartMs }),
    budget: { ...rest, ...(leftPercent !== undefined && { leftPercent }) },
    ...(burn !== undefined && { burnRate: burn }),
    ...(gone !== undefined && { exhaustedAt: formatInstant(Math.round(gone)) }),
    firing: [...firing],
    ...(measured.problem !== undefined && { problem: measured.problem }),
  };
}

/** `now` ends what goes on. */
export function presentOutage({ check, from, to, cut, incident }: Outage, now: EpochMs): ApiOutage {
  return {
    check,
    from: formatInstant(from),
    ...(to < now && { to: formatInstant(to) }),
    durationMs: to - from,
    cut,
    ...(incident !== undefined && { incident }),
  };
}
