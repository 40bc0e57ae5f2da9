import type { DashboardDocument } from '../../../model/index.ts';

const byWatcher = { where: { watcher: '$watcher' }, 'group-by': ['watcher'], legend: '{{watcher}}' };

export const watchers: DashboardDocument = {
  name: 'watchers',
  title: 'Watchers',
  description: 'How the watch itself is: whether it keeps its pace, and what it needs.',
  variables: [
    { name: 'watcher', label: 'watcher', metric: 'quorumwatch_process_resident_memory_bytes', title: 'Watcher' },
  ],
  charts: [
    {
      title: 'Probes started',
      type: 'line',
      queries: [{ metric: 'quorumwatch_probes_per_second', ...byWatcher, aggregate: 'avg' }],
    },
    {
      title: 'Probes start late by, 99th percentile',
      type: 'line',
      thresholds: [{ value: 0.1 }, { value: 1, severity: 'critical' }],
      queries: [{ metric: 'quorumwatch_probe_start_lateness_p99_seconds', ...byWatcher, aggregate: 'max' }],
    },
    {
      title: 'Resident memory',
      type: 'line',
      queries: [{ metric: 'quorumwatch_process_resident_memory_bytes', ...byWatcher, aggregate: 'max' }],
    },
    {
      title: 'Checks by verdict',
      type: 'stacked-area',
      queries: [
        {
          metric: 'quorumwatch_checks',
          where: { watcher: '$watcher' },
          'group-by': ['verdict'],
          aggregate: 'avg',
          legend: '{{verdict}}',
        },
      ],
    },
    {
      title: 'Telemetry rows written',
      type: 'line',
      queries: [{ metric: 'quorumwatch_telemetry_rows_total', ...byWatcher, aggregate: 'rate' }],
    },
    {
      title: 'Telemetry rows given up',
      description: 'Rows that could not be kept: a disk that is full or too slow. Nothing else waits for them.',
      type: 'line',
      thresholds: [{ value: 0.001, severity: 'critical' }],
      queries: [{ metric: 'quorumwatch_telemetry_dropped_rows_total', ...byWatcher, aggregate: 'rate' }],
    },
  ],
};
