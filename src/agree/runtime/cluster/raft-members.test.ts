import { describe, expect, it } from 'vitest';
import type { MemberRecord } from '../../../model/index.ts';
import { changed } from '../../raft/membership.ts';
import type { Membership } from '../../raft/messages.ts';
import { nextChange } from './raft-members.ts';

function watchers(members: readonly number[], observers: readonly number[] = []): MemberRecord[] {
  const record = (number: number, role: 'member' | 'observer'): MemberRecord => {
    return { number, id: `watcher-${number}`, publicKey: '', address: '', site: '', role };
  };
  return [...members.map((one) => record(one, 'member')), ...observers.map((one) => record(one, 'observer'))];
}

function steps(from: Membership, to: readonly MemberRecord[], leader: number): string[] {
  const said: string[] = [];
  let membership = from;
  for (let change = nextChange(membership, to, leader); change; change = nextChange(membership, to, leader)) {
    const next = changed(membership, change);
    if (!next || said.length > 20) throw new Error(`no way on after ${said.join(', ')}`);
    said.push(`${change.type} ${change.member}`);
    membership = next;
  }
  return said;
}

describe('the way from one membership to another', () => {
  it('is none where both are the same', () => {
    expect(steps({ voters: [1, 2, 3], learners: [4] }, watchers([1, 2, 3], [4]), 1)).toEqual([]);
  });

  it('makes newcomers learners before they vote', () => {
    expect(steps({ voters: [1, 2, 3], learners: [] }, watchers([1, 2, 3, 4]), 1)).toEqual([
      'add-learner 4',
      'promote 4',
    ]);
  });

  it('lets a lost one go before another takes its place', () => {
    expect(steps({ voters: [1, 2, 3], learners: [] }, watchers([1, 3, 4]), 1)).toEqual([
      'remove 2',
      'add-learner 4',
      'promote 4',
    ]);
  });

  it('removes the leader after the others, and the last voter when there is another', () => {
    expect(steps({ voters: [1, 2], learners: [] }, watchers([3]), 1)).toEqual([
      'remove 2',
      'add-learner 3',
      'promote 3',
      'remove 1',
    ]);
  });

  it('leads from voter to observer, and out', () => {
    expect(steps({ voters: [1, 2, 3], learners: [4] }, watchers([1, 2], [3]), 1)).toEqual([
      'remove 3',
      'remove 4',
      'add-learner 3',
    ]);
  });
});
