import type { AlertCondition, AlertPolicy, EpochMs } from '../../../model/index.ts';
import { holds, type SeriesMemory } from './series.ts';

/** Three-valued: undefined is not known (Kleene, Introduction to Metamathematics, section 64). */
export type Truth = boolean | undefined;

/** `absent` where a condition has no such series. */
export type Local = Truth | 'absent';

function and(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes(undefined) ? undefined : true;
}

export function or(truths: readonly Truth[]): Truth {
  if (truths.includes(true)) return true;
  return truths.length === 0 || truths.includes(undefined) ? undefined : false;
}

/** Whether as many series hold the condition as its trigger says; without any series nobody knows. */
export function metBy(series: Iterable<SeriesMemory>, condition: AlertCondition, at: EpochMs): Truth {
  let total = 0;
  let holding = 0;
  let unknown = 0;
  for (const memory of series) {
    total++;
    const held = holds(memory, condition, at);
    if (held === true) holding++;
    else if (held === undefined) unknown++;
  }
  if (total === 0) return undefined;
  const { trigger } = condition;
  const isEnough = (count: number) =>
    count > 0 && ('count' in trigger ? count >= trigger.count : count * 100 >= trigger.percent * total);
  if (isEnough(holding)) return true;
  return isEnough(holding + unknown) ? undefined : false;
}

/** Whether a resource fires; `met` has each condition as a whole, `locals` this resource under each of them. */
export function combine(combiner: AlertPolicy['combiner'], met: readonly Truth[], locals: readonly Local[]): Truth {
  const held = locals.flatMap((local, index) => (local === 'absent' ? [] : [and([local, met[index]])]));
  if (combiner === 'OR') return or(held);
  if (combiner === 'AND') return and([and(met), or(locals.filter((local) => local !== 'absent'))]);
  return held.length < locals.length ? false : and(held);
}
