import type { DashboardDocument } from '../../../model/index.ts';

const where = { check: '$check' };
const bySite = { where, 'group-by': ['site'], aggregate: 'avg' as const, legend: '{{site}}' };

export const sites: DashboardDocument = {
  name: 'sites',
  title: 'Sites',
  description:
    'The same targets as each place sees them: what only one site sees is that site’s. What other watchers see they tell every ten seconds.',
  variables: [{ name: 'check', label: 'check', metric: 'quorumwatch_probe_latency_seconds', title: 'Check' }],
  charts: [
    {
      title: 'Latency by site',
      type: 'line',
      width: 12,
      queries: [{ metric: 'quorumwatch_location_latency_seconds', ...bySite }],
    },
    {
      title: 'Answered by site',
      type: 'line',
      min: 0,
      max: 1,
      thresholds: [{ value: 0.99 }, { value: 0.9, severity: 'critical' }],
      queries: [{ metric: 'quorumwatch_location_success_ratio', ...bySite }],
    },
    {
      title: 'Round trips between sites',
      type: 'line',
      queries: [
        {
          metric: 'quorumwatch_path_rtt_seconds',
          'group-by': ['site_from', 'site_to'],
          aggregate: 'avg',
          legend: '{{site_from}} to {{site_to}}',
        },
      ],
    },
    {
      title: 'Lost between sites',
      type: 'line',
      min: 0,
      queries: [
        {
          metric: 'quorumwatch_path_loss_ratio',
          'group-by': ['site_from', 'site_to'],
          aggregate: 'avg',
          legend: '{{site_from}} to {{site_to}}',
        },
      ],
    },
    {
      title: 'Latency from here, 99th percentile',
      type: 'line',
      queries: [
        {
          metric: 'quorumwatch_probe_latency_seconds',
          where,
          'group-by': ['site'],
          aggregate: 'p99',
          legend: '{{site}}',
        },
      ],
    },
    {
      title: 'Lost packets from here',
      type: 'line',
      min: 0,
      max: 1,
      queries: [{ metric: 'quorumwatch_probe_loss_ratio', ...bySite }],
    },
  ],
};
