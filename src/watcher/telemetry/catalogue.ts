import { nearest, QwError, type ApiMetric } from '../../model/index.ts';
import { flowMetrics } from './flow-metrics.ts';
import { natMetrics } from './nat-metrics.ts';
import { ownLabels, sampleLabels, type DescribedMetric, type Metric } from './metric.ts';

/** Every metric by name: the same names here, on `/metrics`, and for PromQL. */

const sampleMetrics: readonly Metric[] = [
  {
    name: 'quorumwatch_probe_latency_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Latency of samples: the mean of round trips, connects, answers or responses.',
    labels: [...sampleLabels],
    aggregate: 'avg',
    histogram: true,
    source: 'latency',
  },
  {
    name: 'quorumwatch_probe_loss_ratio',
    type: 'gauge',
    unit: 'ratio',
    help: 'Share of packets or tries of a sample that were lost.',
    labels: [...sampleLabels],
    aggregate: 'avg',
    source: 'loss',
  },
  {
    name: 'quorumwatch_probe_success_ratio',
    type: 'gauge',
    unit: 'ratio',
    help: 'Share of samples that passed or were degraded, of those of which the watcher could tell.',
    labels: [...sampleLabels],
    aggregate: 'avg',
    source: 'success',
  },
  {
    name: 'quorumwatch_samples_total',
    type: 'counter',
    unit: 'count',
    help: 'Samples by outcome.',
    labels: [...sampleLabels, 'outcome'],
    aggregate: 'rate',
    source: 'outcomes',
  },
];

const checkMetrics: readonly DescribedMetric[] = [
  {
    name: 'quorumwatch_check_up',
    unit: 'state',
    help: 'Whether the verdict is up or degraded.',
    labels: ['check', 'type'],
  },
  {
    name: 'quorumwatch_check_verdict',
    unit: 'state',
    help: 'The verdict: 0 down, 1 up, 2 degraded, 3 partial, 4 unknown.',
    labels: ['check', 'type'],
    aggregate: 'last',
  },
];

