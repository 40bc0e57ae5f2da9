import type { MemberRecord } from '../../../model/index.ts';
import type { Membership, MembershipChange } from '../../raft/messages.ts';

/**
 * The next step from the members that the log has to those that the ledger wants; undefined when they are the same. Whoever
 * goes, goes first, the leader last of them: a newcomer in the place of a lost one is then not one more to wait for.
 */
export function nextChange(
  { voters, learners }: Membership,
  watchers: readonly MemberRecord[],
  leader: number,
): MembershipChange | undefined {
  const wanted = new Map(watchers.map(({ number, role }) => [number, role]));
  const leaving = voters.filter((number) => wanted.get(number) !== 'member');
  const leaves = leaving.find((number) => number !== leader) ?? leaving[0];
  // The last voter stays until there is another one.
  if (leaves !== undefined && voters.length > 1) return { type: 'remove', member: leaves };
  const forgotten = learners.find((number) => !wanted.has(number));
  if (forgotten !== undefined) return { type: 'remove', member: forgotten };
  const unknown = watchers.find(({ number }) => !voters.includes(number) && !learners.includes(number));
  if (unknown) return { type: 'add-learner', member: unknown.number };
  const promoted = learners.find((number) => wanted.get(number) === 'member');
  return promoted === undefined ? undefined : { type: 'promote', member: promoted };
}
