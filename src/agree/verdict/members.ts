import {
  canonicalJson,
  changeMembership,
  QwError,
  type Authority,
  type LedgerRequest,
  type MembershipBody,
} from '../../model/index.ts';
import { requireActor } from './configure.ts';
import { Decider } from './decide.ts';
import type { Draft } from './draft.ts';
import { everyCheck } from './policies/every-check.ts';
import { endForgotten } from './policies/end-forgotten.ts';
import { takeOver } from './takeover.ts';

type MembershipRequest = Extract<LedgerRequest, { kind: 'membership' }>;

/**
 * What an operator wants to be otherwise, in force at once for all that is executed after it. Other judges may come to
 * other verdicts; what a watcher that is no member any more had to do goes to another.
 */
export function changeMembers(draft: Draft, { change, authority }: MembershipRequest, waiting: Iterable<string>): void {
  const { membership } = draft;
  const changed = changeMembership(membership, change, membership.former);
  if (typeof changed === 'string') {
    throw new QwError('CONFLICT', changed, { hint: 'list the members, and see who is one' });
  }
  const body: MembershipBody = { ...changed, change, ...(authority && { authority }) };
  const before = draft.plan;
  draft.emit({ kind: 'membership', body });
  // Who acted without being named would cease to act.
  if (before.configuration?.failover.actor === undefined && before.uplinkActor !== undefined) requireActor(draft.plan);
  const decider = new Decider(draft, waiting);
  for (const name of everyCheck(draft)) decider.decide(name);
  endForgotten(draft, decider);
  decider.settle();
  takeOver(draft);
}

/** What an operator has to have signed of these requests. */
export function askedOf(
  draft: Pick<Draft, 'membership' | 'inForce'>,
  request: MembershipRequest | Extract<LedgerRequest, { kind: 'configure' }>,
): { asked: { kind: 'configure' | 'membership'; base: number; content: string }; authority?: Authority } {
  const asked =
    request.kind === 'configure'
      ? { kind: request.kind, base: draft.inForce?.position ?? 0, content: canonicalJson(request.body.document) }
      : { kind: request.kind, base: draft.membership.position, content: canonicalJson(request.change) };
  return { asked, ...(request.authority && { authority: request.authority }) };
}
