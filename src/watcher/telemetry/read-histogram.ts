import type { Milliseconds } from '../../model/index.ts';
import { latencyRollups, noLatency, samplesTable, type Answer, type Predicate } from '../../store/index.ts';
import { ask } from './ask.ts';
import { cover, keptOf } from './cover.ts';
import type { Group } from './grouping.ts';
import type { Buckets } from './histogram.ts';
import type { Scope } from './scope.ts';

export interface Histograms {
  /** By group, then by step. */
  steps: Buckets[][];
  partial?: Answer['partial'];
}

const measured: Predicate = { left: { column: 'latency_us' }, is: '!=', right: { literal: noLatency } };

/** How many samples took how long, for each group and step. */
export async function readHistogram(
  groups: readonly Group[],
  shiftMs: Milliseconds,
  scope: Scope,
): Promise<Histograms> {
  const { at, stepMs, tables, store, deadlineMs, signal } = scope;
  const steps = groups.map(() => at.map((): Buckets => new Map()));
  const first = at[0] ?? 0;
  const from = first - shiftMs;
  let partial: Answer['partial'];
  for (const part of cover(keptOf(tables, 'samples', 'latency'), from, from + at.length * stepMs, stepMs, shiftMs)) {
    const raw = part.resolution === 'raw';
    const reply = await ask(
      {
        table: part.resolution === 'raw' ? samplesTable : latencyRollups(part.resolution),
        from: part.from,
        to: part.to,
        groups,
        stepMs,
        shiftMs,
        where: raw ? measured : undefined,
        select: [
          { name: 'bucket', value: { column: 'latency_bucket' } },
          { name: 'samples', value: raw ? { aggregate: 'count' } : { aggregate: 'sum', of: { column: 'count' } } },
        ],
      },
      { engine: store.engine, deadlineMs, signal },
    );
    partial = reply.partial ?? partial;
    for (const { step, place, values } of reply.rows) {
      const [bucket = 0, count = 0] = values;
      const buckets = steps[place]?.[Math.round((step - first) / stepMs)];
      buckets?.set(bucket, (buckets.get(bucket) ?? 0) + count);
    }
  }
  return { steps, ...(partial && { partial }) };
}
