import { expect, test } from 'vitest';
import type { Incident, IncidentUpdate } from '../../model/index.ts';
import { publicIncident, type Publishing } from './public-incident.ts';

const publishing: Publishing = {
  componentsOf: (check) => ({ web: ['c1', 'c2'], pay: ['c2'] })[check] ?? [],
  isPerson: (by) => by !== 'watcher-1',
  full: false,
};
const update = (
  at: number,
  by: string,
  kind: IncidentUpdate['kind'],
  text: string,
  more: Partial<IncidentUpdate> = {},
) => ({
  at,
  by,
  kind,
  text,
  ...more,
});
const incident = (updates: IncidentUpdate[], more: Partial<Incident> = {}): Incident => ({
  id: '7',
  check: 'web',
  title: 'web is down',
  status: 'investigating',
  impact: 'major',
  openedAt: 100,
  reason: { code: 'refused', text: '10.0.0.1 refuses the connection' },
  affected: ['pay', 'printer'],
  told: ['ops'],
  transitions: [42],
  updates,
  ...more,
});
const said = (...updates: IncidentUpdate[]) =>
  publicIncident(incident(updates), publishing)?.updates.map(({ at, status, text }) => [at, status, text]);

test('an incident is that of all components that it touches, and of no others', () => {
  expect(publicIncident(incident([]), publishing)).toEqual({
    id: '7',
    components: ['c1', 'c2'],
    status: 'investigating',
    impact: 'major',
    openedAt: 100,
    updatedAt: 100,
    updates: [{ id: '7-0', at: 100, status: 'investigating' }],
    position: 42,
  });
  expect(publicIncident(incident([], { check: 'printer', affected: [] }), publishing)).toBeUndefined();
});

test('what watchers write down and people tell each other stays inside', () => {
  expect(
    said(
      update(101, 'watcher-1', 'opened', 'web is down: 10.0.0.1 refuses the connection'),
      update(102, 'watcher-1', 'affected', 'Also down: pay.'),
      update(103, 'watcher-1', 'status', 'web is down: 10.0.0.1 refuses the connection'),
      update(104, 'maria', 'acknowledged', 'maria takes care.'),
      update(105, 'maria', 'noted', 'the password is sesame'),
      update(106, 'maria', 'cause', 'somebody tripped over the cable'),
      update(107, 'maria', 'assigned', 'Assigned to joe.'),
      update(108, 'watcher-1', 'resolved', 'web is up again.'),
    ),
  ).toEqual([
    [100, 'investigating', undefined],
    [108, 'resolved', undefined],
  ]);
});

test('people speak to the public by setting a status', () => {
  expect(
    said(
      update(101, 'maria', 'status', 'A cable is broken.', { status: 'identified' }),
      update(102, 'maria', 'status', 'monitoring', { status: 'monitoring' }),
      update(103, 'maria', 'resolved', 'There is a new cable.'),
    ),
  ).toEqual([
    [100, 'investigating', undefined],
    [101, 'identified', 'A cable is broken.'],
    [102, 'monitoring', undefined],
    [103, 'resolved', 'There is a new cable.'],
  ]);
});

test('who has resolved it without a word is nobody’s business', () => {
  expect(said(update(103, 'maria', 'resolved', 'maria has resolved it.'))?.at(-1)).toEqual([
    103,
    'resolved',
    undefined,
  ]);
});

test('of older ledgers only a status that names itself is understood', () => {
  expect(said(update(101, 'maria', 'status', 'identified'), update(102, 'maria', 'status', 'it is the cable'))).toEqual(
    [
      [100, 'investigating', undefined],
      [101, 'identified', undefined],
    ],
  );
});

test('a postmortem is public once it is published', () => {
  const draft = { text: 'The cable.', by: 'maria', at: 120, revision: 1 };
  const of = (postmortem: NonNullable<Incident['postmortem']>) =>
    publicIncident(incident([], { postmortem }), publishing)?.updates.map(({ status }) => status);
  expect(of(draft)).toEqual(['investigating']);
  expect(of({ ...draft, published: { by: 'maria', at: 130 } })).toEqual(['investigating', 'postmortem']);
});

test('what people say of the impact goes before what follows from the verdict, reasons are told only in full', () => {
  const shown = publicIncident(incident([], { impactOverride: 'critical' }), { ...publishing, full: true });
  expect(shown).toMatchObject({ impact: 'critical', reason: '10.0.0.1 refuses the connection' });
  expect(JSON.stringify(publicIncident(incident([]), publishing))).not.toContain('10.0.0.1');
});
