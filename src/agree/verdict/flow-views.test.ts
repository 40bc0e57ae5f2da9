import { expect, test } from 'vitest';
import { bodies, TestLedger } from './machine.fixture.ts';

const document = (name: string, title = name) => ({ version: 1, name, title, filter: 'server host 10.0.0.80' });
const save = (name: string, given: object = {}) => ({
  kind: 'flow-view' as const,
  name,
  by: 'olga',
  document: document(name),
  ...given,
});
const viewsOf = (ledger: TestLedger) => ledger.machine.view(ledger.now).flowViews;

test('a saved view is one entry, kept apart from dashboards, and removed by another entry', () => {
  const ledger = new TestLedger();
  const saved = ledger.send(save('web'));
  expect(saved.map(({ kind }) => kind)).toEqual(['request', 'flow-view']);
  const position = saved.at(-1)?.position;
  const kept = { name: 'web', by: 'olga', document: document('web'), position, time: ledger.now };
  expect(viewsOf(ledger).get('web')).toEqual(kept);
  expect(ledger.machine.view(ledger.now).dashboards.size).toBe(0);
  expect(ledger.send(save('web', { by: 'paul' }))).toEqual([]);
  expect(bodies(ledger.send({ kind: 'flow-view', name: 'web', by: 'olga' }), 'flow-view')).toEqual([
    { name: 'web', by: 'olga' },
  ]);
  expect(viewsOf(ledger).size).toBe(0);
  expect(() => ledger.send({ kind: 'flow-view', name: 'web', by: 'olga' })).toThrow('no view of traffic web');
});

test('a view is renamed by one entry, also without any other change', () => {
  const ledger = new TestLedger();
  const base = ledger.send(save('web')).at(-1)?.position;
  const renamed = ledger.send(save('www', { was: 'web', base, by: 'paul' }));
  expect(bodies(renamed, 'flow-view')).toEqual([{ name: 'www', was: 'web', by: 'paul', document: document('www') }]);
  expect([...viewsOf(ledger).keys()]).toEqual(['www']);
  expect([...ledger.restored().view(0).flowViews.keys()]).toEqual(['www']);
});

test('no name is taken from another view, and none that is gone is renamed', () => {
  const ledger = new TestLedger();
  ledger.send(save('web'));
  ledger.send(save('mail'));
  expect(() => ledger.send(save('mail', { was: 'web' }))).toThrow('there is a view of traffic mail already');
  expect(() => ledger.send(save('www', { was: 'gone' }))).toThrow('no view of traffic gone');
  expect(() => ledger.send(save('www', { was: 'web', base: 1 }))).toThrow('was changed');
  expect([...viewsOf(ledger).keys()]).toEqual(['mail', 'web']);
  // Its own name is no other one.
  expect(ledger.send(save('web', { was: 'web' }))).toEqual([]);
});

test('two people who edit the same do not undo each other’s work', () => {
  const ledger = new TestLedger();
  const base = ledger.send(save('web', { base: 0 })).at(-1)?.position;
  expect(() => ledger.send(save('web', { base: 0, document: document('web', 'mine') }))).toThrow('was changed');
  ledger.send(save('web', { base, document: document('web', 'theirs') }));
  expect(() => ledger.send(save('web', { base, document: document('web', 'mine') }))).toThrow('was changed');
});

test('sizes and number are bounded', () => {
  const ledger = new TestLedger();
  const long = { ...document('web'), sql: 'x'.repeat(32_768) };
  expect(() => ledger.send(save('web', { document: long }))).toThrow('at most 32768 characters');
  for (let number = 0; number < 100; number++) ledger.send(save(`v${number}`));
  expect(() => ledger.send(save('web'))).toThrow('100 views of traffic');
  expect(ledger.send(save('renamed', { was: 'v7' }))).toHaveLength(2);
});
