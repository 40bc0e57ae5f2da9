import { flowColumns, flowKinds, type FlowKind } from '../model/index.ts';

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
  /**
   * Rows that stay for different times are kept apart on disk, by the value of a column: at its place stands the name of the
   * table that has them. Whoever asks the whole table need not know.
   */
  parts?: { column: string; tables: readonly string[] };
}

/** The tables that rows of this one are kept in, itself among them. */
export function partsOf(table: Table): readonly Table[] {
  const { name, columns, sortedBy, parts } = table;
  if (!parts) return [table];
  const others = parts.tables.filter((part) => part !== name);
  return [table, ...others.map((part) => ({ name: part, columns, sortedBy }))];
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

/** One row a flow record; see `flowColumns`. `sampling` is at least 1 in rows that are kept. */
export const flowsTable = {
  name: 'flows',
  columns: flowColumns,
  sortedBy: ['exporter', 'source_high', 'source_low', 'destination_high', 'destination_low', 'ts'],
  parts: { column: 'kind', tables: flowKinds.map((kind) => flowClass(kind)) },
} satisfies Table;

/** The name of the table that has records of one kind. */
export function flowClass(kind: FlowKind): string {
  return kind === 'traffic' ? 'flows' : `flows_${kind}`;
}

/**
 * What came from each exporter within a minute that begins at `ts`, and what did not: so that an answer can say which share
 * of the exports it lacks. `lost` is in what the exporter's sequence numbers count, `lost_of` says what that is: 0 records,
 * 1 messages, 2 samples, 3 intervals of a cloud's log. Under exporter 0: `dropped` datagrams that the kernel had no room for.
 */
export const flowAccountsTable = {
  name: 'flow_accounts',
  columns: {
    ts: 'u64',
    exporter: 'u32',
    messages: 'u64',
    records: 'u64',
    lost: 'u64',
    lost_of: 'u8',
    dropped: 'u64',
    malformed: 'u64',
    /** Sets that waited for a template in vain. */
    discarded: 'u64',
  },
  sortedBy: ['exporter', 'ts'],
} as const satisfies Table;

/** Traffic of a slice that begins at `ts`, without addresses: what may be kept for years. Counters are multiplied by sampling. */
export function flowRollups(width: RollupWidth): Table {
  return {
    name: `flows_${width}`,
    columns: {
      ts: 'u64',
      exporter: 'u32',
      input: 'u32',
      output: 'u32',
      direction: 'u8',
      reporter: 'u8',
      bytes_of: 'u8',
      protocol: 'u8',
      /** The smaller of the two ports. */
      service_port: 'u16',
      source_network: 'u32',
      destination_network: 'u32',
      source_as: 'u32',
      destination_as: 'u32',
      source_country: 'u16',
      destination_country: 'u16',
      flows: 'u64',
      packets: 'u64',
      bytes: 'u64',
    },
    sortedBy: ['exporter', 'ts'],
  };
}

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
