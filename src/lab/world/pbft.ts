import type { pbft } from '../../agree/index.ts';
import { PbftChecker } from './pbft-checker.ts';
import { pbftAdversary, pbftStrategies } from './pbft-adversaries.ts';
import { limitsOf, PbftNode } from './pbft-node.ts';
import { decodeWire, encodeWire, type PbftWire } from './pbft-wire.ts';
import type { NodeStart, ProtocolUnderTest } from './protocol.ts';
import type { Random } from './random.ts';

/** Makes the core of an honest member; a mutation gives one that breaks a rule. */
type MakeNode = (start: NodeStart) => PbftNode;

const faultsOf = (members: number) => Math.floor((members - 1) / 3);

/** PBFT under simulation, by default with its own core; a mutation starts another. */
export function pbftUnderTest(make: MakeNode = (start) => PbftNode.start(start)): ProtocolUnderTest<PbftWire> {
  return {
    name: 'pbft',
    sizes: [1, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 7, 7, 7, 7, 7, 7, 10],
    damageBound: faultsOf,
    adversaryBound: faultsOf,
    strategies: pbftStrategies,
    canForget: true,
    canOperate: false,
    maxLag: (tuning) => Math.min(tuning['maxLag'] ?? Infinity, limitsOf(tuning).checkpointInterval),
    needsClocks: (tuning) => limitsOf(tuning).maxClockSkewMs < generousSkewMs,
    tune,
    encode: encodeWire,
    decode: decodeWire,
    start: make,
    checker: (node, tuning) => new PbftChecker((id) => node(id) as PbftNode | undefined, tuning),
    adversary: pbftAdversary,
    operate: () => undefined,
  };
}

/** More than all the jumps of a world come to. */
const generousSkewMs = 1_000_000_000;

/** Small bounds reach their edges with few requests. */
function tune(random: Random): Record<string, number> {
  const checkpointInterval = random.pick([1, 2, 4, 8, 16]);
  const window = checkpointInterval * random.pick([2, 2, 3, 4]);
  const maxInFlight = Math.min(window, random.pick([1, 3, 8]));
  const maxBundleRequests = random.pick([1, 3, 100]);
  const suspicionMs = random.pick([100, 300, 600]);
  return {
    checkpointInterval,
    window,
    maxInFlight,
    historyLag: Math.min(window, maxInFlight + random.pick([0, 0, 1, 8])),
    maxBundleRequests,
    // One request in a proposal would be less than what the clients of a world ask for.
    maxProposalBundles: random.pick([maxBundleRequests === 1 ? 16 : 1, 4, 256]),
    maxClientBundles: random.pick([16, 64, 256]),
    maxHeldMessages: random.pick([8, 64, 512]),
    maxRetransmittedSlots: random.pick([1, 4, 16]),
    suspicionMs,
    suspicionMaxMs: 8 * suspicionMs,
    statusMs: random.pick([30, 150]),
    statusIdleMs: random.pick([200, 1000]),
    maxClockSkewMs: random.chance(0.25) ? 30_000 : generousSkewMs,
    maxTickMs: random.pick([100, 1000]),
    rotationMinMs: random.pick([2000, 30_000]),
    chunkBytes: random.pick([100, 500, 100_000]),
    maxLag: random.pick([1, 3, 16]),
    realKeys: random.chance(0.02) ? 1 : 0,
    gatherMs: random.pick([0, 5, 40]),
    fillMs: random.pick([500, 15_000]),
  } satisfies Partial<pbft.PbftLimits> & Record<string, number>;
}
