import { QwError, type LedgerRequest, type Milliseconds, type OnCallOverride } from '../../../model/index.ts';
import type { Draft } from '../draft.ts';

type OverrideRequest = Extract<LedgerRequest, { kind: 'on-call-override' | 'on-call-override-end' }>;

/** Each of them stands in every snapshot, and is looked at whenever somebody asks who is on call. */
const maxOverrides = 500;
/** Longer, and further ahead, is a change of the rota. */
const longestMs: Milliseconds = 366 * 86_400_000;

/** Somebody takes a turn for another, or does not after all. Who is told follows from it by itself. */
export function changeOnCall(draft: Draft, request: OverrideRequest): void {
  if (request.kind === 'on-call-override-end') {
    const override = draft.overrides.find(({ id, to }) => id === request.override && to > draft.time);
    if (!override) throw new QwError('NOT_FOUND', `there is no override ${request.override} that still counts`);
    draft.emit({ kind: 'on-call-override', body: { ...override, ended: { by: request.by, at: draft.time } } });
    return;
  }
  const { rota, receiver, from, to, by } = request;
  const { time } = draft;
  const { configuration } = draft.plan;
  if (!configuration?.rotas.some(({ name }) => name === rota)) {
    throw new QwError('NOT_FOUND', `there is no rota named ${JSON.stringify(rota)}`);
  }
  if (!draft.plan.routing.isReceiver(receiver)) {
    throw new QwError('NOT_FOUND', `there is no receiver named ${JSON.stringify(receiver)}`);
  }
  if (to <= from || to <= time) {
    throw new QwError('BAD_INPUT', 'the override would be over before it begins, or is over already', { where: 'to' });
  }
  if (to > time + longestMs) {
    throw new QwError('BAD_INPUT', 'an override may reach 366 days ahead', { where: 'to', hint: 'change the rota' });
  }
  const active = draft.overrides.filter((one) => one.to > time);
  const isSame = (one: OnCallOverride) =>
    one.rota === rota && one.receiver === receiver && one.from === from && one.to === to;
  const newest = active.findLast((one) => one.rota === rota);
  if (newest && isSame(newest)) return;
  if (active.length >= maxOverrides) {
    throw new QwError('CONFLICT', `there are ${maxOverrides} overrides, the most that may count at a time`, {
      hint: 'take one back, or change the rota',
    });
  }
  draft.emit({ kind: 'on-call-override', body: { id: String(draft.nextPosition), rota, receiver, from, to, by } });
}
