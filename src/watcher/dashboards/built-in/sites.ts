import type { DashboardDocument } from '../../../model/index.ts';

const variables: DashboardDocument['variables'] = [
  { name: 'check', label: 'check', metric: 'quorumwatch_probe_latency_seconds', title: 'Check' },
];
const where = { check: '$check' };

export const sites: DashboardDocument = {
  name: 'sites',
  title: 'Sites',
  description: 'The same targets as each place sees them: what only one site sees is that site’s.',
  variables,
  charts: [
    {
      title: 'Latency by site, median',
      type: 'line',
      queries: [
        {
          metric: 'quorumwatch_probe_latency_seconds',
          where,
          'group-by': ['site'],
          aggregate: 'p50',
          legend: '{{site}}',
        },
      ],
    },
    {
      title: 'Latency by site, 99th percentile',
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
      title: 'Answered',
      type: 'line',
      min: 0,
      max: 1,
      queries: [
        {
          metric: 'quorumwatch_probe_success_ratio',
          where,
          'group-by': ['site'],
          aggregate: 'avg',
          legend: '{{site}}',
        },
      ],
    },
    {
      title: 'Lost packets',
      type: 'line',
      min: 0,
      max: 1,
      queries: [
        { metric: 'quorumwatch_probe_loss_ratio', where, 'group-by': ['site'], aggregate: 'avg', legend: '{{site}}' },
      ],
    },
    {
      title: 'Failures',
      type: 'stacked-area',
      width: 12,
      queries: [
        {
          metric: 'quorumwatch_samples_total',
          where: { ...where, outcome: 'fail' },
          'group-by': ['site'],
          aggregate: 'rate',
          legend: '{{site}}',
        },
      ],
    },
  ],
};
