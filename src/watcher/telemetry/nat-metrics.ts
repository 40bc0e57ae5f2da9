import type { NatStatus } from '../../model/index.ts';
import type { DescribedMetric, Labels } from './metric.ts';

/** What became of address translation on this machine. */
export const natMetrics: readonly DescribedMetric[] = [
  {
    name: 'quorumwatch_nat_translations_total',
    type: 'counter',
    unit: 'count',
    help: 'Translations that began or ended since the collector started.',
    labels: ['event'],
  },
  {
    name: 'quorumwatch_nat_refused_packets_total',
    type: 'counter',
    unit: 'count',
    help: 'Packets that the kernel dropped: for want of a port, since two connections clashed, or for want of room.',
    labels: ['cause'],
  },
  {
    name: 'quorumwatch_nat_pool_used_ratio',
    unit: 'ratio',
    help: 'Share of the ports of a pool that are in use towards the destination that uses most of them.',
    labels: ['address', 'protocol', 'rule'],
    aggregate: 'max',
  },
  {
    name: 'quorumwatch_nat_connections_ratio',
    unit: 'ratio',
    help: 'Share of the kernel’s table of connections that is in use.',
    aggregate: 'max',
  },
];

/** The fullest ones: whoever translates to more addresses than that has them in `nat status`. */
const maxPools = 200;
const protocols: Readonly<Record<number, string>> = { 6: 'tcp', 17: 'udp' };

/** Names without their beginning, with values and labels. */
export function natFigures(status: NatStatus): { name: string; value: number; labels?: Labels }[] {
  if (!status.enabled) return [];
  const { created, ended, refused, pools, connections, mostConnections } = status;
  const shares = new Map<string, { labels: Labels; value: number }>();
  for (const { address, protocol, rule, share } of pools.toSorted((a, b) => b.share - a.share)) {
    const labels = { address, protocol: protocols[protocol] ?? String(protocol), rule };
    const key = JSON.stringify(labels);
    if (shares.size < maxPools && !shares.has(key)) shares.set(key, { labels, value: share });
  }
  return [
    { name: 'nat_translations_total', value: created, labels: { event: 'created' } },
    { name: 'nat_translations_total', value: ended, labels: { event: 'ended' } },
    ...Object.entries(refused).map(([cause, value]) => ({
      name: 'nat_refused_packets_total',
      value,
      labels: { cause },
    })),
    ...[...shares.values()].map((one) => ({ name: 'nat_pool_used_ratio', ...one })),
    ...(mostConnections > 0 ? [{ name: 'nat_connections_ratio', value: connections / mostConnections }] : []),
  ];
}
