import type { BenchOptions, BenchRow } from '../bench.ts';

/** One part of the benchmark: its rows, and what a reader must know of them. */
export type Part = (options: BenchOptions) => Promise<{ rows: BenchRow[]; notes: string[] }>;
