import type { EpochMs } from '../../../model/index.ts';
import type { AlertWindows, RowValue, WindowFilling } from '../../../report/index.ts';
import { samplesFamily } from '../../telemetry/metric.ts';
import { loadNewest, RowReader, type AskedStore, type RowSource } from './load-rows.ts';

/**
 * Fills windows that are new with the rows up to a time, the shortest ones first, and tells them when series without such
 * rows were heard of before. Rejects as the engine does; what has not been filled until then waits on.
 */
export async function fillWindows(
  windows: AlertWindows,
  book: AskedStore['book'],
  source: RowSource,
  until: EpochMs,
): Promise<void> {
  for (const filling of windows.fillings()) {
    await fill(filling, windows.families, book, source, until);
    filling.end();
  }
}

async function fill(
  filling: WindowFilling,
  families: readonly string[],
  book: AskedStore['book'],
  source: RowSource,
  until: EpochMs,
): Promise<void> {
  const points: number[] = [];
  const samples: number[] = [];
  const values = new Set<RowValue>();
  for (const family of families) {
    for (const { id, labels } of book.of(family)) {
      const wanted = filling.wanted(family, labels);
      if (wanted.size > 0) (family === samplesFamily ? samples : points).push(id);
      for (const value of wanted) values.add(value);
    }
  }
  const series = { points, samples };
  const begin = Math.max(0, until - filling.rowsMs);
  const before = { from: Math.max(0, until - filling.memoryMs), to: begin };
  for (const value of values) {
    const heard = (id: number, at: EpochMs, outcome: number) => filling.heard(id, at, value, outcome);
    await loadNewest(source, series, before, value, heard);
  }
  const reader = new RowReader(source, series);
  for (let from = begin; from < until;) {
    from = await reader.read(from, until, filling);
    filling.count(from);
  }
}
