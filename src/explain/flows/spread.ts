import type { Expression, Predicate, Selected } from '../../store/index.ts';
import {
  choose,
  column,
  compare,
  estimatedBytes,
  estimatedPackets,
  literal,
  minus,
  oneRecord,
  plus,
  times,
} from './expressions.ts';
import type { flowMeasures } from '../../model/index.ts';
import type { Steps } from './steps.ts';

/**
 * A record tells of a flow that lasted for a while, so what it counts is spread evenly over that while, its last millisecond
 * included, and not dumped where it ended. The store groups records by the steps in which they began and ended, and adds up
 * what falls into the first step, into each step between, and into the last: that is exact however many records there are.
 */
export type Measure = (typeof flowMeasures)[number];

/** Records that ended later may have begun before; longer than exporters keep a flow to themselves (30 min is usual). */
export const longestMs = 1_800_000;

const amounts: Readonly<Record<Measure, Expression>> = {
  bytes: estimatedBytes,
  packets: estimatedPackets,
  flows: oneRecord,
};

const start = minus(column('ts'), column('duration_ms'));
const lengthMs = plus(column('duration_ms'), literal(1));
const behind = plus(column('ts'), literal(1));

/** What must hold besides the filter, since records that ended later are asked for too. */
export const beganBefore = (to: number): Predicate => compare(start, '<', literal(to));

/** Columns of the answer behind the keys, in this order. Times count from the first step on. */
export function spreadSelected(measure: Measure, { widthMs, first, from, to }: Steps): Selected[] {
  const perMs: Expression = { left: amounts[measure], operator: '/', right: lengthMs };
  // Only what lies within the time that was asked for.
  const begun = minus(choose(compare(start, '<', literal(from)), literal(from), start), literal(first));
  const over = minus(choose(compare(behind, '>', literal(to)), literal(to), behind), literal(first));
  const begin: Expression = { floor: begun, width: widthMs };
  const end: Expression = { floor: minus(over, literal(1)), width: widthMs };
  const ended = compare(column('ts'), '<', literal(to));
  const sum = (name: string, of: Expression, where?: Predicate): Selected => ({
    name,
    value: { aggregate: 'sum', of, ...(where && { where }) },
  });
  return [
    { name: 'begin', value: begin },
    { name: 'end', value: end },
    { name: 'flows', value: { aggregate: 'count', where: ended } },
    sum('bytes', estimatedBytes, ended),
    sum('packets', estimatedPackets, ended),
    sum('whole', times(perMs, minus(over, begun))),
    sum('per_ms', perMs),
    sum('before', times(perMs, minus(begun, begin))),
    sum('last', times(perMs, minus(over, end))),
  ];
}

/** One group of records: the step in which they ended, and what those count that ended within the time. */
export interface SpreadGroup {
  endStep: number;
  bytes: number;
  packets: number;
  flows: number;
}

/** Adds what a group counts to the steps that it falls into. `cells` are of an answer, without the keys. */
export function spreadInto(into: Float64Array, cells: readonly (number | string)[], widthMs: number): SpreadGroup {
  const [begin = 0, end = 0, flows = 0, bytes = 0, packets = 0] = cells.map(Number);
  const [whole = 0, perMs = 0, before = 0, last = 0] = cells.slice(5).map(Number);
  const [from, to] = [Math.round(begin / widthMs), Math.round(end / widthMs)];
  const add = (step: number, amount: number) => (into[step] = (into[step] ?? 0) + amount);
  if (from === to) add(from, whole);
  else {
    add(from, perMs * widthMs - before);
    for (let step = from + 1; step < to; step++) add(step, perMs * widthMs);
    add(to, last);
  }
  return { endStep: to, bytes, packets, flows };
}
