import type { EpochMs, Milliseconds } from '../../model/index.ts';
import {
  pointsTable,
  rollupWidths,
  samplesTable,
  type EngineHealth,
  type RollupWidth,
  type Table,
} from '../../store/index.ts';
import type { Resolution } from './figures.ts';
import { roundStep } from './steps.ts';

/** Which rows answer for which span of time. */

/** What is kept of one kind of rows: the oldest and the newest `ts`, by resolution. */
export type Kept = Partial<Record<Resolution, { from: EpochMs; to: EpochMs }>>;

export interface Part {
  resolution: Resolution;
  from: EpochMs;
  to: EpochMs;
}

/** Coarsest first. */
const widths = (Object.keys(rollupWidths) as RollupWidth[]).toReversed();

/** Tables that are empty or unknown are absent. */
export function keptOf(tables: EngineHealth['tables'], raw: string, rollup: string): Kept {
  const kept: Kept = {};
  const learn = (resolution: Resolution, name: string) => {
    const table = tables[name];
    if (table?.from !== undefined && table.to !== undefined) kept[resolution] = { from: table.from, to: table.to };
  };
  learn('raw', raw);
  for (const width of widths) learn(width, `${rollup}_${width}`);
  return kept;
}

/**
 * Tables of sums are complete only up to a time: what they have beyond it does not count, and raw rows answer there.
 * `rolledUpTo` says so for a table of raw rows.
 */
export function withinRolled(
  tables: EngineHealth['tables'],
  rolledUpTo: (table: Table) => EpochMs,
): EngineHealth['tables'] {
  const sums = new Map<string, { until: EpochMs; widthMs: Milliseconds }>();
  for (const [raw, prefixes] of rolled) {
    const until = rolledUpTo(raw);
    for (const width of widths) {
      for (const prefix of prefixes) sums.set(`${prefix}_${width}`, { until, widthMs: rollupWidths[width] });
    }
  }
  return Object.fromEntries(
    Object.entries(tables).flatMap(([name, table]) => {
      const sum = sums.get(name);
      if (!sum || table.from === undefined || table.to === undefined) return [[name, table]];
      const to = Math.min(table.to, sum.until - sum.widthMs);
      return to < table.from ? [] : [[name, { ...table, to }]];
    }),
  );
}

/** Raw rows, and the names that their sums begin with. */
const rolled = [
  [samplesTable, ['samples', 'latency']],
  [pointsTable, ['points']],
] as const;

/**
 * The step that can be answered: where the raw rows of the beginning are gone and slices of them are left, no step is finer
 * than these.
 */
export function answerableStep(kept: Kept, from: EpochMs, stepMs: Milliseconds): Milliseconds {
  const rawFrom = kept.raw?.from ?? Infinity;
  if (rawFrom <= from) return stepMs;
  const fromOf = (width: RollupWidth) => kept[width]?.from ?? Infinity;
  const older = widths.filter((width) => kept[width] && fromOf(width) + rollupWidths[width] <= rawFrom);
  // Finest first: the finest that reaches back to the beginning, otherwise the one that reaches back furthest.
  const reaching = older.toReversed().find((width) => fromOf(width) <= from);
  const chosen = reaching ?? older.toSorted((a, b) => fromOf(a) - fromOf(b))[0];
  return chosen === undefined ? stepMs : roundStep(stepMs, rollupWidths[chosen]);
}

/**
 * Parts that together make up [from, to), each of the coarsest rows that fit the step. A rollup answers from its oldest
 * slice up to the end of its newest; what lies outside is asked of finer ones, and of raw rows at last.
 */
export function cover(kept: Kept, from: EpochMs, to: EpochMs, stepMs: Milliseconds, shiftMs: Milliseconds = 0): Part[] {
  // A slice must not reach from one step into the next, wherever the steps lie in the past that is compared with.
  const usable = widths.filter((width) => stepMs % rollupWidths[width] === 0 && shiftMs % rollupWidths[width] === 0);
  return coverWith(usable, kept, from, to);
}

function coverWith(usable: readonly RollupWidth[], kept: Kept, from: EpochMs, to: EpochMs): Part[] {
  if (from >= to) return [];
  const [width, ...finer] = usable;
  if (width === undefined) return [{ resolution: 'raw', from, to }];
  const span = kept[width];
  if (!span) return coverWith(finer, kept, from, to);
  const begins = Math.min(Math.max(from, span.from), to);
  const ends = Math.max(begins, Math.min(to, span.to + rollupWidths[width]));
  return [
    ...coverWith(finer, kept, from, begins),
    ...(begins < ends ? [{ resolution: width, from: begins, to: ends }] : []),
    ...coverWith(finer, kept, ends, to),
  ];
}
