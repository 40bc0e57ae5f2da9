import type { Milliseconds } from '../time.ts';
import type { AlertCondition, AlertPolicy } from './alerts.ts';
import { matchesSelector, type Check } from './check.ts';
import { nearest } from './nearest.ts';
import type { MaintenanceWindow } from './sections.ts';
import { allowedShare, type Objective } from './objectives.ts';
import type { Problem } from './problem.ts';
import { standsForCheck } from './status-page.ts';

/** Alerting policies that follow from objectives: fast and slow burning of the error budget. */

const dayMs: Milliseconds = 86_400_000;
/** Of what a month is taken for here: policies must not change with the calendar. */
const monthMs: Milliseconds = 30 * dayMs;
const longestWindowMs: Milliseconds = 7 * dayMs;

/**
 * The Site Reliability Workbook, chapter 5, table 5-8: for 30 days 14.4 over 1h & 5m, 6 over 6h & 30m, 1 over 3d & 6h.
 * Windows are parts of the period, so that a pair stands for the same share of the budget whatever the period is.
 */
const pairs = [
  { speed: 'fast', factor: 14.4, parts: 720, shorter: 12, interval: 10_000, severity: 'page' },
  { speed: 'medium', factor: 6, parts: 120, shorter: 12, interval: 60_000, severity: 'page' },
  { speed: 'slow', factor: 1, parts: 10, shorter: 12, interval: 60_000, severity: 'ticket' },
] as const;

export interface BurnPair {
  policy: string;
  /** How many times faster than the budget allows. */
  factor: number;
  longMs: Milliseconds;
  shortMs: Milliseconds;
  /** The share of bad ones above which it fires; below 1. */
  share: number;
}

/** Those that can fire: where the goal is low, no share of bad ones is great enough for the fastest. */
export function burnPairs({ name, goal, period }: Pick<Objective, 'name' | 'goal' | 'period'>): BurnPair[] {
  return pairs.flatMap(({ speed, factor, parts, shorter }): BurnPair[] => {
    const share = Number((factor * allowedShare(goal)).toPrecision(12));
    if (share >= 1) return [];
    const longMs = Math.min(longestWindowMs, (period === 'month' ? monthMs : period) / parts);
    return [{ policy: `${name}-burn-${speed}`, factor, longMs, shortMs: longMs / shorter, share }];
  });
}

/** The checks it is about, after groups have become checks. */
export function checksOf({ checks, select }: Pick<Objective, 'checks' | 'select'>, watch: readonly Check[]): Check[] {
  const names = new Set(checks);
  return watch.filter(
    (check) => standsForCheck(names, check.name) || (select !== undefined && matchesSelector(select, check.labels)),
  );
}

interface Expanded {
  watch: readonly Check[];
  alerts: readonly AlertPolicy[];
  maintenance: readonly MaintenanceWindow[];
  objectives?: readonly Objective[];
}

/**
 * Adds the policies of its objectives. To be called with the checks that groups have become. What fails on purpose pages
 * nobody: maintenance of one of its checks is maintenance of the policies of an objective.
 */
export function expandObjectives<Given extends Expanded>(given: Given): Given {
  const { objectives = [] } = given;
  const made = objectives.map((objective) => {
    const checks = checksOf(objective, given.watch);
    return { checks, policies: policiesOf(objective, checks) };
  });
  const policies = made.flatMap((one) => one.policies);
  if (policies.length === 0) return given;
  const maintenance = given.maintenance.map((window) => {
    const { checks, select } = window;
    if (checks === undefined && select === undefined) return window;
    const names = new Set(checks);
    const covers = (check: Check) =>
      names.has(check.name) || (select !== undefined && matchesSelector(select, check.labels));
    const covered = made.filter((one) => one.checks.some(covers)).flatMap((one) => one.policies);
    return covered.length === 0 ? window : { ...window, checks: [...names, ...covered.map(({ name }) => name)] };
  });
  return { ...given, maintenance, alerts: [...given.alerts, ...policies] };
}

function policiesOf(objective: Objective, checks: readonly Check[]): AlertPolicy[] {
  const { alerts, labels, name } = objective;
  const probed = checks.filter(({ disabled }) => !disabled);
  const series = seriesOf(objective, probed);
  if (alerts.disabled || !series) return [];
  const [first] = probed;
  const shared = first?.watchers.select;
  const isShared = shared !== undefined && probed.every(({ watchers }) => watchers.select === shared);
  return burnPairs(objective).map((pair): AlertPolicy => {
    const { severity, speed, interval } = pairs.find(({ factor }) => factor === pair.factor) ?? pairs[0];
    return {
      name: pair.policy,
      comment: `The error budget of ${name} goes ${pair.factor} times as fast as it may.`,
      disabled: false,
      severity: alerts[severity],
      labels: { ...labels, objective: name, burn: speed },
      conditions: [...burning(series, pair), ...enough(series, pair, objective['minimum-volume'])],
      combiner: 'AND',
      'incident-per': 'policy',
      interval,
      'auto-close': dayMs,
      watchers: { rule: 'bft', ...(isShared && { select: shared }) },
      notify: alerts.notify,
      'depends-on': [],
      documentation: { content: '' },
    };
  });
}

