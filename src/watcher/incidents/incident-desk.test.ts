import { expect, test } from 'vitest';
import { notify, testCheck, TestLedger } from '../../agree/verdict/machine.fixture.ts';
import type { Incident, LedgerRequest } from '../../model/index.ts';
import { ManualClock } from '../../platform/index.ts';
import type { IncidentIndex, IndexedAction } from '../../store/index.ts';
import { createIncidentDesk, type IncidentDesk } from './incident-desk.ts';

/** A ledger in memory with three outages: `b` is over, `a` and `c` are open. */
function begun(): TestLedger {
  const ledger = new TestLedger();
  ledger.configure(['a', 'b', 'c'].map((name) => testCheck(name, { down: [notify('ops')] })));
  for (const name of ['a', 'b', 'c']) ledger.say(name, 'down');
  ledger.say('b', 'up');
  return ledger;
}

function deskOf(ledger: TestLedger, index?: Partial<IncidentIndex>, behind = 0): IncidentDesk {
  return createIncidentDesk({
    clock: new ManualClock(ledger.now),
    machine: ledger.machine,
    proposer: {
      propose: async (request: LedgerRequest) => ({ sequence: 1, time: ledger.now, entries: ledger.send(request) }),
    },
    certificates: { export: async ({ id }) => `certificate of ${id}` },
    history: { index: index as IncidentIndex | undefined, behind },
    read: async (from, limit) => ledger.entries.slice(from, from + limit),
  });
}

const long: Incident = {
  id: '900',
  check: 'old',
  title: 'old is down',
  status: 'resolved',
  impact: 'major',
  openedAt: 5,
  resolvedAt: 6,
  affected: [],
  told: ['ops'],
  transitions: [],
  updates: [{ at: 5, by: 'w1', kind: 'opened', text: 'old is down.' }],
};
const sent: IndexedAction = {
  intent: {
    id: '900.firing.0',
    cause: { check: 'old', transition: 1, incident: '900' },
    watcher: 'w1',
    action: { kind: 'log', message: 'x', level: 'info', delayMs: 0 },
    notBefore: 5,
    variables: {},
  },
  state: 'done',
  attempts: 1,
  receipt: { outcome: 'done', text: 'Written.', attempts: 1 },
  at: 5,
};

test('without an index there are the recent ones, in order, page by page, and how much is missing', async () => {
  const desk = deskOf(begun(), undefined, 17);
  const all: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await desk.list({ state: 'all' }, { limit: 2, ...(cursor !== undefined && { cursor }) });
    expect(page).toMatchObject({ total: 3, behind: 17 });
    all.push(...page.items.map(({ check }) => check));
    cursor = page.next;
  } while (cursor !== undefined);
  expect(all).toEqual(['c', 'a', 'b']);
  expect((await desk.list({ state: 'open', search: 'C is' }, { limit: 9 })).items.map(({ id }) => id)).toEqual(['3']);
  await expect(desk.list({ state: 'all' }, { limit: 9, cursor: '100' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
});

test('an incident that the state has forgotten is found in the index, with its actions and its certificate', async () => {
  const index = { get: async (id: string) => (id === '900' ? long : undefined), actions: async () => [sent] };
  const desk = deskOf(begun(), index);
  expect(await desk.get('900')).toMatchObject({ title: 'old is down', resolvedAt: '1970-01-01T00:00:00.006Z' });
  expect((await desk.timeline('900'))?.items.map(({ kind }) => kind)).toEqual(['update', 'action']);
  expect(await desk.actions('900')).toMatchObject([{ state: 'done', text: 'Written.' }]);
  expect(await desk.certificate('900')).toBe('certificate of 900');
  expect(await desk.get('901')).toBeUndefined();
  expect(await desk.get('../1')).toBeUndefined();
  expect(await desk.export('901', 'json')).toBeUndefined();
  await expect(desk.assign('900', 'maria', 'ops')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a recent one comes from the state, whatever the index says of it', async () => {
  const desk = deskOf(begun(), { get: async () => long, actions: async () => [] });
  expect(await desk.get('1')).toMatchObject({ check: 'a', status: 'investigating' });
  const timeline = await desk.timeline('1');
  expect(timeline?.items.map(({ kind }) => kind)).toEqual(['transition', 'update', 'action']);
  expect(timeline?.items.at(-1)).toMatchObject({ action: { what: 'tell ops: a firing', state: 'waiting' } });
});

test('snoozes are listed with what they keep quiet, and ended', async () => {
  const ledger = begun();
  const desk = deskOf(ledger);
  const made = await desk.snooze({ select: 'check=c' }, ledger.now + 60_000, 'maria', 'works');
  expect(made).toMatchObject({ select: 'check=c', by: 'maria', comment: 'works' });
  expect(desk.snoozes()).toEqual([made]);
  // Asked for again in the same words, it is the same one.
  expect(await desk.snooze({ select: 'check=c' }, ledger.now + 60_000, 'maria', 'works')).toEqual(made);
  await desk.endSnooze(made.id, 'paul');
  expect(desk.snoozes()).toEqual([]);
  await expect(desk.endSnooze(made.id, 'paul')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
