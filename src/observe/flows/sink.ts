import { flowColumns, type FlowColumn } from '../../model/index.ts';
import { flowsTable, latencyBucket, type Column, type ColumnBatch } from '../../store/index.ts';
import type { FlowRows } from './decode/flow-rows.ts';

/** Where every source of flow records puts them: decoders, cloud logs, connection tracking. */
export interface FlowSink {
  /** The rows are the sink's from then on; whoever gave them goes on with others. */
  take(rows: FlowRows): void;
}

/** For sources that must know what is safe, since they can be asked for it again. */
export interface DurableFlowSink extends FlowSink {
  /** Resolves with whether the rows outlive a crash; false where there was no room for them. */
  takeDurably(rows: FlowRows): Promise<boolean>;
  /** Any other batch, such as accounts of what is missing; resolves as `takeDurably` does. */
  append(batch: ColumnBatch): Promise<boolean>;
  /** Rows that wait for the store. */
  readonly waiting: number;
}

/** A pass over columns of all rows at once, which adds what an exporter does not know. */
export type Enrich = (rows: FlowRows) => void;

const names = Object.entries(flowColumns) as [FlowColumn, string][];
const narrowNames = names.filter(([, type]) => type !== 'u64').map(([name]) => name as keyof FlowRows['narrow']);
const wideNames = names.filter(([, type]) => type === 'u64').map(([name]) => name as keyof FlowRows['wide']);

/** Rows as the store takes them: views of the same arrays, without a copy. `sampling` is at least 1 in them. */
export function toBatch(rows: FlowRows, enrich: readonly Enrich[] = []): ColumnBatch {
  for (const pass of enrich) pass(rows);
  const count = rows.rows;
  const { sampling, rtt_us: roundTrip, rtt_bucket: bucket } = rows.narrow;
  for (let row = 0; row < count; row++) {
    if (sampling[row] === 0) sampling[row] = 1;
    if (roundTrip[row] !== 0) bucket[row] = latencyBucket(roundTrip[row] as number);
  }
  const columns: Record<string, Column> = {};
  for (const name of narrowNames) columns[name] = rows.narrow[name].subarray(0, count);
  for (const name of wideNames) columns[name] = rows.wide[name].subarray(0, count);
  return { table: flowsTable, rows: count, columns };
}
