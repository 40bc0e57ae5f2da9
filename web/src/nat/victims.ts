import type { NatLogEntry } from '../../../src/model/index.ts';

/** One whose packets were dropped for want of a port; an empty source is everybody whom nobody can name. */
export interface Victim {
  source: string;
  packets: number;
  destinations: number;
  last: string;
}

/** Those with the most packets first. `entries` are newest first. */
export function victimsOf(entries: readonly NatLogEntry[]): Victim[] {
  const refused = entries.filter(({ ok }) => !ok);
  return [...Map.groupBy(refused, ({ source }) => source)]
    .map(([source, all]) => ({
      source,
      packets: all.reduce((sum, { packets }) => sum + Math.max(1, packets), 0),
      destinations: new Set(all.map(({ destination, destinationPort }) => `${destination} ${destinationPort}`)).size,
      last: all[0]?.at ?? '',
    }))
    .toSorted((one, other) => other.packets - one.packets);
}
