import type { ActionReceipt } from '../../model/index.ts';
import type { Draft } from './draft.ts';
import { isHeard } from './intents.ts';
import { isPending, type ActionState } from './state.ts';
import { finishAction } from './actions.ts';

/**
 * Hands on what lost carriers have not finished. A message goes out again, and says so if it may have gone out before; a
 * program or a change of a router that was started is never done twice: nobody knows how it ended, and so it is recorded.
 */
export function takeOver(draft: Draft): void {
  for (const id of draft.base.pendingActions.keys()) {
    const action = draft.action(id);
    if (!action || !isPending(action) || !isLost(draft, action.intent.watcher)) continue;
    const { watcher: from, notification } = action.intent;
    if (action.state === 'running' && !notification) {
      const text = `${from} was lost after it had started this; how it ended is not known.`;
      const receipt: ActionReceipt = { outcome: 'unknown', text, attempts: action.attempts };
      finishAction(draft, action, receipt);
      continue;
    }
    const watcher = nextCarrier(draft, action);
    if (watcher !== undefined) draft.emit({ kind: 'action-assigned', body: { id, watcher, from } });
  }
}

function isLost(draft: Draft, watcher: string): boolean {
  return !draft.plan.members.includes(watcher) || !isHeard(draft, watcher);
}

/** The next judge after the lost one that is heard, else the next member: what one leaves does not all go to the first. */
function nextCarrier(draft: Draft, { intent }: ActionState): string | undefined {
  const { members } = draft.plan;
  const judges = draft.plan.planned(intent.cause.check)?.judges ?? [];
  const after = (list: readonly string[]) => {
    const at = list.indexOf(intent.watcher) + 1;
    return [...list.slice(at), ...list.slice(0, at)].find((one) => !isLost(draft, one));
  };
  return after(judges) ?? after(members);
}
