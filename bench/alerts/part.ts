import type { BenchOptions, BenchRow } from '../bench.ts';

/** One part of the benchmark of alerts: its rows, and what a reader must know. */
export type AlertsPart = (options: BenchOptions) => Promise<{ rows: BenchRow[]; notes: string[] }>;
