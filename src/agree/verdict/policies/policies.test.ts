import { describe, expect, test } from 'vitest';
import { alertPolicySchema, type AlertPolicy, type Opinion, type OpinionState } from '../../../model/index.ts';
import { bodies, notify, testCheck, TestLedger } from '../machine.fixture.ts';
import { closedCode, labelValues } from './alert-opinion.ts';
import { maxResourcesPerWatcher } from './hear-of.ts';
import { alertCheckName } from './resource-name.ts';

type Labels = Readonly<Record<string, string>>;

const four = ['w1', 'w2', 'w3', 'w4'];

function policy(given: Record<string, unknown> = {}): AlertPolicy {
  const condition = { name: 'slow', threshold: { metric: 'latency', 'group-by': ['check'], above: 10 } };
  return alertPolicySchema.parse({ name: 'latency', conditions: [condition], notify: ['ops'], ...given });
}

function watching(given: Record<string, unknown> = {}, members: readonly string[] = ['w1']): TestLedger {
  const ledger = new TestLedger(members);
  ledger.configure([], { alerts: [policy(given)] });
  return ledger;
}

function opinion(watcher: string, state: OpinionState, resource: Labels, since: number, name = 'latency'): Opinion {
  const values = { ...labelValues(resource), ...(state === 'down' && { condition: 0, value: 20.5 }) };
  return {
    check: alertCheckName(name, resource),
    watcher,
    state,
    since,
    rounds: [state === 'up' ? 'pass' : 'fail'],
    results: [{ host: name, outcome: state === 'up' ? 'pass' : 'fail', values }],
    ...(state === 'down' && { reason: { code: 'alert', text: 'slow: 20.5.' } }),
  };
}

const say = (ledger: TestLedger, watcher: string, state: OpinionState, resource: Labels = { check: 'web' }) =>
  ledger.send({ kind: 'observe', opinions: [opinion(watcher, state, resource, ledger.now)] });
const names = (ledger: TestLedger) => [...ledger.machine.view(ledger.now).alerts()].map(({ check }) => check.name);

test('a resource that fires has an incident that says what, how urgent, and what to do; its end is told', () => {
  const ledger = watching({
    severity: 'critical',
    labels: { team: 'net' },
    documentation: {
      subject: '${label.check} is slow',
      content: '${policy} by ${condition} at ${value}: ${resource}, ${severity}, ${label.team}, ${label.none}${other}',
      runbook: 'https://example.org/slow',
    },
  });
  say(ledger, 'w1', 'down');
  expect(ledger.openIncidents()).toMatchObject([
    {
      check: 'latency@check=web',
      title: 'web is slow',
      impact: 'critical',
      severity: 'critical',
      resource: { check: 'web' },
      documentation: {
        subject: 'web is slow',
        content: 'latency by slow at 20.5: check web, critical, net, ${other}',
        runbook: 'https://example.org/slow',
      },
      reason: { code: 'alert', text: 'slow: 20.5.' },
      told: ['ops'],
    },
  ]);
  ledger.now += 60_000;
  say(ledger, 'w1', 'up');
  expect(ledger.openIncidents()).toEqual([]);
  expect(ledger.incidents()[0]?.updates.find(({ kind }) => kind === 'resolved')?.text).toBe(
    'latency for check web is fine again.',
  );
  expect(ledger.messages()).toEqual(['firing ops latency@check=web', 'resolved ops latency@check=web']);
});

test('each resource has an incident of its own; with one for the policy its name is the check', () => {
  const ledger = watching();
  say(ledger, 'w1', 'down', { check: 'web' });
  say(ledger, 'w1', 'down', { check: 'mail' });
  expect(ledger.openIncidents().map(({ check }) => check)).toEqual(['latency@check=mail', 'latency@check=web']);
  const one = watching({ 'incident-per': 'policy' });
  say(one, 'w1', 'down', { check: 'web' });
  expect(one.openIncidents()).toEqual([]);
  say(one, 'w1', 'down', {});
  expect(one.openIncidents()).toMatchObject([{ check: 'latency', title: 'latency fires', severity: 'error' }]);
});

test('under bft one watcher that lies fires nothing; a quorum does, and ends it', () => {
  const ledger = watching({ watchers: { rule: 'bft' } }, four);
  say(ledger, 'w4', 'down');
  for (const watcher of four.slice(0, 3)) say(ledger, watcher, 'up');
  expect(ledger.verdict('latency@check=web')).toBe('up');
  for (const watcher of ['w1', 'w2']) say(ledger, watcher, 'down');
  expect(ledger.openIncidents()).toHaveLength(1);
  for (const watcher of ['w1', 'w2', 'w4']) say(ledger, watcher, 'up');
  expect(ledger.incidents().map(({ status }) => status)).toEqual(['resolved']);
});

