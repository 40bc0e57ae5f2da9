import { expect, test } from 'vitest';
import type { Action, RunAction } from '../../model/index.ts';
import { bodies, notify, testCheck, TestLedger, testOpinion } from './machine.fixture.ts';

const run: RunAction = {
  kind: 'run',
  command: ['true'],
  shell: false,
  timeoutMs: 1000,
  environment: {},
  afterCrash: 'leave',
  delayMs: 0,
};
const watched = (name: string, given: Parameters<typeof testCheck>[1] = {}) =>
  testCheck(name, { down: [notify('ops')], up: [notify('ops')], ...given });
const ready = (...args: Parameters<TestLedger['configure']>) => {
  const ledger = new TestLedger();
  ledger.configure(...args);
  return ledger;
};
const kinds = (entries: readonly { kind: string }[]) => entries.map((entry) => entry.kind);

test('an outage: observations, transition, incident, message; then the same back', () => {
  const ledger = ready([watched('a')]);
  expect(kinds(ledger.say('a', 'up'))).toEqual(['observations', 'transition']);
  ledger.now += 5000;
  const down = ledger.say('a', 'down');
  expect(kinds(down)).toEqual(['observations', 'transition', 'incident', 'action-intended']);
  expect(bodies(down, 'transition')).toMatchObject([
    { from: 'up', to: 'down', since: ledger.now, initial: false, reason: { code: 'no-reply' } },
  ]);
  expect(bodies(down, 'incident')).toMatchObject([
    { id: '1', check: 'a', impact: 'major', told: ['ops'], transitions: [down[1]?.position] },
  ]);
  expect(bodies(down, 'action-intended')).toMatchObject([
    {
      id: '1.firing.0',
      watcher: 'w1',
      cause: { transition: down[1]?.position, incident: '1' },
      variables: { status: 'down', 'rtt-avg': '1500' },
    },
  ]);
  ledger.now += 5000;
  ledger.say('a', 'up');
  expect(ledger.messages()).toEqual(['firing ops a', 'resolved ops a']);
  expect(ledger.incidents()).toMatchObject([
    { status: 'resolved', resolvedAt: ledger.now, openedAt: ledger.now - 5000 },
  ]);
});

test('what a watcher says is recorded, even when it changes nothing; time without effect is not', () => {
  const ledger = ready([watched('a')]);
  ledger.say('a', 'up');
  expect(kinds(ledger.say('a', 'up'))).toEqual(['observations']);
  expect(kinds(ledger.say('nobody', 'down'))).toEqual(['observations']);
  expect(ledger.verdict('a')).toBe('up');
  expect(ledger.pass(1000)).toEqual([]);
});

test('run actions follow the first known verdict unless it is ignored, and every change after', () => {
  const list: Action[] = [run];
  const ledger = ready([
    testCheck('a', { up: list, down: list }),
    testCheck('b', { up: list, down: list, 'ignore-initial-up': true, 'ignore-initial-down': true }),
  ]);
  expect(kinds(ledger.say('a', 'up'))).toContain('action-intended');
  expect(kinds(ledger.say('b', 'up'))).not.toContain('action-intended');
  const down = ledger.say('b', 'down');
  expect(bodies(down, 'action-intended')).toMatchObject([{ id: `${down[1]?.position}.0`, action: run }]);
});

test('a starved watcher neither ends an incident nor runs scripts when it comes back', () => {
  const ledger = ready([watched('a', { down: [notify('ops'), run] })]);
  ledger.say('a', 'down');
  expect(kinds(ledger.say('a', 'unknown'))).toEqual(['observations', 'transition', 'incident']);
  expect(ledger.openIncidents()).toHaveLength(1);
  expect(kinds(ledger.say('a', 'down'))).toEqual(['observations', 'transition', 'incident']);
  ledger.say('a', 'up');
  expect(ledger.messages()).toEqual(['firing ops a', 'resolved ops a']);
});

test('an ignored initial down opens an incident that nobody is told of', () => {
  const ledger = ready([watched('a', { 'ignore-initial-down': true })]);
  ledger.say('a', 'down');
  expect(ledger.openIncidents()).toHaveLength(1);
  ledger.say('a', 'up');
  expect(ledger.messages()).toEqual([]);
});

