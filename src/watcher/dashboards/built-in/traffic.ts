import type { DashboardDocument } from '../../../model/index.ts';

const where = { exporter: '$exporter' };
const byInterface = { 'group-by': ['exporter', 'interface'], legend: '{{exporter}} {{interface}}' };

export const traffic: DashboardDocument = {
  name: 'traffic',
  title: 'Traffic',
  description: 'What exporters told of their interfaces, what of it was lost, and how full address translation is.',
  range: '6h',
  variables: [
    { name: 'exporter', label: 'exporter', metric: 'quorumwatch_flow_traffic_bytes_total', title: 'Exporter' },
  ],
  charts: [
    {
      title: 'Bytes a second in, by interface',
      type: 'stacked-area',
      compare: '1d',
      queries: [
        {
          metric: 'quorumwatch_flow_traffic_bytes_total',
          where: { ...where, direction: 'in' },
          aggregate: 'rate',
          ...byInterface,
        },
      ],
    },
    {
      title: 'Bytes a second out, by interface',
      type: 'stacked-area',
      compare: '1d',
      queries: [
        {
          metric: 'quorumwatch_flow_traffic_bytes_total',
          where: { ...where, direction: 'out' },
          aggregate: 'rate',
          ...byInterface,
        },
      ],
    },
    {
      title: 'Records a second',
      type: 'line',
      queries: [
        {
          metric: 'quorumwatch_flow_exporter_records_total',
          where,
          'group-by': ['exporter'],
          aggregate: 'rate',
          legend: '{{exporter}}',
        },
      ],
    },
    {
      title: 'Exports lost a second',
      type: 'line',
      min: 0,
      queries: [
        {
          metric: 'quorumwatch_flow_exporter_lost_total',
          where,
          'group-by': ['exporter', 'of'],
          aggregate: 'rate',
          legend: '{{exporter}}: {{of}}',
        },
      ],
    },
    {
      title: 'Ports of address translation in use',
      type: 'line',
      min: 0,
      max: 1,
      thresholds: [{ value: 0.8 }, { value: 0.95, severity: 'critical' }],
      queries: [
        {
          metric: 'quorumwatch_nat_pool_used_ratio',
          'group-by': ['address', 'protocol'],
          aggregate: 'max',
          legend: '{{address}} {{protocol}}',
        },
      ],
    },
    {
      title: 'Packets dropped by address translation',
      type: 'line',
      min: 0,
      queries: [
        {
          metric: 'quorumwatch_nat_refused_packets_total',
          'group-by': ['cause'],
          aggregate: 'rate',
          legend: '{{cause}}',
        },
      ],
    },
  ],
};
