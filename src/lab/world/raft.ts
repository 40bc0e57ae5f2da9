import { raft } from '../../agree/index.ts';
import { plainAdversary } from './adversary.ts';
import type { ProtocolUnderTest } from './protocol.ts';
import { RaftChecker } from './raft-checker.ts';
import { limitsOf, RaftNode } from './raft-node.ts';

/** Raft under simulation, by default with its own rules; a mutation replaces one. */
export function raftUnderTest(rules: raft.RaftRules = raft.raftRules): ProtocolUnderTest<raft.RaftMessage> {
  return {
    name: 'raft',
    sizes: [1, 2, 3, 3, 3, 5, 5],
    damageBound: (members) => Math.floor((members - 1) / 2),
    adversaryBound: () => 0,
    strategies: ['silent'],
    canForget: false,
    canOperate: true,
    tune: (random) => {
      const electionTimeoutMs = random.pick([60, 150, 300]);
      return {
        electionTimeoutMs,
        heartbeatMs: electionTimeoutMs / 5,
        maxTickStepMs: electionTimeoutMs / 2,
        maxBatchRequests: random.pick([1, 3, 100]),
        maxOpenBatches: random.pick([1, 3, 8]),
        maxInflightAppends: random.pick([1, 3, 16]),
        maxAppendEntries: random.pick([1, 4, 64]),
        trailingEntries: random.pick([0, 3, 30]),
        snapshotChunkBytes: random.pick([40, 300, 100_000]),
      };
    },
    encode: raft.encodeMessage,
    decode: raft.decodeMessage,
    start: (start) => RaftNode.start(start, rules),
    checker: (node, tuning) => new RaftChecker((id) => node(id) as RaftNode | undefined, limitsOf(tuning)),
    adversary: plainAdversary,
    operate: (node, nodes, members, random) => (node as RaftNode).operate(nodes, members, random),
  };
}
