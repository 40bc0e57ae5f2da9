import type { DashboardDocument } from '../../../model/index.ts';

const where = { uplink: '$uplink' };
const byUplink = { where, 'group-by': ['uplink', 'family'], legend: '{{uplink}} {{family}}' };

export const uplinks: DashboardDocument = {
  name: 'uplinks',
  title: 'Uplinks',
  description: 'Ways out to the Internet, as this watcher judges them.',
  range: '1h',
  variables: [{ name: 'uplink', label: 'uplink', metric: 'quorumwatch_uplink_state', title: 'Uplink' }],
  charts: [
    {
      title: 'State',
      description: '0 dead, 1 up, 2 bad, 3 held, 4 unknown.',
      type: 'status-history',
      width: 12,
      queries: [{ metric: 'quorumwatch_uplink_state', ...byUplink, aggregate: 'last' }],
    },
    {
      title: 'Carries new connections',
      type: 'status-history',
      width: 12,
      height: 2,
      queries: [{ metric: 'quorumwatch_uplink_carries', ...byUplink, aggregate: 'last' }],
    },
    {
      title: 'Round trip',
      type: 'line',
      compare: '1d',
      queries: [{ metric: 'quorumwatch_uplink_rtt_seconds', ...byUplink, aggregate: 'avg' }],
    },
    {
      title: 'Loss',
      type: 'line',
      min: 0,
      max: 1,
      thresholds: [{ value: 0.02 }, { value: 0.2, severity: 'critical' }],
      queries: [{ metric: 'quorumwatch_uplink_loss_ratio', ...byUplink, aggregate: 'max' }],
    },
    {
      title: 'Jitter',
      type: 'line',
      queries: [{ metric: 'quorumwatch_uplink_jitter_seconds', ...byUplink, aggregate: 'avg' }],
    },
  ],
};
