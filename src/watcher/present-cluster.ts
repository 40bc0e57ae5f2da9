import type { VerdictMachine } from '../agree/index.ts';
import {
  faultBound,
  quorumNeed,
  type ApiCluster,
  type ApiStatus,
  type MemberRecord,
  type Membership,
} from '../model/index.ts';
import type { Clock } from '../platform/index.ts';
import type { ClusterFigures, MemberFigures, WatcherReplica } from './cluster-figures.ts';

export interface ClusterSources {
  self: string;
  clock: Clock;
  machine: Pick<VerdictMachine, 'network' | 'view'>;
  replica: Pick<WatcherReplica, 'status'>;
}

/** How agreement stands: from the ledger who belongs to it and is heard, from the replica how it goes on. */
export function presentCluster({ self, clock, machine, replica }: ClusterSources): Omit<ApiCluster, 'demonstration'> {
  const view = machine.view(clock.now());
  const { membership, silent } = view;
  const { entries, root, protocol, sequence, cluster } = replica.status();
  const cosigned = cluster?.cosigned;
  const leader = cluster?.primary ?? cluster?.leader;
  const primary = membership.watchers.find(({ number }) => number === leader)?.id ?? (cluster ? undefined : self);
  return {
    id: view.genesis?.cluster ?? self,
    self,
    protocol,
    network: machine.network,
    ...sizesOf(membership, cluster),
    view: cluster?.view ?? cluster?.term ?? 0,
    ...(primary !== undefined && { primary }),
    active: cluster?.active ?? true,
    voting: cluster?.voting ?? true,
    ...(cluster?.withoutVote && { withoutVote: cluster.withoutVote }),
    sequence,
    low: cluster?.low ?? 0,
    high: cluster?.high ?? 0,
    entries,
    root,
    ...(cosigned && { cosigned: { entries: cosigned.size, signers: [...cosigned.signers] } }),
    ...(cluster?.transfer && { transfer: transferOf(cluster.transfer, membership) }),
    members: membership.watchers.map((watcher) => ({
      ...memberOf(watcher, self, cluster),
      site: watcher.site || (view.configuration?.site ?? ''),
      silent: silent.includes(watcher.id),
    })),
  };
}

/** The same within `/status`, where it was first. */
export function presentClusterStatus(
  cluster: ReturnType<typeof presentCluster>,
  ledger: ApiStatus['cluster']['ledger'],
): ApiStatus['cluster'] {
  const { protocol: mode, faults } = cluster;
  const state = (member: ApiCluster['members'][number]): ApiStatus['cluster']['members'][number]['state'] => {
    if (member.silent) return 'silent';
    if (member.role === 'observer') return 'observing';
    return member.link === 'self' && !cluster.voting ? 'catching-up' : 'voting';
  };
  const members = cluster.members.map((member) => ({ ...member, state: state(member) }));
  return { ...cluster, mode, faultBound: faults, members, ledger };
}

function sizesOf(
  { epoch, protocol, watchers }: Membership,
  cluster: ClusterFigures | undefined,
): Pick<ApiCluster, 'epoch' | 'faults' | 'quorum'> {
  if (cluster) return { epoch: cluster.epoch, faults: cluster.faults, quorum: cluster.quorum };
  const members = watchers.filter(({ role }) => role === 'member').length;
  const rule = protocol === 'raft' ? 'majority' : 'bft';
  const faults = protocol === 'raft' ? Math.floor((members - 1) / 2) : faultBound(members);
  return { epoch, faults, quorum: quorumNeed({ rule, k: undefined }, members) };
}

function memberOf(
  { id, number, role, address, publicKey }: MemberRecord,
  self: string,
  cluster: ClusterFigures | undefined,
): Omit<ApiCluster['members'][number], 'site' | 'silent'> {
  const found: MemberFigures | undefined = cluster?.members.find((one) => one.id === id);
  // What others say of themselves this one knows of itself.
  const figures = id === self && cluster ? { ...found, sequence: cluster.sequence, view: cluster.view } : found;
  const { heardMs, roundTripMs, error } = figures?.link ?? {};
  return {
    id,
    number,
    role,
    address,
    publicKey,
    link: id === self ? 'self' : figures?.link?.state === 'up' ? 'up' : 'down',
    ...(heardMs !== undefined && { heardMs }),
    ...(roundTripMs !== undefined && { roundTripMs }),
    ...(error !== undefined && { problem: error }),
    ...(figures?.sequence !== undefined && { sequence: figures.sequence }),
    ...(figures?.view !== undefined && { view: figures.view }),
  };
}

function transferOf(
  { entries, of, source }: NonNullable<ClusterFigures['transfer']>,
  { watchers }: Membership,
): NonNullable<ApiCluster['transfer']> {
  const name = watchers.find(({ number }) => number === source)?.id ?? '';
  return { entries, of, source: name };
}