type Threshold = NonNullable<AlertCondition['threshold']>;
type Counted = Pick<Threshold, 'metric' | 'where' | 'aggregate'>;
interface Series {
  /** The share of those that were too slow. */
  slow?: Pick<Threshold, 'metric' | 'where' | 'slower-than'>;
  bad?: Counted;
  good?: Counted;
  total: Counted;
}

/** Uptime too is looked at through samples: verdicts are made of them, and telemetry has no times of verdicts. */
function seriesOf({ indicator }: Objective, checks: readonly Check[]): Series | undefined {
  if (indicator.counters) {
    const { bad, good, total } = indicator.counters;
    const sum = (given: Pick<Counted, 'metric' | 'where'>): Counted => ({ ...given, aggregate: 'sum' });
    return { ...(bad && { bad: sum(bad) }), ...(good && { good: sum(good) }), total: sum(total) };
  }
  if (checks.length === 0) return undefined;
  const samples = (outcome: string | string[]): Counted => ({
    metric: 'quorumwatch_samples_total',
    where: { check: checks.map(({ name }) => name), outcome },
    aggregate: 'sum',
  });
  if (indicator.latency) {
    const metric = 'quorumwatch_probe_latency_seconds';
    const where = { check: checks.map(({ name }) => name) };
    const slow = { metric, where, 'slower-than': indicator.latency.below };
    return { slow, total: { metric, where, aggregate: 'count' } };
  }
  return { bad: samples('fail'), total: samples(['pass', 'degraded', 'fail']) };
}

/** What nobody counts does not burn: the budget is of what was counted. */
const always = { for: 0, trigger: { count: 1 }, 'missing-data': 'INACTIVE' } as const;

function burning({ slow, bad, good, total }: Series, { longMs, shortMs, share }: BurnPair): AlertCondition[] {
  if (slow) {
    return [longMs, shortMs].map((window) => ({
      ...always,
      threshold: { ...slow, 'group-by': [], window, above: share },
    }));
  }
  const of = bad ?? good ?? total;
  const limit = bad ? { above: share } : { below: Number((1 - share).toPrecision(12)) };
  return [longMs, shortMs].map((window) => ({
    ...always,
    ratio: { of, to: total, 'group-by': [], window, ...limit },
  }));
}

function enough({ total }: Series, { longMs }: BurnPair, volume: number): AlertCondition[] {
  if (volume === 0) return [];
  return [{ ...always, threshold: { ...total, 'group-by': [], window: longMs, above: volume - 0.5 } }];
}

interface Surroundings {
  objectives?: readonly Objective[];
  alerts: readonly AlertPolicy[];
  notify: Readonly<Record<string, unknown>>;
}

/** Names are unique, and free for what follows from them; checks and receivers are known. */
export function objectiveProblems(
  { objectives = [], alerts }: Surroundings,
  around: { checks: ReadonlySet<string>; untellable: (receiver: string) => string | undefined },
): Problem[] {
  const problems: Problem[] = [];
  const report = (path: (string | number)[], message: string, found: unknown) =>
    problems.push({ path: ['objectives', ...path], message, found });
  const taken = new Set([...around.checks, ...alerts.map(({ name }) => name)]);
  const seen = new Map<string, number>();
  objectives.forEach((objective, index) => {
    const before = seen.get(objective.name);
    if (before === undefined) seen.set(objective.name, index);
    else report([index, 'name'], `expected a unique name; objectives[${before}] has it already`, objective.name);
    for (const { policy } of objective.alerts.disabled ? [] : burnPairs(objective)) {
      const message = `expected another name; something else is called ${policy}, as a policy of this would be`;
      if (taken.has(policy)) report([index, 'name'], message, objective.name);
    }
    objective.checks?.forEach((check, at) => {
      if (around.checks.has(check)) return;
      const message = `expected the name of a check${nearest(check, around.checks)}`;
      report([index, 'checks', at], message, check);
    });
    objective.alerts.notify.forEach((receiver, at) => {
      const message = around.untellable(receiver);
      if (message !== undefined) report([index, 'alerts', 'notify', at], message, receiver);
    });
  });
  return problems;
}
