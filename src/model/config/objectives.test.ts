import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configurationSchema } from './configuration.ts';
import { burnPairs } from './objective-policies.ts';
import { allowedShare } from './objectives.ts';
import { readConfiguration } from './read.ts';

const probe = { type: 'icmp', summary: '', options: {}, values: {} };
const schema = configurationSchema({ probes: [probe], notifiers: [{ channel: 'webhook', summary: '', options: {} }] });
const head = `
targets: [{ name: one, host: 192.0.2.1, labels: { site: x } }, { name: two, host: 192.0.2.2, labels: { site: x } }]
groups: [{ name: all, select: site=x }]
watch:
  - { name: web, type: icmp, host: 192.0.2.3, labels: { tier: gold }, watchers: { select: site=x } }
  - { name: ping, type: icmp, group: all }
notify: { ops: { webhook: {} } }
`;
const read = (...objectives: readonly string[]) =>
  readConfiguration(`${head}objectives: [${objectives.join(', ')}]\n`, 'test.yaml', schema);
const policiesOf = (objective: string) => {
  const result = read(objective);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.configuration.alerts;
};
const day = 86_400_000;

test('burn rates are those of the workbook for 30 days, and their windows grow with the period', () => {
  const table = (period: number) =>
    burnPairs({ name: 'a', goal: 99.9, period }).map(({ longMs, shortMs, share }) => [
      longMs / 60_000,
      shortMs / 60_000,
      share,
    ]);
  expect(table(30 * day)).toEqual([
    [60, 5, 0.0144],
    [360, 30, 0.006],
    [4320, 360, 0.001],
  ]);
  expect(table(7 * day)[0]).toEqual([14, 7 / 6, 0.0144]);
  expect(table(90 * day)[2]).toEqual([7 * 1440, 7 * 120, 0.001]);
  // What would need more than all to be bad can't fire.
  expect(burnPairs({ name: 'a', goal: 90, period: 'month' }).map(({ policy }) => policy)).toEqual([
    'a-burn-medium',
    'a-burn-slow',
  ]);
  expect([99.9, 99.99, 95, 99.999999].map(allowedShare)).toEqual([0.001, 0.0001, 0.05, 1e-8]);
});

test('an objective becomes policies that look at the samples of its checks, with a least number of them', () => {
  const [fast, , slow, ...others] = policiesOf(
    '{ name: gold, goal: 99, select: tier=gold, labels: { team: a }, alerts: { notify: [ops] } }',
  );
  expect(others).toEqual([]);
  const where = { check: ['web'], outcome: ['pass', 'degraded', 'fail'] };
  expect(fast).toMatchObject({
    name: 'gold-burn-fast',
    severity: 'critical',
    combiner: 'AND',
    labels: { team: 'a', objective: 'gold', burn: 'fast' },
    watchers: { rule: 'bft', select: 'site=x' },
    notify: ['ops'],
    conditions: [
      { ratio: { window: 3_600_000, above: 0.144, of: { where: { check: ['web'], outcome: 'fail' } }, to: { where } } },
      { ratio: { window: 300_000, above: 0.144 } },
      { threshold: { window: 3_600_000, above: 19.5, aggregate: 'sum', where } },
    ],
  });
  expect(slow).toMatchObject({ name: 'gold-burn-slow', severity: 'warning' });
});

test('a check over a group stands for its checks; counters and switched off alerts are understood', () => {
  const [first] = policiesOf('{ name: a, goal: 99, checks: [ping], minimum-volume: 0, indicator: { uptime: {} } }');
  expect(first?.conditions).toHaveLength(2);
  expect(first?.watchers).toEqual({ rule: 'bft' });
  expect(first?.conditions[0]?.ratio?.of.where['check']).toEqual(['ping@one', 'ping@two']);
  const counters = 'indicator: { counters: { good: { metric: ok }, total: { metric: all } } }';
  expect(policiesOf(`{ name: a, goal: 99.9, ${counters} }`)[2]?.conditions[0]?.ratio).toMatchObject({
    of: { metric: 'ok', aggregate: 'sum' },
    below: 0.999,
  });
  expect(policiesOf('{ name: a, goal: 99, checks: [web], alerts: { disabled: true } }')).toEqual([]);
});

