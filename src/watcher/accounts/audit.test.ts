import { expect, test } from 'vitest';
import type { LedgerEntry } from '../../agree/index.ts';
import type { AuditEvent, LedgerRequest } from '../../model/index.ts';
import { ManualClock, silentLog } from '../../platform/index.ts';
import { Audit, type NewAudit } from './audit.ts';

const event = (more: Partial<NewAudit> = {}): NewAudit => ({
  by: 'maria',
  identity: 'user',
  what: 'put /users/{name}',
  on: 'jan',
  from: '192.0.2.77',
  outcome: 'done',
  ...more,
});
const failure = (more: Partial<NewAudit> = {}) =>
  event({ by: '', identity: 'nobody', what: 'sign-in', outcome: 'refused', code: 'UNAUTHORIZED', ...more });

function rig(mayPropose = true) {
  const clock = new ManualClock();
  const written: AuditEvent[][] = [];
  const state = { broken: false };
  let position = 0;
  const audit: Audit = new Audit({
    self: 'office',
    clock,
    log: silentLog,
    mayPropose: () => mayPropose,
    propose: async (request: LedgerRequest) => {
      await Promise.resolve();
      if (state.broken) throw new Error('no quorum');
      if (request.kind !== 'audit') throw new Error('another kind');
      written.push([...request.events]);
      const body = { watcher: request.watcher, events: request.events };
      audit.onEntry({ kind: 'audit', position: position++, time: clock.now(), body } as unknown as LedgerEntry);
    },
  });
  const settle = async () => {
    for (let i = 0; i < 50; i++) await Promise.resolve();
  };
  return { clock, audit, written, state, settle };
}

test('each change becomes an entry, its address shortened; what comes at once goes together', async () => {
  const { audit, written, settle } = rig();
  for (const on of ['a', 'b', 'c']) audit.add(event({ on }));
  await settle();
  expect(written.map((events) => events.map(({ on }) => on))).toEqual([['a'], ['b', 'c']]);
  expect(audit.list({})[0]).toMatchObject({ by: 'maria', on: 'c', from: '192.0.2.0/24', outcome: 'done', count: 1 });
  expect(audit.list({ by: 'jan' })).toEqual([]);
  expect(audit.list({ what: 'put', outcome: 'done' })).toHaveLength(3);
});

test('a hundred thousand failures are counted, and fill nothing', async () => {
  const { audit, written, clock, settle } = rig();
  for (let i = 0; i < 100_000; i++) audit.add(failure({ from: `10.${i % 250}.${(i >> 8) % 250}.1` }));
  await settle();
  clock.advance(300_000);
  await settle();
  const events = written.flat();
  expect(events.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(100_000);
  expect(events.length).toBeLessThan(70);
  expect(written.length).toBeLessThan(10);
  expect(events.at(-1)).toMatchObject({ by: '', what: 'various', outcome: 'refused' });
});

test('failures take no room from what was done', async () => {
  const { audit, written, settle } = rig();
  for (let i = 0; i < 1000; i++) audit.add(failure());
  for (let i = 0; i < 100; i++) audit.add(event());
  await settle();
  expect(written.flat().filter(({ outcome }) => outcome === 'done')).toHaveLength(100);
});

test('what cannot be written waits, and is written once it can', async () => {
  const { audit, written, state, clock, settle } = rig();
  state.broken = true;
  audit.add(event());
  await settle();
  expect(written).toEqual([]);
  state.broken = false;
  clock.advance(10_000);
  await settle();
  expect(written.flat()).toHaveLength(1);
});

test('an observer writes nothing; stopping writes what was counted', async () => {
  const observer = rig(false);
  observer.audit.add(event());
  await observer.settle();
  expect(observer.written).toEqual([]);

  const { audit, written } = rig();
  for (let i = 0; i < 25; i++) audit.add(failure());
  await audit.stop();
  expect(written.flat().reduce((sum, { count = 1 }) => sum + count, 0)).toBe(25);
  audit.add(event());
  expect(written.flat()).toHaveLength(21);
});
