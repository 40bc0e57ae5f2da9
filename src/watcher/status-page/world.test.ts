import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LedgerEntry, VerdictMachine } from '../../agree/index.ts';
import { statusPageSchema, type StatusPageSettings, type VerdictState } from '../../model/index.ts';
import { readDocument } from '../read-document.ts';
import { PastBook } from '../past/past-book.ts';
import { shownDays, WorldMaker } from './world.ts';

const hour = 3_600_000;
const begin = Date.parse('2026-03-01T00:00:00Z');

const document = {
  watch: [
    { name: 'web', host: '127.0.0.1', labels: { role: 'shop' } },
    { name: 'pay', host: '127.0.0.1', labels: { role: 'shop' } },
    { name: 'old', host: '127.0.0.1', disabled: true },
  ],
  alerts: [
    { name: 'slow', severity: 'warning', conditions: [{ verdict: { is: ['degraded'] } }] },
    { name: 'lost', severity: 'critical', conditions: [{ verdict: { is: ['unknown'] } }] },
  ],
  maintenance: [{ name: 'night', checks: ['web'], cron: { at: '0 2 * * *', for: '1h' } }],
  'status-page': {
    components: [
      { name: 'Web', 'stands-for': { checks: ['web'] } },
      { name: 'Shop', 'stands-for': { select: 'role=shop' } },
      { name: 'Speed', 'stands-for': { checks: ['slow'] } },
      { name: 'Presence', 'stands-for': { checks: ['lost', 'old'] } },
    ],
  },
};
const configuration = readDocument(document);
const settings = statusPageSchema.parse(document['status-page']) as StatusPageSettings;

interface Held {
  verdict: VerdictState;
  since?: number;
}

/** The state of an imagined cluster, as far as the page looks at it. */
function viewOf(held: ReadonlyMap<string, Held>): ReturnType<VerdictMachine['view']> {
  const check = (name: string) => {
    const [policy = ''] = name.split('@');
    const isPolicy = policy === 'slow' || policy === 'lost';
    const found = configuration.watch.find((one) => one.name === name);
    if (!found && !isPolicy) return undefined;
    return {
      check: found ?? { name, labels: {} },
      ...(isPolicy && { policy }),
      ...(held.get(name) ?? { verdict: 'unknown' }),
    };
  };
  const alerts = ['slow', 'slow@a=1', 'lost'].map((name) => check(name)).filter((one) => one !== undefined);
  return {
    configuration,
    inForce: { position: 1, time: begin },
    membership: { watchers: [{ id: 'alone' }] },
    check,
    alerts: () => alerts,
  } as never;
}

let position = 0;
const entry = (kind: string, time: number, body: unknown) =>
  ({ position: position++, time, kind, body }) as unknown as LedgerEntry;
const names = () => new WorldMaker().names(viewOf(new Map()), settings, begin);
function bookOf(): PastBook {
  const book = new PastBook(names(), 0);
  book.add(entry('configuration', begin, { document }));
  return book;
}
const surroundings = (now: number) => ({ settings, now, url: 'http://127.0.0.1/status', network: 'ab', gaps: [] });
const statuses = (world: ReturnType<WorldMaker['make']>) =>
  world.components.map(({ name, status, unknown }) => `${name} ${status}${unknown ? '?' : ''}`);

test('components stand for checks, labels and policies, and policies that warn make nothing worse than degraded', () => {
  expect([...names()].sort()).toEqual(['lost', 'old', 'pay', 'slow', 'web']);
  const held = new Map<string, Held>([
    ['web', { verdict: 'down', since: begin }],
    ['pay', { verdict: 'up', since: begin }],
    ['slow@a=1', { verdict: 'down', since: begin }],
    ['lost', { verdict: 'down', since: begin }],
  ]);
  const world = new WorldMaker().make(viewOf(held), bookOf(), surroundings(begin + 12 * hour));
  expect(statuses(world)).toEqual([
    'Web major_outage',
    'Shop partial_outage',
    'Speed degraded_performance',
    'Presence major_outage',
  ]);
  expect(world.components.every(({ days }) => days.length === shownDays)).toBe(true);
});

test('an incident of a resource that came up just now belongs to the component of its policy', () => {
  const book = bookOf();
  const incident = { id: '1', check: 'slow@b=2', affected: [], openedAt: begin, updates: [], transitions: [] };
  book.add(entry('incident', begin, { ...incident, impact: 'major', status: 'investigating' }));
  const world = new WorldMaker().make(viewOf(new Map()), book, surroundings(begin + hour));
  expect(world.incidents.map(({ components }) => components)).toEqual([[world.components[2]?.id]]);
});

test('maintenance is under way, ahead and over', () => {
  const world = new WorldMaker().make(viewOf(new Map()), bookOf(), surroundings(begin + 26.5 * hour));
  expect(world.maintenance.slice(0, 2).map(({ status, from }) => [status, from])).toEqual([
    ['in_progress', begin + 26 * hour],
    ['scheduled', begin + 50 * hour],
  ]);
  expect(world.maintenance.filter(({ status }) => status === 'scheduled')).toHaveLength(20);
  expect(world.maintenance[0]?.components).toEqual([world.components[0]?.id, world.components[1]?.id]);
});

test('what is remembered from look to look is what a look at everything finds', () => {
  const verdicts = fc.constantFrom<VerdictState>('up', 'degraded', 'partial', 'down', 'unknown');
  const step = fc.record({
    waitHours: fc.integer({ min: 0, max: 40 }),
    lateHours: fc.integer({ min: 0, max: 30 }),
    check: fc.constantFrom('web', 'pay', 'slow@a=1', 'lost'),
    to: verdicts,
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 15 }), (steps) => {
      const held = new Map<string, Held>();
      const book = bookOf();
      const maker = new WorldMaker();
      let now = begin + hour;
      for (const { waitHours, lateHours, check, to } of steps) {
        now += waitHours * hour;
        const before = held.get(check);
        const since = Math.max(before?.since ?? begin, now - lateHours * hour);
        book.add(entry('transition', now, { check, since, from: before?.verdict ?? 'unknown', to }));
        held.set(check, { verdict: to, since });
        const world = maker.make(viewOf(held), book, surroundings(now));
        const fresh = new WorldMaker().make(viewOf(held), book, surroundings(now));
        expect(world.components).toEqual(fresh.components);
      }
    }),
    { numRuns: 40 },
  );
});