test('policies are not among the checks', () => {
  const ledger = watching();
  ledger.configure([testCheck('web')], { alerts: [policy()] });
  say(ledger, 'w1', 'down');
  const view = ledger.machine.view(ledger.now);
  expect([...view.checks()].map(({ check }) => check.name)).toEqual(['web']);
  expect(names(ledger)).toEqual(['latency', 'latency@check=web']);
  expect([...view.alerts()].at(-1)).toMatchObject({ policy: 'latency', resource: { check: 'web' }, verdict: 'down' });
});

describe('what counts for nothing', () => {
  test.each<[string, Partial<Opinion>]>([
    ['a resource that is fine', { state: 'up' }],
    ['one of which nothing is known', { state: 'unknown' }],
    ['a policy that is not there', { check: 'other@check=web' }],
    ['a name that is none', { check: 'latency@web' }],
    ['a name for other labels', { check: 'latency@check=mail' }],
    ['no labels', { results: [] }],
  ])('%s that nobody has named', (_what, given) => {
    const ledger = watching();
    ledger.send({
      kind: 'observe',
      opinions: [{ ...opinion('w1', 'down', { check: 'web' }, ledger.now), ...given }],
    });
    expect(names(ledger)).toEqual(['latency']);
    expect(ledger.incidents()).toEqual([]);
  });

  test('a disabled policy, and a watcher that does not judge it', () => {
    const disabled = watching({ disabled: true });
    say(disabled, 'w1', 'down');
    expect(names(disabled)).toEqual(['latency']);
    const elsewhere = watching({ watchers: { rule: 'any', select: 'site=oslo' } }, four);
    say(elsewhere, 'w1', 'down');
    expect(names(elsewhere)).toEqual(['latency']);
  });
});

test('a watcher can name so many resources and no more; others are heard all the same', () => {
  const ledger = watching({ watchers: { rule: 'any' } }, four);
  const many = Array.from({ length: maxResourcesPerWatcher + 100 }, (_, i) => ({ check: `c${i}` }));
  for (let from = 0; from < many.length; from += 500) {
    const opinions = many.slice(from, from + 500).map((resource) => opinion('w4', 'down', resource, ledger.now));
    ledger.send({ kind: 'observe', opinions });
  }
  expect(names(ledger)).toHaveLength(maxResourcesPerWatcher + 1);
  say(ledger, 'w1', 'down', { check: 'real' });
  expect(ledger.verdict('latency@check=real')).toBe('down');
});

test.each(['unknown', 'up'] as const)(
  'one that says %s of what it named before fills no more of the state',
  (state) => {
    const ledger = watching({ watchers: { rule: state === 'unknown' ? 'any' : 'bft' } }, four);
    const many = (round: number) => Array.from({ length: 500 }, (_, i) => ({ check: `c${round}-${i}` }));
    for (let round = 0; round < 12; round++) {
      for (const held of ['down', state] as const) {
        const opinions = many(round).map((resource) => opinion('w4', held, resource, ledger.now));
        ledger.send({ kind: 'observe', opinions });
      }
    }
    // With one word that is enough each has an incident, which only its end closes; otherwise what is fine makes room.
    expect(names(ledger).length).toBeLessThanOrEqual(state === 'unknown' ? maxResourcesPerWatcher + 1 : 5001);
  },
);

describe('another configuration', () => {
  const changes: [string, () => AlertPolicy[], string][] = [
    ['without the policy', () => [], 'The policy was removed.'],
    ['in which it is disabled', () => [policy({ disabled: true })], 'The policy was disabled.'],
    [
      'with other conditions',
      () => [policy({ conditions: [{ threshold: { metric: 'latency', 'group-by': ['check'], above: 50 } }] })],
      'The policy was changed.',
    ],
    ['with one incident for all', () => [policy({ 'incident-per': 'policy' })], 'The policy was changed.'],
  ];
  test.each(changes)('%s ends its incidents, and who was told is told', (_what, alerts, text) => {
    const ledger = watching();
    say(ledger, 'w1', 'down');
    ledger.configure([], { alerts: alerts() });
    expect(ledger.openIncidents()).toEqual([]);
    expect(ledger.incidents()[0]?.updates.some((update) => update.text === text)).toBe(true);
    expect(ledger.messages()).toEqual(['firing ops latency@check=web', 'resolved ops latency@check=web']);
    expect(names(ledger).filter((name) => name.includes('@'))).toEqual([]);
  });

  test('with the same conditions lets it go on', () => {
    const ledger = watching();
    say(ledger, 'w1', 'down');
    ledger.configure([testCheck('web')], { alerts: [policy({ severity: 'warning', notify: ['ops', 'boss'] })] });
    expect(ledger.openIncidents()).toMatchObject([{ check: 'latency@check=web', told: ['ops', 'boss'] }]);
    say(ledger, 'w1', 'up');
    expect(ledger.openIncidents()).toEqual([]);
  });
});

