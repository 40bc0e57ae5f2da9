import type { FlowRows } from './flow-rows.ts';
import { locateFields } from './message.ts';
import type { Plan } from './plan.ts';
import type { TimeBasis } from './times.ts';
import { unsigned } from './bytes.ts';

/** Records that stand one behind the other, all of one length, from `at` on, as rows from `row` on. */
export function readFixedRecords(
  { recordBytes = 0, steps, start, end, duration }: Plan,
  bytes: Uint8Array,
  at: number,
  count: number,
  rows: FlowRows,
  row: number,
  basis: TimeBasis,
): void {
  for (const { offset, copy } of steps) copy(bytes, at + offset, recordBytes, count, rows, row);
  const last = row + count;
  if (start) readTimes(start, rows.start);
  else rows.start.fill(Number.NaN, row, last);
  if (end) readTimes(end, rows.end);
  else rows.end.fill(Number.NaN, row, last);
  if (duration) {
    for (let index = 0; index < count; index++) {
      const value = unsigned(bytes, at + index * recordBytes + duration.offset, duration.length);
      completeTimes(rows, row + index, value / duration.perMs, basis);
    }
  }

  function readTimes({ offset, read }: NonNullable<Plan['start']>, into: Float64Array): void {
    for (let index = 0, place = at + offset; index < count; index++, place += recordBytes) {
      into[row + index] = read(bytes, place, basis);
    }
  }
}

/** One record whose fields vary in length, as one row; returns its end, undefined when it reaches beyond `to`. */
export function readVaryingRecord(
  { fields, steps, start, end, duration }: Plan,
  bytes: Uint8Array,
  at: number,
  to: number,
  rows: FlowRows,
  row: number,
  basis: TimeBasis,
  places: number[],
): number | undefined {
  const recordEnd = locateFields(fields, bytes, at, to, places);
  if (recordEnd === undefined) return undefined;
  const placeOf = (field: number) => places[2 * field] ?? 0;
  for (const { field, copy } of steps) copy(bytes, placeOf(field), 0, 1, rows, row);
  rows.start[row] = start ? start.read(bytes, placeOf(start.field), basis) : Number.NaN;
  rows.end[row] = end ? end.read(bytes, placeOf(end.field), basis) : Number.NaN;
  if (duration) {
    const value = unsigned(bytes, placeOf(duration.field), duration.length);
    completeTimes(rows, row, value / duration.perMs, basis);
  }
  return recordEnd;
}

/** The end that a record does not say, from the other and how long it took. */
function completeTimes(rows: FlowRows, row: number, durationMs: number, { exportedAt }: TimeBasis): void {
  const first = rows.start[row] as number;
  const last = rows.end[row] as number;
  if (Number.isNaN(last)) rows.end[row] = Number.isNaN(first) ? exportedAt : first + durationMs;
  if (Number.isNaN(first)) rows.start[row] = (rows.end[row] as number) - durationMs;
}
