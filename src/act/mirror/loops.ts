import { QwError, type MirrorPolicy } from '../../model/index.ts';
import { devicePattern } from './commands.ts';

/** What copies could come back through: the interface below or at the other end (`link`), and the bridge above. */
export interface LinkFacts {
  device: string;
  up: boolean;
  /** In this namespace: the other end of a veth, what a VLAN or macvlan stands upon. */
  link?: string;
  master?: string;
}

/** Mirrors by `tc` that run here. */
export type Active = Pick<MirrorPolicy, 'interfaces' | 'collector'>;

/**
 * Throws CONFLICT where copies would be copied again, NOT_FOUND for an interface that is not there. A device that collects
 * is never mirrored, nor what carries its packets; the tunnel's own packets are spared by a filter.
 */
export function refuseLoops(
  policy: MirrorPolicy,
  links: ReadonlyMap<string, LinkFacts>,
  active: readonly Active[],
): void {
  for (const device of policy.interfaces) {
    if (!links.has(device)) throw missing(device);
    if (devicePattern.test(device)) throw loop(device, 'it carries copies already');
  }
  for (const { interfaces, collector } of active) {
    if (collector.kind === 'device') {
      const shared = policy.interfaces.find((device) => waysOf(collector.device, links).has(device));
      if (shared !== undefined) throw loop(shared, `another mirror sends its copies to ${collector.device}`);
    }
    const taken = policy.interfaces.find((device) => interfaces.includes(device));
    if (taken !== undefined && policy.collector.kind !== 'ring')
      throw new QwError('CONFLICT', `${taken} is mirrored already: a packet fits one mirror only`, {
        hint: 'stop that one first, or capture into a ring',
      });
  }
  if (policy.collector.kind !== 'device') return;
  const { device } = policy.collector;
  const facts = links.get(device);
  if (!facts) throw missing(device);
  if (!facts.up) throw new QwError('CONFLICT', `${device} is down`, { hint: `ip link set ${device} up` });
  if (devicePattern.test(device)) throw loop(device, 'it belongs to another mirror');
  const ways = waysOf(device, links);
  for (const source of [...policy.interfaces, ...active.flatMap(({ interfaces }) => interfaces)]) {
    if (ways.has(source)) throw loop(source, `what goes to ${device} passes it`);
    // What enters a bridge leaves by its ports.
    if (links.get(source)?.master === device) throw loop(source, `it is a port of ${device}`);
  }
}

/** The device itself, and all that its packets pass on their way out. */
function waysOf(device: string, links: ReadonlyMap<string, LinkFacts>): Set<string> {
  const ways = new Set<string>();
  for (let at: string | undefined = device; at !== undefined && !ways.has(at); at = links.get(at)?.link) ways.add(at);
  return ways;
}

function loop(device: string, why: string): QwError {
  return new QwError('CONFLICT', `${device} cannot be mirrored: ${why}, and copies would be copied for ever`, {
    hint: 'collect on an interface that is not mirrored',
    facts: { loop: device },
  });
}

function missing(device: string): QwError {
  return new QwError('NOT_FOUND', `there is no interface ${device} on this machine`);
}
