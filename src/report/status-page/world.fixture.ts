import { Calendar } from './days.ts';
import { dayFigures, type CheckPast } from './past.ts';
import { Site } from './site.ts';
import type { StatusWorld } from './world.ts';

/** A made-up shop on a made-up day, for tests of pages. */

const hour = 3_600_000;
const now = Date.parse('2026-11-21T15:30:00Z');
const calendar = new Calendar('Europe/Berlin');
const bounds = [...calendar.lastDays(now, 90), now];
const day = (ago: number) => bounds.at(-2 - ago) ?? 0;

const quiet: CheckPast = { initial: 'up', changes: [], maintenance: [] };
const eventful: CheckPast = {
  initial: 'unknown',
  changes: [
    { at: day(80), to: 'up' },
    { at: day(40) + 3 * hour, to: 'down' },
    { at: day(40) + 4 * hour, to: 'up' },
    { at: day(20) + 9 * hour, to: 'degraded' },
    { at: day(20) + 12 * hour, to: 'up' },
    { at: day(0) + 14 * hour, to: 'down' },
  ],
  maintenance: [{ from: day(10) + hour, to: day(10) + 3 * hour }],
};

export const world: StatusWorld = {
  title: 'Acme Shop',
  description: 'What we run for our customers.',
  logoText: 'AC',
  url: 'https://status.example.org/status',
  languages: ['en', 'ko', 'ja', 'id'],
  timeZone: 'Europe/Berlin',
  since: day(85),
  historyFrom: day(85),
  now,
  components: [
    {
      id: 'c1',
      name: 'Web shop',
      group: 'Shop',
      status: 'major_outage',
      unknown: false,
      updatedAt: day(0) + 14 * hour,
      days: dayFigures([eventful], bounds),
    },
    {
      id: 'c2',
      name: 'Payment',
      description: 'Cards and invoices',
      group: 'Shop',
      status: 'partial_outage',
      unknown: false,
      updatedAt: day(0) + 14 * hour,
      days: dayFigures([eventful, quiet], bounds),
    },
    {
      id: 'c3',
      name: 'Branch offices',
      status: 'operational',
      unknown: true,
      updatedAt: day(3),
      days: dayFigures([{ ...quiet, changes: [{ at: day(3), to: 'unknown' }] }], bounds),
    },
  ],
  incidents: [
    {
      id: '12',
      components: ['c1', 'c2'],
      status: 'identified',
      impact: 'major',
      openedAt: day(0) + 14 * hour,
      updatedAt: day(0) + 15 * hour,
      position: 4711,
      updates: [
        { id: '12-0', at: day(0) + 14 * hour, status: 'investigating' },
        { id: '12-4', at: day(0) + 15 * hour, status: 'identified', text: 'A switch in the cellar is broken.' },
      ],
    },
    {
      id: '7',
      components: ['c1'],
      status: 'resolved',
      impact: 'major',
      openedAt: day(40) + 3 * hour,
      updatedAt: day(39),
      resolvedAt: day(40) + 4 * hour,
      position: 815,
      updates: [
        { id: '7-0', at: day(40) + 3 * hour, status: 'investigating' },
        { id: '7-2', at: day(40) + 4 * hour, status: 'resolved' },
        { id: '7-postmortem', at: day(39), status: 'postmortem', text: 'The disk was full.\nNow there are two.' },
      ],
    },
  ],
  maintenance: [
    {
      id: 'm1',
      from: now + 30 * hour,
      to: now + 32 * hour,
      status: 'scheduled',
      components: ['c3'],
    },
    {
      id: 'm0',
      from: day(10) + hour,
      to: day(10) + 3 * hour,
      status: 'completed',
      components: ['c1'],
    },
  ],
  subscribe: { mail: true, webhooks: true },
  network: 'ab'.repeat(32),
  alone: false,
  certificates: true,
};

export function siteOf(given: Partial<StatusWorld> = {}, live = true): Site {
  return new Site({ ...world, ...given }, calendar, live);
}

const hostile = `</title><script>alert(1)</script>"'><img src=x onerror=alert(1)>&amp;\u202e\u0000\ud800`;

/** Whatever people can name carries what might end a tag, begin another one or turn the writing around. */
export const hostileWorld: StatusWorld = {
  ...world,
  title: hostile,
  description: hostile,
  logoText: hostile,
  url: 'https://status.example.org/"><script>',
  components: world.components.map((one) => ({ ...one, name: hostile, description: hostile, group: hostile })),
  incidents: world.incidents.map((one) => ({
    ...one,
    reason: hostile,
    updates: one.updates.map((update) => ({ ...update, text: hostile })),
  })),
  maintenance: world.maintenance.map((one) => ({ ...one, name: hostile })),
  network: hostile,
};
