import type { EpochMs, FlowInsight, NatPoolUse } from '../../model/index.ts';

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
  const full = pools.filter(({ share }) => share >= warnAt).map((pool) => ofPool(pool, time(now)));
  if (!refused) return full;
  const dropped: FlowInsight = {
    kind: 'nat-exhaustion',
    severity: 'critical',
    summary: `${refused.ports} packets were dropped since no port was free to translate their source to`,
    subject: 'address translation',
    figures: { packets: refused.ports },
    firstAt: time(refused.firstAt),
    lastAt: time(refused.lastAt),
    filter: 'kind drop',
  };
  return [dropped, ...full];
}

function ofPool(pool: NatPoolUse, now: string): FlowInsight {
  const protocol = protocolNames[pool.protocol] ?? `protocol ${pool.protocol}`;
  const percent = Math.round(pool.share * 100);
  const rule = pool.rule === '' ? '' : ` by the rule ${pool.rule}`;
  return {
    kind: 'nat-exhaustion',
    severity: pool.share >= 1 ? 'critical' : 'warning',
    summary: `${pool.used} of ${pool.ports} ports (${percent} %) that ${pool.address} has for ${protocol}${rule} are in use towards ${pool.destination} port ${pool.destinationPort}`,
    subject: pool.address,
    figures: { used: pool.used, ports: pool.ports, share: pool.share, translations: pool.translations },
    firstAt: now,
    lastAt: now,
    filter: 'kind nat',
  };
}
