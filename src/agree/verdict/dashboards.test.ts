import { expect, test } from 'vitest';
import { bodies, testGenesis, TestLedger } from './machine.fixture.ts';

const document = (name: string, title = name) => ({ version: 1, name, title, charts: [] });
const save = (name: string, given: object = {}) => ({
  kind: 'dashboard' as const,
  name,
  by: 'olga',
  document: document(name),
  ...given,
});

test('a saved dashboard is one entry, found again with its position, and removed by another entry', () => {
  const ledger = new TestLedger();
  const saved = ledger.send(save('office'));
  expect(saved.map(({ kind }) => kind)).toEqual(['request', 'dashboard']);
  const position = saved.at(-1)?.position;
  const found = ledger.machine.view(ledger.now).dashboards.get('office');
  expect(found).toEqual({ name: 'office', by: 'olga', document: document('office'), position, time: ledger.now });
  expect(bodies(ledger.send({ kind: 'dashboard', name: 'office', by: 'olga' }), 'dashboard')).toEqual([
    { name: 'office', by: 'olga' },
  ]);
  expect(ledger.machine.view(ledger.now).dashboards.size).toBe(0);
});

test('what is saved again without a change leaves no entry', () => {
  const ledger = new TestLedger();
  ledger.send(save('office'));
  expect(ledger.send(save('office', { by: 'paul' }))).toEqual([]);
});

test('an update upon an older position is refused, and changes nothing', () => {
  const ledger = new TestLedger();
  const base = ledger.send(save('office', { base: 0 })).at(-1)?.position;
  expect(() => ledger.send(save('office', { base: 0, document: document('office', 'mine') }))).toThrow('was changed');
  ledger.send(save('office', { base, document: document('office', 'theirs') }));
  expect(() => ledger.send(save('office', { base, document: document('office', 'mine') }))).toThrow('was changed');
  expect(() => ledger.send({ kind: 'dashboard', name: 'office', by: 'olga', base: base ?? 0 })).toThrow('was changed');
  expect(() => ledger.send(save('new', { base }))).toThrow('there is none now');
  expect(ledger.machine.view(ledger.now).dashboards.get('office')?.document).toEqual(document('office', 'theirs'));
});

test('names, sizes, depth and number are bounded', () => {
  const ledger = new TestLedger();
  expect(() => ledger.send(save('office', { document: document('other') }))).toThrow('not named office');
  expect(() => ledger.send(save('office', { document: 'text' }))).toThrow('not named office');
  const long = { ...document('office'), description: 'x'.repeat(65_536) };
  expect(() => ledger.send(save('office', { document: long }))).toThrow('at most 65536 characters');
  let deep: object = document('office');
  for (let depth = 0; depth < 100; depth++) deep = { name: 'office', charts: [deep] };
  expect(() => ledger.send(save('office', { document: deep }))).toThrow('nested too deeply');
  expect(() => ledger.send({ kind: 'dashboard', name: 'office', by: 'olga' })).toThrow('no dashboard office');
  for (let number = 0; number < 200; number++) ledger.send(save(`d${number}`));
  expect(() => ledger.send(save('office'))).toThrow('200 dashboards');
  expect(ledger.send(save('d7', { document: document('d7', 'new') }))).toHaveLength(2);
});

test('a snapshot keeps them, whatever the order in which they came, with the keys as they were written', () => {
  const life = (names: readonly string[]) => {
    const ledger = new TestLedger();
    for (const name of names) ledger.send(save(name));
    return ledger;
  };
  const ledger = life(['b', 'a', 'c']);
  const odd = JSON.parse(
    '{"name":"c","title":"C","__proto__":{"x":1},"charts":[{"where":{"__proto__":"y"}}]}',
  ) as unknown;
  ledger.send(save('c', { document: odd }));
  const restored = ledger.restored();
  expect(Buffer.compare(restored.snapshot(), ledger.machine.snapshot())).toBe(0);
  expect([...restored.view(0).dashboards.keys()]).toEqual(['a', 'b', 'c']);
  expect(JSON.stringify(restored.view(0).dashboards.get('c')?.document)).toBe(JSON.stringify(odd));
  const order = (one: TestLedger) => [...one.machine.view(0).dashboards.keys()];
  expect(order(life(['c', 'a', 'b']))).toEqual(order(life(['a', 'b', 'c'])));
});

test('an observer may not change dashboards', () => {
  const [first, second] = testGenesis(['w1', 'w2']).watchers;
  const ledger = new TestLedger(['w1'], { watchers: [first!, { ...second!, role: 'observer' }], nextNumber: 3 });
  expect(() => ledger.send(save('office'), 'w2')).toThrow('observer');
  expect(ledger.send(save('office'), 'w1')).not.toEqual([]);
});
