import { mirrorProtocols, type MirrorPolicy } from './mirror.ts';
import { readPrefix, type Prefix } from './prefix.ts';

/** What a frame must be to be copied; what is not said may be anything. */
export interface MirrorRule {
  readonly family?: 4 | 6;
  readonly source?: Prefix;
  readonly destination?: Prefix;
  /** Of the IP header; extension headers of IPv6 are not looked behind. */
  readonly protocol?: number;
}

/** More would make every packet of an interface slow. */
export const maxMirrorRules = 128;
const icmpOfIpv6 = 58;

/**
 * The rules of a policy, of which a frame has to fit one: networks on one side and peers on the other, either way round.
 * Prefixes have been read before.
 */
export function mirrorRules(policy: Pick<MirrorPolicy, 'networks' | 'peers' | 'protocols'>): MirrorRule[] {
  const networks = policy.networks.flatMap((text) => readPrefix(text) ?? []);
  const peers = policy.peers.flatMap((text) => readPrefix(text) ?? []);
  return sidesOf(networks, peers).flatMap((sides) => withProtocols(sides, policy.protocols));
}

function sidesOf(networks: readonly Prefix[], peers: readonly Prefix[]): MirrorRule[] {
  const [some, others] = networks.length > 0 ? [networks, peers] : [peers, networks];
  if (some.length === 0) return [{}];
  return some.flatMap((one): MirrorRule[] => {
    const { family } = one;
    if (others.length === 0) {
      // Every packet of the family fits one of the two already.
      if (one.bits === 0) return [{ family }];
      return [
        { family, source: one },
        { family, destination: one },
      ];
    }
    return others.flatMap((other) =>
      other.family === family
        ? [
            { family, source: one, destination: other },
            { family, source: other, destination: one },
          ]
        : [],
    );
  });
}

function withProtocols(sides: MirrorRule, protocols: MirrorPolicy['protocols']): MirrorRule[] {
  if (protocols.length === 0) return [sides];
  const families = sides.family === undefined ? ([4, 6] as const) : [sides.family];
  return protocols.flatMap((given) =>
    families.map((family) => {
      const protocol = typeof given === 'number' ? given : mirrorProtocols[given];
      return { ...sides, family, protocol: given === 'icmp' && family === 6 ? icmpOfIpv6 : protocol };
    }),
  );
}
