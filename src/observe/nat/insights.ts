import { flowInsight, type EpochMs, type FlowInsight, type NatPoolUse } from '../../model/index.ts';

/** Packets that were dropped since the beginning, and when the last of them was. */
export interface NatRefused {
  ports: number;
  firstAt: EpochMs;
  lastAt: EpochMs;
}

const protocolNames: Readonly<Record<number, string>> = { 1: 'ICMP', 6: 'TCP', 17: 'UDP' };

/** Pools that are nearly full, and packets that found no port: `warnAt` is a share. */
export function natInsights(
  pools: readonly NatPoolUse[],
  refused: NatRefused | undefined,
  warnAt: number,
  now: EpochMs,
): FlowInsight[] {
  const time = (at: EpochMs) => new Date(at).toISOString();
  const full = pools.filter(({ share }) => share >= warnAt).map((pool) => ofPool(pool, warnAt, time(now)));
  if (!refused) return full;
  const dropped = flowInsight({
    code: 'nat-dropped',
    kind: 'nat-exhaustion',
    severity: 'critical',
    subject: 'NAT',
    names: {},
    figures: { packets: refused.ports },
    thresholds: {},
    firstAt: time(refused.firstAt),
    lastAt: time(refused.lastAt),
    filter: 'kind drop',
  });
  return [dropped, ...full];
}

function ofPool(pool: NatPoolUse, warnShare: number, now: string): FlowInsight {
  const { address, rule, destination, used, ports, share, translations } = pool;
  const protocol = protocolNames[pool.protocol] ?? `proto ${pool.protocol}`;
  return flowInsight({
    code: 'nat-pool',
    kind: 'nat-exhaustion',
    severity: share >= 1 ? 'critical' : 'warning',
    subject: address,
    names: { address, protocol, rule, destination },
    figures: { used, ports, share, translations, port: pool.destinationPort },
    thresholds: { warnShare },
    firstAt: now,
    lastAt: now,
    filter: 'kind nat',
  });
}
