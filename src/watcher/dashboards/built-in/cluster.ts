import type { DashboardDocument } from '../../../model/index.ts';

export const cluster: DashboardDocument = {
  name: 'cluster',
  title: 'Cluster',
  description: 'How agreement goes on, as this watcher sees it.',
  charts: [
    {
      title: 'Ledger entries',
      type: 'line',
      queries: [{ metric: 'quorumwatch_ledger_entries', 'group-by': ['watcher'], aggregate: 'max' }],
    },
    {
      title: 'Open incidents',
      type: 'line',
      min: 0,
      queries: [{ metric: 'quorumwatch_incidents_open', aggregate: 'max' }],
    },
    {
      title: 'Round trips to other members',
      type: 'line',
      queries: [
        {
          metric: 'quorumwatch_cluster_link_round_trip_seconds',
          'group-by': ['peer'],
          aggregate: 'avg',
          legend: '{{peer}}',
        },
      ],
    },
    {
      title: 'Last heard of other members',
      type: 'line',
      thresholds: [{ value: 5 }, { value: 30, severity: 'critical' }],
      queries: [
        {
          metric: 'quorumwatch_cluster_link_heard_seconds',
          'group-by': ['peer'],
          aggregate: 'max',
          legend: '{{peer}}',
        },
      ],
    },
    {
      title: 'View or term',
      description: 'Each change of it is a change of the member that orders.',
      type: 'line',
      queries: [{ metric: 'quorumwatch_cluster_view', aggregate: 'max' }],
    },
    {
      title: 'Sequences ordered',
      type: 'line',
      queries: [{ metric: 'quorumwatch_cluster_sequence', 'group-by': ['watcher'], aggregate: 'max' }],
    },
    {
      title: 'Votes',
      type: 'status-history',
      width: 12,
      height: 2,
      queries: [{ metric: 'quorumwatch_cluster_voting', 'group-by': ['watcher'], aggregate: 'last' }],
    },
  ],
};
