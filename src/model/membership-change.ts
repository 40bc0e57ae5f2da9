import { z } from 'zod';
import { memberRecordSchema } from './genesis.ts';
import type { Membership, MembershipChange, MemberRecord, Protocol } from './membership.ts';

/** Names and keys that were given in the life of a cluster, those in use included. */
export interface FormerMembers {
  ids: readonly string[];
  keys: readonly string[];
}

export const maxWatchers = 64;
const maxLabels = 64;

const { id, publicKey, address, site } = memberRecordSchema.shape;
const labels = memberRecordSchema.shape.labels.refine((given) => Object.keys(given ?? {}).length <= maxLabels, {
  message: `at most ${maxLabels} labels`,
});
const ids = z.array(id).min(1).max(maxWatchers);

/** Bounds the shape of a change; whether it fits the membership in force is for `changeMembership` to say. */
export const membershipChangeSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('add'), watcher: z.strictObject({ id, publicKey, address, site, labels }) }),
  z.strictObject({ type: z.literal('promote'), ids }),
  z.strictObject({ type: z.literal('demote'), ids }),
  z.strictObject({ type: z.literal('remove'), ids }),
  z.strictObject({ type: z.literal('rotate'), id, publicKey }),
  z.strictObject({ type: z.literal('replace'), id, watcher: z.strictObject({ publicKey, address }) }),
  z.strictObject({ type: z.literal('move'), id, address }),
]);

/**
 * The membership after a change, or the sentence that says why there is none. Numbers, names and keys are never given a
 * second time; somebody always votes; a watcher that ran alone goes over to `pbft` when a second one votes.
 */
export function changeMembership(
  membership: Membership,
  change: MembershipChange,
  former: FormerMembers,
): Membership | string {
  const { watchers, nextNumber } = membership;
  const named = namedIn(change);
  const stranger = named.find((name) => !watchers.some((watcher) => watcher.id === name));
  if (stranger !== undefined) return `there is no watcher ${stranger}`;
  if (new Set(named).size < named.length) return 'a watcher is named twice';
  const role = (from: MemberRecord['role']) =>
    watchers.find((watcher) => named.includes(watcher.id) && watcher.role !== from)?.id;
  const changed = (give: (watcher: MemberRecord) => Partial<MemberRecord>) =>
    watchers.map((watcher) => (named.includes(watcher.id) ? { ...watcher, ...give(watcher) } : watcher));
  switch (change.type) {
    case 'add':
      if (former.ids.includes(change.watcher.id)) return `the name ${change.watcher.id} was given before`;
      if (former.keys.includes(change.watcher.publicKey)) return usedKey;
      if (watchers.length >= maxWatchers) return `there are ${watchers.length} watchers already`;
      return next(membership, [...watchers, { ...change.watcher, number: nextNumber, role: 'observer' }], true);
    case 'promote': {
      const voter = role('observer');
      return voter === undefined ? next(membership, changed(asMember), false) : `${voter} is a member already`;
    }
    case 'demote': {
      const observer = role('member');
      return observer === undefined ? next(membership, changed(asObserver), false) : `${observer} is no member`;
    }
    case 'remove':
      return next(
        membership,
        watchers.filter((watcher) => !named.includes(watcher.id)),
        false,
      );
    case 'move':
      return next(
        membership,
        changed(() => ({ address: change.address })),
        false,
      );
    default: {
      const given = change.type === 'rotate' ? { publicKey: change.publicKey } : change.watcher;
      if (former.keys.includes(given.publicKey)) return usedKey;
      return next(
        membership,
        changed(() => ({ ...given, number: nextNumber })),
        true,
      );
    }
  }
}

const usedKey = 'this key was given before';
const asMember = () => ({ role: 'member' as const });
const asObserver = () => ({ role: 'observer' as const });

function namedIn(change: MembershipChange): readonly string[] {
  if (change.type === 'add') return [];
  return 'ids' in change ? change.ids : [change.id];
}

function next(before: Membership, watchers: readonly MemberRecord[], numbered: boolean): Membership | string {
  const voters = watchers.filter((watcher) => watcher.role === 'member');
  if (voters.length === 0) return 'nobody would be left to vote';
  const protocol: Protocol = before.protocol === 'solo' && voters.length > 1 ? 'pbft' : before.protocol;
  const sorted = [...watchers].sort((a, b) => a.number - b.number);
  const same = votersText(before.protocol, before.watchers) === votersText(protocol, sorted);
  return {
    epoch: before.epoch + (same ? 0 : 1),
    protocol,
    watchers: sorted,
    nextNumber: before.nextNumber + (numbered ? 1 : 0),
  };
}

/** What an epoch consists of: who votes, under which number and key, by which protocol. */
function votersText(protocol: Protocol, watchers: readonly MemberRecord[]): string {
  const voters = watchers.filter((watcher) => watcher.role === 'member');
  return [protocol, ...voters.map(({ number, publicKey: key }) => `${number} ${key}`)].join('\n');
}
