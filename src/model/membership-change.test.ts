import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changeMembership, membershipChangeSchema, type FormerMembers } from './membership-change.ts';
import type { Membership, MembershipChange, MemberRecord, Protocol } from './membership.ts';

const keyOf = (seed: number) => seed.toString(16).padStart(64, '0');
const watcher = (number: number, role: MemberRecord['role'] = 'member'): MemberRecord => ({
  number,
  id: `w${number}`,
  publicKey: keyOf(number),
  address: `h${number}:1`,
  role,
  site: 'here',
});
const cluster = (members: number, observers = 0, protocol: Protocol = members > 1 ? 'pbft' : 'solo'): Membership => ({
  epoch: 1,
  protocol,
  watchers: Array.from({ length: members + observers }, (_, at) =>
    watcher(at + 1, at < members ? 'member' : 'observer'),
  ),
  nextNumber: members + observers + 1,
});
const formerOf = ({ watchers }: Membership, ids: string[] = [], keys: string[] = []): FormerMembers => ({
  ids: [...watchers.map(({ id }) => id), ...ids],
  keys: [...watchers.map(({ publicKey }) => publicKey), ...keys],
});
const change = (membership: Membership, given: MembershipChange) =>
  changeMembership(membership, given, formerOf(membership));
const newcomer = { id: 'new', publicKey: keyOf(99), address: 'new:1', site: 'there' };

describe('a change that fits', () => {
  test('add: an observer with the next number, in the same epoch', () => {
    expect(change(cluster(1), { type: 'add', watcher: newcomer })).toEqual({
      ...cluster(1),
      watchers: [watcher(1), { ...newcomer, number: 2, role: 'observer' }],
      nextNumber: 3,
    });
  });

  test('promote: several at once in one epoch; whoever ran alone goes over to pbft, raft stays raft', () => {
    const promoted = change(cluster(1, 3), { type: 'promote', ids: ['w4', 'w2', 'w3'] });
    expect(promoted).toEqual({ ...cluster(4), epoch: 2 });
    const raft = change(cluster(1, 2, 'raft'), { type: 'promote', ids: ['w2', 'w3'] });
    expect(raft).toEqual({ ...cluster(3, 0, 'raft'), epoch: 2 });
  });

  test('demote: an observer from then on; a cluster of one stays what it was', () => {
    expect(change(cluster(2), { type: 'demote', ids: ['w2'] })).toEqual({ ...cluster(1, 1, 'pbft'), epoch: 2 });
  });

  test('remove: a member ends the epoch, an observer does not', () => {
    const watchers = [watcher(1), watcher(2), watcher(4)];
    expect(change(cluster(4), { type: 'remove', ids: ['w3'] })).toEqual({ ...cluster(4), epoch: 2, watchers });
    expect(change(cluster(4, 1), { type: 'remove', ids: ['w5'] })).toEqual({ ...cluster(4), nextNumber: 6 });
  });

  test('rotate: a new key and with it a new number, so the last place in the order', () => {
    const rotated = { ...watcher(2), number: 5, publicKey: keyOf(50) };
    expect(change(cluster(4), { type: 'rotate', id: 'w2', publicKey: keyOf(50) })).toEqual({
      ...cluster(4),
      epoch: 2,
      watchers: [watcher(1), watcher(3), watcher(4), rotated],
      nextNumber: 6,
    });
  });

  test('replace: name, role and site stay; of an observer the epoch, too', () => {
    const given = { publicKey: keyOf(50), address: 'other:1' };
    const replaced = { ...watcher(5, 'observer'), ...given, number: 6 };
    expect(change(cluster(4, 1), { type: 'replace', id: 'w5', watcher: given })).toEqual({
      ...cluster(4, 1),
      watchers: [...cluster(4).watchers, replaced],
      nextNumber: 7,
    });
    expect(change(cluster(4), { type: 'replace', id: 'w1', watcher: given })).toMatchObject({ epoch: 2 });
  });

  test('move: another address, nothing else', () => {
    expect(change(cluster(2), { type: 'move', id: 'w2', address: '' })).toEqual({
      ...cluster(2),
      watchers: [watcher(1), { ...watcher(2), address: '' }],
    });
  });
});

