import { expect, test } from 'vitest';
import { lineOf, pathOf, policyText, withoutPolicy, withPolicy } from './policy-yaml.ts';

const configuration = `# the office
site: office
alerts:
  # people wait
  - name: slow
    conditions: [{ quorum: {} }] # for now
  - name: failing
    conditions: [{ verdict: {} }]
watch: []
`;

test('a policy is put in the place of the one that it was; everything else stays', () => {
  const text = withPolicy(
    configuration,
    'failing',
    'name: failing\nseverity: critical\nconditions: [{ verdict: {} }]\n',
  );
  expect(text).toContain('# the office');
  expect(text).toContain('# for now');
  expect(text).toContain('  - name: failing\n    severity: critical\n');
  expect(text.match(/name:/g)).toHaveLength(2);
});

test('a new policy goes behind the others, or is the first', () => {
  const policy = 'name: quorum\nconditions: [{ quorum: {} }]\n';
  expect(withPolicy(configuration, undefined, policy)).toMatch(/failing[^]*quorum[^]*watch/);
  expect(withPolicy('site: office\n', undefined, policy)).toContain('alerts:\n  - name: quorum\n');
});

test('a renamed policy keeps its place; one that was removed is gone', () => {
  const text = withPolicy(configuration, 'slow', 'name: slower\nconditions: []\n');
  expect(text).toMatch(/slower[^]*failing/);
  expect(text).not.toContain('name: slow\n');
  expect(withoutPolicy(configuration, 'slow')).not.toContain('slow');
});

test('its own text comes with its comments', () => {
  expect(policyText(configuration, 'slow')).toContain('conditions: [ { quorum: {} } ] # for now');
  expect(policyText(configuration, 'nothing')).toBeUndefined();
});

test('an error’s path becomes a place in the text, or the nearest that there is', () => {
  const policy = 'name: slow\nconditions:\n  - threshold:\n      metric: a\n      above: b\n';
  expect(lineOf(policy, 'alerts[3].conditions[0].threshold.above')).toEqual({ line: 5, column: 14 });
  expect(lineOf(policy, 'conditions[0].threshold.window')).toMatchObject({ line: 4 });
  expect(lineOf(policy, 'alerts[3]')).toEqual({ line: 1, column: 1 });
});

test('what is wrong elsewhere in the configuration has no line in the policy', () => {
  const within = pathOf(configuration, 'failing');
  expect(within).toBe('alerts[1]');
  const policy = 'name: failing\nnotify: [ops]\nconditions: []\n';
  expect(lineOf(policy, 'alerts[1].notify[0]', within)).toEqual({ line: 2, column: 10 });
  expect(lineOf(policy, 'alerts[0].notify[0]', within)).toBeUndefined();
  expect(lineOf(policy, 'notify.ops', within)).toBeUndefined();
  expect(lineOf(policy, 'alerts[0].depends-on[0]', pathOf(configuration, undefined))).toBeUndefined();
});
