import type { FlowViewDocument } from '../../../model/index.ts';

/** Questions about traffic that come up again and again. */
export const builtInFlowViews: readonly FlowViewDocument[] = [
  {
    name: 'monitoring',
    title: 'Monitoring',
    description: 'Services now, and a day ago',
    by: ['service'],
    range: '6h',
    compare: '1d',
  },
  {
    name: 'forensics',
    title: 'Forensics',
    description: 'Single records, each with both its ends',
    show: 'records',
    range: '1h',
  },
  {
    name: 'security',
    title: 'Security',
    description: 'New peers, scans, beacons, volumes',
    show: 'insights',
    range: '24h',
  },
  {
    name: 'cost',
    title: 'Cost',
    description: 'What the traffic that left costs, 30 days',
    show: 'costs',
    range: '30d',
  },
  {
    name: 'capacity',
    title: 'Capacity',
    description: 'How full interfaces are, 7 days',
    by: ['exporter', 'output'],
    statistic: 'p95',
    stacked: false,
    range: '7d',
  },
  {
    name: 'nat',
    title: 'NAT',
    description: 'Translations and ports that ran out',
    by: ['event', 'source'],
    filter: 'kind nat',
    measure: 'flows',
  },
  {
    name: 'drops',
    title: 'Refused and dropped',
    description: 'By reason and source',
    by: ['reason', 'source'],
    filter: 'kind in [firewall, drop]',
    measure: 'flows',
  },
];
