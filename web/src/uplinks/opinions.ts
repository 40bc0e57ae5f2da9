import type { ApiUplinkFamily } from '../../../src/model/index.ts';
import type { RowState } from '../overview/rows.ts';

/** What is thought of an uplink, in the states that the page has marks for. */

const marks = {
  up: 'up',
  bad: 'degraded',
  dead: 'down',
  // Neither well nor an outage: the mark of those that are between the two.
  held: 'partial',
  unknown: 'unknown',
} as const satisfies Record<ApiUplinkFamily['state'], RowState>;

export function markOf(state: ApiUplinkFamily['state']): RowState {
  return marks[state];
}

type Opinion = ApiUplinkFamily['opinions'][number];

/** `unsure`: it cannot tell; `unheard`: it may say what it likes, a quorum does not hear it. */
export type Stand = 'against' | 'unheard' | 'unsure' | 'with';
const order: readonly Stand[] = ['against', 'unheard', 'unsure', 'with'];

/** What the opinions are held against: the verdict, or what most say where the verdict is none of what can be said. */
function common(family: Pick<ApiUplinkFamily, 'opinions' | 'verdict'>): Opinion['state'] | undefined {
  const verdict = family.verdict?.state;
  if (verdict === 'up' || verdict === 'degraded' || verdict === 'down') return verdict;
  const counts = new Map<Opinion['state'], number>();
  for (const { state, silent } of family.opinions)
    if (!silent && state !== 'unknown') counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** Each opinion with how it stands to the verdict; who contradicts comes first. */
export function standsOf(family: Pick<ApiUplinkFamily, 'opinions' | 'verdict'>): { opinion: Opinion; stand: Stand }[] {
  const said = common(family);
  const standOf = ({ silent, state }: Opinion): Stand => {
    if (silent) return 'unheard';
    if (state === 'unknown') return 'unsure';
    return state === said ? 'with' : 'against';
  };
  return family.opinions
    .map((opinion) => ({ opinion, stand: standOf(opinion) }))
    .sort((a, b) => order.indexOf(a.stand) - order.indexOf(b.stand));
}
