import type { Expression, Predicate, Selected } from '../../store/index.ts';
import { choose, column, compare, literal, minus, times } from './expressions.ts';
import type { Measure } from './spread.ts';

/**
 * How far an estimate from sampled packets may be off. Of k packets that were seen while one of N was taken, the estimate
 * N k of all packets has the variance N (N - 1) k (thinning: each packet is taken by itself with the probability 1/N). For
 * bytes each packet counts the mean size within its record, which leaves out how sizes differ within one. Packets of flows
 * that were missed altogether are in it; the number of flows itself cannot be estimated so.
 */
const thinned = times(column('sampling'), minus(column('sampling'), literal(1)));
const variances: Readonly<Record<Measure, Expression>> = {
  packets: times(thinned, column('packets')),
  bytes: { left: times(thinned, times(column('bytes'), column('bytes'))), operator: '/', right: column('packets') },
  flows: literal(0),
};

const unknown: Predicate = compare(column('sampling_from'), '=', literal(0));
const sampled: Predicate = compare(column('sampling'), '>', literal(1));

/** Columns from which the error is told, in this order. */
export const errorSelected = (measure: Measure): Selected[] => [
  // Mostly nothing is sampled, and then there is nothing to compute.
  { name: 'variance', value: { aggregate: 'sum', of: choose(sampled, variances[measure], literal(0)) } },
  { name: 'unknown', value: { aggregate: 'count', where: unknown } },
  { name: 'sampled', value: { aggregate: 'count', where: sampled } },
];

export interface Uncertainty {
  variance: number;
  /** Records of which nobody knows how they were sampled. */
  unknown: number;
  sampled: number;
}

/** Of the columns of `errorSelected`. */
export function uncertaintyOf(cells: readonly (number | string)[]): Uncertainty {
  const [variance = 0, unknown = 0, sampled = 0] = cells.map(Number);
  return { variance, unknown, sampled };
}

export const certain: Uncertainty = { variance: 0, unknown: 0, sampled: 0 };

export function addUncertainty(a: Uncertainty, b: Uncertainty): Uncertainty {
  return { variance: a.variance + b.variance, unknown: a.unknown + b.unknown, sampled: a.sampled + b.sampled };
}

/** Of a normal distribution 95 of 100 lie within so many standard deviations. */
const deviations = 1.96;

/** As a share of the total; undefined where nobody can tell. */
export function relativeError(
  measure: Measure,
  total: number,
  { variance, unknown, sampled }: Uncertainty,
): number | undefined {
  if (unknown > 0 || (measure === 'flows' && sampled > 0)) return undefined;
  return variance === 0 || total === 0 ? 0 : (deviations * Math.sqrt(variance)) / total;
}
