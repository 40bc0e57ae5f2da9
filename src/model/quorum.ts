import type { Check } from './config/check.ts';
import type { Opinion, OpinionState } from './opinion.ts';
import type { Reason } from './probe.ts';
import type { EpochMs } from './time.ts';
import type { AppliedRule, VerdictState } from './verdict.ts';

/** The rule of verdicts. The state machine decides by it, and whoever is shown the evidence decides again by the same. */

/** What a quorum rule makes of the opinions on a check. */
export interface Decision {
  state: VerdictState;
  rule: AppliedRule;
  /** Whose opinions carry the state. */
  voters: readonly Opinion[];
  reason?: Reason;
}

/** f of N: how many of the members may be broken or lie. */
export function faultBound(members: number): number {
  return Math.max(0, Math.floor((members - 1) / 3));
}

/**
 * How many must agree. For `bft` it is the smallest number of which any two groups share f + 1 members, ⌈(N+f+1)/2⌉:
 * 2f+1 of 3f+1, 2 of 3, 2 of 2. `k` larger than the number of judges means all of them.
 */
export function quorumNeed(rule: Pick<Check['watchers'], 'rule' | 'k'>, judges: number): number {
  switch (rule.rule) {
    case 'bft':
      return Math.max(1, Math.ceil((judges + faultBound(judges) + 1) / 2));
    case 'majority':
      return Math.floor(judges / 2) + 1;
    case 'all':
      return Math.max(1, judges);
    case 'k':
      return Math.max(1, Math.min(rule.k ?? 1, judges));
    default:
      return 1;
  }
}

/**
 * The verdict from the opinions of the judges; each judge counts once, others don't count, and of those that are silent
 * nothing is known, though they stay among those of whom enough must agree. In this order: enough say
 * down, down; enough say degraded, degraded; enough say up, up; enough say up or degraded, degraded; fewer than enough
 * know anything, unknown; otherwise partial. With `any` and small `k` two sides may be enough: the worse one wins.
 */
export function decideVerdict(
  rule: Pick<Check['watchers'], 'rule' | 'k'>,
  opinions: Readonly<Record<string, Opinion>>,
  judges: readonly string[],
  silent: readonly string[] = [],
): Decision {
  const distinct = [...new Set(judges)];
  const need = quorumNeed(rule, distinct.length);
  const applied: AppliedRule = { name: rule.rule, of: distinct.length, need };
  const counts = (judge: string) => Object.hasOwn(opinions, judge) && !silent.includes(judge);
  const heard = distinct.flatMap((judge) => (counts(judge) ? (opinions[judge] ?? []) : []));
  const saying = (...states: OpinionState[]) => heard.filter((opinion) => states.includes(opinion.state));
  const decided = (state: VerdictState, voters: readonly Opinion[]): Decision => {
    const reason = state === 'up' ? undefined : reasonOf(state, voters);
    return { state, rule: applied, voters, ...(reason && { reason }) };
  };
  for (const state of ['down', 'degraded', 'up'] as const) {
    const voters = saying(state);
    if (voters.length >= need) return decided(state, voters);
  }
  const answering = saying('up', 'degraded');
  if (answering.length >= need) return decided('degraded', answering);
  const known = saying('up', 'degraded', 'down');
  return known.length < need ? decided('unknown', heard) : decided('partial', known);
}

/** The first reason of a voter who says the state itself, else of any that gives one. */
function reasonOf(state: VerdictState, voters: readonly Opinion[]): Reason | undefined {
  const own = voters.find((opinion) => opinion.state === state && opinion.reason);
  return (own ?? voters.find((opinion) => opinion.reason))?.reason;
}

/**
 * When the voters' change happened: the median of their own `since` (the earlier of the two middle ones), but never
 * before the previous transition, and never after the agreed time `now` at which it was ordered.
 */
export function agreedSince(voters: readonly Opinion[], previous: EpochMs | undefined, now: EpochMs): EpochMs {
  const times = voters.map((opinion) => opinion.since).sort((a, b) => a - b);
  const median = times[Math.floor((times.length - 1) / 2)] ?? now;
  return Math.max(Math.min(median, now), previous ?? -Infinity);
}
