import { Cron } from 'croner';
import { isCronPattern, matchesSelector, type Check, type EpochMs, type MaintenanceWindow } from '../../model/index.ts';

/**
 * A maintenance window, ready to be asked. Nothing is computed ahead: an answer is worked out when the question leaves
 * the span of time for which the last answer holds. Local times that daylight saving skips are moved on by the skipped
 * hour; those that come twice mean the first.
 */
export interface Maintenance {
  readonly name: string;
  covers(check: Pick<Check, 'name' | 'labels'>): boolean;
  /** True from the start of the window up to, not including, its end. */
  activeAt(at: EpochMs): boolean;
  /** When it is open between two times, in their order; at most `limit` of them. */
  spans(from: EpochMs, to: EpochMs, limit: number): { from: EpochMs; to: EpochMs }[];
}

export function compileMaintenance(window: MaintenanceWindow): Maintenance {
  const named = window.checks && new Set(window.checks);
  const spanFor = spanAt(window);
  return {
    name: window.name,
    // A window that names checks and has a selector covers both kinds.
    covers: (check) =>
      named === undefined && window.select === undefined
        ? true
        : named?.has(check.name) === true ||
          (window.select !== undefined && matchesSelector(window.select, check.labels)),
    activeAt: remembered(spanFor),
    spans: (from, to, limit) => openSpans(spanFor, from, to, limit),
  };
}

function openSpans(spanFor: SpanAt, from: EpochMs, to: EpochMs, limit: number): { from: EpochMs; to: EpochMs }[] {
  const open: { from: EpochMs; to: EpochMs }[] = [];
  for (let at = from; at < to && open.length < limit;) {
    const span = spanFor(at);
    if (span.active) open.push({ from: span.from, to: span.to });
    at = span.to;
  }
  return open;
}

/** From `from` up to `to` the answer is the same. */
interface Span {
  active: boolean;
  from: EpochMs;
  to: EpochMs;
}

type SpanAt = (at: EpochMs) => Span;

function remembered(spanAt: SpanAt): (at: EpochMs) => boolean {
  let last: Span = { active: false, from: 0, to: 0 };
  return (at) => {
    if (at < last.from || at >= last.to) last = spanAt(at);
    return last.active;
  };
}

function spanAt(window: MaintenanceWindow): SpanAt {
  const zone = window['time-zone'];
  if (window.once) return onceSpan(instantIn(window.once.from, zone), instantIn(window.once.to, zone));
  if (window.weekly) {
    const [hour = '0', minute = '0'] = window.weekly.at.split(':');
    return repeatedSpan(
      `${Number(minute)} ${Number(hour)} * * ${window.weekly.days.join(',')}`,
      zone,
      window.weekly.for,
    );
  }
  if (window.cron) return repeatedSpan(window.cron.at, zone, window.cron.for);
  return never;
}

const never: SpanAt = () => ({ active: false, from: -Infinity, to: Infinity });

function onceSpan(from: EpochMs | undefined, to: EpochMs | undefined): SpanAt {
  if (from === undefined || to === undefined || to <= from) return never;
  return (at) => {
    if (at < from) return { active: false, from: -Infinity, to: from };
    return at < to ? { active: true, from, to } : { active: false, from: to, to: Infinity };
  };
}

/** A window is open at `at` when one of its starts lies within its duration before. Starts are on whole seconds. */
function repeatedSpan(pattern: string, zone: string, durationMs: number): SpanAt {
  const starts = startsOf(pattern, zone);
  if (!starts) return never;
  const nextStart = (after: EpochMs) => starts.nextRun(new Date(Math.floor(after / 1000) * 1000))?.getTime();
  return (at) => {
    const start = nextStart(at - durationMs);
    if (start === undefined) return { active: false, from: at, to: Infinity };
    if (start > at) return { active: false, from: at, to: start };
    return { active: true, from: start, to: start + durationMs };
  };
}

function startsOf(pattern: string, zone: string): Cron | undefined {
  if (!isCronPattern(pattern)) return undefined;
  return new Cron(pattern, { timezone: zone, paused: true, mode: '5-part' });
}

/** A time with an offset says all; one without is local to the zone. Undefined when there is no such date. */
function instantIn(text: string, zone: string): EpochMs | undefined {
  const iso = text.replace(' ', 'T');
  if (/(Z|[+-]\d\d:\d\d)$/.test(iso)) {
    const at = Date.parse(iso);
    return Number.isNaN(at) ? undefined : at;
  }
  try {
    const full = /T\d\d:\d\d$/.test(iso) ? `${iso}:00` : iso;
    return new Cron(full, { timezone: zone, paused: true }).nextRun(new Date(0))?.getTime();
  } catch {
    return undefined;
  }
}
