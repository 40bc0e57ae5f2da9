import type { EpochMs } from '../../model/index.ts';

/** Days as people in one place count them: 23 or 25 hours long where clocks are changed. */

const hourMs = 3_600_000;
const minuteMs = 60_000;
const dayMs = 24 * hourMs;

export class Calendar {
  readonly zone: string;
  readonly #format: Intl.DateTimeFormat;
  /** By date: the beginning of a day is searched for once. */
  readonly #starts = new Map<string, EpochMs>();

  constructor(zone: string) {
    this.zone = zone;
    this.#format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      calendar: 'iso8601',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
  }

  /** `2026-03-29` */
  dateAt(at: EpochMs): string {
    return this.#format.format(at);
  }

  /** When the day begins: at its first minute, which is not always midnight. */
  startOf(date: string): EpochMs {
    const found = this.#starts.get(date) ?? this.#search(date);
    this.#starts.set(date, found);
    return found;
  }

  /** Beginnings of the last `count` days, today the last of them, oldest first. */
  lastDays(now: EpochMs, count: number): EpochMs[] {
    const today = Date.parse(this.dateAt(now));
    return Array.from({ length: count }, (_, at) => this.startOf(dateOf(today - (count - 1 - at) * dayMs)));
  }

  #search(date: string): EpochMs {
    // No zone is further than 14 hours from UTC; the local date only grows in between.
    let before = Date.parse(date) - 15 * hourMs;
    let from = Date.parse(date) + 15 * hourMs;
    while (from - before > minuteMs) {
      const middle = before + Math.floor((from - before) / 2 / minuteMs) * minuteMs;
      if (this.dateAt(middle) >= date) from = middle;
      else before = middle;
    }
    return from;
  }
}

function dateOf(utc: EpochMs): string {
  return new Date(utc).toISOString().slice(0, 10);
}