test('one that people have resolved by hand does not open again for the same trouble, however urgent it is', () => {
  const ledger = watching({ severity: 'warning' });
  say(ledger, 'w1', 'down');
  const incident = ledger.openIncidents()[0]?.id ?? '';
  ledger.send({ kind: 'incident-status', incident, by: 'eve', status: 'resolved', text: '' });
  ledger.pass(60_000);
  expect(ledger.openIncidents()).toEqual([]);
  say(ledger, 'w1', 'up');
  ledger.now += 60_000;
  say(ledger, 'w1', 'down');
  expect(ledger.openIncidents()).toHaveLength(1);
});

test('one that was closed for want of data says so', () => {
  const ledger = watching({ 'auto-close': '1h' });
  say(ledger, 'w1', 'down');
  const closed = {
    ...opinion('w1', 'up', { check: 'web' }, ledger.now),
    reason: { code: closedCode, text: 'Closed.' },
  };
  ledger.send({ kind: 'observe', opinions: [closed] });
  const text = ledger.incidents()[0]?.updates.find(({ kind }) => kind === 'resolved')?.text;
  expect(text).toBe('latency for check web is closed: there were no data for 1h.');
});

test('while what a policy depends on is down, its resources open no incident', () => {
  const ledger = new TestLedger();
  const gateway = testCheck('gateway', { down: [notify('ops')] });
  ledger.configure([gateway], { alerts: [policy({ 'depends-on': ['gateway'] })] });
  ledger.say('gateway', 'down');
  say(ledger, 'w1', 'down');
  expect(ledger.openIncidents().map(({ check, affected }) => [check, affected])).toEqual([
    ['gateway', ['latency@check=web']],
  ]);
  expect(ledger.messages()).toEqual(['firing ops gateway']);
});

test('an outage that comes a little later explains the resources that fired before', () => {
  const ledger = new TestLedger();
  ledger.configure([testCheck('gateway')], { alerts: [policy({ 'depends-on': ['gateway'] })] });
  say(ledger, 'w1', 'down');
  ledger.now += 5000;
  ledger.say('gateway', 'down');
  const gateway = ledger.openIncidents().find(({ check }) => check === 'gateway');
  expect(gateway?.affected).toEqual(['latency@check=web']);
});

test('maintenance of a policy covers its resources', () => {
  const ledger = new TestLedger();
  const once = { from: '1970-01-01T00:00Z', to: '1970-01-02T00:00Z' };
  const works = { name: 'works', checks: ['latency'], once, 'time-zone': 'UTC' };
  ledger.configure([], { alerts: [policy()], maintenance: [works] });
  say(ledger, 'w1', 'down');
  expect(ledger.openIncidents()).toEqual([]);
  expect(ledger.machine.view(ledger.now).check('latency@check=web')?.maintenance).toBe('works');
});

test('the opinion of a watcher that falls silent counts no more', () => {
  const ledger = watching({ watchers: { rule: 'k', k: 2 } }, four);
  for (const watcher of ['w1', 'w2']) say(ledger, watcher, 'down');
  expect(ledger.verdict('latency@check=web')).toBe('down');
  ledger.miss(['w1', 'w3', 'w4'], ['w2']);
  expect(ledger.verdict('latency@check=web')).toBe('unknown');
  expect(ledger.openIncidents()).toHaveLength(1);
});

test('an incident of which no watcher is left that speaks of it ends with the change of members', () => {
  const ledger = watching({ watchers: { rule: 'any' } }, four);
  say(ledger, 'w4', 'down');
  ledger.change({ type: 'demote', ids: ['w4'] });
  ledger.change({ type: 'remove', ids: ['w4'] });
  expect(ledger.openIncidents()).toEqual([]);
  expect(ledger.messages()).toEqual(['firing ops latency@check=web', 'resolved ops latency@check=web']);
});

test('snapshot and ledger give the same state, which decides the same', () => {
  const ledger = watching({ watchers: { rule: 'majority' } }, four);
  for (const check of ['b', 'c', 'a']) {
    for (const watcher of ['w1', 'w2', 'w3']) say(ledger, watcher, 'down', { check });
  }
  say(ledger, 'w4', 'down', { check: 'd' });
  const bytes = Buffer.from(ledger.machine.snapshot());
  expect(Buffer.compare(ledger.restored().snapshot(), bytes)).toBe(0);
  expect(Buffer.compare(ledger.refolded().snapshot(), bytes)).toBe(0);
  // Who is silent is decided for all resources at once: in one order, whoever remembers which came first.
  const before = ledger.entries.length;
  const restored = ledger.restored();
  ledger.miss(['w1', 'w3', 'w4'], ['w2']);
  ledger.miss(['w1', 'w2', 'w4'], ['w3']);
  const entries = ledger.entries.slice(before);
  for (const entry of entries) restored.apply(entry);
  expect(bodies(entries, 'transition').map(({ check }) => check)).toEqual(
    ['a', 'b', 'c'].map((check) => `latency@check=${check}`),
  );
  expect(Buffer.compare(restored.snapshot(), Buffer.from(ledger.machine.snapshot()))).toBe(0);
});
