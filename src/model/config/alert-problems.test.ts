import { expect, test } from 'vitest';
import { configurationSchema } from './configuration.ts';
import { readConfiguration } from './read.ts';

const probe = { type: 'icmp', summary: '', options: {}, values: {} };
const webhook = { channel: 'webhook', summary: '', options: {} };
const schema = configurationSchema({ probes: [probe], notifiers: [webhook] });

const head = `
targets: [{ name: one, host: 192.0.2.1, labels: { site: x } }, { name: two, host: 192.0.2.2, labels: { site: x } }]
groups: [{ name: all, select: site=x }]
watch:
  - { name: gateway, type: icmp, host: 192.0.2.3 }
  - { name: ping, type: icmp, group: all }
  - { name: 'old@x', type: icmp, host: 192.0.2.4 }
notify: { ops: { webhook: {} } }
`;
const policy = (given: string, conditions = '[{ threshold: { metric: m, above: 1 } }]') =>
  `{ conditions: ${conditions}, ${given} }`;

function issuesOf(...alerts: readonly string[]): string[] {
  const result = readConfiguration(`${head}alerts: [${alerts.join(', ')}]\n`, 'test.yaml', schema);
  return result.issues.map(({ path, message }) => `${path}: ${message}`);
}

test.each([
  ['alerts[1].name: expected a unique name; alerts[0] has it already', [policy('name: slow'), policy('name: slow')]],
  ['alerts[0].name: expected another name; a check has this one', [policy('name: gateway')]],
  ['alerts[0].name: expected another name; a check has this one', [policy('name: ping@one')]],
  ['watch[2].name: expected another name; resources of the policy old have such names', [policy('name: old')]],
  [
    'alerts[1].name: expected another name; resources of the policy slow have such names',
    [policy('name: slow'), policy('name: slow@check=web')],
  ],
  [
    'alerts[0].notify[0]: expected a receiver of the section notify, a rota or an escalation, did you mean ops?',
    [policy('name: slow, notify: [opps]')],
  ],
  [
    'alerts[0].depends-on[0]: expected the name of a check, did you mean gateway?',
    [policy('name: slow, depends-on: [gatewey]')],
  ],
  [
    'alerts[0].conditions[0].verdict.checks[0]: expected the name of a check, did you mean gateway?',
    [policy('name: slow', '[{ verdict: { checks: [gatway] } }]')],
  ],
  ['alerts[0].watchers: rule: k needs k', [policy('name: slow, watchers: { rule: k }')]],
  [
    'alerts[0].conditions[1]: expected group-by [check], as the first condition has it: resources match by their labels',
    [
      policy(
        'name: slow, combiner: AND_WITH_MATCHING_RESOURCE',
        '[{ verdict: {} }, { threshold: { metric: m, group-by: [site], above: 1 } }]',
      ),
    ],
  ],
])('%s', (issue, alerts) => {
  expect(issuesOf(...alerts)).toContain(issue);
});

test('what is named is known, also a check over a group and those that it makes', () => {
  const conditions = '[{ verdict: { checks: [ping, ping@two, gateway] } }]';
  const combined = '[{ verdict: {} }, { threshold: { metric: m, group-by: [check], above: 1 } }]';
  expect(
    issuesOf(
      policy('name: slow, depends-on: [ping, gateway], notify: [ops]', conditions),
      policy('name: both, combiner: AND_WITH_MATCHING_RESOURCE', combined),
    ),
  ).toEqual([]);
});

test('a check over a group stands for its checks in a policy too', () => {
  const yaml = `${head}alerts: [${policy('name: slow, depends-on: [ping]', '[{ verdict: { checks: [ping] } }]')}]\n`;
  const result = readConfiguration(yaml, 'test.yaml', schema);
  const [slow] = result.ok ? result.configuration.alerts : [];
  expect(slow?.['depends-on']).toEqual(['ping@one', 'ping@two']);
  expect(slow?.conditions[0]?.verdict?.checks).toEqual(['ping@one', 'ping@two']);
});
