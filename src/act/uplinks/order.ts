import type { FailoverSettings, IpFamily, UplinkOrder, UplinkSettings, UplinkState } from '../../model/index.ts';

/** Of uplinks of which none is up, those in a better state are used. */
const lastResorts: readonly UplinkState[] = ['held', 'unknown', 'bad', 'dead'];

export interface OrderQuestion {
  family: IpFamily;
  mode: FailoverSettings['mode'];
  /** Those with a gateway of this family. */
  uplinks: readonly Pick<UplinkSettings, 'name' | 'priority'>[];
  stateOf: (name: string) => UplinkState;
  /** Unknown for so long that one which is seen up is preferred: a watch may start while an uplink is dead. */
  longUnknown?: (name: string) => boolean;
  /** The order in force; undefined at the start. */
  before: UplinkOrder | undefined;
  /** An uplink that an operator chose: it is used while it is not dead. */
  chosen?: string | undefined;
}

/**
 * Which uplinks carry new connections. Unknown is not down: an uplink that is in use stays while nothing is known of it,
 * and one that is not in use gets no traffic before it was seen up.
 */
export function orderUplinks(question: OrderQuestion): UplinkOrder {
  const { family, before, stateOf, chosen } = question;
  const names = question.uplinks.toSorted((a, b) => a.priority - b.priority).map(({ name }) => name);
  const used = before?.serving ?? names;
  const someUp = names.some((name) => stateOf(name) === 'up');
  const usable = names.filter((name) => {
    if (stateOf(name) !== 'unknown') return stateOf(name) === 'up';
    return used.includes(name) && !(someUp && question.longUnknown?.(name));
  });
  let serving = usable.length > 0 ? usable : lastResort(names, used, stateOf);
  if (chosen !== undefined && names.includes(chosen) && stateOf(chosen) !== 'dead') {
    serving = [chosen, ...serving.filter((name) => names.indexOf(name) > names.indexOf(chosen))];
  }
  const failed = (name: string) => ['dead', 'bad'].includes(stateOf(name));
  const leaving = (before?.serving ?? []).filter((name) => !serving.includes(name) && failed(name));
  return { family, serving, leaving };
}

/** None is up: the best of a bad lot, and no change from one to another that is no better. */
function lastResort(names: readonly string[], used: readonly string[], stateOf: (name: string) => UplinkState) {
  for (const state of lastResorts) {
    const group = names.filter((name) => stateOf(name) === state);
    if (group.length === 0) continue;
    const stay = used.filter((name) => group.includes(name));
    return stay.length > 0 ? stay : group;
  }
  return [...used];
}
