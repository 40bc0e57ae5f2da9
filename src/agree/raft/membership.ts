import type { ParticipantId } from '../protocol.ts';
import type { Membership, MembershipChange } from './messages.ts';

export const maxMembers = 64;

/** The membership after a change; undefined when the change means nothing or would leave no voter. */
export function changed(membership: Membership, change: MembershipChange): Membership | undefined {
  const { voters, learners } = membership;
  const { member } = change;
  switch (change.type) {
    case 'add-learner':
      if (voters.includes(member) || learners.includes(member)) return undefined;
      if (voters.length + learners.length >= maxMembers) return undefined;
      return { voters, learners: [...learners, member].sort(ascending) };
    case 'promote':
      if (!learners.includes(member)) return undefined;
      return { voters: [...voters, member].sort(ascending), learners: learners.filter((id) => id !== member) };
    case 'remove':
  }
  if (learners.includes(member)) return { voters, learners: learners.filter((id) => id !== member) };
  if (!voters.includes(member) || voters.length === 1) return undefined;
  return { voters: voters.filter((id) => id !== member), learners };
}

export function everyone(membership: Membership): ParticipantId[] {
  return [...membership.voters, ...membership.learners];
}

function ascending(a: number, b: number): number {
  return a - b;
}
