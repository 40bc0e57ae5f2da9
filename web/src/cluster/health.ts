import type { ApiClusterMember } from '../../../src/model/index.ts';
import type { RowState } from '../overview/rows.ts';

/** What the answering watcher knows of a member, in the states that the page has words and marks for. */
export function healthOf(member: ApiClusterMember): RowState {
  if (member.silent) return 'down';
  return member.link === 'down' ? 'degraded' : 'up';
}

export interface Vote {
  watcher: string;
  state: string;
  /** Whether it says what was decided. */
  agrees: boolean;
}

/**
 * Who said what at a transition, dissenters last; members that said nothing are named as well. `opinions` comes from the
 * ledger and may be anything.
 */
export function votesOf(to: string, opinions: unknown, members: readonly string[]): Vote[] {
  const said = new Map<string, string>();
  for (const one of Array.isArray(opinions) ? (opinions as unknown[]) : []) {
    const { watcher, state } = (one ?? {}) as { watcher?: unknown; state?: unknown };
    if (typeof watcher === 'string' && typeof state === 'string') said.set(watcher, state);
  }
  for (const member of members) if (!said.has(member)) said.set(member, 'unknown');
  const votes = [...said].map(([watcher, state]) => ({ watcher, state, agrees: state === to }));
  return votes.sort((a, b) => Number(b.agrees) - Number(a.agrees) || (a.watcher < b.watcher ? -1 : 1));
}