test('degraded is an incident only where somebody is to be told of it', () => {
  const ledger = ready([watched('a'), watched('b', { degraded: [notify('night')] })]);
  ledger.say('a', 'degraded');
  ledger.say('b', 'degraded');
  expect(ledger.openIncidents()).toMatchObject([{ check: 'b', impact: 'minor', told: ['night'] }]);
  ledger.say('b', 'down');
  expect(ledger.openIncidents()).toMatchObject([
    { check: 'b', impact: 'major', title: 'b is down', told: ['night', 'ops'] },
  ]);
  ledger.say('b', 'up');
  expect(ledger.messages()).toEqual(['firing night b', 'firing ops b', 'resolved night b', 'resolved ops b']);
});

test('a delayed receiver is told when its time has come, and not at all when it is over before', () => {
  const ledger = ready([
    watched('a', { down: [notify('ops'), { kind: 'notify', receivers: ['boss'], delayMs: 60_000 }] }),
  ]);
  ledger.say('a', 'down');
  ledger.pass(59_999);
  expect(ledger.messages()).toEqual(['firing ops a']);
  ledger.pass(1);
  expect(ledger.messages()).toEqual(['firing ops a', 'firing boss a']);
  ledger.say('a', 'up');
  ledger.say('a', 'down');
  ledger.say('a', 'up');
  expect(ledger.messages().filter((message) => message.includes('boss'))).toEqual(['firing boss a', 'resolved boss a']);
});

test('maintenance keeps an incident from opening, never a recovery from being told', () => {
  const hour = { from: '1970-01-01T00:20Z', to: '1970-01-01T01:20Z' };
  const maintenance = [{ name: 'works', once: hour, 'time-zone': 'UTC' }];
  const ledger = ready([watched('a'), watched('b')], { maintenance });
  ledger.say('a', 'down');
  ledger.now = 1_200_000;
  ledger.say('b', 'down');
  expect(ledger.openIncidents()).toMatchObject([{ check: 'a' }]);
  expect(ledger.machine.view(ledger.now).check('b')?.maintenance).toBe('works');
  ledger.say('a', 'up');
  ledger.pass(3_599_999);
  expect(ledger.messages()).toEqual(['firing ops a', 'resolved ops a']);
  ledger.pass(1);
  expect(ledger.messages()).toEqual(['firing ops a', 'resolved ops a', 'firing ops b']);
});

test('what is down behind a gateway stands in its incident', () => {
  const ledger = ready([watched('host', { 'depends-on': ['gateway'] }), watched('gateway')]);
  const both = [testOpinion('host', 'down', ledger.now), testOpinion('gateway', 'down', ledger.now)];
  ledger.send({ kind: 'observe', opinions: both });
  expect(ledger.openIncidents()).toMatchObject([{ check: 'gateway', affected: ['host'] }]);
  expect(ledger.machine.view(ledger.now).check('host')?.suppressedBy).toBe('gateway');
  ledger.now += 1000;
  ledger.say('host', 'up');
  expect(ledger.openIncidents()[0]?.updates.at(-1)).toMatchObject({ kind: 'recovered', text: 'host has recovered.' });
  ledger.say('gateway', 'up');
  expect(ledger.messages()).toEqual(['firing ops gateway', 'resolved ops gateway']);
});

test('what stays down after its gateway has recovered gets an incident once it had time to settle', () => {
  const ledger = ready([watched('gateway'), watched('host', { 'depends-on': ['gateway'] })]);
  ledger.say('gateway', 'down');
  ledger.say('host', 'down');
  ledger.now += 60_000;
  ledger.say('gateway', 'up');
  expect(ledger.openIncidents()).toEqual([]);
  ledger.pass(30_999);
  expect(ledger.openIncidents()).toEqual([]);
  ledger.pass(1);
  expect(ledger.openIncidents()).toMatchObject([{ check: 'host' }]);
});

test('a gateway that is reconfigured during its outage goes on to explain what is behind it', () => {
  const child = watched('host', { 'depends-on': ['gateway'] });
  const ledger = ready([watched('gateway'), child]);
  ledger.say('gateway', 'down');
  ledger.say('host', 'down');
  ledger.configure([watched('gateway', { host: '192.0.2.9' }), child]);
  ledger.pass(600_000);
  expect(ledger.openIncidents()).toMatchObject([{ check: 'gateway' }]);
  ledger.say('gateway', 'up');
  ledger.pass(1000);
  expect(ledger.openIncidents()).toEqual([]);
  ledger.pass(60_000);
  expect(ledger.openIncidents()).toMatchObject([{ check: 'host' }]);
});

