import { flowKinds } from '../../model/index.ts';
import {
  flowAccountsTable,
  flowRollups,
  flowsTable,
  latencyRollups,
  partsOf,
  pointRollups,
  pointsTable,
  rollupWidths,
  sampleOutcomes,
  sampleRollups,
  samplesTable,
  type RollupWidth,
  type Table,
} from '../table.ts';

/** What is computed of the rows of a table, for each width of a slice. */
export interface Rollup {
  table: Table;
  /** Rows of the rollup, from a source that follows FROM. */
  statement(from: string): string;
  /** Of the rows of the source, those that count: without any there is no rollup. */
  where: string;
}

export interface RolledTable {
  table: Table;
  /**
   * Computed in this order; the last one has something of every hour with rows that count, so that it tells what was done.
   * Without any the table is only compacted.
   */
  rollups: readonly Rollup[];
}

const widths = Object.keys(rollupWidths) as RollupWidth[];
const slice = (width: RollupWidth): string => `ts // ${rollupWidths[width]} * ${rollupWidths[width]} AS ts`;
const counted = (outcome: (typeof sampleOutcomes)[number]): string =>
  `count(*) FILTER (WHERE outcome = ${sampleOutcomes.indexOf(outcome)})`;
/** What a sample has when it has no latency, and no figure of loss. */
const hasLatency = 'latency_us > 0';
const hasLoss = 'loss_percent < 255';

const ofSamples = (width: RollupWidth): Rollup => ({
  table: sampleRollups(width),
  where: 'true',
  statement: (from) =>
    `SELECT ${slice(width)}, series, ${counted('pass')} AS passed, ${counted('degraded')} AS degraded,
      ${counted('fail')} AS failed, ${counted('unknown')} AS unknown,
      count(*) FILTER (WHERE ${hasLatency}) AS latency_count,
      coalesce(sum(latency_us) FILTER (WHERE ${hasLatency}), 0) AS latency_sum_us,
      coalesce(min(latency_us) FILTER (WHERE ${hasLatency}), 0) AS latency_min_us,
      coalesce(max(latency_us) FILTER (WHERE ${hasLatency}), 0) AS latency_max_us,
      count(*) FILTER (WHERE ${hasLoss}) AS loss_count,
      coalesce(sum(loss_percent) FILTER (WHERE ${hasLoss}), 0) AS loss_sum_percent
    FROM ${from} AS raw GROUP BY ALL`,
});

const ofLatencies = (width: RollupWidth): Rollup => ({
  table: latencyRollups(width),
  where: hasLatency,
  statement: (from) =>
    `SELECT ${slice(width)}, series, latency_bucket, count(*) AS count
    FROM ${from} AS raw WHERE ${hasLatency} GROUP BY ALL`,
});

const ofPoints = (width: RollupWidth): Rollup => ({
  table: pointRollups(width),
  where: 'true',
  statement: (from) =>
    `SELECT ${slice(width)}, series, count(*) AS count, sum(value) AS sum, min(value) AS min, max(value) AS max,
      arg_max(value, raw.ts) AS last
    FROM ${from} AS raw GROUP BY ALL`,
});

/** Of events, refusals and drops there is no traffic to add up. */
const isTraffic = `kind = ${flowKinds.indexOf('traffic')}`;
/** By sampling, in 128 bits: counters are what a stranger sent, and must not make the statement fail. */
const estimated = (counter: string): string =>
  `least(sum(CAST(${counter} AS HUGEINT) * sampling), CAST(18446744073709551615 AS HUGEINT)) AS ${counter}`;

const ofFlows = (width: RollupWidth): Rollup => ({
  table: flowRollups(width),
  where: isTraffic,
  statement: (from) =>
    `SELECT ${slice(width)}, exporter, input, output, direction, reporter, bytes_of, protocol,
      CASE WHEN source_port = 0 OR (destination_port > 0 AND destination_port < source_port)
        THEN destination_port ELSE source_port END AS service_port,
      source_network, destination_network, source_as, destination_as, source_country, destination_country,
      count(*) AS flows, ${estimated('packets')}, ${estimated('bytes')}
    FROM ${from} AS raw WHERE ${isTraffic} GROUP BY ALL`,
});

export const rolledTables: readonly RolledTable[] = [
  { table: samplesTable, rollups: [...widths.map(ofLatencies), ...widths.map(ofSamples)] },
  { table: pointsTable, rollups: widths.map(ofPoints) },
  { table: flowsTable, rollups: [ofFlows('1m'), ofFlows('1h')] },
  ...partsOf(flowsTable).flatMap((table) => (table === flowsTable ? [] : [{ table, rollups: [] }])),
  { table: flowAccountsTable, rollups: [] },
];
