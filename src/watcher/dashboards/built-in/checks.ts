import type { DashboardDocument } from '../../../model/index.ts';

const where = { check: '$check', site: '$site' };

export const checks: DashboardDocument = {
  name: 'checks',
  title: 'Checks',
  description: 'What probes find: latency, loss, failures, and the verdicts that the watchers agreed on.',
  variables: [
    { name: 'check', label: 'check', metric: 'quorumwatch_probe_latency_seconds', title: 'Check' },
    { name: 'site', label: 'site', metric: 'quorumwatch_probe_latency_seconds', title: 'Site' },
  ],
  charts: [
    {
      title: 'Verdicts',
      type: 'status-history',
      width: 12,
      height: 4,
      series: 50,
      queries: [
        {
          metric: 'quorumwatch_check_verdict',
          where: { check: '$check' },
          'group-by': ['check'],
          aggregate: 'last',
          legend: '{{check}}',
        },
      ],
    },
    {
      title: 'Latency, 95th percentile',
      type: 'line',
      queries: [
        {
          metric: 'quorumwatch_probe_latency_seconds',
          where,
          'group-by': ['check'],
          aggregate: 'p95',
          legend: '{{check}}',
        },
      ],
    },
    {
      title: 'Latency of all samples',
      description: 'How many samples took how long: two bands are two ways, or two servers.',
      type: 'heat-map',
      queries: [{ metric: 'quorumwatch_probe_latency_seconds', where }],
    },
    {
      title: 'Lost packets',
      type: 'line',
      min: 0,
      max: 1,
      thresholds: [{ value: 0.05 }, { value: 0.5, severity: 'critical' }],
      queries: [
        { metric: 'quorumwatch_probe_loss_ratio', where, 'group-by': ['check'], aggregate: 'avg', legend: '{{check}}' },
      ],
    },
    {
      title: 'Samples by outcome',
      type: 'stacked-area',
      queries: [
        {
          metric: 'quorumwatch_samples_total',
          where,
          'group-by': ['outcome'],
          aggregate: 'rate',
          legend: '{{outcome}}',
        },
      ],
    },
    {
      title: 'Slowest',
      type: 'table',
      width: 12,
      series: 20,
      queries: [
        {
          metric: 'quorumwatch_probe_latency_seconds',
          where,
          'group-by': ['check', 'site'],
          aggregate: 'p95',
          legend: '{{check}} from {{site}}',
        },
      ],
    },
  ],
};
