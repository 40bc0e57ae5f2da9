import type { VerdictMachine } from '../../agree/index.ts';

/**
 * Who does what one member must do for all: the first member that a quorum hears. Everybody comes to the same one; while
 * it is being lost, two may believe for a moment that it is them, and neither does harm.
 */
export function onDuty(view: Pick<ReturnType<VerdictMachine['view']>, 'membership' | 'silent'>): string | undefined {
  const members = view.membership.watchers.filter((watcher) => watcher.role === 'member').map(({ id }) => id);
  return members.find((id) => !view.silent.includes(id)) ?? members[0];
}
