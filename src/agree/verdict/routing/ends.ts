import type { Incident } from '../../../model/index.ts';
import type { Draft } from '../draft.ts';
import { dutiesOf } from '../trouble.ts';
import { groupTold, noticeOf } from './notices.ts';
import { standing } from './routes.ts';
import { groupOf, type Duties, type Manner } from './routing.ts';
import { groupPart } from './shared.ts';
import { isQuiet, type Want } from './wants.ts';

/**
 * That a receiver wants to hear of an end; undefined during quiet hours. Ends of a group wait for each other as its
 * beginnings did. Where no route says how, as after a change of the configuration, an end goes out as soon as its group
 * may.
 */
export function endWant(draft: Draft, incident: Incident, receiver: string): Want | undefined {
  const planned = draft.plan.enabled(incident.check);
  const { rotas = [] } = noticeOf(incident, receiver) ?? {};
  const labels = groupTold(incident, receiver);
  const group = labels && groupOf(labels);
  const want = {
    incident: incident.id,
    receiver,
    ...groupPart(group),
    intervalMs: standing.groupIntervalMs,
    due: true,
  };
  if (!planned || !incident.owed) return want;
  const verdict = incident.impact === 'minor' && !planned.policy ? 'degraded' : 'down';
  const duties = dutiesOf(draft.plan, planned, verdict, incident);
  const manner = mannerOfEnd(duties, receiver, rotas, group?.key);
  if (!manner) return want;
  if (isQuiet(manner, duties, draft.time)) return undefined;
  const { intervalMs, waitMs } = manner;
  return { ...want, intervalMs, due: !group || draft.time >= incident.owed.at + waitMs };
}

/** By the route by which the beginning was told, if it is still there. */
function mannerOfEnd(
  { first, climbs }: Duties,
  receiver: string,
  rotas: readonly string[],
  groupKey: string | undefined,
): Manner | undefined {
  const sameGroup = ({ group }: Manner) => group?.key === groupKey;
  const told = first.find(
    (duty) => sameGroup(duty) && (duty.receiver === receiver || (duty.rota !== undefined && rotas.includes(duty.rota))),
  );
  return told ?? climbs.find(sameGroup);
}
