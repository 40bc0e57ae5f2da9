import type { EpochMs, Milliseconds } from '../../model/index.ts';
import type { Segment, SegmentStore } from '../segments/segment-store.ts';
import type { RolledTable } from './rollup-statements.ts';

/** What rollups are computed of at once: an hour, or a day whose hours have become one file. */
export interface Unit {
  from: EpochMs;
  /** Exclusive. */
  to: EpochMs;
  level: number;
  segments: readonly Segment[];
}

export const hourMs: Milliseconds = 3_600_000;
export const dayMs: Milliseconds = 24 * hourMs;
/** After the end of an hour, for what is still on its way. */
const graceMs: Milliseconds = 60_000;

export const levels = { gathered: 0, hour: 1, day: 2 } as const;

/** Marks rows that are in the rollups. */
export const rolledNote = 'rolled';
export const isRolled = ({ note }: Segment): boolean => note === rolledNote;

/** From how many rows a rollup was computed. */
export const rowsOf = ({ note }: Segment): number => Number(/^rows=(\d+)$/.exec(note ?? '')?.[1] ?? 0);

/** Those that are over and hold rows that no rollup has, oldest first. */
export function unitsOf({ table, rollups }: RolledTable, segments: SegmentStore, now: EpochMs): Unit[] {
  const all = segments.segments(table);
  const days = new Set(
    [table, ...rollups.map((rollup) => rollup.table)].flatMap((one) =>
      segments.segments(one).flatMap(({ level, from }) => (level === levels.day ? [Math.floor(from / dayMs)] : [])),
    ),
  );
  const spanOf = ({ from }: Segment) => {
    const isDay = days.has(Math.floor(from / dayMs));
    const widthMs = isDay ? dayMs : hourMs;
    return { start: Math.floor(from / widthMs) * widthMs, widthMs, level: isDay ? levels.day : levels.hour };
  };
  return [...Map.groupBy(all, (segment) => spanOf(segment).start)].flatMap(([start, files]) => {
    const [first] = files;
    if (!first || files.every(isRolled)) return [];
    const { widthMs, level } = spanOf(first);
    return now < start + widthMs + graceMs ? [] : [{ from: start, to: start + widthMs, level, segments: files }];
  });
}

/** Until when rollups have everything but rows that came late and will be counted soon. */
export function rolledUpTo({ table, rollups }: RolledTable, segments: SegmentStore, now: EpochMs): EpochMs {
  const rolledHours = segments.segments(rollups.at(-1)?.table ?? table);
  const isCovered = ({ from }: Segment) =>
    rolledHours.some((one) => {
      const widthMs = one.level === levels.day ? dayMs : hourMs;
      return Math.floor(one.from / widthMs) === Math.floor(from / widthMs);
    });
  const open = segments.segments(table).filter((segment) => !isRolled(segment) && !isCovered(segment));
  const present = Math.floor(now / hourMs) * hourMs;
  return open.reduce((until, { from }) => Math.min(until, Math.floor(from / hourMs) * hourMs), present);
}