test.each<[string, Membership, MembershipChange]>([
  ['there is no watcher w9', cluster(4), { type: 'promote', ids: ['w9'] }],
  ['there is no watcher w9', cluster(4), { type: 'demote', ids: ['w1', 'w9'] }],
  ['there is no watcher w9', cluster(4), { type: 'remove', ids: ['w9'] }],
  ['there is no watcher w9', cluster(4), { type: 'rotate', id: 'w9', publicKey: keyOf(50) }],
  ['there is no watcher w9', cluster(4), { type: 'replace', id: 'w9', watcher: { publicKey: keyOf(50), address: '' } }],
  ['there is no watcher w9', cluster(4), { type: 'move', id: 'w9', address: '' }],
  ['a watcher is named twice', cluster(4), { type: 'demote', ids: ['w1', 'w1'] }],
  ['w1 is a member already', cluster(2, 1), { type: 'promote', ids: ['w3', 'w1'] }],
  ['w3 is no member', cluster(2, 1), { type: 'demote', ids: ['w3', 'w1'] }],
  ['nobody would be left to vote', cluster(2, 1), { type: 'demote', ids: ['w1', 'w2'] }],
  ['nobody would be left to vote', cluster(1, 1), { type: 'remove', ids: ['w1'] }],
  ['the name w1 was given before', cluster(1), { type: 'add', watcher: { ...newcomer, id: 'w1' } }],
  ['this key was given before', cluster(1), { type: 'add', watcher: { ...newcomer, publicKey: keyOf(1) } }],
  ['this key was given before', cluster(2), { type: 'rotate', id: 'w1', publicKey: keyOf(2) }],
  ['this key was given before', cluster(2), { type: 'rotate', id: 'w1', publicKey: keyOf(1) }],
  ['there are 64 watchers already', cluster(64), { type: 'add', watcher: newcomer }],
])('%s', (refusal, membership, given) => {
  expect(change(membership, given)).toBe(refusal);
});

test('names and keys of those who left are never given again', () => {
  const former = formerOf(cluster(1), ['gone'], [keyOf(77)]);
  const add = (given: Partial<typeof newcomer>) =>
    changeMembership(cluster(1), { type: 'add', watcher: { ...newcomer, ...given } }, former);
  expect(add({ id: 'gone' })).toBe('the name gone was given before');
  expect(add({ publicKey: keyOf(77) })).toBe('this key was given before');
  expect(add({})).toMatchObject({ nextNumber: 3 });
});

test('every shape that is accepted is bounded', () => {
  const refused = (given: unknown) => expect(membershipChangeSchema.safeParse(given).success).toBe(false);
  refused({ type: 'promote', ids: [] });
  refused({ type: 'promote', ids: ['w1'], more: 1 });
  refused({ type: 'rotate', id: 'w1', publicKey: 'short' });
  refused({ type: 'add', watcher: { ...newcomer, id: 'Not A Name' } });
  refused({
    type: 'add',
    watcher: { ...newcomer, labels: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`l${i}`, ''])) },
  });
  expect(membershipChangeSchema.parse({ type: 'add', watcher: newcomer })).toEqual({ type: 'add', watcher: newcomer });
});

const names = fc.constantFrom('w1', 'w2', 'w3', 'w4', 'w5', 'a', 'b');
const ids = fc.uniqueArray(names, { minLength: 1, maxLength: 3 });
const publicKey = fc.integer({ min: 1, max: 30 }).map(keyOf);
const anyChange: fc.Arbitrary<MembershipChange> = fc.oneof(
  fc.record({
    type: fc.constant('add' as const),
    watcher: fc.record({ id: names, publicKey, address: fc.constant('x:1'), site: fc.constant('s') }),
  }),
  fc.record({ type: fc.constantFrom('promote' as const, 'demote' as const, 'remove' as const), ids }),
  fc.record({ type: fc.constant('rotate' as const), id: names, publicKey }),
  fc.record({ type: fc.constant('replace' as const), id: names, watcher: fc.record({ publicKey, address: names }) }),
  fc.record({ type: fc.constant('move' as const), id: names, address: names }),
);

test('in any history: somebody votes, nothing is given twice, the epoch rises exactly with the voters', () => {
  const voters = ({ protocol, watchers }: Membership) =>
    JSON.stringify([
      protocol,
      watchers.filter(({ role }) => role === 'member').map(({ number, publicKey: key }) => [number, key]),
    ]);
  fc.assert(
    fc.property(fc.array(anyChange, { maxLength: 40 }), (changes) => {
      let now = cluster(1);
      let former = formerOf(now);
      const holders = new Map(now.watchers.map(({ number, publicKey: key }) => [number, key]));
      for (const given of changes) {
        const next = changeMembership(now, given, former);
        if (typeof next === 'string') continue;
        expect(next.watchers.some(({ role }) => role === 'member')).toBe(true);
        expect(next.epoch - now.epoch).toBe(voters(next) === voters(now) ? 0 : 1);
        const numbers = next.watchers.map(({ number }) => number);
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        for (const { number, publicKey: key } of next.watchers) {
          expect(number).toBeLessThan(next.nextNumber);
          expect(holders.get(number) ?? key).toBe(key);
          holders.set(number, key);
        }
        expect(new Set(holders.values()).size).toBe(holders.size);
        former = formerOf(next, [...former.ids], [...former.keys]);
        now = next;
      }
    }),
    { numRuns: 300 },
  );
});
