import { expect, test } from 'vitest';
import { canonicalJson } from '../../model/index.ts';
import { readSnapshot } from './snapshot.ts';
import { notify, testCheck, TestLedger } from './machine.fixture.ts';

test('equal values have one text', () => {
  expect(canonicalJson({ b: [{ d: 1, c: undefined }], a: null })).toBe('{"a":null,"b":[{"d":1}]}');
});

test('a snapshot brings back all that later decisions rest on', () => {
  const ledger = new TestLedger();
  ledger.configure([testCheck('a', { down: [notify('ops')] }), testCheck('b', { 'depends-on': ['a'] })]);
  ledger.say('a', 'down');
  ledger.say('b', 'down');
  const restored = ledger.restored();
  expect(Buffer.compare(restored.snapshot(), ledger.machine.snapshot())).toBe(0);
  ledger.machine = restored;
  expect(ledger.machine.view(ledger.now).check('b')).toMatchObject({ verdict: 'down', suppressedBy: 'a' });
  ledger.now += 60_000;
  ledger.say('a', 'up');
  ledger.pass(60_000);
  expect(ledger.messages()).toEqual(['firing ops a', 'resolved ops a']);
  expect(ledger.openIncidents()).toMatchObject([{ check: 'b', id: '2' }]);
});

test('what comes after a restart is written byte for byte as without one', () => {
  const life = (restarts: boolean) => {
    const ledger = new TestLedger();
    ledger.configure([testCheck('a', { down: [notify('ops')] })]);
    ledger.say('a', 'down');
    if (restarts) ledger.machine = ledger.restored();
    ledger.now += 60_000;
    return JSON.stringify(ledger.say('a', 'up'));
  };
  expect(life(true)).toBe(life(false));
});

test('closed incidents and finished actions are bounded', () => {
  const ledger = new TestLedger();
  ledger.configure([testCheck('a', { down: [{ kind: 'log', message: 'x', level: 'info', delayMs: 0 }] })]);
  for (let i = 0; i < 1010; i++) {
    ledger.now += 3_600_000;
    ledger.say('a', 'up');
    ledger.now += 3_600_000;
    const id =
      ledger
        .say('a', 'down')
        .flatMap(({ kind, body }) => (kind === 'action-intended' ? [(body as { id: string }).id] : []))[0] ?? '';
    ledger.send({ kind: 'action-finish', id, watcher: 'w1', receipt: { outcome: 'done', text: 'Done.', attempts: 1 } });
  }
  const view = ledger.machine.view(ledger.now);
  expect([...view.incidents()]).toHaveLength(1001);
  expect([...view.incidents()][0]?.id).toBe('1010');
  expect([...view.finishedActions()]).toHaveLength(1000);
  expect(Buffer.compare(ledger.restored().snapshot(), ledger.machine.snapshot())).toBe(0);
});

test('a newer snapshot, and one of another cluster, are refused', () => {
  expect(() => readSnapshot(Buffer.from('{"version":4}'), '')).toThrow('version 4');
  expect(() => readSnapshot(Buffer.from('{"version":3,"network":"a"}'), 'b')).toThrow('another cluster');
});
