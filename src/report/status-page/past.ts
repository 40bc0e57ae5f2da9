import type { EpochMs, Milliseconds, VerdictState } from '../../model/index.ts';
import { componentState, severityOrder, type ComponentStatus, type CountedCheck } from './component-state.ts';

/** What became of a component day by day, from the transitions of its checks in the ledger. */

export interface Span {
  from: EpochMs;
  /** Not included. */
  to: EpochMs;
}

/** One check over the time that is looked at. */
export interface CheckPast {
  /** Before the first change. */
  initial: VerdictState;
  /** In the order of time. */
  changes: readonly { at: EpochMs; to: VerdictState }[];
  /** When it was in maintenance, in the order of time, without overlap. */
  maintenance: readonly Span[];
}

export interface DayFigures extends Span {
  /** How long the component was what. `unknown` is apart: nobody knows what it was. */
  ms: Readonly<Record<ComponentStatus | 'unknown', Milliseconds>>;
  /** How long its checks together were known outside of maintenance, and how long of this they were down. */
  knownMs: Milliseconds;
  downMs: Milliseconds;
}

/** `bounds` are the beginnings of the days and, last, the end of the last day or now. */
export function dayFigures(checks: readonly CheckPast[], bounds: readonly EpochMs[]): DayFigures[] {
  const cuts = new Set(bounds);
  for (const { changes, maintenance } of checks) {
    for (const { at } of changes) cuts.add(at);
    for (const { from, to } of maintenance) cuts.add(from).add(to);
  }
  const first = bounds[0] ?? 0;
  const last = bounds.at(-1) ?? 0;
  const times = [...cuts].filter((at) => at >= first && at <= last).sort((a, b) => a - b);
  const walkers = checks.map((check) => new Walker(check));
  const days = bounds.slice(1).map((to, at) => emptyDay(bounds[at] ?? to, to));
  let day = 0;
  for (const [index, at] of times.entries()) {
    const next = times[index + 1];
    if (next === undefined) break;
    while (at >= (days[day]?.to ?? Infinity)) day++;
    const figures = days[day];
    if (!figures) break;
    const forMs = next - at;
    const counted = walkers.map((walker) => walker.at(at));
    const { status, unknown } = componentState(counted);
    figures.ms[unknown ? 'unknown' : status] += forMs;
    for (const { verdict, maintenance } of counted) {
      if (maintenance || verdict === 'unknown') continue;
      figures.knownMs += forMs;
      if (verdict === 'down') figures.downMs += forMs;
    }
  }
  return days;
}

/**
 * Share of the known time outside of maintenance in which the checks were not down, in percent; undefined where nothing
 * was known.
 */
export function uptimePercent(days: readonly Pick<DayFigures, 'knownMs' | 'downMs'>[]): number | undefined {
  const known = days.reduce((sum, { knownMs }) => sum + knownMs, 0);
  const down = days.reduce((sum, { downMs }) => sum + downMs, 0);
  return known === 0 ? undefined : (100 * (known - down)) / known;
}

/** The worst that the component was on this day; maintenance and unknown only where there was nothing else. */
export function worstOf({ ms }: Pick<DayFigures, 'ms'>): ComponentStatus | 'unknown' {
  const outage = severityOrder.slice(2).findLast((status) => ms[status] > 0);
  if (outage !== undefined) return outage;
  if (ms.operational > 0) return 'operational';
  return ms.under_maintenance > 0 ? 'under_maintenance' : 'unknown';
}

/** Nobody watched in the gaps: what was true before is unknown in them, and after them what was said last again. */
export function withGaps(past: CheckPast, gaps: readonly Span[]): CheckPast {
  if (gaps.length === 0) return past;
  const isInGap = (at: EpochMs) => gaps.some(({ from, to }) => from <= at && at < to);
  const stateAt = (at: EpochMs) => past.changes.findLast((change) => change.at <= at)?.to ?? past.initial;
  const changes = [
    ...past.changes.filter(({ at }) => !isInGap(at)),
    ...gaps.map(({ from }) => ({ at: from, to: 'unknown' as const })),
    ...gaps.filter(({ to }) => !isInGap(to)).map(({ to }) => ({ at: to, to: stateAt(to) })),
  ];
  return { ...past, changes: changes.sort((a, b) => a.at - b.at) };
}

type Figures = { -readonly [Key in keyof DayFigures]: DayFigures[Key] } & {
  ms: Record<ComponentStatus | 'unknown', Milliseconds>;
};

function emptyDay(from: EpochMs, to: EpochMs): Figures {
  const ms = {
    operational: 0,
    degraded_performance: 0,
    partial_outage: 0,
    major_outage: 0,
    under_maintenance: 0,
    unknown: 0,
  };
  return { from, to, ms, knownMs: 0, downMs: 0 };
}

/** Answers for times that only grow. */
class Walker {
  readonly #check: CheckPast;
  #change = 0;
  #span = 0;
  #verdict: VerdictState;

  constructor(check: CheckPast) {
    this.#check = check;
    this.#verdict = check.initial;
  }

  at(at: EpochMs): CountedCheck {
    const { changes, maintenance } = this.#check;
    for (let next = changes[this.#change]; next && next.at <= at; next = changes[++this.#change])
      this.#verdict = next.to;
    while ((maintenance[this.#span]?.to ?? Infinity) <= at) this.#span++;
    return { verdict: this.#verdict, maintenance: (maintenance[this.#span]?.from ?? Infinity) <= at };
  }
}
