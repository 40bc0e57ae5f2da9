import type { FlowSettings, MemberRecord } from '../../model/index.ts';

type Reachable = Pick<MemberRecord, 'id' | 'address'>;

/**
 * Which watchers collect flows: those that the configuration names, else one on each host. Watchers of one host would
 * want the same port and tell of the same connections; of them it is the one that joined first. Who has no address is
 * a host of its own.
 */
export function whoCollects(flows: Pick<FlowSettings, 'watchers'>, watchers: readonly Reachable[]): readonly string[] {
  if (flows.watchers) return flows.watchers;
  const firsts = new Map<string, string>();
  for (const { id, address } of watchers) {
    const host = hostOf(address) || id;
    if (!firsts.has(host)) firsts.set(host, id);
  }
  return [...firsts.values()];
}

/** `host:port` or `[host]:port` without the port. */
const hostOf = (address: string): string => address.slice(0, Math.max(0, address.lastIndexOf(':'))).toLowerCase();
