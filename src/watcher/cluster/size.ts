import type { Protocol } from '../../model/index.ts';

/** What a number of members is good for. */
export interface ClusterSize {
  /** How many members may be lost (raft), or be lost or lie (pbft), without anything going wrong. */
  faults: number;
  /** How many must agree. */
  quorum: number;
  /** What is odd about the number; one sentence. */
  remark?: string;
}

/** PBFT needs N = 3f + 1 members to survive f that lie, Raft N = 2f + 1 to survive f that stop. */
export function clusterSize(protocol: Protocol, members: number): ClusterSize {
  const divisor = protocol === 'pbft' ? 3 : 2;
  const faults = Math.max(0, Math.floor((members - 1) / divisor));
  const quorum = protocol === 'pbft' ? Math.ceil((members + faults + 1) / 2) : Math.floor(members / 2) + 1;
  const enough = divisor * faults + 1;
  const next = divisor * (faults + 1) + 1;
  if (members === enough && (faults > 0 || members === 1)) return { faults, quorum };
  const remark =
    faults === 0
      ? `${members} members survive the loss of none; ${next} survive one`
      : `${members} members survive no more than ${enough} do; ${next} survive ${faults + 1}`;
  return { faults, quorum, remark };
}
