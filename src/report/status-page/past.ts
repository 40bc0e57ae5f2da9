import type { EpochMs, Milliseconds, VerdictState } from '../../model/index.ts';
import { noChecks, severityOrder, stateOf, type ComponentStatus } from './component-state.ts';

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

/**
 * `bounds` are the beginnings of the days and, last, the end of the last day or now. Each change is looked at once,
 * however many checks there are.
 */
export function dayFigures(checks: readonly CheckPast[], bounds: readonly EpochMs[]): DayFigures[] {
  const days = bounds.slice(1).map((to, at) => emptyDay(bounds[at] ?? to, to));
  const counts = noChecks();
  const states = checks.map(({ initial }) => ({ verdict: initial, maintenance: false }));
  for (const { verdict } of states) counts[verdict]++;
  const change = (index: number, next: Partial<(typeof states)[number]>) => {
    const state = states[index];
    if (!state) return;
    counts[state.maintenance ? 'maintenance' : state.verdict]--;
    Object.assign(state, next);
    counts[state.maintenance ? 'maintenance' : state.verdict]++;
  };
  let at = -Infinity;
  let day = 0;
  /** Everything was as it is now since `at`. */
  const passTo = (time: EpochMs) => {
    const end = Math.min(time, bounds.at(-1) ?? time);
    at = Math.max(at, bounds[0] ?? end);
    while (at < end) {
      const figures = days[day];
      if (!figures) return;
      const forMs = Math.min(end, figures.to) - at;
      const { status, unknown } = stateOf(counts);
      const known = counts.up + counts.degraded + counts.partial + counts.down;
      figures.ms[unknown ? 'unknown' : status] += forMs;
      figures.knownMs += forMs * known;
      figures.downMs += forMs * counts.down;
      at += forMs;
      if (at >= figures.to) day++;
    }
  };
  for (const event of eventsOf(checks)) {
    passTo(event.at);
    change(event.index, event.next);
  }
  passTo(Infinity);
  return days;
}

interface Event {
  at: EpochMs;
  index: number;
  next: { verdict: VerdictState } | { maintenance: boolean };
}

/** In the order of time; of one check and time, in the order in which they were said. */
function eventsOf(checks: readonly CheckPast[]): Event[] {
  const events = checks.flatMap(({ changes, maintenance }, index): Event[] => [
    ...changes.map(({ at, to }) => ({ at, index, next: { verdict: to } })),
    ...maintenance.flatMap(({ from, to }) => [
      { at: from, index, next: { maintenance: true } },
      { at: to, index, next: { maintenance: false } },
    ]),
  ]);
  return events.sort((a, b) => a.at - b.at);
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
