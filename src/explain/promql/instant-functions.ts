import { greater, smaller } from './numbers.ts';

/** Functions of a value of a vector and, where they take them, of numbers at the same step. */
export type InstantFunction = (value: number, numbers: readonly number[]) => number | undefined;

export const instantFunctions: Readonly<Record<string, InstantFunction>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  exp: Math.exp,
  ln: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  sqrt: Math.sqrt,
  sgn: (value) => (value < 0 ? -1 : value > 0 ? 1 : value),
  round: (value, [nearest = 1]) => Math.floor(value * (1 / nearest) + 0.5) / (1 / nearest),
  clamp: (value, [least = 0, most = 0]) => (most < least ? undefined : greater(least, smaller(most, value))),
  clamp_min: (value, [least = 0]) => greater(least, value),
  clamp_max: (value, [most = 0]) => smaller(most, value),
  minute: (value) => dateOf(value)?.getUTCMinutes() ?? Number.NaN,
  hour: (value) => dateOf(value)?.getUTCHours() ?? Number.NaN,
  day_of_week: (value) => dateOf(value)?.getUTCDay() ?? Number.NaN,
  day_of_month: (value) => dateOf(value)?.getUTCDate() ?? Number.NaN,
  day_of_year: (value) => {
    const date = dateOf(value);
    return date ? Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1 : Number.NaN;
  },
  days_in_month: (value) => {
    const date = dateOf(value);
    return date ? new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate() : Number.NaN;
  },
  month: (value) => (dateOf(value)?.getUTCMonth() ?? Number.NaN) + 1,
  year: (value) => dateOf(value)?.getUTCFullYear() ?? Number.NaN,
};

/** Of these the vector may be left out; it is the present then. */
export const calendarFunctions: readonly string[] = [
  'minute',
  'hour',
  'day_of_week',
  'day_of_month',
  'day_of_year',
  'days_in_month',
  'month',
  'year',
];

/** Of whole seconds since 1970, in UTC; undefined for what no calendar holds. */
function dateOf(seconds: number): Date | undefined {
  const date = new Date(Math.trunc(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