const ownMetrics: readonly DescribedMetric[] = [
  { name: 'quorumwatch_checks', unit: 'count', help: 'Checks by verdict.', labels: ['verdict'] },
  { name: 'quorumwatch_incidents_open', unit: 'count', help: 'Open incidents.', aggregate: 'max' },
  { name: 'quorumwatch_ledger_entries', unit: 'count', help: 'Entries in the ledger.', aggregate: 'max' },
  {
    name: 'quorumwatch_ledger_durable',
    unit: 'state',
    help: 'Whether the ledger accepts and keeps what is proposed.',
    aggregate: 'min',
  },
  {
    name: 'quorumwatch_probes_per_second',
    unit: 'per-second',
    help: 'Probes started in the last seconds, per second.',
  },
  {
    name: 'quorumwatch_probe_start_lateness_p99_seconds',
    unit: 'seconds',
    help: 'How much later than planned probes start, 99th percentile.',
    aggregate: 'max',
  },
  {
    name: 'quorumwatch_sign_ins_total',
    type: 'counter',
    unit: 'count',
    help: 'Tries to sign in since the start, by outcome; those that came too soon after failed ones are delayed.',
    labels: ['outcome'],
  },
  {
    name: 'quorumwatch_alert_policies',
    unit: 'count',
    help: 'Alerting policies that this watcher evaluates.',
    aggregate: 'max',
  },
  {
    name: 'quorumwatch_alert_firing',
    unit: 'count',
    help: 'Resources of alerting policies that fire as this watcher sees them.',
    aggregate: 'max',
  },
  {
    name: 'quorumwatch_alert_evaluations_total',
    type: 'counter',
    unit: 'count',
    help: 'Evaluations of alerting policies since the start.',
  },
  {
    name: 'quorumwatch_alert_lateness_seconds',
    unit: 'seconds',
    help: 'How long after its turn the last evaluation of an alerting policy came.',
    aggregate: 'max',
  },
  {
    name: 'quorumwatch_alert_blind_seconds',
    unit: 'seconds',
    help: 'Time up to this in which the watcher saw nothing for reasons of its own; policies hold it for unknown.',
    aggregate: 'sum',
  },
  {
    name: 'quorumwatch_alert_series',
    unit: 'count',
    help: 'Series that conditions of alerting policies look at.',
    aggregate: 'max',
  },
  {
    name: 'quorumwatch_alert_refused_series',
    unit: 'count',
    help: 'Series that conditions would look at, if there were memory left for them.',
    aggregate: 'max',
  },
  {
    name: 'quorumwatch_alert_window_bytes',
    unit: 'bytes',
    help: 'Memory of the windows of alerting policies.',
    aggregate: 'max',
  },
  {
    name: 'quorumwatch_alert_late_rows_total',
    type: 'counter',
    unit: 'count',
    help: 'Rows of telemetry that came after policies had been evaluated for their time; later evaluations see them.',
  },
  {
    name: 'quorumwatch_alert_dropped_rows_total',
    type: 'counter',
    unit: 'count',
    help: 'Rows of telemetry that alerting policies did not see, since there were too many at a time.',
  },
  {
    name: 'quorumwatch_process_resident_memory_bytes',
    unit: 'bytes',
    help: 'Resident memory of the watcher.',
    aggregate: 'max',
  },
  {
    name: 'quorumwatch_telemetry_rows_total',
    type: 'counter',
    unit: 'count',
    help: 'Rows of telemetry that were written since the start.',
  },
  {
    name: 'quorumwatch_telemetry_dropped_rows_total',
    type: 'counter',
    unit: 'count',
    help: 'Rows of telemetry that were given up since the start, since the store did not keep up or refused them.',
  },
  {
    name: 'quorumwatch_telemetry_waiting_rows',
    unit: 'count',
    help: 'Rows of telemetry that are not durable yet.',
    aggregate: 'max',
  },
  {
    name: 'quorumwatch_telemetry_ready',
    unit: 'state',
    help: 'Whether the store of telemetry answers.',
    aggregate: 'min',
  },
  {
    name: 'quorumwatch_telemetry_stored_rows',
    unit: 'count',
    help: 'Rows that the store of telemetry keeps, by table.',
    labels: ['table'],
    aggregate: 'max',
  },
  {
    name: 'quorumwatch_telemetry_stored_bytes',
    unit: 'bytes',
    help: 'What the store of telemetry takes, by table.',
    labels: ['table'],
    aggregate: 'max',
  },
];

const uplinkLabels = ['uplink', 'family'];
const uplinkMetrics: readonly DescribedMetric[] = [
  {
    name: 'quorumwatch_uplink_state',
    unit: 'state',
    help: 'What this watcher thinks of the uplink: 0 dead, 1 up, 2 bad, 3 held, 4 unknown.',
    labels: uplinkLabels,
    aggregate: 'last',
  },
  {
    name: 'quorumwatch_uplink_loss_ratio',
    unit: 'ratio',
    help: 'Share of probes through the uplink that were lost, in the window.',
    labels: uplinkLabels,
    aggregate: 'max',
  },
  {
    name: 'quorumwatch_uplink_rtt_seconds',
    unit: 'seconds',
    help: 'Median round trip through the uplink, in the window.',
    labels: uplinkLabels,
  },
  {
    name: 'quorumwatch_uplink_jitter_seconds',
    unit: 'seconds',
    help: 'Jitter through the uplink, in the window.',
    labels: uplinkLabels,
  },
  {
    name: 'quorumwatch_uplink_carries',
    unit: 'state',
    help: 'Whether the uplink carries new connections.',
    labels: uplinkLabels,
    aggregate: 'last',
  },
];

