import { expect, test } from 'vitest';
import type { ActionReceipt, RunAction } from '../../model/index.ts';
import { bodies, notify, testCheck, TestLedger } from './machine.fixture.ts';

const members = ['w1', 'w2', 'w3', 'w4'];
const program: RunAction = {
  kind: 'run',
  command: ['true'],
  shell: false,
  timeoutMs: 1000,
  environment: {},
  afterCrash: 'run-again',
  delayMs: 0,
};
const done: ActionReceipt = { outcome: 'done', text: 'Done.', attempts: 1 };

/** An outage that all four see: one action is intended, and w1, the first, carries it. */
const outage = (kind: 'message' | 'program') => {
  const ledger = new TestLedger(members);
  ledger.configure([testCheck('a', { down: kind === 'message' ? [notify('ops')] : [program] })]);
  for (const watcher of members) ledger.say('a', 'down', watcher);
  const intents = bodies(ledger.entries, 'action-intended');
  expect(intents).toMatchObject([{ watcher: 'w1' }]);
  const id = intents[0]?.id ?? '';
  return {
    ledger,
    id,
    start: (watcher: string, attempt = 1) => ledger.send({ kind: 'action-start', id, attempt, watcher }),
    finish: (watcher: string) => ledger.send({ kind: 'action-finish', id, watcher, receipt: done }),
    lose: (lost: string, ...more: string[]) =>
      ledger.miss(
        members.filter((member) => member !== lost && !more.includes(member)),
        [lost],
      ),
    action: () => ledger.machine.view(ledger.now).action(id),
  };
};

test('one message for N members: it is intended once, and only its carrier may send it', () => {
  const { ledger, id, start, finish } = outage('message');
  expect(ledger.messages()).toEqual(['firing ops a']);
  expect(() => start('w2')).toThrow(`action ${id} belongs to w1, not to w2`);
  start('w1');
  finish('w1');
  expect([...ledger.machine.view(ledger.now).pendingActions()]).toEqual([]);
});

test.each(['message', 'program'] as const)(
  'a %s that was not started goes to the next, as if it had been its',
  (kind) => {
    const { ledger, id, start, finish, lose, action } = outage(kind);
    const entries = lose('w1');
    expect(bodies(entries, 'action-assigned')).toEqual([{ id, watcher: 'w2', from: 'w1' }]);
    expect(action()).toMatchObject({ state: 'waiting', attempts: 0, intent: { watcher: 'w2' } });
    expect(JSON.stringify(action())).not.toContain('begunBy');
    expect(() => start('w1')).toThrow('belongs to w2');
    start('w2');
    finish('w2');
    expect(action()?.state).toBe('done');
    expect(Buffer.compare(ledger.refolded().snapshot(), ledger.machine.snapshot())).toBe(0);
  },
);

test('a message that was begun is sent again by the next, and says so', () => {
  const { start, lose, action, finish } = outage('message');
  start('w1');
  lose('w1');
  expect(action()).toMatchObject({
    state: 'waiting',
    attempts: 1,
    intent: { watcher: 'w2', notification: { begunBy: 'w1' } },
  });
  expect(() => start('w2', 1)).toThrow('attempt 1');
  start('w2', 2);
  finish('w2');
  expect(action()?.state).toBe('done');
});

test('a program that was begun is never run twice, even if it may: nobody knows how it ended', () => {
  const { start, finish, lose, action } = outage('program');
  start('w1');
  const entries = lose('w1');
  expect(bodies(entries, 'action-assigned')).toEqual([]);
  expect(bodies(entries, 'action-finished')).toMatchObject([{ watcher: 'w1', receipt: { outcome: 'unknown' } }]);
  expect(action()).toMatchObject({ state: 'unknown', receipt: { text: expect.stringContaining('w1 was lost') } });
  expect(() => finish('w1')).toThrow('is unknown already');
});

test('a carrier that comes back late: its receipt is refused with CONFLICT, before and after the other has finished', () => {
  const { ledger, start, finish, lose } = outage('message');
  start('w1');
  lose('w1');
  ledger.miss(['w2', 'w3', 'w4'], []);
  expect(() => finish('w1')).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
  start('w2', 2);
  finish('w2');
  expect(() => finish('w1')).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
});

test('two takeovers: the second goes to the third, or back to the first when it is heard again', () => {
  const far = outage('message');
  far.start('w1');
  far.lose('w1');
  far.start('w2', 2);
  // Three of four say so only because what a lost member said last still stands.
  far.ledger.miss(['w1'], ['w2']);
  far.ledger.miss(['w3', 'w4'], ['w1', 'w2']);
  expect(far.action()).toMatchObject({ attempts: 2, intent: { watcher: 'w3', notification: { begunBy: 'w2' } } });
  expect(() => far.finish('w2')).toThrow('belongs to w3');

  const back = outage('message');
  back.lose('w1');
  back.ledger.miss(['w2', 'w3', 'w4'], []);
  back.ledger.miss(['w1'], ['w2', 'w3', 'w4']);
  back.ledger.miss(['w3', 'w4'], ['w2']);
  expect(back.action()?.intent.watcher).toBe('w3');
  back.ledger.change({ type: 'remove', ids: ['w3', 'w4'] });
  expect(back.action()?.intent.watcher).toBe('w1');
});

test('what begins while the first member is silent goes to one that is heard', () => {
  const ledger = new TestLedger(members);
  ledger.configure([testCheck('a', { down: [notify('ops')] })]);
  for (const watcher of members) ledger.say('a', 'up', watcher);
  ledger.miss(['w2', 'w3', 'w4'], ['w1']);
  for (const watcher of ['w2', 'w3', 'w4']) ledger.say('a', 'down', watcher);
  expect(bodies(ledger.entries, 'action-intended')).toMatchObject([{ watcher: 'w2' }]);
});

test('a member that is removed or votes no more hands on what it had', () => {
  const removed = outage('message');
  removed.ledger.change({ type: 'remove', ids: ['w1'] });
  expect(removed.action()?.intent.watcher).toBe('w2');
  const demoted = outage('program');
  demoted.start('w1');
  demoted.ledger.change({ type: 'demote', ids: ['w1'] });
  expect(demoted.action()?.state).toBe('unknown');
});
