import { QwError, type FlowAnswer } from '../../model/index.ts';
import type { Answer, Query, QueryLimits } from '../../store/index.ts';
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

/** The answer would have been too long, so that it may be asked for in parts. */
export const isTooMuch = (problem: unknown): boolean =>
  problem instanceof QwError && problem.code === 'TELEMETRY_LIMIT';
