/**
 * Tables of the telemetry store. They are declared here and nowhere else: the segment writer, the dialects of SQL and the
 * distributed engine derive files, statements and DDL from a declaration. Columns are unsigned integers or doubles and
 * never null: what was not measured has a number of its own, so that one statement means the same in every engine.
 */

export type ColumnType = 'u8' | 'u16' | 'u32' | 'u64' | 'f64';

export interface Table {
  name: string;
  /** In the order in which they are written. Every table begins with `ts`, milliseconds since 1970, as u64. */
  columns: Readonly<Record<string, ColumnType>>;
  /** A compacted segment is sorted by these, so that what is asked for together lies together. */
  sortedBy: readonly string[];
}

/** `0` in `latency_us`, and 255 in `loss_percent`: not measured. */
export const noLatency = 0;
export const noLoss = 255;

/** One row a probe sample. `series` names check and watcher; `outcome` is its place in `sampleOutcomes`. */
export const samplesTable = {
  name: 'samples',
  columns: {
    ts: 'u64',
    series: 'u32',
    outcome: 'u8',
    latency_us: 'u32',
    latency_bucket: 'u16',
    loss_percent: 'u8',
  },
  sortedBy: ['series', 'ts'],
} as const satisfies Table;

export const sampleOutcomes = ['pass', 'degraded', 'fail', 'unknown'] as const;

/** One row a value of any other metric: the watcher's own figures, uplinks, paths between watchers. */
export const pointsTable = {
  name: 'points',
  columns: { ts: 'u64', series: 'u32', value: 'f64' },
  sortedBy: ['series', 'ts'],
} as const satisfies Table;

export const rollupWidths = { '1m': 60_000, '5m': 300_000, '1h': 3_600_000 } as const;
export type RollupWidth = keyof typeof rollupWidths;

/** Samples of one series within one slice of time that begins at `ts`. */
export function sampleRollups(width: RollupWidth): Table {
  return {
    name: `samples_${width}`,
    columns: {
      ts: 'u64',
      series: 'u32',
      passed: 'u32',
      degraded: 'u32',
      failed: 'u32',
      unknown: 'u32',
      latency_count: 'u32',
      latency_sum_us: 'u64',
      latency_min_us: 'u32',
      latency_max_us: 'u32',
      loss_count: 'u32',
      loss_sum_percent: 'u64',
    },
    sortedBy: ['series', 'ts'],
  };
}

/** How many samples of a slice fell into a bucket of latency: histograms that can be added up. */
export function latencyRollups(width: RollupWidth): Table {
  return {
    name: `latency_${width}`,
    columns: { ts: 'u64', series: 'u32', latency_bucket: 'u16', count: 'u32' },
    sortedBy: ['series', 'ts'],
  };
}

/** Points of one series within one slice; `last` is the newest value. */
export function pointRollups(width: RollupWidth): Table {
  return {
    name: `points_${width}`,
    columns: { ts: 'u64', series: 'u32', count: 'u32', sum: 'f64', min: 'f64', max: 'f64', last: 'f64' },
    sortedBy: ['series', 'ts'],
  };
}
