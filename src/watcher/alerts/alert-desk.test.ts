import { expect, test } from 'vitest';
import { TestLedger } from '../../agree/verdict/machine.fixture.ts';
import { alertPolicySchema, type AlertPolicy, type OpinionState } from '../../model/index.ts';
import { ManualClock } from '../../platform/index.ts';
import { openMemoryEngine } from '../../store/index.ts';
import { keepInMemory, SeriesBook } from '../telemetry/series-book.ts';
import { createAlertDesk } from './alert-desk.ts';
import { PolicyRun } from './policy-run.ts';
import { readPolicies } from './read-policies.ts';

const metric = 'quorumwatch_probe_latency_seconds';
const minute = 60_000;
const members = ['w1', 'w2', 'w3', 'w4'];

function policy(name: string, given: Record<string, unknown> = {}): AlertPolicy {
  const condition = { name: 'slow', threshold: { metric, 'group-by': ['check'], above: 0.3 } };
  return alertPolicySchema.parse({ name, interval: '1m', conditions: [condition], ...given });
}

function desk(policies: readonly AlertPolicy[]) {
  const ledger = new TestLedger(members);
  ledger.configure([], { alerts: policies });
  const clock = new ManualClock(ledger.now);
  const runs = new Map(policies.map((one) => [one.name, new PolicyRun(one, ledger.now)]));
  const store = { engine: openMemoryEngine({ clock }), book: new SeriesBook(keepInMemory(10)) };
  const made = createAlertDesk({
    self: 'w1',
    clock,
    store,
    view: () => ledger.machine.view(ledger.now),
    runs: () => runs,
    entries: { count: () => 0, read: async () => [] },
  });
  const say = (watcher: string, name: string, check: string, state: OpinionState) =>
    ledger.send({
      kind: 'observe',
      opinions: [
        {
          check: `${name}@check=${check}`,
          watcher,
          state,
          since: ledger.now,
          rounds: [],
          results: [{ host: name, outcome: 'fail', values: { 'label.check': check, condition: 0 } }],
          ...(state === 'down' && { reason: { code: 'alert', text: 'slow: 0.4.' } }),
        },
      ],
    });
  const states = () => made.list({}, { limit: 100 }).items.map(({ name, state }) => `${name} ${state}`);
  return { ...made, runs, say, states, now: ledger.now };
}

test('a policy is as its worst resource is, by the cluster; before any fired, as it is seen here', () => {
  const bft = { watchers: { rule: 'bft' } };
  const { states, say, runs, now } = desk([
    policy('a'),
    policy('b', bft),
    policy('c', { disabled: true }),
    policy('d'),
  ]);
  expect(states()).toEqual(['a unknown', 'b unknown', 'c disabled', 'd unknown']);
  say('w1', 'a', 'web', 'down');
  for (const watcher of ['w1', 'w2']) say(watcher, 'b', 'web', 'down');
  say('w3', 'b', 'web', 'up');
  const at = Math.ceil((now + 1) / minute) * minute;
  runs.get('d')?.step([[{ labels: { check: 'web' }, value: 0.1, newestAt: at }]]);
  expect(states()).toEqual(['a firing', 'b disputed', 'c disabled', 'd fine']);
});

test('one policy shows its resources with who says what, and what is seen here with its values', () => {
  const { get, say, runs, now } = desk([policy('a', { severity: 'critical' })]);
  say('w2', 'a', 'web', 'down');
  const at = Math.ceil((now + 1) / minute) * minute;
  const seen = [0.5, 0.1].map((value, i) => ({ labels: { check: `c${i}` }, value, newestAt: at }));
  runs.get('a')?.step([seen]);
  expect(get('a')).toMatchObject({
    state: 'firing',
    severity: 'critical',
    firing: 1,
    incidents: ['1'],
    here: { resources: 2, firing: 1, omittedSeries: 0 },
    resources: [
      { check: 'a@check=web', labels: { check: 'web' }, state: 'firing', opinions: { w2: 'down' }, incident: '1' },
    ],
    findings: [
      { labels: { check: 'c0' }, state: 'firing', met: [{ condition: 'slow', value: 0.5, labels: { check: 'c0' } }] },
      { labels: { check: 'c1' }, state: 'fine', met: [] },
    ],
  });
  expect(get('none')).toBeUndefined();
});

test('policies are found by words and state, a page at a time', () => {
  const { list, say } = desk([
    policy('a', { comment: 'For the shop' }),
    policy('b', { labels: { team: 'shop' } }),
    policy('c'),
  ]);
  say('w1', 'b', 'web', 'down');
  const names = (filter: Parameters<typeof list>[0]) => list(filter, { limit: 10 }).items.map(({ name }) => name);
  expect(names({ search: 'SHOP' })).toEqual(['a', 'b']);
  expect(names({ search: 'shop', state: 'firing' })).toEqual(['b']);
  const first = list({}, { limit: 2 });
  expect(first).toMatchObject({ total: 3, next: '2' });
  expect(list({}, { limit: 2, cursor: first.next ?? '' }).items.map(({ name }) => name)).toEqual(['c']);
});

const yaml = (name: string) => `name: ${name}\nconditions:\n  - threshold: { metric: ${metric}, above: 1 }\n`;

test.each([
  ['one policy', yaml('a'), ['a']],
  ['a list of policies', `- ${yaml('a').trim().replaceAll('\n', '\n  ')}`, ['a']],
  ['a part of a configuration', `alerts:\n  - ${yaml('a').trim().replaceAll('\n', '\n    ')}`, ['a']],
  ['objectives', 'objectives: [{ name: a, goal: 90, checks: [web] }]', ['a-burn-medium', 'a-burn-slow']],
  ['a configuration without policies, upon that in force', 'site: there', ['old', 'b-burn-medium', 'b-burn-slow']],
])('a back-test reads %s', (_what, text, names) => {
  const inForce = {
    site: 'here',
    watch: [{ name: 'web', type: 'icmp', host: '192.0.2.1' }],
    alerts: [{ name: 'old', conditions: [{ quorum: {} }] }],
    objectives: [{ name: 'b', goal: 90, checks: ['web'] }],
  };
  const read = readPolicies(text, inForce);
  expect(read.alerts.map(({ name }) => name)).toEqual(names);
  expect(read.site).toBe(text.startsWith('site') ? 'there' : 'here');
});

test.each([
  ['', 'BAD_INPUT'],
  ['alerts: []', 'BAD_INPUT'],
  ['{', 'CONFIG_INVALID'],
  ['text', 'CONFIG_INVALID'],
  [yaml('a').replace(metric, 'none'), 'CONFIG_INVALID'],
  [`${yaml('a')}notify: [nobody]\n`, 'CONFIG_INVALID'],
])('a back-test refuses %j', (text, code) => {
  expect(() => readPolicies(text, {})).toThrow(expect.objectContaining({ code }));
});

test('an error of a policy has its line in what was given', () => {
  const read = () => readPolicies(`${yaml('a')}severity: worst\n`, {});
  expect(read).toThrow(
    expect.objectContaining({ facts: { issues: [expect.objectContaining({ line: 4, path: 'severity' })] } }),
  );
});
