import {
  QwError,
  type ApiMatcher,
  type ApiMetric,
  type ApiMetricsAnswer,
  type ApiMetricsQuery,
} from '../../model/index.ts';
import { sampleOutcomes } from '../../store/index.ts';
import { describeMetric, metricNamed, metrics } from './catalogue.ts';
import { matching } from './matching.ts';
import { familyOf } from './metric.ts';
import { queryMetrics } from './query-metrics.ts';
import type { MetricsStore } from './scope.ts';
import { Turns } from './turns.ts';

/** What is asked about metrics from outside. */
export interface MetricsDesk {
  /** Every metric with the labels that its series have, those that checks were given included. */
  list(): ApiMetric[];
  /** Values of a label over the series that match, ascending; at most `limit`. Throws NOT_FOUND, BAD_INPUT. */
  labelValues(metric: string, label: string, where: readonly ApiMatcher[], limit: number): string[];
  /** Throws NOT_FOUND, BAD_INPUT, and what the store cannot do. */
  query(query: ApiMetricsQuery, signal?: AbortSignal): Promise<ApiMetricsAnswer>;
}

/** Questions that are answered at a time, and those that wait for it; a page has some dozens of charts. */
const maxRunning = 4;
const maxQueued = 200;

export function createMetricsDesk(store: MetricsStore): MetricsDesk {
  const turns = new Turns(maxRunning, maxQueued);
  return {
    list: () =>
      metrics.map((metric) => {
        const given = store.book.labelsOf(familyOf(metric)).filter((label) => label.startsWith('label_'));
        return { ...describeMetric(metric), labels: [...metric.labels, ...given.sort()] };
      }),
    labelValues: (name, label, where, limit) => {
      const metric = metricNamed(name);
      if (metric.source === 'outcomes' && label === 'outcome') return [...sampleOutcomes].slice(0, limit);
      const matches = matching(where);
      const values = new Set<string>();
      for (const { labels } of store.book.of(familyOf(metric))) {
        if (Object.hasOwn(labels, label) && matches(labels)) values.add(labels[label] ?? '');
      }
      return [...values].sort().slice(0, limit);
    },
    query: (query, signal) =>
      turns.take(async () => {
        try {
          return await queryMetrics(store, query, signal);
        } catch (thrown) {
          if (signal?.aborted) throw new QwError('CONFLICT', 'whoever asked for metrics went away', { cause: thrown });
          throw thrown;
        }
      }),
  };
}