test('a child that was first to go down is adopted and resolved by itself', () => {
  const ledger = ready([watched('gateway'), watched('host', { 'depends-on': ['gateway'] })]);
  ledger.say('host', 'down');
  ledger.now += 20_000;
  ledger.say('gateway', 'down');
  expect(ledger.openIncidents()).toMatchObject([{ check: 'gateway', affected: ['host'] }, { check: 'host' }]);
  ledger.say('gateway', 'up');
  ledger.say('host', 'up');
  expect(ledger.messages()).toEqual([
    'firing ops host',
    'firing ops gateway',
    'resolved ops gateway',
    'resolved ops host',
  ]);
});

test('flapping holds messages back; its end tells how it ended', () => {
  const ledger = ready([watched('a')]);
  ledger.say('a', 'up');
  for (let i = 0; i < 6; i++) {
    ledger.now += 30_000;
    ledger.say('a', i % 2 === 0 ? 'down' : 'up');
  }
  expect(ledger.machine.view(ledger.now).check('a')?.flapping).toBe(true);
  const before = ledger.messages();
  expect(before.filter((message) => message.startsWith('firing')).length).toBe(3);
  expect(before.at(-1)).toBe('firing ops a');
  expect(ledger.openIncidents()).toHaveLength(1);
  ledger.pass(10 * 60_000);
  expect(ledger.messages()).toEqual(before);
  ledger.pass(10 * 60_000);
  expect(ledger.messages()).toEqual([...before, 'resolved ops a']);
  expect(ledger.openIncidents()).toEqual([]);
});

test('a check that is removed or disabled resolves its incident for those who were told', () => {
  const ledger = ready([watched('a'), watched('b')]);
  ledger.say('a', 'down');
  ledger.say('b', 'down');
  ledger.configure([watched('b', { disabled: true, down: [] })]);
  expect(ledger.messages().slice(2)).toEqual(['resolved ops a', 'resolved ops b']);
  expect(ledger.verdict('a')).toBeUndefined();
  expect(ledger.verdict('b')).toBe('unknown');
  expect(ledger.incidents().map((incident) => incident.updates.at(-1)?.text)).toEqual([
    'The check was disabled.',
    'The check was removed.',
  ]);
});

test('a check that probes something else starts from unknown with its incident open; a new interval changes nothing', () => {
  const ledger = ready([watched('a'), watched('b')]);
  ledger.say('a', 'down');
  ledger.say('b', 'down');
  ledger.configure([watched('a', { host: '192.0.2.2', down: [notify('others')] }), watched('b', { interval: 5000 })]);
  expect([ledger.verdict('a'), ledger.verdict('b')]).toEqual(['unknown', 'down']);
  expect(ledger.openIncidents()).toHaveLength(2);
  ledger.say('a', 'up');
  expect(ledger.messages()).toEqual(['firing ops a', 'firing ops b', 'resolved ops a']);
});

test('people acknowledge, note, set a status and resolve; a dismissed outage does not come back by itself', () => {
  const ledger = ready([watched('a')]);
  ledger.say('a', 'down');
  ledger.send({ kind: 'incident-acknowledge', incident: '1', by: 'eve' });
  expect(ledger.send({ kind: 'incident-acknowledge', incident: '1', by: 'eve' })).toEqual([]);
  ledger.send({ kind: 'incident-note', incident: '1', by: 'eve', text: 'fibre cut' });
  ledger.send({ kind: 'incident-status', incident: '1', by: 'eve', status: 'identified', text: '' });
  expect(ledger.openIncidents()).toMatchObject([{ acknowledged: { by: 'eve' }, status: 'identified' }]);
  ledger.now += 7000;
  ledger.send({ kind: 'incident-status', incident: '1', by: 'eve', status: 'resolved', text: 'known' });
  expect(ledger.incidents()).toMatchObject([{ status: 'resolved', resolvedAt: ledger.now }]);
  ledger.pass(60_000);
  expect(ledger.openIncidents()).toEqual([]);
  expect(() => ledger.send({ kind: 'incident-acknowledge', incident: '1', by: 'eve' })).toThrow('is resolved');
  expect(() => ledger.send({ kind: 'incident-note', incident: '9', by: 'eve', text: 'x' })).toThrow('no incident 9');
  ledger.say('a', 'up');
  ledger.say('a', 'down');
  expect(ledger.openIncidents()).toMatchObject([{ id: '2' }]);
  expect(ledger.messages()).toEqual(['firing ops a', 'resolved ops a', 'firing ops a']);
});

