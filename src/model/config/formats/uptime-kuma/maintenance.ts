import { seconds, type ImportDraft, type Keys } from '../foreign/import-draft.ts';

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** A window; undefined where there is none of its kind, which is then listed. */
export function translateMaintenance(
  row: Keys,
  draft: ImportDraft,
  covered: ReadonlyMap<string, readonly string[]>,
  names: ReadonlyMap<string, string>,
): Record<string, unknown> | undefined {
  const id = row.text('id') ?? '';
  const title = row.text('title') ?? `maintenance ${id}`;
  const item = `maintenance ${title}`;
  const strategy = row.text('strategy') ?? '';
  const zone = row.text('timezone');
  if (row.flag('active') === false) {
    draft.leave(item, 'active', false, 'a window that is switched off is not taken over');
    return undefined;
  }
  const times = timesOf(row, strategy);
  if (!times) {
    draft.leave(item, 'strategy', strategy, 'there is no window of this kind, or it has no length');
    return undefined;
  }
  const checks = (covered.get(id) ?? []).flatMap((monitor) => names.get(monitor) ?? []);
  if (checks.length === 0) {
    draft.leave(item, 'monitors', '', 'it covers no monitor that was translated');
    return undefined;
  }
  const hasZone = zone !== undefined && /^[A-Za-z]+(\/[A-Za-z0-9_+-]+)*$/.test(zone) && !zone.startsWith('SAME');
  if (!hasZone) draft.note(`${item}: its times are taken as UTC; give time-zone where that of the server was meant`);
  return { name: `${title.slice(0, 80)} ${id}`.trim(), checks, ...times, ...(hasZone && { 'time-zone': zone }) };
}

function timesOf(row: Keys, strategy: string): Record<string, unknown> | undefined {
  const start = row.text('start_time')?.slice(0, 5);
  const end = row.text('end_time')?.slice(0, 5);
  const length = start !== undefined && end !== undefined ? lengthOf(start, end) : undefined;
  const [hour, minute] = (start ?? '').split(':').map(Number);
  switch (strategy) {
    case 'single': {
      const [from, to] = [row.text('start_date'), row.text('end_date')].map((one) =>
        one?.slice(0, 16).replace(' ', 'T'),
      );
      return from !== undefined && to !== undefined ? { once: { from, to } } : undefined;
    }
    case 'recurring-weekday': {
      const days = numbersIn(row.text('weekdays')).flatMap((day) => weekdays[day % 7] ?? []);
      return days.length > 0 && length !== undefined ? { weekly: { days, at: start, for: length } } : undefined;
    }
    case 'recurring-day-of-month': {
      const days = numbersIn(row.text('days_of_month'));
      if (days.length === 0 || length === undefined) return undefined;
      return { cron: { at: `${minute} ${hour} ${days.join(',')} * *`, for: length } };
    }
    case 'recurring-interval':
      return row.number('interval_day') === 1 && length !== undefined
        ? { weekly: { days: weekdays, at: start, for: length } }
        : undefined;
    case 'cron': {
      const at = row.text('cron');
      const minutes = row.number('duration');
      return at !== undefined && minutes !== undefined && minutes > 0
        ? { cron: { at, for: seconds(minutes * 60) } }
        : undefined;
    }
    default:
      return undefined;
  }
}

/** From one time of day to another, which is on the next day where it is earlier. */
function lengthOf(start: string, end: string): string | undefined {
  const minutes = (text: string) => {
    const [, hour, minute] = /^(\d\d?):(\d\d)$/.exec(text) ?? [];
    return hour === undefined ? Number.NaN : Number(hour) * 60 + Number(minute);
  };
  const length = minutes(end) - minutes(start);
  return Number.isNaN(length) || length === 0 ? undefined : seconds((length < 0 ? length + 1440 : length) * 60);
}

function numbersIn(text: string | undefined): number[] {
  return [...(text ?? '').matchAll(/\d+/g)].map(([digits]) => Number(digits));
}
