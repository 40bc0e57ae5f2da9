import type { ApiSample, ApiSeries } from '../../../src/model/index.ts';

/** The columns of a chart: as read, and as they grow with live samples. */
export type SeriesData = Pick<ApiSeries, 'at' | 'latencyMs' | 'latencyMaxMs' | 'lossPercent' | 'failed' | 'stepMs'>;

/** A chart never holds more points, however long it stays open. */
export const maxPoints = 2000;

/** Columns of equal length, whatever arrived. */
export function seriesData(series: ApiSeries): SeriesData {
  const length = Math.min(
    series.at.length,
    series.latencyMs.length,
    series.latencyMaxMs.length,
    series.lossPercent.length,
    series.failed.length,
  );
  const from = Math.max(0, length - maxPoints);
  return {
    stepMs: series.stepMs,
    at: series.at.slice(from, length),
    latencyMs: series.latencyMs.slice(from, length),
    latencyMaxMs: series.latencyMaxMs.slice(from, length),
    lossPercent: series.lossPercent.slice(from, length),
    failed: series.failed.slice(from, length),
  };
}

const larger = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.max(a, b));

/**
 * The data with one more sample: in the last step when it falls into it (the average drifts towards the sample, the
 * next reading makes it exact), otherwise as a new step. Points before `fromSeconds` leave.
 */
export function withSample(data: SeriesData, sample: ApiSample, fromSeconds: number): SeriesData {
  const seconds = Date.parse(sample.startedAt) / 1000;
  const last = data.at.at(-1);
  if (!Number.isFinite(seconds) || (last !== undefined && seconds < last)) return data;
  const latency = sample.latencyMs ?? null;
  const loss = sample.lossPercent ?? null;
  const failed = sample.outcome === 'fail' ? 1 : 0;
  const cut = Math.max(
    data.at.findIndex((at) => at >= fromSeconds),
    data.at.length + 1 - maxPoints,
    0,
  );
  const next = {
    stepMs: data.stepMs,
    at: data.at.slice(cut),
    latencyMs: data.latencyMs.slice(cut),
    latencyMaxMs: data.latencyMaxMs.slice(cut),
    lossPercent: data.lossPercent.slice(cut),
    failed: data.failed.slice(cut),
  };
  const end = next.at.length - 1;
  const newest = next.at[end];
  if (newest !== undefined && seconds < newest + data.stepMs / 1000) {
    const before = next.latencyMs[end] ?? null;
    next.latencyMs[end] = before === null || latency === null ? (before ?? latency) : (before + latency) / 2;
    next.latencyMaxMs[end] = larger(next.latencyMaxMs[end] ?? null, latency);
    next.lossPercent[end] = larger(next.lossPercent[end] ?? null, loss);
    next.failed[end] = (next.failed[end] ?? 0) + failed;
    return next;
  }
  next.at.push(seconds);
  next.latencyMs.push(latency);
  next.latencyMaxMs.push(latency);
  next.lossPercent.push(loss);
  next.failed.push(failed);
  return next;
}

export interface SeriesRow {
  atSeconds: number;
  latencyMs: number | null;
  latencyMaxMs: number | null;
  lossPercent: number | null;
  failed: number;
}

/** The same figures for a table, at most so many rows, newest first. */
export function tableRows(data: SeriesData, maxRows: number): SeriesRow[] {
  const size = Math.max(1, Math.ceil(data.at.length / maxRows));
  const rows: SeriesRow[] = [];
  for (let start = 0; start < data.at.length; start += size) {
    const row: SeriesRow = {
      atSeconds: data.at[start] ?? 0,
      latencyMs: null,
      latencyMaxMs: null,
      lossPercent: null,
      failed: 0,
    };
    let sum = 0;
    let count = 0;
    for (let i = start; i < Math.min(start + size, data.at.length); i++) {
      const latency = data.latencyMs[i] ?? null;
      if (latency !== null) {
        sum += latency;
        count++;
      }
      row.latencyMaxMs = larger(row.latencyMaxMs, data.latencyMaxMs[i] ?? null);
      row.lossPercent = larger(row.lossPercent, data.lossPercent[i] ?? null);
      row.failed += data.failed[i] ?? 0;
    }
    if (count > 0) row.latencyMs = sum / count;
    rows.push(row);
  }
  return rows.reverse();
}