test('an action is started once for an attempt, by its watcher, and finished once', () => {
  const ledger = ready([watched('a', { down: [run] })]);
  const id = bodies(ledger.say('a', 'down'), 'action-intended')[0]?.id ?? '';
  const start = (attempt: number) => ledger.send({ kind: 'action-start', id, attempt, watcher: 'w1' });
  const finish = () =>
    ledger.send({
      kind: 'action-finish',
      id,
      watcher: 'w1',
      receipt: { outcome: 'done', text: 'Exit code 0.', exitCode: 0, attempts: 1 },
    });
  expect(kinds(start(1))).toEqual(['request', 'action-started']);
  expect(() => start(1)).toThrow('attempt 1');
  expect([...ledger.machine.view(ledger.now).pendingActions()]).toMatchObject([{ state: 'running', attempts: 1 }]);
  expect(kinds(finish())).toEqual(['request', 'action-finished']);
  expect(finish).toThrow('is done already');
  expect([...ledger.machine.view(ledger.now).pendingActions()]).toEqual([]);
});

test('two opinions on one check in a request are refused', () => {
  const ledger = ready([watched('a')]);
  const opinions = (['up', 'down'] as const).map((state) => testOpinion('a', state, ledger.now));
  expect(() => ledger.send({ kind: 'observe', opinions })).toThrow('two opinions');
});

test('four members: one liar changes nothing, three make a verdict', () => {
  const ledger = new TestLedger(['w1', 'w2', 'w3', 'w4']);
  ledger.configure([watched('a')]);
  ledger.say('a', 'down', 'w4');
  expect(ledger.verdict('a')).toBe('unknown');
  for (const watcher of ['w1', 'w2', 'w3']) ledger.say('a', 'up', watcher);
  expect(ledger.verdict('a')).toBe('up');
  ledger.say('a', 'down', 'w1');
  expect(ledger.verdict('a')).toBe('partial');
  expect(ledger.openIncidents()).toEqual([]);
  ledger.say('a', 'down', 'w2');
  expect(ledger.verdict('a')).toBe('down');
  expect(ledger.openIncidents()).toMatchObject([{ told: ['ops'] }]);
});

test('bytes that are no request are refused', () => {
  const ledger = ready([]);
  expect(() => ledger.machine.execute(Buffer.from('{'), 1)).toThrow('not JSON');
  expect(() => ledger.machine.execute(Buffer.from('{"signer":"w1","number":1}'), 1)).toThrow('not valid');
});

test('an incident is bounded', () => {
  const children = Array.from({ length: 1200 }, (_, i) => watched(`h${i}`, { 'depends-on': ['gateway'] }));
  const ledger = ready([watched('gateway'), ...children]);
  ledger.say('gateway', 'down');
  const opinions = children.map(({ name }) => testOpinion(name, 'down', ledger.now));
  for (let from = 0; from < opinions.length; from += 500) {
    ledger.send({ kind: 'observe', opinions: opinions.slice(from, from + 500) });
  }
  for (let i = 0; i < 300; i++)
    ledger.send({ kind: 'incident-note', incident: '1', by: 'eve', text: `${i}`.padEnd(4000, '\u0001') });
  const [incident] = ledger.openIncidents();
  expect(Buffer.byteLength(JSON.stringify(incident))).toBeLessThan(1_048_576);
  expect(incident?.affected).toHaveLength(500);
  expect(incident?.updates).toHaveLength(100);
  expect(incident?.updates.at(-1)?.text).toContain('ledger only');
  ledger.say('gateway', 'up');
  expect(ledger.incidents().at(-1)?.updates.at(-1)?.kind).toBe('resolved');
});
