import { canonicalJson, QwError, type LedgerRequest, type Milliseconds, type SnoozeScope } from '../../model/index.ts';
import type { Draft } from './draft.ts';

type SnoozeRequest = Extract<LedgerRequest, { kind: 'snooze' | 'snooze-end' }>;

/** Each of them stands in every snapshot, and is asked about each check in trouble. */
const maxSnoozes = 500;
/** Longer is a change of the configuration, not a snooze. */
const longestMs: Milliseconds = 366 * 86_400_000;

/** People ask for quiet, or end it before its time. What follows from the end comes with the next tick. */
export function changeSnooze(draft: Draft, request: SnoozeRequest): void {
  if (request.kind === 'snooze-end') {
    endSnooze(draft, request);
    return;
  }
  const { scope, until, by, comment } = request;
  const { time } = draft;
  if (until <= time) throw new QwError('BAD_INPUT', 'the snooze would have ended already', { where: 'until' });
  if (until > time + longestMs) {
    throw new QwError('BAD_INPUT', 'a snooze may last 366 days', {
      where: 'until',
      hint: 'disable what nobody needs in the configuration',
    });
  }
  requireKnown(draft, scope);
  const active = draft.snoozes.list.filter((snooze) => snooze.until > time);
  const text = canonicalJson(scope);
  if (active.some((one) => one.until === until && one.comment === comment && canonicalJson(one.scope) === text)) return;
  if (active.length >= maxSnoozes) {
    throw new QwError('CONFLICT', `there are ${maxSnoozes} snoozes, the most that may act at a time`, {
      hint: 'end one, or make one of several with a selector',
    });
  }
  draft.emit({ kind: 'snooze', body: { id: String(draft.nextPosition), scope, by, comment, from: time, until } });
}

function endSnooze(draft: Draft, { snooze: id, by }: SnoozeRequest & { kind: 'snooze-end' }): void {
  const snooze = draft.snoozes.list.find((one) => one.id === id && one.until > draft.time);
  if (!snooze) throw new QwError('NOT_FOUND', `there is no snooze ${id} that still acts`);
  draft.emit({ kind: 'snooze', body: { ...snooze, ended: { by, at: draft.time } } });
}

/** A mistyped name would keep nothing quiet, and whoever trusts in it would be woken. */
function requireKnown(draft: Draft, scope: SnoozeScope): void {
  if ('check' in scope && !draft.plan.planned(scope.check))
    throw new QwError('NOT_FOUND', `there is no check named ${JSON.stringify(scope.check)}`);
  const policies = draft.plan.configuration?.alerts ?? [];
  if ('policy' in scope && !policies.some(({ name }) => name === scope.policy))
    throw new QwError('NOT_FOUND', `there is no policy named ${JSON.stringify(scope.policy)}`);
  if (!('incident' in scope)) return;
  const incident = draft.incident(scope.incident);
  if (!incident) throw new QwError('NOT_FOUND', `there is no incident ${scope.incident} among the recent ones`);
  if (incident.status === 'resolved') throw new QwError('CONFLICT', `incident ${incident.id} is resolved`);
}
