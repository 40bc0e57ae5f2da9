import type { ApiMetric } from '../../model/index.ts';

/**
 * What a metric is made of: rows of `points` under its own name, or a figure of the rows of `samples`, which have one
 * series for all figures of a check. `outcomes` counts the samples and has the label `outcome` besides those of the series.
 */
export type MetricSource = 'points' | 'latency' | 'loss' | 'success' | 'outcomes';

export interface Metric extends ApiMetric {
  source: MetricSource;
}

/** A metric as it is written down: what is usual may be left out. */
export type DescribedMetric = Omit<Metric, 'labels' | 'source' | 'type' | 'aggregate'> & {
  labels?: readonly string[];
  type?: ApiMetric['type'];
  aggregate?: string;
};

/** Labels by name, as a series has them. */
export type Labels = Readonly<Record<string, string>>;

/** The family of series that all figures of samples share; the name of no metric. */
export const samplesFamily = 'samples';

export function familyOf({ name, source }: Pick<Metric, 'name' | 'source'>): string {
  return source === 'points' ? name : samplesFamily;
}

/** Labels that every series of samples has; those of the check itself come as `label_NAME`. */
export const sampleLabels = ['check', 'watcher', 'site', 'type'] as const;
/** Labels of what a watcher says of itself. */
export const ownLabels = ['watcher', 'site'] as const;
