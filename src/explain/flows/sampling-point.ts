import { flowReporters, type FlowQuestion } from '../../model/index.ts';
import type { Expression, Predicate } from '../../store/index.ts';
import { choose, column, literal } from './expressions.ts';

/**
 * One flow may be told of from both its ends: then its packets are in two records. Four choices say what to make of that.
 * Exporters that don't say at which end they are, such as routers, count in all four.
 */
export type SamplingPoint = FlowQuestion['samplingPoint'];

/** Neither end, that of the source, that of the destination: by place. */
export const sides = ['unknown', 'source', 'destination'] as const;

const reporters = (...names: readonly (typeof flowReporters)[number][]) =>
  names.map((name) => flowReporters.indexOf(name));
const atSource: Predicate = { in: column('reporter'), values: reporters('source', 'source-gateway') };
const atDestination: Predicate = { in: column('reporter'), values: reporters('destination', 'destination-gateway') };

/** The place in `sides`. */
export const sideOf: Expression = choose(atSource, literal(1), choose(atDestination, literal(2), literal(0)));

/** What is left out before anything is added up; nothing for a sum and an average. */
export function leftOut(point: SamplingPoint): Predicate | undefined {
  if (point === 'source') return { not: atDestination };
  return point === 'destination' ? { not: atSource } : undefined;
}

/**
 * Of what came from each side in one alignment period. The average halves what both ends told of, and leaves alone what one
 * end told of: `shared` is the share of flows that both did.
 */
export function together(
  point: SamplingPoint,
  [unknown, source, destination]: readonly [number, number, number],
  shared: number,
): number {
  if (point === 'source') return unknown + source;
  if (point === 'destination') return unknown + destination;
  const isHalved = point === 'average' && source > 0 && destination > 0;
  return unknown + (source + destination) * (isHalved ? 1 - shared / 2 : 1);
}
