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
 * included, and not dumped where it ended. The store groups records by the step in which they ended, and those that lie in
 * several steps or not wholly within the time also by that in which they began. Of these it adds up what falls into the first
 * step, into each step between, and into the last: that is exact however many records there are. Most records are short,
 * so what only the others need is computed of them alone.
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

/** What must hold besides the filter, since records that ended later are asked for too. */
export const beganBefore = (to: number): Predicate => compare(start, '<', literal(to));

/** In place of a beginning: all of the record lies in the step in which it ended. */
const whole = -1;

/** How many columns there are of these. */
export const spreadColumns = 8;

/** Columns of the answer, in this order. Times count from the first step on. */
export function spreadSelected(measure: Measure, { widthMs, first, from, to, count }: Steps): Selected[] {
  const ended: Expression = minus(column('ts'), literal(first));
  const step: Expression = { floor: ended, width: widthMs };
  const endsLater = compare(column('ts'), '>=', literal(to));
  const isApart: Predicate = {
    any: [
      compare(minus(ended, step), '<', column('duration_ms')),
      ...(from > first ? [compare(start, '<', literal(from))] : []),
      endsLater,
    ],
  };
  // Only what lies within the time that was asked for.
  const begun = choose(compare(start, '<', literal(from)), literal(from - first), minus(start, literal(first)));
  const over = choose(endsLater, literal(to - first), plus(ended, literal(1)));
  const begin: Expression = { floor: begun, width: widthMs };
  const end = choose(endsLater, literal((count - 1) * widthMs), step);
  const next = plus(begin, literal(widthMs));
  const perMs: Expression = { left: amounts[measure], operator: '/', right: lengthMs };
  const sum = (name: string, of: Expression): Selected => ({ name, value: { aggregate: 'sum', of } });
  const ofApart = (name: string, of: Expression) => sum(name, choose(isApart, of, literal(0)));
  return [
    { name: 'begin', value: choose(isApart, begin, literal(whole)) },
    { name: 'end', value: choose(endsLater, literal(count * widthMs), step) },
    { name: 'flows', value: { aggregate: 'count' } },
    sum('bytes', estimatedBytes),
    sum('packets', estimatedPackets),
    ofApart('in_first', times(perMs, minus(choose(compare(over, '<', next), over, next), begun))),
    ofApart('per_ms', perMs),
    ofApart('in_last', choose(compare(begin, '<', end), times(perMs, minus(over, end)), literal(0))),
  ];
}

/** One group of records: the step in which they ended, undefined after the time, and what they count. */
export interface SpreadGroup {
  endStep: number | undefined;
  bytes: number;
  packets: number;
  flows: number;
}

/** Adds what a group counts of a measure to the steps that it falls into. `cells` are those of `spreadSelected`. */
export function spreadInto(
  into: Float64Array,
  cells: readonly (number | string)[],
  measure: Measure,
  { widthMs, count }: Steps,
): SpreadGroup {
  const [begin = 0, end = 0, flows = 0, bytes = 0, packets = 0] = cells.map(Number);
  const [inFirst = 0, perMs = 0, inLast = 0] = cells.slice(5).map(Number);
  const to = Math.round(end / widthMs);
  const group = { endStep: to < count ? to : undefined, bytes, packets, flows };
  const add = (step: number, amount: number) => (into[step] = (into[step] ?? 0) + amount);
  if (begin === whole) add(to, group[measure]);
  else {
    const from = Math.round(begin / widthMs);
    const last = Math.min(to, count - 1);
    add(from, inFirst);
    for (let step = from + 1; step < last; step++) add(step, perMs * widthMs);
    if (last > from) add(last, inLast);
  }
  return group;
}
