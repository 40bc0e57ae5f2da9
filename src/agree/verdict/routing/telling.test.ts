import { expect, test } from 'vitest';
import { type Incident } from '../../../model/index.ts';
import { bodies, notify, testCheck, TestLedger } from '../machine.fixture.ts';
import { ofSite, routed, setUp } from './telling.fixture.ts';

/** Shared messages, their ends, and the bounds of both. */

test('incidents of a group share a message after the wait; later ones have the next after the interval', () => {
  const { say, pass, news } = setUp({ routes: [ofSite] });
  say('down', 'a');
  pass(20);
  say('down', 'b');
  expect(news()).toEqual([]);
  pass(10);
  expect(news()).toEqual(['firing ops a+b']);
  say('down', 'c');
  pass(200);
  expect(news()).toEqual([]);
  pass(100);
  expect(news()).toEqual(['firing ops c']);
  say('up', 'a', 'b', 'c');
  expect(news()).toEqual([]);
  pass(30);
  expect(news()).toEqual(['resolved ops a+b+c']);
});

test('what differs in the labels of the group has messages of its own', () => {
  const watch = ['a', 'b', 'c'].map((name) => testCheck(name, { labels: { rack: name === 'c' ? '2' : '1' } }));
  const { say, pass, news } = setUp(
    { routes: [{ notify: ['ops'], 'group-by': ['rack'], 'group-wait': '10s' }] },
    watch,
  );
  say('down', 'a', 'b', 'c');
  pass(10);
  expect(news()).toEqual(['firing ops a+b', 'firing ops c']);
});

test('what ends while its message waits is told to nobody', () => {
  const { ledger, say, pass, news } = setUp({ routes: [ofSite] });
  say('down', 'a');
  pass(20);
  say('up', 'a');
  pass(400);
  expect(news()).toEqual([]);
  expect(ledger.incidents()).toMatchObject([{ check: 'a', status: 'resolved', told: [] }]);
});

test('without group-by each incident is told by itself, and at once', () => {
  const { say, news } = setUp({ routes: [{ notify: ['ops'] }] });
  say('down', 'a');
  expect(news()).toEqual(['firing ops a']);
  say('down', 'b');
  expect(news()).toEqual(['firing ops b']);
  say('up', 'a');
  expect(news()).toEqual(['resolved ops a']);
});

test('a group whose wait is over takes along what waits for its interval, in the very request', () => {
  const { ledger, say, pass, news } = setUp({ routes: [{ ...ofSite, 'group-wait': '0s', 'group-interval': '1m' }] });
  say('down', 'a');
  expect(news()).toEqual(['firing ops a']);
  pass(30);
  say('down', 'b');
  pass(29);
  expect(news()).toEqual([]);
  // The interval ends between two ticks.
  ledger.now += 1000;
  say('down', 'c');
  expect(news()).toEqual(['firing ops b+c']);
});

test('the end is told although the route that told the beginning is gone, or the check is', () => {
  for (const change of ['route', 'check', 'disabled'] as const) {
    const { ledger, say, pass, news } = setUp({ routes: [ofSite] });
    say('down', 'a', 'b');
    pass(30);
    expect(news()).toEqual(['firing ops a+b']);
    if (change === 'route') {
      ledger.configure(
        ['a', 'b', 'c'].map((name) => testCheck(name)),
        routed({}),
      );
      say('up', 'a', 'b');
      expect(news()).toEqual(['resolved ops a']);
      pass(300);
      expect(news()).toEqual(['resolved ops b']);
    } else {
      const rest = change === 'check' ? [] : [testCheck('a', { disabled: true }), testCheck('b', { disabled: true })];
      ledger.configure(rest, routed({ routes: [ofSite] }));
      expect(news()).toEqual(['resolved ops a+b']);
    }
    pass(600);
    expect(news()).toEqual([]);
  }
});

test('before somebody hears of a check again, they hear the end of what they know of it', () => {
  const { say, pass, news } = setUp({ routes: [ofSite] });
  say('down', 'a', 'b');
  pass(300);
  say('up', 'b');
  pass(30);
  expect(news()).toEqual(['firing ops a+b', 'resolved ops b']);
  say('up', 'a');
  pass(10);
  say('down', 'a');
  pass(29);
  expect(news()).toEqual([]);
  pass(1);
  expect(news()).toEqual(['resolved ops a', 'firing ops a']);
});

test('an end that waits for its group survives a restart, says how it ended, and is told although the check is gone', () => {
  const { ledger, say, pass, news } = setUp({ routes: [ofSite] });
  say('down', 'a', 'b');
  pass(30);
  news();
  say('up', 'a');
  pass(10);
  ledger.machine = ledger.restored();
  // The check is down again by the time at which its first end is told.
  say('down', 'a');
  pass(20);
  expect(news()).toEqual(['resolved ops a']);
  const last = bodies(ledger.entries, 'action-intended').at(-1)?.notification;
  expect(last?.transition).toMatchObject({ from: 'down', to: 'up' });
  expect(ledger.incidents().find(({ id }) => id === '1')).not.toHaveProperty('owed');
  ledger.configure([], routed({ routes: [ofSite] }));
  pass(300);
  expect(news()).toEqual(['resolved ops b']);
});