test('latency burns by the share of samples that were too slow', () => {
  const [fast] = policiesOf('{ name: a, goal: 99, checks: [web], indicator: { latency: { below: 250ms } } }');
  const metric = 'quorumwatch_probe_latency_seconds';
  expect(fast?.conditions.map(({ threshold }) => threshold)).toMatchObject([
    { metric, where: { check: ['web'] }, 'slower-than': 250, window: 3_600_000, above: 0.144 },
    { metric, 'slower-than': 250, window: 300_000, above: 0.144 },
    { metric, aggregate: 'count', window: 3_600_000, above: 19.5 },
  ]);
});

test.each([
  ['expected a unique name; objectives[0] has it already', ['name: a, checks: [web]', 'name: a, checks: [web]']],
  ['expected the name of a check, did you mean web?', ['name: a, checks: [wob]']],
  ['expected checks or select', ['name: a']],
  ['expected whole days, such as 30d, or month', ['name: a, checks: [web], period: 7d1h']],
  ['did you mean ops?', ['name: a, checks: [web], alerts: { notify: [opps] }']],
  ['expected exactly one of samples, uptime', ['name: a, checks: [web], indicator: {}']],
  [
    'neither checks nor select',
    ['name: a, checks: [web], indicator: { counters: { bad: { metric: a }, total: { metric: b } } }'],
  ],
])('says %s', (message, objectives) => {
  const result = read(...objectives.map((one) => `{ goal: 99, ${one} }`));
  expect(result.issues.map((issue) => issue.message).join('\n')).toContain(message);
});

test('names of its policies have to be free', () => {
  const policy = 'alerts: [{ name: a-burn-slow, conditions: [{ threshold: { metric: m, above: 1 } }] }]';
  const result = readConfiguration(`${head}${policy}\nobjectives: [{ name: a, goal: 99, checks: [web] }]`, 'x', schema);
  expect(result.issues.map(({ message }) => message)).toEqual([
    'expected another name; something else is called a-burn-slow, as a policy of this would be',
  ]);
});

test('maintenance of a check is maintenance of the policies of its objectives, whichever way it is covered', () => {
  const times = 'once: { from: 2026-01-01T00:00, to: 2026-01-01T01:00 }';
  const windows = [
    `{ name: by-name, ${times}, checks: [web] }`,
    `{ name: by-label, ${times}, select: tier=gold }`,
    `{ name: other, ${times}, checks: [ping] }`,
    `{ name: all, ${times} }`,
  ];
  const objectives = '[{ name: a, goal: 90, checks: [web] }]';
  const text = `${head}maintenance: [${windows.join(', ')}]\nobjectives: ${objectives}\n`;
  const result = readConfiguration(text, 'test.yaml', schema);
  expect(result.ok && result.configuration.maintenance.map(({ checks, select }) => [checks, select])).toEqual([
    [['web', 'a-burn-medium', 'a-burn-slow'], undefined],
    [['a-burn-medium', 'a-burn-slow'], 'tier=gold'],
    [['ping@one', 'ping@two'], undefined],
    [undefined, undefined],
  ]);
});

test('the section of the guide is one that is understood', () => {
  const guide = readFileSync(new URL('../../../docs/guide/service-levels.md', import.meta.url), 'utf8');
  const [, yaml = ''] = /```yaml\n([^]*?)```/.exec(guide) ?? [];
  const checks = ['shop-web', 'shop-api'].map((name) => `  - { name: ${name}, type: icmp, host: 192.0.2.1 }`);
  const result = readConfiguration(
    `watch:\n${checks.join('\n')}\nnotify: { ops: { webhook: {} } }\n${yaml}`,
    'x',
    schema,
  );
  expect(result.issues).toEqual([]);
  expect(result.ok && result.configuration.objectives?.map(({ name }) => name)).toEqual(['shop', 'contract', 'quick']);
});
