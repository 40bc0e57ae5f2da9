import { allowedShare, type EpochMs, type Milliseconds } from '../../model/index.ts';

/** Compliance, error budgets and burn rates: arithmetic on what was counted. Units are requests or milliseconds. */

/** What was counted of a time; what is unknown or in maintenance is in neither. */
export interface Tally {
  total: number;
  /** At most `total`. */
  bad: number;
}

export interface ErrorBudget {
  /** What may be bad. */
  total: number;
  spent: number;
  /** Negative when more was bad than may be. */
  left: number;
  /** Of `total`, in percent; undefined where nothing was counted. */
  leftPercent: number | undefined;
}

/** Share of good ones in percent; undefined where nothing was counted. */
export function compliance({ total, bad }: Tally): number | undefined {
  return total > 0 ? (100 * (total - bad)) / total : undefined;
}

/** `expected` is what is still to come of the period, where that is known: the budget is of the whole period. */
export function errorBudget({ total, bad }: Tally, goal: number, expected = 0): ErrorBudget {
  const allowed = (total + expected) * allowedShare(goal);
  const leftPercent = allowed > 0 ? (100 * (allowed - bad)) / allowed : undefined;
  return { total: allowed, spent: bad, left: allowed - bad, leftPercent };
}

/** How many times as fast as it may the budget goes; 1 uses it up exactly at the end. Undefined where nothing was counted. */
export function burnRate({ total, bad }: Tally, goal: number): number | undefined {
  return total > 0 ? bad / total / allowedShare(goal) : undefined;
}

/**
 * When the budget is gone if it goes on as in the last `overMs`; now where it is gone already. Undefined if it isn't going,
 * or would last until `until`. What leaves a rolling period meanwhile is not given back: this is the earliest time.
 */
export function exhaustedAt(
  { left }: Pick<ErrorBudget, 'left'>,
  recent: Pick<Tally, 'bad'>,
  overMs: Milliseconds,
  { now, until }: { now: EpochMs; until: EpochMs },
): EpochMs | undefined {
  if (left <= 0) return now;
  if (recent.bad <= 0) return undefined;
  const at = now + left / (recent.bad / overMs);
  return at < until ? at : undefined;
}

export function added(tallies: readonly Tally[]): Tally {
  return tallies.reduce((sum, { total, bad }) => ({ total: sum.total + total, bad: sum.bad + bad }), {
    total: 0,
    bad: 0,
  });
}

/**
 * What was left of the budget of the whole time after each part, in percent: it begins with 100 and falls by what was bad.
 * Empty where there is no budget.
 */
export function burnDown(parts: readonly Tally[], goal: number, expected = 0): number[] {
  const allowed = errorBudget(added(parts), goal, expected).total;
  if (allowed <= 0) return [];
  let bad = 0;
  return parts.map((part) => {
    bad += part.bad;
    return (100 * (allowed - bad)) / allowed;
  });
}
