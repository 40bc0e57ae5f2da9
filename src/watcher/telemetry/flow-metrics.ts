import type { FlowFigures } from '../flows/collector/messages.ts';
import type { DescribedMetric } from './metric.ts';

/** What the collector of flows says of itself. */
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
];

/** Names without their beginning, with values and labels. */
export function flowFigures(
  figures: FlowFigures,
): { name: string; value: number; labels?: Readonly<Record<string, string>> }[] {
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
  ];
}
