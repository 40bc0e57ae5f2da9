import { flowKinds, type EpochMs, type Milliseconds } from '../../model/index.ts';
import { flowRollups, flowsTable, rollupWidths, type RollupWidth, type Table } from '../table.ts';
import { partitionMs } from './partitions.ts';

/**
 * Sums of flows on servers. The sums of an hour are written under the number of a run, and count from the moment when one
 * row, the marker, names that run: so they appear at once and whole, an attempt that was cut off is never seen, and rows
 * that come late are counted by another run, which takes the place of the one before. Views that sum what is inserted
 * would count a block twice, or not at all, whose answer got lost, and could not be computed again.
 */

export const hourMs: Milliseconds = 3_600_000;

/** Which run of an hour counts, the newest one, and from how many rows it was computed. */
const markers: Table = {
  name: 'flows_rolled',
  columns: { ts: 'u64', run: 'u64', rows: 'u64' },
  sortedBy: ['ts', 'run'],
};

export interface RolledUp {
  /** As it is asked for. */
  table: Table;
  /** As it lies on the servers, with the number of the run in each row. */
  runs: Table;
  width: RollupWidth;
}

export const flowSums: readonly RolledUp[] = (['1m', '1h'] as const).map((width) => {
  const table = flowRollups(width);
  return { table, width, runs: { ...table, name: `${table.name}_runs`, columns: { ...table.columns, run: 'u64' } } };
});

/** What there is on the servers of these tables. */
export function physicalTables(tables: readonly Table[]): Table[] {
  const sums = flowSums.filter(({ table }) => tables.some(({ name }) => name === table.name));
  const others = tables.filter(({ name }) => !sums.some(({ table }) => table.name === name));
  return [...others, ...sums.map(({ runs }) => runs), ...(sums.length > 0 ? [markers] : [])];
}

/** The table on the servers that has the rows of another. */
export function lyingIn(table: Table): Table {
  return flowSums.find((one) => one.table.name === table.name)?.runs ?? table;
}

const columnsOf = ({ columns }: Table): string => Object.keys(columns).join(', ');
const hour = `intDiv(ts, ${hourMs}) * ${hourMs}`;
const counted = (database: string, where: string): string =>
  `(${hour}, run) IN (SELECT ts, max(run) FROM ${database}.${markers.name}${where} GROUP BY ts)`;

/** Names of parts, and sums without their runs, for people who write statements. */
export function createViews(tables: readonly Table[], database: string): string[] {
  const view = (name: string, select: string) => `CREATE VIEW IF NOT EXISTS ${database}.${name} AS ${select}`;
  return tables.flatMap((table) => {
    const sums = flowSums.find(({ runs }) => runs.name === table.name);
    if (sums) {
      const from = `${database}.${table.name} WHERE ${counted(database, '')}`;
      return [view(sums.table.name, `SELECT ${columnsOf(sums.table)} FROM ${from}`)];
    }
    return (table.parts?.tables ?? []).flatMap((name, value) =>
      name === table.name
        ? []
        : [
            view(
              name,
              `SELECT ${columnsOf(table)} FROM ${database}.${table.name} WHERE ${table.parts?.column} = ${value}`,
            ),
          ],
    );
  });
}

/** What follows FROM for rows of a table in [from, to). */
export function sourceOf(table: Table, database: string, { from, to }: { from: EpochMs; to: EpochMs }): string {
  const sums = flowSums.find((one) => one.table.name === table.name);
  if (!sums) return `${database}.${table.name}`;
  const marked = ` WHERE ts >= ${Math.floor(from / hourMs) * hourMs} AND ts < ${to}`;
  const days = `intDiv(ts, ${partitionMs}) >= ${Math.floor(from / partitionMs)}`;
  return [
    `(SELECT ${columnsOf(table)} FROM ${database}.${sums.runs.name}`,
    ` WHERE ts >= ${from} AND ts < ${to} AND ${days} AND ${counted(database, marked)}) AS "_sums"`,
  ].join('');
}

const isTraffic = `kind = ${flowKinds.indexOf('traffic')}`;

/** In 64 bits, as on disk: what is above is the most that there can be, never a sum that began again at 0. */
const estimated = (counter: string): string =>
  `if(sum(toFloat64(${counter}) * sampling) >= 18446744073709500000., 18446744073709551615, sum(${counter} * sampling))`;

/** Writes the sums of the hour that begins at `from` under the number of a run. */
export function rollStatement(
  { runs, width }: RolledUp,
  database: string,
  { from, run }: { from: EpochMs; run: bigint },
): string {
  const widthMs = rollupWidths[width];
  const kept = Object.keys(runs.columns).filter(
    (name) => !['ts', 'service_port', 'flows', 'packets', 'bytes', 'run'].includes(name),
  );
  const values: Readonly<Record<string, string>> = {
    ts: `intDiv(ts, ${widthMs}) * ${widthMs} AS slice`,
    service_port:
      'if(source_port = 0 OR (destination_port > 0 AND destination_port < source_port), destination_port, source_port) AS service',
    flows: 'count()',
    packets: estimated('packets'),
    bytes: estimated('bytes'),
    run: `toUInt64(${run})`,
  };
  const select = Object.keys(runs.columns).map((name) => values[name] ?? name);
  return [
    `INSERT INTO ${database}.${runs.name} (${columnsOf(runs)}) SELECT ${select.join(', ')}`,
    ` FROM ${database}.${flowsTable.name} WHERE ${ofHour(from)}`,
    ` GROUP BY slice, service, ${kept.join(', ')}`,
  ].join('');
}

function ofHour(from: EpochMs): string {
  const day = `intDiv(ts, ${partitionMs}) = ${Math.floor(from / partitionMs)}`;
  return `${isTraffic} AND ts >= ${from} AND ts < ${from + hourMs} AND ${day}`;
}

/** Rows that sums are computed from, by the hour of a day since 1970. */
export function countStatement(database: string, day: number): string {
  const range = `ts >= ${day * partitionMs} AND ts < ${(day + 1) * partitionMs} AND intDiv(ts, ${partitionMs}) = ${day}`;
  return `SELECT ${hour} AS hour, count() FROM ${database}.${flowsTable.name} WHERE ${isTraffic} AND ${range} GROUP BY hour`;
}

/** By the hour of a day: from how many rows its sums were computed, and by which run. */
export function markedStatement(database: string, day: number): string {
  const range = `ts >= ${day * partitionMs} AND ts < ${(day + 1) * partitionMs}`;
  return `SELECT ts, argMax(rows, run), max(run) FROM ${database}.${markers.name} WHERE ${range} GROUP BY ts`;
}

export function markStatement(database: string, of: { from: EpochMs; run: bigint; rows: number }): string {
  return `INSERT INTO ${database}.${markers.name} (ts, run, rows) SELECT toUInt64(${of.from}), toUInt64(${of.run}), toUInt64(${of.rows})`;
}

/** Takes away what earlier runs of an hour wrote. */
export function cleanStatement({ runs }: RolledUp, database: string, of: { from: EpochMs; run: bigint }): string {
  const range = `ts >= ${of.from} AND ts < ${of.from + hourMs}`;
  return `ALTER TABLE ${database}.${runs.name} DELETE WHERE ${range} AND run < ${of.run}`;
}
