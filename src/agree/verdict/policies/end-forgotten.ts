import type { Decider } from '../decide.ts';
import type { Draft } from '../draft.ts';

/**
 * After a change of members nobody may be left who spoke of a resource: then nobody will ever say that it is fine, and
 * its incident ends here. Those without an incident are forgotten when room is needed.
 */
export function endForgotten(draft: Draft, decider: Decider): void {
  for (const name of [...draft.resources()].sort()) {
    const check = draft.check(name);
    if (check?.incident === undefined || Object.keys(check.opinions).length > 0) continue;
    const text = 'No watcher is left that speaks of it.';
    decider.desk.resolve(check.incident, text, draft.plan.members[0] ?? '', { reason: { code: 'unseen', text } });
  }
}
