import type { CollectedFigures } from '../flows/collector/messages.ts';
import type { DescribedMetric, Labels } from './metric.ts';

const ofInterface = ['exporter', 'interface', 'direction'];

/** What the collector of flows says of itself, and sums of what it was told. */
export const flowMetrics: readonly DescribedMetric[] = [
  {
    name: 'quorumwatch_flow_messages_total',
    type: 'counter',
    unit: 'count',
    help: 'Messages of exporters that were read since the collector started.',
  },
  {
    name: 'quorumwatch_flow_records_total',
    type: 'counter',
    unit: 'count',
    help: 'Flow records in these messages; one that tells of both directions counts twice.',
  },
  {
    name: 'quorumwatch_flow_stored_rows_total',
    type: 'counter',
    unit: 'count',
    help: 'Flow records that are durable.',
  },
  {
    name: 'quorumwatch_flow_refused_rows_total',
    type: 'counter',
    unit: 'count',
    help: 'Flow records that found no room on their way to the disk.',
  },
  {
    name: 'quorumwatch_flow_waiting_rows',
    unit: 'count',
    help: 'Flow records that wait for the disk.',
    aggregate: 'max',
  },
  {
    name: 'quorumwatch_flow_kernel_drops_total',
    type: 'counter',
    unit: 'count',
    help: 'Datagrams that the kernel had no room for because the collector was too slow.',
  },
  {
    name: 'quorumwatch_flow_malformed_total',
    type: 'counter',
    unit: 'count',
    help: 'Messages, or parts of them, that were not read, by what was wrong with them or with who sent them.',
    labels: ['reason'],
  },
  {
    name: 'quorumwatch_flow_exporters',
    unit: 'count',
    help: 'Addresses that exporters send from.',
    aggregate: 'max',
  },
  { name: 'quorumwatch_flow_templates', unit: 'count', help: 'Templates of exporters in use.', aggregate: 'max' },
  {
    name: 'quorumwatch_flow_resident_memory_bytes',
    unit: 'bytes',
    help: 'Memory of the collector of flows.',
    aggregate: 'max',
  },
  {
    name: 'quorumwatch_flow_traffic_bytes_total',
    type: 'counter',
    unit: 'bytes',
    help: 'Traffic by interface, as it was before sampling; each record counts once with direction in, once with out.',
    labels: [...ofInterface, 'counts'],
  },
  {
    name: 'quorumwatch_flow_traffic_packets_total',
    type: 'counter',
    unit: 'count',
    help: 'Packets by interface, as they were before sampling; each record counts once in, once out.',
    labels: ofInterface,
  },
  {
    name: 'quorumwatch_flow_traffic_flows_total',
    type: 'counter',
    unit: 'count',
    help: 'Records of traffic by interface; each counts once in, once out.',
    labels: ofInterface,
  },
  {
    name: 'quorumwatch_flow_insights',
    unit: 'count',
    help: 'What stood out in the traffic of the last two hours, by kind, where `flows.insights-every` is set.',
    labels: ['kind'],
    aggregate: 'max',
  },
  {
    name: 'quorumwatch_flow_exporter_records_total',
    type: 'counter',
    unit: 'count',
    help: 'Flow records by exporter, up to the last full minute.',
    labels: ['exporter'],
  },
  {
    name: 'quorumwatch_flow_exporter_lost_total',
    type: 'counter',
    unit: 'count',
    help: 'What sequence numbers say was lost on the way here, up to the last full minute; `of` is what the exporter counts.',
    labels: ['exporter', 'of'],
  },
];

/** Kept every so many seconds, however often the others are: there may be thousands of them. */
export const trafficSeconds = 15;

export function isTraffic(metric: string): boolean {
  return /^quorumwatch_flow_(traffic|exporter)_/.test(metric);
}

interface NamedFigure {
  name: string;
  value: number;
  labels?: Labels;
}

/** Names without their beginning, with values and labels. */
export function flowFigures(figures: CollectedFigures): NamedFigure[] {
  return [
    { name: 'flow_messages_total', value: figures.messages },
    { name: 'flow_records_total', value: figures.records },
    { name: 'flow_stored_rows_total', value: figures.stored },
    { name: 'flow_refused_rows_total', value: figures.refused },
    { name: 'flow_waiting_rows', value: figures.waiting },
    { name: 'flow_kernel_drops_total', value: figures.kernelDrops },
    ...Object.entries(figures.malformed).map(([reason, value]) => ({
      name: 'flow_malformed_total',
      value,
      labels: { reason },
    })),
    { name: 'flow_exporters', value: figures.exporters },
    { name: 'flow_templates', value: figures.templates },
    { name: 'flow_resident_memory_bytes', value: figures.residentBytes },
    ...trafficFigures(figures.traffic),
  ];
}

function trafficFigures({ interfaces, exporters, lost }: CollectedFigures['traffic']): NamedFigure[] {
  // Bytes alone are of two kinds; packets are packets.
  const sums = new Map<string, { labels: Labels; packets: number; flows: number }>();
  const found: NamedFigure[] = [];
  for (const { exporter, interface: name, direction, counts, bytes, packets, flows } of interfaces) {
    const labels = { exporter, interface: name, direction };
    found.push({ name: 'flow_traffic_bytes_total', value: bytes, labels: { ...labels, counts } });
    const key = JSON.stringify(labels);
    const sum = sums.get(key) ?? { labels, packets: 0, flows: 0 };
    sums.set(key, { labels, packets: sum.packets + packets, flows: sum.flows + flows });
  }
  for (const { labels, packets, flows } of sums.values()) {
    found.push({ name: 'flow_traffic_packets_total', value: packets, labels });
    found.push({ name: 'flow_traffic_flows_total', value: flows, labels });
  }
  for (const { exporter, records } of exporters) {
    found.push({ name: 'flow_exporter_records_total', value: records, labels: { exporter } });
  }
  for (const { exporter, of, count } of lost) {
    found.push({ name: 'flow_exporter_lost_total', value: count, labels: { exporter, of } });
  }
  return found;
}
