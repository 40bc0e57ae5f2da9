import {
  theLeader,
  type CrashLoss,
  type Fault,
  type NetworkPlan,
  type PartitionMode,
  type Plan,
  type PlannedRequest,
} from './plan.ts';
import type { ProtocolFacts } from './protocol.ts';
import { Random } from './random.ts';

const ms = 1000;
const second = 1_000_000;

const partitionModes: readonly PartitionMode[] = ['halves', 'random', 'single', 'bridge'];
const losses: readonly CrashLoss[] = ['nothing', 'unsynced', 'torn'];

/**
 * A plan from a seed. Swarm testing (Groce et al. 2012): every class of faults has its own intensity, often zero, since
 * faults of everything all the time hide what one class alone would show.
 */
export function planFor(protocol: ProtocolFacts, seed: number, mutation?: string): Plan {
  const shape = new Random(seed, 'shape');
  const members = shape.pick(protocol.sizes);
  const spares = protocol.canOperate && shape.chance(0.4) ? shape.between(1, 2) : 0;
  const safetyUs = shape.between(3, 12) * second;
  const most = protocol.adversaryBound(members);
  const adversaryCount = shape.chance(0.5) ? shape.between(Math.min(1, most), most) : 0;
  const adversaries = shape
    .shuffled(numbers(members))
    .slice(0, adversaryCount)
    .map((node) => ({ node, strategy: shape.pick(protocol.strategies) }));
  const nodes = numbers(members + spares).filter((node) => adversaries.every((one) => one.node !== node));
  const { requests, clients } = workload(seed, safetyUs);
  return {
    version: 1,
    protocol: protocol.name,
    seed,
    ...(mutation === undefined ? {} : { mutation }),
    members,
    spares,
    tuning: protocol.tune(new Random(seed, 'tuning')),
    network: network(new Random(seed, 'network-plan')),
    disk: {
      syncMeanUs: shape.pick([100, 500, 2 * ms, 8 * ms]),
      snapshotEvery: shape.pick([3, 7, 20, 60, 1_000_000]),
    },
    clocks: clocks(new Random(seed, 'clocks'), members + spares),
    encoded: shape.chance(0.1),
    adversaries,
    faults: faults(new Random(seed, 'faults'), protocol, nodes, spares, safetyUs),
    requests,
    clients,
    safetyUs,
  };
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}

function network(random: Random): NetworkPlan {
  return {
    minDelayUs: random.pick([50, 500, 5 * ms]),
    meanDelayUs: random.pick([100, 1 * ms, 5 * ms, 20 * ms]),
    loss: random.chance(0.5) ? random.uniform() * 0.3 : 0,
    duplication: random.chance(0.5) ? random.uniform() * 0.3 : 0,
    capacity: random.chance(0.2) ? random.between(2, 20) : 1000,
  };
}

function clocks(random: Random, count: number): Plan['clocks'] {
  const skewMs = random.pick([0, 0, 100, 600_000]);
  const drift = random.pick([0, 0, 0.01, 0.5]);
  const racer = random.chance(0.05) ? random.below(count) : -1;
  return Array.from({ length: count }, (_, at) => ({
    offsetMs: skewMs === 0 ? 0 : random.between(-skewMs, skewMs),
    rate: at === racer ? 10 : 1 + drift * (random.uniform() - 0.5),
  }));
}

function workload(seed: number, safetyUs: number): { requests: PlannedRequest[]; clients: number } {
  const random = new Random(seed, 'workload');
  const clients = random.between(1, 12);
  const count = random.pick([5, 40, 120, 300]);
  const keys = random.pick([1, 5]);
  const requests = Array.from({ length: count }, () => ({
    atUs: random.below(safetyUs),
    client: random.between(1, clients),
    operation: random.pick(['put', 'add', 'get'] as const),
    key: random.below(keys),
    value: random.below(1000),
  }));
  return { requests: requests.sort((a, b) => a.atUs - b.atUs), clients };
}

/** How often a class of faults strikes: never in many worlds, now and then in most, often in some. */
function intervalUs(random: Random, safetyUs: number): number {
  return safetyUs * random.pick([Infinity, Infinity, 0.7, 0.25, 0.08, 0.03]);
}

function faults(
  random: Random,
  protocol: ProtocolFacts,
  nodes: readonly number[],
  spares: number,
  safetyUs: number,
): Fault[] {
  const all: Fault[] = [];
  const strike = (make: (atUs: number) => Fault | readonly Fault[], rare = 1) => {
    const meanUs = intervalUs(random, safetyUs) * rare;
    if (meanUs === Infinity) return;
    for (let atUs = random.exponential(meanUs); atUs < safetyUs; atUs += 1 + random.exponential(meanUs)) {
      all.push(...[make(atUs)].flat());
    }
  };
  const downUs = () => random.between(1, 1500) * ms;
  const leaderShare = random.pick([0, 0.5]);
  const node = () => (random.chance(leaderShare) ? theLeader : random.pick(nodes));
  strike((atUs) => ({ atUs, type: 'crash', node: node(), loss: random.pick(losses), downUs: downUs() }));
  strike((atUs) => {
    const loss = random.pick(losses);
    return nodes.map((each) => ({ atUs, type: 'crash' as const, node: each, loss, downUs: downUs() }));
  }, 3);
  strike((atUs) => ({ atUs, type: 'pause', node: node(), forUs: random.between(1, 1500) * ms }));
  strike((atUs) => ({
    atUs,
    type: 'partition',
    mode: random.pick(partitionModes),
    oneWay: random.chance(0.3),
    forUs: random.between(100, 3000) * ms,
    salt: random.next(),
    aroundLeader: random.chance(leaderShare),
  }));
  strike((atUs) => ({
    atUs,
    type: 'clog',
    from: random.pick(nodes),
    to: random.pick(nodes),
    forUs: random.between(10, 2000) * ms,
  }));
  strike((atUs) => ({ atUs, type: 'jump', node: node(), byMs: random.between(-600_000, 600_000) }));
  strike((atUs) => ({
    atUs,
    type: 'slow-disk',
    node: node(),
    forUs: random.between(10, 1500) * ms,
    addedUs: random.between(10, 500) * ms,
  }));
  strike((atUs) => ({
    atUs,
    type: 'disk-error',
    node: node(),
    code: random.pick(['EIO', 'ENOSPC'] as const),
    downUs: downUs(),
  }));
  strike((atUs) => {
    const how = random.pick(['rot', 'misdirected'] as const);
    return { atUs, type: 'damage', node: node(), how, downUs: downUs(), salt: random.next() };
  }, 3);
  strike((atUs) => ({ atUs, type: 'amnesia', node: node() }), 5);
  if (protocol.canForget) {
    strike((atUs) => ({ atUs, type: 'amnesia', node: node(), downUs: downUs() }), 3);
    strike((atUs) => {
      const byUs = random.between(1, atUs);
      return { atUs, type: 'set-back', node: random.pick(nodes), byUs, downUs: downUs() };
    }, 3);
    strike((atUs) => {
      // A backup of long ago tells less about what a member said last than a young one.
      const byUs = random.chance(0.5) ? random.between(1, atUs) : random.between(1, Math.min(atUs, second));
      return { atUs, type: 'restore-backup', node: random.pick(nodes), byUs, downUs: downUs() };
    }, 3);
  }
  if (protocol.canOperate && (spares > 0 || random.chance(0.3))) {
    strike((atUs) => ({ atUs, type: 'operate', salt: random.next() }), 0.3);
  }
  return all.sort((a, b) => a.atUs - b.atUs);
}
