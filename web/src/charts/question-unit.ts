import type { ApiMetric, ChartQuery } from '../../../src/model/index.ts';
import { unitOf, type Unit } from './units.ts';

/** What the values of a question will be in; undefined while the metric is not known. */
export function questionUnit(
  catalogue: readonly ApiMetric[],
  name: string | undefined,
  aggregate: ChartQuery['aggregate'],
): Unit | undefined {
  const metric = catalogue.find((one) => one.name === name);
  return metric && unitOf(metric.unit, aggregate ?? metric.aggregate);
}
