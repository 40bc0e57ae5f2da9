import { newLines, type Evaluation } from './evaluation.ts';
import { metricName, type Labels } from './labels.ts';
import type { Line } from './value.ts';

interface Bucket {
  bound: number;
  lines: Line[];
}

const beside: ReadonlySet<string> = new Set(['le', metricName]);

/** Quantiles from classic histograms: counters of what was at most `le`. What has no such label is left out. */
export async function histogramQuantile(
  evaluation: Evaluation,
  shares: Float64Array,
  lines: readonly Line[],
): Promise<Line[]> {
  const { steps, pace } = evaluation;
  const book = newLines(evaluation);
  for (const { labels, buckets } of histogramsOf(lines)) {
    const target = book.line(labels);
    for (let step = 0; step < steps.count; step++) {
      if (pace.worked(1 + buckets.length)) await pace.rest();
      const bounds: number[] = [];
      const counts: number[] = [];
      for (const { bound, lines } of buckets) {
        const present = lines.filter((line) => line.present[step] === 1);
        if (present.length === 0) continue;
        bounds.push(bound);
        counts.push(present.reduce((sum, line) => sum + (line.values[step] ?? 0), 0));
      }
      if (bounds.length > 0) book.set(target, step, bucketQuantile(shares[step] ?? Number.NaN, bounds, counts));
    }
  }
  return book.lines();
}

/** Linear between the bounds of a bucket; the lowest begins at 0 (promql/quantile.go, `bucketQuantile`). */
function bucketQuantile(share: number, bounds: readonly number[], counts: readonly number[]): number {
  if (Number.isNaN(share)) return Number.NaN;
  if (share < 0) return -Infinity;
  if (share > 1) return Infinity;
  const last = bounds.length - 1;
  if (bounds[last] !== Infinity || bounds.length < 2) return Number.NaN;
  // Counters that were read one after the other may contradict each other a little.
  const rising: number[] = [];
  for (const count of counts) rising.push(Math.max(count, rising.at(-1) ?? -Infinity));
  const total = rising[last] ?? 0;
  if (total === 0) return Number.NaN;
  const rank = share * total;
  const found = rising.slice(0, last).findIndex((count) => count >= rank);
  const index = found < 0 ? last : found;
  const end = bounds[index] ?? 0;
  if (index === last) return bounds[last - 1] ?? Number.NaN;
  if (index === 0 && end <= 0) return end;
  const start = index > 0 ? (bounds[index - 1] ?? 0) : 0;
  const below = index > 0 ? (rising[index - 1] ?? 0) : 0;
  return start + (end - start) * ((rank - below) / ((rising[index] ?? 0) - below));
}

function histogramsOf(lines: readonly Line[]): { labels: Labels; buckets: Bucket[] }[] {
  const histograms = new Map<string, { labels: Labels; buckets: Map<number, Bucket> }>();
  for (const line of lines) {
    const bound = readBound(line.labels.get('le'));
    if (bound === undefined) continue;
    const labels = line.labels.drop(beside);
    let histogram = histograms.get(labels.key);
    if (!histogram) histograms.set(labels.key, (histogram = { labels, buckets: new Map() }));
    const bucket = histogram.buckets.get(bound);
    if (bucket) bucket.lines.push(line);
    else histogram.buckets.set(bound, { bound, lines: [line] });
  }
  return [...histograms.values()].map(({ labels, buckets }) => ({
    labels,
    buckets: [...buckets.values()].sort((a, b) => a.bound - b.bound || 0),
  }));
}

function readBound(text: string): number | undefined {
  const infinite = /^([-+]?)inf(inity)?$/i.exec(text);
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity;
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : undefined;
}
