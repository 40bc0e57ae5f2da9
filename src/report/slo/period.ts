import { QwError, type EpochMs, type Milliseconds, type Objective } from '../../model/index.ts';
import type { Calendar, Span } from '../status-page/index.ts';

/** The times over which objectives are judged. */

const monthPattern = /^(\d{4})-(0[1-9]|1[0-2])$/;

/** From the first minute of a month to that of the next, as its place counts them. Throws BAD_INPUT for what is no month. */
export function monthSpan(month: string, calendar: Calendar): Span {
  if (!monthPattern.test(month)) throw new QwError('BAD_INPUT', `expected a month such as 2026-10, found ${month}`);
  return { from: calendar.startOf(`${month}-01`), to: calendar.startOf(`${nextMonth(month)}-01`) };
}

/** `2026-10` */
export function monthAt(at: EpochMs, calendar: Calendar): string {
  return calendar.dateAt(at).slice(0, 7);
}

export function nextMonth(month: string, step: 1 | -1 = 1): string {
  const [, year = '1970', number = '1'] = monthPattern.exec(month) ?? [];
  return new Date(Date.UTC(Number(year), Number(number) - 1 + step, 1)).toISOString().slice(0, 7);
}

/** `to` is now where the period is a rolling one, and the end of the month otherwise. */
export function periodAt({ period }: Pick<Objective, 'period'>, now: EpochMs, calendar: Calendar): Span {
  return period === 'month' ? monthSpan(monthAt(now, calendar), calendar) : { from: now - period, to: now };
}

/** Beginnings of days from the first to the last moment, and the end: parts of a chart. */
export function dayBounds({ from, to }: Span, calendar: Calendar): EpochMs[] {
  const bounds: EpochMs[] = [from];
  for (let noon = Date.parse(calendar.dateAt(from)) + halfDayMs; ; noon += 2 * halfDayMs) {
    const start = calendar.startOf(new Date(noon).toISOString().slice(0, 10));
    if (start >= to) break;
    // A place that changes sides of the date line leaves a day out.
    if (start > (bounds.at(-1) ?? from)) bounds.push(start);
  }
  return [...bounds, to];
}

const halfDayMs: Milliseconds = 43_200_000;
