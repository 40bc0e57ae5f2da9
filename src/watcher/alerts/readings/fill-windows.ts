import type { EpochMs } from '../../../model/index.ts';
import type { AlertWindows, RowValue } from '../../../report/index.ts';
import { samplesFamily } from '../../telemetry/metric.ts';
import { loadNewest, RowReader, type AskedStore, type RowSource } from './load-rows.ts';

/**
 * Fills windows that are new with the rows up to a time, and tells them when series without such rows were heard of before.
 * Rejects as the engine does; what was read until then stays.
 */
export async function fillWindows(
  windows: AlertWindows,
  book: AskedStore['book'],
  source: RowSource,
  until: EpochMs,
): Promise<void> {
  const points: number[] = [];
  const samples: number[] = [];
  const values = new Set<RowValue>();
  let rowsMs = 0;
  let memoryMs = 0;
  for (const family of windows.families) {
    for (const { id, labels } of book.of(family)) {
      const wanted = windows.wanted(family, labels);
      if (!wanted) continue;
      (family === samplesFamily ? samples : points).push(id);
      rowsMs = Math.max(rowsMs, wanted.rowsMs);
      memoryMs = Math.max(memoryMs, wanted.memoryMs);
      for (const value of wanted.values) values.add(value);
    }
  }
  const series = { points, samples };
  const begin = Math.max(0, until - rowsMs);
  const before = { from: Math.max(0, until - memoryMs), to: begin };
  for (const value of values) {
    const heard = (id: number, at: EpochMs, outcome: number) => windows.fillHeard(id, at, value, outcome);
    await loadNewest(source, series, before, value, heard);
  }
  const sink = {
    point: windows.fillPoint.bind(windows),
    sample: windows.fillSample.bind(windows),
  };
  const reader = new RowReader(source, series);
  for (let from = begin; from < until;) {
    from = await reader.read(from, until, sink);
    windows.countFilled(from);
  }
}
