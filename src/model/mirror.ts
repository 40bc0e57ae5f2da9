import type { EpochMs, Milliseconds } from './time.ts';

/** Packet mirroring: who asked for copies of packets and why, who agreed, where they went, and what became of them. */

export const mirrorDirections = ['ingress', 'egress', 'both'] as const;
/** As an interface sees it: what comes, what leaves. */
export type MirrorDirection = (typeof mirrorDirections)[number];

/** Where copies go: to files here, as VXLAN (RFC 7348) to a collector, or out of another interface of this machine. */
export type MirrorCollector =
  | { readonly kind: 'ring'; readonly sizeBytes: number; readonly snapBytes: number }
  | { readonly kind: 'vxlan'; readonly address: string; readonly port: number; readonly vni: number }
  | { readonly kind: 'device'; readonly device: string };

/** Protocols by the names that people use; ICMP means ICMPv6 where packets are IPv6. */
export const mirrorProtocols = { icmp: 1, tcp: 6, udp: 17, gre: 47, esp: 50, ospf: 89, sctp: 132 } as const;
export type MirrorProtocol = keyof typeof mirrorProtocols | number;

export interface MirrorPolicy {
  /** Carries it out. */
  readonly watcher: string;
  readonly interfaces: readonly string[];
  /** Subnets whose packets are wanted, by either address; those of `tags` are among them. All without any. */
  readonly networks: readonly string[];
  /** Names of subnets as the configuration had them when it was asked for. */
  readonly tags: readonly string[];
  /** The other address: of whom the networks talk to, or of either side where there are no networks. */
  readonly peers: readonly string[];
  readonly protocols: readonly MirrorProtocol[];
  readonly direction: MirrorDirection;
  readonly collector: MirrorCollector;
  readonly durationMs: Milliseconds;
  /** Files stay so long after the end, then they are shredded. */
  readonly keepMs: Milliseconds;
  readonly purpose: string;
}

export interface MirrorFile {
  readonly name: string;
  readonly bytes: number;
  readonly packets: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

export const mirrorEndings = ['time', 'stopped', 'failed', 'restarted'] as const;
export type MirrorEnding = (typeof mirrorEndings)[number];

export interface MirrorEnd {
  readonly why: MirrorEnding;
  /** One sentence. */
  readonly text: string;
  readonly packets: number;
  /** Frames that the collector was too slow for. */
  readonly dropped: number;
  /** Shredded while it ran, since the ring was full. */
  readonly overwritten: number;
  readonly files: readonly MirrorFile[];
}

/** One mirror from its proposal to its end: the whole of it after each change. */
export interface Mirror {
  /** The ledger position of its first entry. */
  readonly id: string;
  readonly policy: MirrorPolicy;
  readonly by: string;
  readonly at: EpochMs;
  /** Nobody can approve it from then on. */
  readonly lapsesAt: EpochMs;
  /** By somebody else. It ends at `endsAt`, whenever it began. */
  readonly approved?: { readonly by: string; readonly at: EpochMs; readonly endsAt: EpochMs };
  readonly began?: { readonly at: EpochMs };
  /** Withdrawn before it was approved, or asked to end before its time. */
  readonly stopped?: { readonly by: string; readonly at: EpochMs };
  readonly ended?: MirrorEnd & { readonly at: EpochMs; readonly shredAt: EpochMs };
  readonly shredded?: { readonly at: EpochMs; readonly files: readonly MirrorFile[]; readonly text: string };
}

/** Somebody was given what a mirror captured; in the ledger before the first byte went out. */
export interface MirrorRead {
  readonly mirror: string;
  readonly watcher: string;
  readonly by: string;
  readonly why: string;
  readonly files: readonly MirrorFile[];
}

export const mirrorStates = ['proposed', 'lapsed', 'withdrawn', 'approved', 'running', 'ended', 'shredded'] as const;
export type MirrorState = (typeof mirrorStates)[number];

/** Long enough to fetch a colleague; who is not there then has to be asked again. */
export const mirrorApprovalMs: Milliseconds = 900_000;
export const longestMirrorMs: Milliseconds = 86_400_000;
export const longestMirrorKeepMs: Milliseconds = 30 * 86_400_000;

export function mirrorState(mirror: Mirror, at: EpochMs): MirrorState {
  if (mirror.shredded) return 'shredded';
  if (mirror.ended) return 'ended';
  if (mirror.began) return 'running';
  if (mirror.stopped) return 'withdrawn';
  if (mirror.approved) return at < mirror.approved.endsAt ? 'approved' : 'lapsed';
  return at < mirror.lapsesAt ? 'proposed' : 'lapsed';
}

/**
 * The person behind a name: a user's token is `user/token`, and a person is not two for having one. Names of different
 * case are taken for one person, since nobody should rely on the opposite.
 */
export function personOf(name: string): string {
  return (name.split('/', 1)[0] ?? '').toLowerCase();
}
