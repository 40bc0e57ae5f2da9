import type { ActionIntent, Opinion, Transition } from '../../model/index.ts';
import type { Draft } from './draft.ts';
import type { PlannedCheck } from './plan.ts';
import { heldBy, maxPendingActions, type CheckState } from './state.ts';
import { scriptVariables } from './variables.ts';

/** Who carries an action out, and what it knows of the check. */
export interface Carrier {
  watcher: string;
  opinion?: Opinion;
}

/**
 * The first judge that is heard, in the order of the members, whose opinion is the verdict; else the first that knows
 * anything; else the first; else the first member. Observers carry nothing out, and who is silent does only where
 * everybody is. Every member comes to the same one.
 */
export function carrierOf(draft: Draft, state: CheckState | undefined, planned: PlannedCheck | undefined): Carrier {
  const { members } = draft.plan;
  const judges = (planned?.judges ?? []).filter((judge) => members.includes(judge));
  const heard = judges.filter((judge) => isHeard(draft, judge));
  const opinions = (heard.length > 0 ? heard : judges).flatMap((judge) => (state && heldBy(state, judge)) ?? []);
  const opinion =
    opinions.find((each) => each.state === state?.verdict) ?? opinions.find((each) => each.state !== 'unknown');
  if (opinion) return { watcher: opinion.watcher, opinion };
  return { watcher: heard[0] ?? members.find((member) => isHeard(draft, member)) ?? judges[0] ?? members[0] ?? '' };
}

export function isHeard(draft: Draft, watcher: string): boolean {
  return !draft.presence.silent.includes(watcher);
}

/** Drafts the intents of the run, log and routeros actions of a transition: nothing holds those back. */
export function emitTransitionActions(
  draft: Draft,
  before: CheckState,
  position: number,
  transition: Transition,
): void {
  const planned = draft.plan.enabled(transition.check);
  const { to } = transition;
  // A return from unknown or partial to what was before is not a change that a script should answer.
  if (!planned || to === 'unknown' || to === 'partial' || to === before.decisive) return;
  const { check } = planned;
  const first = before.decisive === undefined;
  if (first && ((to === 'up' && check['ignore-initial-up']) || (to === 'down' && check['ignore-initial-down']))) return;
  const carrier = carrierOf(draft, draft.check(check.name), planned);
  const variables = scriptVariables(check, transition, carrier.opinion?.results ?? []);
  const incident = draft.check(check.name)?.incident ?? before.incident;
  for (const [index, action] of check[to].entries()) {
    if (action.kind === 'notify') continue;
    emitIntent(draft, {
      id: `${position}.${index}`,
      cause: { check: check.name, transition: position, ...(incident !== undefined && { incident }) },
      watcher: carrier.watcher,
      action,
      notBefore: draft.time + action.delayMs,
      variables,
    });
  }
}

export function emitIntent(draft: Draft, intent: ActionIntent): void {
  draft.emit({ kind: 'action-intended', body: intent });
  if (draft.base.pendingActions.size < maxPendingActions) return;
  const receipt = {
    outcome: 'dropped',
    text: `${maxPendingActions} actions are waiting already.`,
    attempts: 0,
  } as const;
  draft.emit({ kind: 'action-finished', body: { id: intent.id, watcher: intent.watcher, receipt } });
}
