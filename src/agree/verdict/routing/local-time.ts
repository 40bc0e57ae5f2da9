import type { EpochMs, Milliseconds } from '../../../model/index.ts';

/**
 * What clocks on walls show. Zones are those of the runtime's IANA database, as everywhere in a configuration; a name
 * that it does not know was refused when the configuration was read.
 */

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
type Weekday = (typeof weekdays)[number];

/** A time of some days, `to` not included; with `to` not after `from` it ends on the next day. */
export interface TimeOfDays {
  days: readonly Weekday[];
  /** `22:00` */
  from: string;
  to: string;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** How far the clocks of a zone are ahead of UTC. */
export type OffsetAt = (at: EpochMs) => Milliseconds;

export function offsetsOf(zone: string): OffsetAt {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (at) => {
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(at)) parts[type] = Number(value);
    const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
  };
}

/**
 * When the clocks show this, given as if they showed UTC. Times that daylight saving skips are moved on by what is
 * skipped; those that come twice mean the first, as in maintenance windows.
 */
export function instantOf(wall: EpochMs, offsetAt: OffsetAt): EpochMs {
  const before = offsetAt(wall - dayMs);
  const after = offsetAt(wall + dayMs);
  const candidates = [wall - before, wall - after].sort((a, b) => a - b);
  return candidates.find((at) => offsetAt(at) === wall - at) ?? wall - before;
}

/**
 * What the clocks of the zone show, as if it were UTC, of `2026-03-28T22:00`, or at a time with an offset; undefined when
 * there is no such date.
 */
export function readWall(text: string, offsetAt: OffsetAt): EpochMs | undefined {
  const iso = text.replace(' ', 'T');
  const hasOffset = /(Z|[+-]\d\d:\d\d)$/.test(iso);
  const at = Date.parse(hasOffset ? iso : `${iso}Z`);
  if (Number.isNaN(at)) return undefined;
  return hasOffset ? at + offsetAt(at) : at;
}

/** Whether a time lies in one of these. Answers hold for a minute: everything asks at the same tick. */
export function withinTimes(times: readonly TimeOfDays[], offsetAt: OffsetAt): (at: EpochMs) => boolean {
  let last = { minute: -1, within: false };
  return (at) => {
    const minute = Math.floor(at / minuteMs);
    if (minute !== last.minute) {
      const wall = at + offsetAt(at);
      last = { minute, within: times.some((time) => covers(time, wall)) };
    }
    return last.within;
  };
}

function covers({ days, from, to }: TimeOfDays, wall: EpochMs): boolean {
  const minute = Math.floor((((wall % dayMs) + dayMs) % dayMs) / minuteMs);
  const onDay = (at: EpochMs) => days.includes(weekdays[new Date(at).getUTCDay()] ?? 'sun');
  const start = minuteOf(from);
  const end = minuteOf(to);
  if (start < end) return start <= minute && minute < end && onDay(wall);
  // It began today, or yesterday and goes on.
  return (minute >= start && onDay(wall)) || (minute < end && onDay(wall - dayMs));
}

/** Each time in the days after `at` at which one of these begins or ends. */
export function edgesOf(times: readonly TimeOfDays[], offsetAt: OffsetAt, at: EpochMs, days: number): EpochMs[] {
  const midnight = Math.floor((at + offsetAt(at)) / dayMs) * dayMs;
  const minutes = new Set(times.flatMap(({ from, to }) => [minuteOf(from), minuteOf(to)]));
  const edges: EpochMs[] = [];
  for (let day = 0; day <= days; day++) {
    for (const minute of minutes) edges.push(instantOf(midnight + day * dayMs + minute * minuteMs, offsetAt));
  }
  return edges.filter((edge) => edge > at).sort((a, b) => a - b);
}

function minuteOf(time: string): number {
  const [hours = '0', minutes = '0'] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}