test('a check and a route that name the same receiver tell it once', () => {
  const watch = [testCheck('a', { down: [notify('ops'), { kind: 'notify', receivers: ['boss'], delayMs: 60_000 }] })];
  const { say, pass, news } = setUp(
    { routes: [{ notify: ['boss', 'ops'], 'group-by': [], 'group-wait': '30s' }] },
    watch,
  );
  say('down', 'a');
  expect(news()).toEqual(['firing ops a']);
  pass(120);
  expect(news()).toEqual(['firing boss a']);
});

test('a hundred dependants of one dead switch are one incident and one message', () => {
  const names = Array.from({ length: 100 }, (_, index) => `host-${index}`);
  const watch = [testCheck('switch'), ...names.map((name) => testCheck(name, { 'depends-on': ['switch'] }))];
  const { ledger, say, pass, news } = setUp({ routes: [ofSite] }, watch);
  // Half of them are found dead before the switch is.
  say('down', ...names.slice(0, 50));
  say('down', 'switch');
  say('down', ...names.slice(50));
  pass(600);
  expect(news()).toEqual(['firing ops switch']);
  const open = ledger.openIncidents().find(({ check }) => check === 'switch');
  expect(open?.affected).toHaveLength(100);
});

test('receivers that an older version told are told the end, and reminded where routes say so', () => {
  const { ledger, say, news } = setUp({}, [testCheck('a', { down: [notify('ops')] })]);
  say('down', 'a');
  for (const entry of ledger.entries) {
    if (entry.kind === 'incident') delete (entry.body as Partial<Incident>).notices;
  }
  ledger.machine = ledger.refolded();
  ledger.configure(
    [testCheck('a', { down: [notify('ops')] })],
    routed({ routes: [{ notify: ['ops'], 'repeat-interval': '1h' }] }),
  );
  ledger.pass(3_600_000);
  say('up', 'a');
  expect(news()).toEqual(['firing ops a', 'reminder ops a', 'resolved ops a']);
});

test('one incident tells at most a hundred receivers, and each of them the end; it stays small', () => {
  const many = Array.from({ length: 120 }, (_, index) => `${index}`.padEnd(100, '한'));
  const labels = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`l${index}`, '한'.repeat(200)]));
  const route = { notify: ['night'], 'group-by': Object.keys(labels) };
  const rotas = [{ name: 'night', receivers: ['anna'], from: '1970-01-01T00:00' }];
  const watch = [testCheck('a', { labels, down: [notify(...many)] })];
  const { ledger, say, pass, news } = setUp({ rotas, routes: [{ ...route, notify: ['night', 'ops'] }] }, watch);
  say('down', 'a');
  pass(2);
  expect(news()).toHaveLength(100);
  const size = Buffer.byteLength(JSON.stringify(ledger.openIncidents()[0]));
  expect(size).toBeLessThan(100_000);
  say('up', 'a');
  expect(news()).toHaveLength(100);
});

test('a shared message whose sender is lost goes to another whole, and only that one may say what came of it', () => {
  const members = ['w1', 'w2', 'w3', 'w4'];
  const ledger = new TestLedger(members);
  const watch = ['a', 'b'].map((name) => testCheck(name));
  ledger.configure(watch, routed({ routes: [ofSite] }));
  for (const { name } of watch) for (const watcher of members) ledger.say(name, 'down', watcher);
  ledger.pass(30_000);
  const [intent] = bodies(ledger.entries, 'action-intended');
  expect(intent).toMatchObject({ watcher: 'w1', notification: { others: [{ check: 'b' }] } });
  const id = intent?.id ?? '';
  ledger.send({ kind: 'action-start', id, attempt: 1, watcher: 'w1' });
  ledger.miss(['w2', 'w3', 'w4'], ['w1']);
  expect(ledger.machine.view(ledger.now).action(id)?.intent).toMatchObject({
    watcher: 'w2',
    notification: { begunBy: 'w1', others: [{ check: 'b' }] },
  });
  const receipt = { outcome: 'done', text: 'Sent.', attempts: 2 } as const;
  ledger.send({ kind: 'action-start', id, attempt: 2, watcher: 'w2' });
  expect(() => ledger.send({ kind: 'action-finish', id, watcher: 'w1', receipt })).toThrow('belongs to w2');
  ledger.send({ kind: 'action-finish', id, watcher: 'w2', receipt });
  for (const { updates } of ledger.openIncidents()) {
    expect(updates.filter(({ kind }) => kind === 'told')).toMatchObject([{ by: 'w2' }]);
  }
});

test('what came of a message stands in the timeline of each of its incidents', () => {
  const { ledger, say, pass } = setUp({ routes: [ofSite] });
  say('down', 'a', 'b');
  pass(30);
  const id = bodies(ledger.entries, 'action-intended').at(-1)?.id ?? '';
  const receipt = { outcome: 'done', text: 'Sent.', attempts: 1 } as const;
  ledger.send({ kind: 'action-start', id, attempt: 1, watcher: 'w1' });
  ledger.send({ kind: 'action-finish', id, watcher: 'w1', receipt });
  for (const { updates } of ledger.openIncidents()) expect(updates.at(-1)?.text).toBe('firing to ops: done. Sent.');
});
