import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PublicIncident } from '../../report/index.ts';
import { announce, erase, settle } from './announce.ts';
import type { Subscriber, SubscriberState } from './subscriber-file.ts';

const hour = 3_600_000;

function fresh(): SubscriberState {
  return { version: 1, key: 'k', pending: [], subscribers: [], announced: {}, news: {}, outbox: [] };
}
const subscriber = (id: string): Subscriber => ({
  id,
  kind: 'mail',
  address: `${id}@example.org`,
  language: 'en',
  since: 0,
  told: [],
});
const incident = (id: string, ...statuses: PublicIncident['status'][]): PublicIncident => ({
  id,
  components: ['c1'],
  status: statuses.at(-1) ?? 'investigating',
  impact: 'major',
  openedAt: Number(id),
  updatedAt: Number(id),
  updates: statuses.map((status, at) => ({ id: `${id}-${at}`, at: Number(id) + at, status })),
});
const components = [{ id: 'c1', name: 'Web shop' }] as never;
const around = { now: hour, isOver: () => false };
const told = (state: SubscriberState) => state.outbox.map(({ subscriber, news }) => `${subscriber} ${news}`);

test('whoever subscribes later is told of later incidents only', () => {
  const state = fresh();
  announce(state, { components, incidents: [incident('1', 'investigating')] }, around);
  state.subscribers.push(subscriber('a'));
  announce(state, { components, incidents: [incident('1', 'investigating', 'resolved')] }, around);
  expect(told(state)).toEqual([]);
  announce(
    state,
    { components, incidents: [incident('2', 'investigating'), incident('1', 'investigating', 'resolved')] },
    around,
  );
  expect(told(state)).toEqual(['a 2-0']);
  expect(state.subscribers[0]?.told).toEqual(['2']);
});

test('nothing is told twice, and nothing is changed while nothing is new', () => {
  const state = fresh();
  state.subscribers.push(subscriber('a'));
  const world = { components, incidents: [incident('1', 'investigating', 'identified', 'resolved')] };
  expect(announce(state, world, around)).toBe(true);
  expect(told(state)).toEqual(['a 1-0', 'a 1-1', 'a 1-2']);
  expect(announce(state, world, around)).toBe(false);
  expect(state.subscribers[0]?.told).toEqual([]);
});

test('what is told was not on the page for a day is no news', () => {
  const state = fresh();
  state.subscribers.push(subscriber('a'));
  announce(
    state,
    { components, incidents: [incident('1', 'investigating', 'resolved')] },
    { ...around, now: 25 * hour },
  );
  expect(told(state)).toEqual([]);
});

test('what has been over for a week is not remembered, and not told again', () => {
  const state = fresh();
  state.subscribers.push(subscriber('a'));
  const over = { ...incident('1', 'investigating', 'resolved'), resolvedAt: 5 };
  announce(state, { components, incidents: [over] }, around);
  expect(told(state)).toEqual(['a 1-0', 'a 1-1']);
  state.outbox.length = 0;
  const later = { now: 8 * 24 * hour, isOver: () => true };
  announce(state, { components, incidents: [over] }, later);
  expect(state.announced).toEqual({});
  expect(announce(state, { components, incidents: [over] }, later)).toBe(false);
  expect(told(state)).toEqual([]);
});

test('an incident that leaves the page is told to be over when it is', () => {
  const state = fresh();
  state.subscribers.push(subscriber('a'));
  announce(state, { components, incidents: [incident('1', 'investigating')] }, around);
  announce(state, { components, incidents: [] }, around);
  expect(told(state)).toEqual(['a 1-0']);
  announce(state, { components, incidents: [] }, { now: hour, isOver: () => true });
  expect(told(state)).toEqual(['a 1-0', 'a 1-end']);
  expect(state.announced).toEqual({});
  expect(state.news['1-end']).toMatchObject({ status: 'resolved', components: ['Web shop'] });
});

test('nothing of somebody who leaves is kept', () => {
  const state = fresh();
  state.subscribers.push(subscriber('a'), subscriber('b'));
  announce(state, { components, incidents: [incident('1', 'investigating')] }, around);
  expect(erase(state, 'a')).toBe(true);
  expect(JSON.stringify(state)).not.toContain('a@example.org');
  expect(told(state)).toEqual(['b 1-0']);
  const [item] = state.outbox;
  if (item) settle(state, item);
  expect(state.news).toEqual({});
  expect(erase(state, 'a')).toBe(false);
});

/** What may happen, in any order, with a restart from what was saved after any of it. */
const happening = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('say' as const), of: fc.nat(4), status: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('join' as const), of: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('leave' as const), of: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('hide' as const), of: fc.nat(4) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('look' as const), of: fc.nat(0) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('restart' as const), of: fc.nat(0) }) },
);

test('who got an opening gets the end, once, and nobody else does', () => {
  const statuses = ['investigating', 'identified', 'monitoring', 'resolved'] as const;
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
      let state = fresh();
      const all = new Map<string, PublicIncident['status'][]>();
      const hidden = new Set<string>();
      const openings = new Set<string>();
      const ends: string[] = [];
      const isOver = (id: string) => all.get(id)?.at(-1) === 'resolved';
      let joined = 0;
      const look = () => {
        const shown = [...all].filter(([id]) => !hidden.has(id)).map(([id, list]) => incident(id, ...list));
        announce(state, { components, incidents: shown.reverse() }, { now: hour, isOver });
        for (let [item] = state.outbox; item; [item] = state.outbox) {
          const news = state.news[item.news];
          expect(news).toBeDefined();
          const key = `${item.subscriber} ${news?.incident}`;
          if (news?.status === 'resolved') ends.push(key);
          else openings.add(key);
          settle(state, item);
        }
      };
      for (const one of happenings) {
        if (one.what === 'say') {
          const list = all.get(String(one.of)) ?? ['investigating'];
          if (all.has(String(one.of)) && list.at(-1) !== 'resolved') list.push(statuses[one.status] ?? 'resolved');
          all.set(String(one.of), list);
        } else if (one.what === 'join') {
          if (!state.subscribers.some(({ id }) => id.startsWith(`${one.of}.`))) {
            state.subscribers.push(subscriber(`${one.of}.${joined++}`));
          }
        } else if (one.what === 'leave') {
          const leaver = state.subscribers.find(({ id }) => id.startsWith(`${one.of}.`));
          if (leaver) {
            erase(state, leaver.id);
            for (const key of openings) if (key.startsWith(`${leaver.id} `)) openings.delete(key);
          }
        } else if (one.what === 'hide') hidden.add(String(one.of));
        else if (one.what === 'look') look();
        else state = JSON.parse(JSON.stringify(state)) as SubscriberState;
      }
      for (const list of all.values()) if (list.at(-1) !== 'resolved') list.push('resolved');
      look();
      look();
      const present = new Set(state.subscribers.map(({ id }) => id));
      const due = [...openings].filter((key) => present.has(key.split(' ')[0] ?? ''));
      expect(ends.filter((key) => present.has(key.split(' ')[0] ?? '')).sort()).toEqual(due.sort());
      expect(new Set(ends).size).toBe(ends.length);
    }),
    { numRuns: 300 },
  );
});
