import { styleText } from 'node:util';
import type { ApiCluster, ApiClusterMember } from '../model/index.ts';
import type { Output } from './output.ts';

/** How agreement stands, for people: who leads, how far it is, who is there. */
export function consensusLines(cluster: ApiCluster, output: Output): string[] {
  const { protocol, epoch, view, primary, active, voting, sequence, low, high, faults, quorum, members } = cluster;
  const voters = members.filter(({ role }) => role === 'member');
  const present = voters.filter(({ link }) => link !== 'down').length;
  const leader = active ? `led by ${primary ?? 'nobody'}` : 'nobody leads at present';
  const turn = protocol === 'pbft' ? `view ${view}` : `term ${view}`;
  return [
    `cluster ${cluster.id}: ${protocol}, epoch ${epoch}, ${turn}, ${leader}`,
    `sequence ${sequence}${protocol === 'pbft' ? `, water marks ${low} to ${high}` : ''}`,
    ...(voting ? [] : [`this watcher does not vote at present${reasons[cluster.withoutVote ?? 'other']}`]),
    ...(cluster.transfer
      ? [
          `fetches the ledger from ${cluster.transfer.source}: ${cluster.transfer.entries} of ${cluster.transfer.of} entries`,
        ]
      : []),
    ...(cluster.cosigned
      ? [`${cluster.cosigned.entries} entries are signed by ${cluster.cosigned.signers.join(', ')}`]
      : []),
    `${present} of ${voters.length} members are reached from here, ${quorum} must agree, ${faults} may fail`,
    ...output.table(['watcher', 'role', 'link', 'heard', 'round trip', 'sequence', ''], members.map(rowOf)),
  ];
}

const reasons = {
  asking: ': it has started, and asks the others what it said before',
  forgot: ': the others know of more that it said than itself; it votes again when nothing depends on that any more',
  other: '',
} as const;

function rowOf(member: ApiClusterMember): string[] {
  const { id, role, link, heardMs, roundTripMs, sequence, silent, problem } = member;
  const shown = link === 'down' ? styleText('red', link) : link;
  const remarks = [...(silent ? ['silent'] : []), ...(link === 'down' && problem ? [problem] : [])];
  return [
    id,
    role,
    shown,
    milliseconds(heardMs),
    milliseconds(roundTripMs),
    String(sequence ?? '-'),
    remarks.join(': '),
  ];
}

function milliseconds(value: number | undefined): string {
  if (value === undefined) return '-';
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;
}
