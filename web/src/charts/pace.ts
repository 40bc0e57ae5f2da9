import { readDuration } from './duration.ts';

/** How often charts of the last so-and-so-long are read again; none stands still. */
export const refreshChoices = ['off', '5s', '10s', '30s', '1m', '5m'] as const;
export const usualRefreshMs = 10_000;

const slowestMs = 600_000;
/** A sixtieth of what is shown is as much as one sees of a change. */
const partsOfRange = 60;

/** How often a question about so long a time is worth asking again, in milliseconds: 10 s to 10 minutes. */
export const paceOf = (lengthMs: number): number =>
  Math.min(slowestMs, Math.max(usualRefreshMs, Math.round(lengthMs / partsOfRange / 1000) * 1000));

/** As the address says, or as is usual; undefined: not at all. */
export function refreshFrom(query: URLSearchParams, usualMs = usualRefreshMs): number | undefined {
  const choice = refreshChoices.find((one) => one === query.get('refresh'));
  return choice === undefined ? usualMs : readDuration(choice);
}
