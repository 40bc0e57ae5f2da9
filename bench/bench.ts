import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release } from 'node:os';

/** What a benchmark is run with. */
export interface BenchOptions {
  /** The result goes to stdout as JSON, so that nothing else may. */
  json: boolean;
  /** Seconds instead of minutes: for a first look, not for the record. */
  quick: boolean;
  /** One part of a benchmark that has several, by name; all of them without. */
  only?: string | undefined;
  /** Progress for people. */
  log: (line: string) => void;
}

/** One line of a result: a name, then figures whose names end in their unit. */
export type BenchRow = Readonly<Record<string, string | number>>;

export interface BenchResult {
  question: string;
  machine: Machine;
  rows: readonly BenchRow[];
  /** Peer versions, ratios, and whatever a reader must know to judge the figures. */
  notes: readonly string[];
}

/** What each `*.bench.ts` exports. */
export interface Bench {
  question: string;
  /** Names for `only`. */
  parts?: readonly string[];
  run(options: BenchOptions): Promise<BenchResult>;
}

export interface Machine {
  cpu: string;
  cores: number;
  kernel: string;
  node: string;
  date: string;
  /** Of the last minute: figures of a machine that others use too are only worth their ratios. */
  loadAverage: number;
}

/** Facts of this machine; ask before the first run, so that the load is that of others. */
export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    kernel: release(),
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
    loadAverage: rounded(loadavg()[0] ?? 0, 2),
  };
}

/** The p-th percentile, nearest rank; NaN of nothing. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** To so many significant digits, as a number. */
export function rounded(value: number, digits = 3): number {
  return Number(value.toPrecision(digits));
}

/**
 * CPU time, user and system, of all children of this process that have ended, in milliseconds: the same account for
 * our own runs and for a peer's, start-up included. Linux only, in steps of 10 ms.
 */
export function childrenCpuMs(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[13]) + Number(fields[14]));
}

/** Runs the parts one after the other, or only the one that was named. */
export async function runParts(
  parts: Readonly<Record<string, () => Promise<BenchRow | readonly BenchRow[]>>>,
  only?: string,
): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [name, measure] of Object.entries(parts)) {
    if (only === undefined || only === name) rows.push(...[await measure()].flat());
  }
  return rows;
}