const clusterMetrics: readonly DescribedMetric[] = [
  { name: 'quorumwatch_cluster_epoch', unit: 'count', help: 'Epoch of the membership.', aggregate: 'max' },
  { name: 'quorumwatch_cluster_view', unit: 'count', help: 'View (PBFT) or term (Raft).', aggregate: 'max' },
  {
    name: 'quorumwatch_cluster_sequence',
    unit: 'count',
    help: 'The last sequence that was executed.',
    aggregate: 'max',
  },
  { name: 'quorumwatch_cluster_active', unit: 'state', help: 'Whether this member orders or votes.', aggregate: 'min' },
  { name: 'quorumwatch_cluster_voting', unit: 'state', help: 'Whether this member votes.', aggregate: 'last' },
  {
    name: 'quorumwatch_cluster_members_reached',
    unit: 'count',
    help: 'Members with whom there is a link, this one included.',
    aggregate: 'min',
  },
  {
    name: 'quorumwatch_cluster_link_round_trip_seconds',
    unit: 'seconds',
    help: 'Round trip of the link to another member.',
    labels: ['peer'],
  },
  {
    name: 'quorumwatch_cluster_link_heard_seconds',
    unit: 'seconds',
    help: 'How long ago another member was heard.',
    labels: ['peer'],
    aggregate: 'max',
  },
];

const pathLabels = ['from', 'to', 'site_from', 'site_to'];
/** What watchers tell each other: a series has the name of the one that says it, so it needs no other. */
const toldMetrics: readonly Metric[] = (
  [
    ['path_rtt_seconds', 'seconds', 'Median round trip of probes from one watcher to another.', 'avg', pathLabels],
    ['path_rtt_p95_seconds', 'seconds', 'Round trip that 95 of 100 probes stay below.', 'max', pathLabels],
    ['path_loss_ratio', 'ratio', 'Share of packets lost on the way from one watcher to another.', 'avg', pathLabels],
    ['path_jitter_seconds', 'seconds', 'Jitter on the way from one watcher to another (RFC 3550).', 'avg', pathLabels],
    ['path_mtu_bytes', 'bytes', 'Largest IP packet that passed both ways unfragmented.', 'min', pathLabels],
    ['path_clock_ahead_seconds', 'seconds', 'How much the clock of the other watcher is ahead.', 'avg', pathLabels],
    [
      'location_latency_seconds',
      'seconds',
      'Mean latency of a check over the last minute, as each watcher tells it.',
      'avg',
      ['check', 'watcher', 'site'],
    ],
    [
      'location_success_ratio',
      'ratio',
      'Share of samples of the last minute that passed or were degraded, as each watcher tells it.',
      'avg',
      ['check', 'watcher', 'site'],
    ],
  ] as const
).map(([name, unit, help, aggregate, labels]) => ({
  name: `quorumwatch_${name}`,
  type: 'gauge',
  unit,
  help,
  aggregate,
  labels: [...labels],
  source: 'points',
}));

/** All of them, by name. */
export const metrics: readonly Metric[] = [
  ...sampleMetrics,
  ...toldMetrics,
  ...[...checkMetrics, ...ownMetrics, ...uplinkMetrics, ...clusterMetrics, ...flowMetrics, ...natMetrics].map(
    pointMetric,
  ),
].toSorted((a, b) => (a.name < b.name ? -1 : 1));

const byName: ReadonlyMap<string, Metric> = new Map(metrics.map((metric) => [metric.name, metric]));

export function findMetric(name: string): Metric | undefined {
  return byName.get(name);
}

/** Throws NOT_FOUND with the nearest name. */
export function metricNamed(name: string): Metric {
  const found = byName.get(name);
  if (found) return found;
  throw new QwError('NOT_FOUND', `there is no metric ${JSON.stringify(name)}${nearest(name, byName.keys())}`, {
    hint: '`quorumwatch metrics list` shows all of them',
  });
}

/** As the API describes it. */
export function describeMetric({ source: _source, ...described }: Metric): ApiMetric {
  return described;
}

function pointMetric({ labels = [], type = 'gauge', aggregate, ...rest }: DescribedMetric): Metric {
  const usual = type === 'counter' ? 'rate' : 'avg';
  return { ...rest, type, labels: [...labels, ...ownLabels], aggregate: aggregate ?? usual, source: 'points' };
}
