import { expect, test } from 'vitest';
import { alertPolicySchema, readConfiguration } from '../../model/index.ts';
import { checkedConfiguration } from '../parts.ts';
import { readDocument } from '../read-document.ts';
import { metricProblems } from './metric-problems.ts';

const threshold = (metric: string, given: object = {}) => ({ threshold: { metric, above: 1, ...given } });
const policy = (...conditions: object[]) => alertPolicySchema.parse({ name: 'slow', conditions });

test('metrics that do not exist, and what they do not have, are named with their place', () => {
  const policies = [
    policy(threshold('quorumwatch_probe_latency_seconds', { aggregate: 'p95' })),
    policy(
      { quorum: {} },
      threshold('quorumwatch_probe_latency_second'),
      threshold('quorumwatch_probe_loss_ratio', { aggregate: 'p95' }),
      threshold('quorumwatch_probe_latency_seconds', { where: { check: { matches: '(' } } }),
    ),
  ];
  expect(metricProblems(policies).map(({ path }) => path.join('.'))).toEqual([
    'alerts.1.conditions.1',
    'alerts.1.conditions.2',
    'alerts.1.conditions.3',
  ]);
  expect(metricProblems(policies)[0]?.message).toContain('did you mean quorumwatch_probe_latency_seconds?');
});

test('people are told with the line; what is in the ledger is read by every version', () => {
  const text =
    'alerts:\n  - name: slow\n    conditions:\n      - threshold: { metric: of_another_version, above: 1 }\n';
  const written = readConfiguration(text, 'q.yaml', checkedConfiguration);
  expect(written.issues).toMatchObject([{ line: 4, path: 'alerts[0].conditions[0]' }]);
  const conditions = [threshold('of_another_version')];
  expect(readDocument({ alerts: [{ name: 'slow', conditions }] }).alerts).toHaveLength(1);
});
