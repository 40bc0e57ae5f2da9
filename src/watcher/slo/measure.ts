import type { View } from '../../agree/index.ts';
import { messageOf, type Check, type EpochMs, type Milliseconds, type Objective } from '../../model/index.ts';
import {
  added,
  apartMs,
  dayBounds,
  outagesOf,
  uptimeTallies,
  withIncidents,
  type Calendar,
  type CheckPast,
  type Outage,
  type Span,
  type Tally,
} from '../../report/index.ts';
import { checkPasts } from '../past/check-pasts.ts';
import type { PastBook } from '../past/past-book.ts';
import { count, tallied, widestStep, type Counting } from './count.ts';

/** What there was of an objective's checks between two times, by days. */

const hourMs: Milliseconds = 3_600_000;

export interface Measured {
  /** Beginnings of days, and the end. */
  bounds: readonly EpochMs[];
  /** One a day. */
  parts: readonly Tally[];
  /** The last day. */
  recent: { tally: Tally; overMs: Milliseconds };
  /** Of uptime. */
  apartMs?: Milliseconds;
  problem?: string;
}

export interface Sources extends Counting {
  view: () => Pick<View, 'check'>;
  /** Undefined while the past is being read. */
  book: () => PastBook | undefined;
  gaps: () => readonly Span[];
}

/** Times of the future are left out. */
export async function measure(
  sources: Sources,
  objective: Objective,
  checks: readonly Check[],
  {
    span,
    now,
    calendar,
    book = sources.book(),
  }: { span: Span; now: EpochMs; calendar: Calendar; book?: PastBook | undefined },
): Promise<Measured> {
  const to = Math.max(span.from + 1, Math.min(span.to, now));
  const names = checks.map(({ name }) => name);
  const recentFrom = Math.max(span.from, to - 24 * hourMs);
  const overMs = to - recentFrom;
  if (objective.indicator.uptime) {
    const bounds = dayBounds({ from: span.from, to }, calendar);
    const none = { bounds, parts: bounds.slice(1).map(() => ({ total: 0, bad: 0 })) };
    if (!book) {
      const problem = 'the past is still being read from the ledger';
      return { ...none, recent: { tally: added([]), overMs }, problem };
    }
    const pasts = checkPasts(sources.view(), book, names, { from: span.from, to, gaps: sources.gaps() });
    const parts = uptimeTallies(pasts, bounds);
    const tally = added(uptimeTallies(pasts, [recentFrom, to]));
    // Of a watch that has just begun there is less than a day: what burns, burns in the time that was watched.
    const watchedMs = tally.total > 0 ? tally.total / names.length : overMs;
    return {
      bounds,
      parts,
      recent: { tally, overMs: watchedMs },
      apartMs: apartMs(parts, names.length, { from: span.from, to }),
    };
  }
  // Sums are kept by the hour: a rolling period begins with a whole one.
  const from = objective.period === 'month' ? span.from : Math.floor(span.from / hourMs) * hourMs;
  const bounds = dayBounds({ from, to }, calendar);
  try {
    const { steps, missing } = await count(sources, objective, names, { from, to }, widestStep(from));
    return {
      bounds,
      parts: tallied(steps, bounds),
      recent: { tally: added(tallied(steps, [recentFrom, to])), overMs },
      ...(missing.length > 0 && { problem: `parts of the telemetry did not answer: ${missing.join(', ')}` }),
    };
  } catch (thrown) {
    const parts = bounds.slice(1).map(() => ({ total: 0, bad: 0 }));
    const problem = `telemetry did not answer: ${messageOf(thrown)}`;
    return { bounds, parts, recent: { tally: added([]), overMs }, problem };
  }
}

/** When the checks were down by the verdict, whatever the objective counts; oldest first. */
export function outages(
  sources: Pick<Sources, 'view' | 'gaps'>,
  book: PastBook,
  names: readonly string[],
  span: Span,
): Outage[] {
  const pasts: readonly CheckPast[] = checkPasts(sources.view(), book, names, { ...span, gaps: sources.gaps() });
  const found = pasts.flatMap((past, place) => outagesOf(names[place] ?? '', past, span));
  return withIncidents(
    found.sort((a, b) => a.from - b.from),
    book.incidents(),
  );
}
