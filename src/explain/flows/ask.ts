import { QwError, type FlowAnswer } from '../../model/index.ts';
import type { Answer, Expression, Predicate, Query, QueryLimits } from '../../store/index.ts';
import type { FlowSource } from './source.ts';

export type Row = Answer['rows'][number];

/** Asks the store for one question of people, and remembers what is missing and how long it took. */
export class Asking {
  elapsedMs = 0;
  partial: NonNullable<FlowAnswer['partial']> | undefined;
  readonly #source: FlowSource;
  readonly #limits: QueryLimits;

  constructor(source: FlowSource, limits: QueryLimits) {
    this.#source = source;
    this.#limits = limits;
  }

  async rows(query: Query, maxRows = 100_000): Promise<readonly Row[]> {
    const { rows, elapsedMs, partial } = await this.#source.query(query, {
      deadlineMs: 30_000,
      ...this.#limits,
      maxRows,
    });
    this.elapsedMs += elapsedMs;
    if (partial) {
      const missing = [...new Set([...(this.partial?.missing ?? []), ...partial.missing])];
      this.partial = { answered: partial.answered, of: partial.of, missing };
    }
    return rows;
  }
}

/** What tells rows of an answer apart. */
export type Cells = readonly (number | string)[];

/** A key of the cells that an answer has for the keys. */
export const rowId = (cells: Cells): string => cells.join(' ');

/**
 * Only these rows, and whatever more fits since each key is bound by itself: that is short to write, and what is too much
 * can be left out of the answer.
 */
export const bound = (keys: readonly Expression[], rows: readonly Cells[]): Predicate[] =>
  keys.map((key, at) => ({ in: key, values: [...new Set(rows.map((cells) => cells[at] ?? 0))] }));

/** Asks about rows together, and in halves where the answer would be too long. */
export async function inParts<Found>(
  rows: readonly Cells[],
  ask: (rows: readonly Cells[]) => Promise<ReadonlyMap<string, Found>>,
): Promise<Map<string, Found>> {
  if (rows.length === 0) return new Map();
  try {
    const wanted = new Set(rows.map(rowId));
    return new Map([...(await ask(rows))].filter(([id]) => wanted.has(id)));
  } catch (problem) {
    const isTooMuch = problem instanceof QwError && problem.code === 'TELEMETRY_LIMIT';
    if (!isTooMuch || rows.length < 2) throw problem;
    const half = rows.length >> 1;
    return new Map([...(await inParts(rows.slice(0, half), ask)), ...(await inParts(rows.slice(half), ask))]);
  }
}
