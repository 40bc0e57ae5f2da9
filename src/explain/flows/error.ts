import { samplingSources } from '../../model/index.ts';
import type { Expression, Predicate, Selected } from '../../store/index.ts';
import { choose, column, compare, literal, minus, times } from './expressions.ts';
import type { Measure } from './spread.ts';

/**
 * How far an estimate from sampled packets may be off. Of k packets that were seen while one of N was taken, the estimate
 * N k of all packets has the variance N (N - 1) k (thinning: each packet is taken by itself with the probability 1/N). For
 * bytes each packet counts the mean size within its record, which leaves out how sizes differ within one. Packets of flows
 * that were missed altogether are in it; the number of flows itself cannot be estimated so. Where connections are taken as
 * a whole, records of one say nothing by themselves: see `clusters.ts`.
 */
const thinned = times(column('sampling'), minus(column('sampling'), literal(1)));
const variances: Readonly<Record<Exclude<Measure, 'flows'>, Expression>> = {
  packets: times(thinned, column('packets')),
  bytes: { left: times(thinned, times(column('bytes'), column('bytes'))), operator: '/', right: column('packets') },
};

const wholeConnection = compare(column('sampling_from'), '=', literal(samplingSources.indexOf('connection')));
const sampled: Predicate = compare(column('sampling'), '>', literal(1));
const unknown: Predicate = compare(column('sampling_from'), '=', literal(0));
const ofPackets: Predicate = { all: [sampled, { not: wholeConnection }] };
export const ofConnections: Predicate = { all: [sampled, wholeConnection] };

/** Columns from which the error is told, in this order. */
export const errorSelected = (measure: Measure): Selected[] => [
  measure === 'flows'
    ? { name: 'sampled', value: { aggregate: 'count', where: sampled } }
    : // Mostly nothing is sampled, and then there is nothing to compute.
      { name: 'variance', value: { aggregate: 'sum', of: choose(ofPackets, variances[measure], literal(0)) } },
  { name: 'unknown', value: { aggregate: 'count', where: unknown } },
  { name: 'clustered', value: { aggregate: 'count', where: ofConnections } },
];

export interface Uncertainty {
  variance: number;
  /** Records of which nobody knows how they were sampled. */
  unknown: number;
  /** Sampled records, where it is flows that are counted: of those nobody saw there is no estimate. */
  sampled: number;
  /** Records of sampled connections whose variance is not in `variance`. */
  clustered: number;
}

/** Of the columns of `errorSelected`. */
export function uncertaintyOf(cells: readonly (number | string)[], measure: Measure): Uncertainty {
  const [first = 0, unknownOnes = 0, clustered = 0] = cells.map(Number);
  const [variance, sampledOnes] = measure === 'flows' ? [0, first] : [first, 0];
  return { variance, unknown: unknownOnes, sampled: sampledOnes, clustered };
}

export const certain: Uncertainty = { variance: 0, unknown: 0, sampled: 0, clustered: 0 };

export function addUncertainty(a: Uncertainty, b: Uncertainty): Uncertainty {
  return {
    variance: a.variance + b.variance,
    unknown: a.unknown + b.unknown,
    sampled: a.sampled + b.sampled,
    clustered: a.clustered + b.clustered,
  };
}

/** With what is known of sampled connections; without that, nobody can tell. */
export function withClusters(uncertainty: Uncertainty, variance: number | undefined): Uncertainty {
  if (variance === undefined) return uncertainty;
  return { ...uncertainty, variance: uncertainty.variance + variance, clustered: 0 };
}

/** Of a normal distribution 95 of 100 lie within so many standard deviations. */
const deviations = 1.96;

/** As a share of the total; undefined where nobody can tell. */
export function relativeError(
  total: number,
  { variance, unknown: unknownOnes, sampled: sampledOnes, clustered }: Uncertainty,
): number | undefined {
  if (unknownOnes > 0 || sampledOnes > 0 || clustered > 0) return undefined;
  return variance === 0 || total === 0 ? 0 : (deviations * Math.sqrt(variance)) / total;
}
