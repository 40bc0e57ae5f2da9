import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  machine,
  median,
  percentile,
  rounded,
  runParts,
  type BenchOptions,
  type BenchResult,
  type BenchRow,
} from './bench.ts';
import { startCluster, type ClusterOptions, type OurCluster } from './consensus/cluster.ts';
import { etcdVersion, startEtcd } from './consensus/etcd.ts';
import { observe } from './consensus/observations.ts';
import { verdictLatencies } from './consensus/verdict-latency.ts';
import { load, type Load, type Served } from './consensus/served.ts';

export const question =
  'How many requests a second do members order, durable and signed, beside etcd; and what do faults cost?';

export const parts = ['requests', 'faults', 'gap', 'observations', 'verdicts'];

const valueBytes = 256;
const clientCounts = [1, 64, 256];
const pbft: ClusterOptions = { members: 4, protocol: 'pbft' };
const raft: ClusterOptions = { members: 3, protocol: 'raft' };

export async function run(options: BenchOptions): Promise<BenchResult> {
  const directory = await mkdtemp(`${tmpdir()}/quorumwatch-consensus-`);
  try {
    const etcd = etcdVersion();
    const rows = await runParts(
      {
        requests: () => besideEtcd(directory, options, etcd !== undefined),
        faults: () => underFaults(directory, options),
        gap: () => gap(directory, options),
        observations: () => observations(directory, options),
        verdicts: () => verdicts(directory, options),
      },
      options.only,
    );
    const notes = [
      etcd === undefined
        ? 'etcd is not installed: no peer'
        : `peer: ${etcd}, 3 members, fsync on, puts over gRPC to all`,
      `requests of ${valueBytes} bytes; a client asks again when it is answered; each is answered when it is durable at a quorum and applied where it was asked`,
      'PBFT: 4 members, every order and vote signed with Ed25519 and verified, TLS 1.3 between members, one hash-chained ledger entry a request',
      'all members and the load share this machine; CPU is that of all members together',
    ];
    return { question, machine: machine(), rows, notes };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function withCluster<Result>(
  directory: string,
  options: ClusterOptions,
  use: (cluster: OurCluster) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(`${directory}/members-`);
  const cluster = await startCluster(folder, options);
  try {
    // Links come up, and the first code gets warm.
    await load(cluster, 8, 1000, valueBytes);
    return await use(cluster);
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Turns of a few seconds each, ours and the peer one after the other, so that a noisy minute hits all. */
async function besideEtcd(directory: string, { quick, log }: BenchOptions, hasPeer: boolean): Promise<BenchRow[]> {
  const rounds = quick ? 1 : 5;
  const forMs = quick ? 1500 : 4000;
  const hasRaft = await withCluster(directory, raft, () => Promise.resolve(true)).catch(() => false);
  const names = hasRaft ? ['pbft', 'raft'] : ['pbft'];
  const runs = new Map<string, Load[]>();
  const note = (name: string, clients: number, result: Load) => {
    const key = `${name} ${clients}`;
    runs.set(key, [...(runs.get(key) ?? []), result]);
  };
  const measure = async (name: string, served: Served) => {
    for (const clients of clientCounts) note(name, clients, await load(served, clients, forMs, valueBytes));
  };
  for (let round = 0; round < rounds; round++) {
    log(`round ${round + 1} of ${rounds}`);
    await withCluster(directory, pbft, (cluster) => measure('pbft', cluster));
    if (hasRaft) await withCluster(directory, raft, (cluster) => measure('raft', cluster));
    if (!hasPeer) continue;
    const folder = await mkdtemp(`${directory}/etcd-`);
    const etcd = await startEtcd(folder, 3);
    await load(etcd, 8, 1000, valueBytes);
    await measure('etcd', etcd);
    await etcd.stop();
    await rm(folder, { recursive: true, force: true });
  }
  const of = (name: string, clients: number, take: (one: Load) => number) =>
    median((runs.get(`${name} ${clients}`) ?? []).map(take));
  return names.flatMap((name) =>
    clientCounts.map((clients) => ({
      protocol: name,
      clients,
      perSecond: rounded(of(name, clients, (one) => one.perSecond)),
      p50Ms: rounded(of(name, clients, (one) => one.p50Ms)),
      p99Ms: rounded(of(name, clients, (one) => one.p99Ms)),
      cpuUs: rounded(of(name, clients, (one) => one.cpuUs)),
      etcdPerSecond: rounded(of('etcd', clients, (one) => one.perSecond)),
      etcdP50Ms: rounded(of('etcd', clients, (one) => one.p50Ms)),
      etcdCpuUs: rounded(of('etcd', clients, (one) => one.cpuUs)),
      ratio: rounded(of(name, clients, (one) => one.perSecond) / of('etcd', clients, (one) => one.perSecond)),
    })),
  );
}

/** Each fault over a minute, beside a faultless run, with 64 clients on members that stay. */
async function underFaults(directory: string, { quick, log }: BenchOptions): Promise<BenchRow[]> {
  const faultlessMs = quick ? 2000 : 15_000;
  const faultMs = quick ? 5000 : 60_000;
  const asked = [1, 2];
  const faults: [string, ClusterOptions, ((cluster: OurCluster) => void)?][] = [
    ['one backup is dead', { ...pbft, asked }, (cluster) => cluster.children[3]?.kill('SIGKILL')],
    ['the primary holds orders back 400 ms', { ...pbft, asked, faults: { 0: { slowOrdersMs: 400 } } }],
    [
      'a member sends 2000 badly signed requests a second',
      { ...pbft, asked, faults: { 3: { badRequestsPerSecond: 2000 } } },
    ],
  ];
  const rows: BenchRow[] = [];
  for (const [name, options, strike] of faults) {
    log(name);
    const whole = await withCluster(directory, { ...pbft, asked }, (cluster) =>
      load(cluster, 64, faultlessMs, valueBytes),
    );
    const struck = await withCluster(directory, options, (cluster) => {
      strike?.(cluster);
      return load(cluster, 64, faultMs, valueBytes);
    });
    const share = struck.perSecond / whole.perSecond;
    rows.push({ fault: name, perSecond: rounded(struck.perSecond), shareOfFaultless: rounded(share) });
  }
  return rows;
}

/** The longest time without an answer when the primary is killed under load. */
async function gap(directory: string, { quick, log }: BenchOptions): Promise<BenchRow> {
  const gaps: number[] = [];
  for (let round = 0; round < (quick ? 1 : 5); round++) {
    log(`primary killed, round ${round + 1}`);
    await withCluster(directory, { ...pbft, asked: [1, 2, 3] }, async (cluster) => {
      let last = performance.now();
      let longest = 0;
      const end = performance.now() + 6000;
      const client = async (index: number) => {
        while (performance.now() < end) {
          await cluster.put(index, Buffer.from('k'), Buffer.alloc(valueBytes)).catch(() => undefined);
          const now = performance.now();
          longest = Math.max(longest, now - last);
          last = now;
        }
      };
      const clients = Array.from({ length: 32 }, (_, index) => client(index));
      await sleep(1000);
      longest = 0;
      cluster.children[0]?.kill('SIGKILL');
      await Promise.all(clients);
      gaps.push(longest);
    });
  }
  return {
    gap: 'primary killed, time-out 500 ms',
    medianMs: rounded(median(gaps)),
    worstMs: rounded(Math.max(...gaps)),
  };
}

/** Signed bundles of 32 observations through the state machine of the product. */
async function observations(directory: string, { quick, log }: BenchOptions): Promise<BenchRow> {
  const rates: number[] = [];
  const cpu: number[] = [];
  for (let round = 0; round < (quick ? 1 : 5); round++) {
    log(`observations, round ${round + 1}`);
    const folder = await mkdtemp(`${directory}/observers-`);
    const cluster = await startCluster(folder, { ...pbft, application: 'verdict' });
    const { perSecond, cpuUs } = await observe(cluster, quick ? 2000 : 6000);
    rates.push(perSecond);
    cpu.push(cpuUs);
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return { observations: 'bundles of 32', perSecond: rounded(median(rates)), cpuUs: rounded(median(cpu)) };
}

/** A verdict on one site: from the signature of the last opinion that it needs until all four have the transition. */
async function verdicts(directory: string, { quick, log }: BenchOptions): Promise<BenchRow> {
  log('verdicts');
  const folder = await mkdtemp(`${directory}/verdicts-`);
  const cluster = await startCluster(folder, { ...pbft, application: 'verdict' });
  const latencies = await verdictLatencies(cluster, quick ? 50 : 300);
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
  return {
    verdict: 'last opinion signed, transition everywhere',
    runs: latencies.length,
    medianMs: rounded(median(latencies)),
    p99Ms: rounded(percentile(latencies, 99)),
  };
}
