import type { Opinion } from '../../src/model/index.ts';
import type { OurCluster } from './cluster.ts';
import { cpuOf } from './served.ts';
import { watchedBy } from './watched.ts';

const bundle = 32;
const bundlesUnderWay = 64;
const checks = bundle * bundlesUnderWay;

/** Every member says in turn that each of its checks is down and up again, in signed bundles, as fast as it is answered. */
export async function observe(cluster: OurCluster, forMs: number): Promise<{ perSecond: number; cpuUs: number }> {
  const members = cluster.genesis.watchers;
  const ask = await watchedBy(cluster, checks);
  let seen = 0;
  const begin = performance.now() + forMs / 4;
  const end = begin + forMs;
  const worker = async (at: number, lane: number) => {
    for (let round = 0; performance.now() < end; round++) {
      const opinions = Array.from({ length: bundle }, (_, index): Opinion => {
        // Each watcher has checks of its own here, so opinions change all the time and verdicts don't.
        const check = ((lane * bundle + index) * members.length + at) % checks;
        const state = round % 2 === 0 ? 'down' : 'up';
        const watcher = members[at]?.id ?? '';
        return { check: `check ${check}`, watcher, state, since: Date.now(), rounds: ['fail'], results: [] };
      });
      await ask(at, { kind: 'observe', opinions });
      const now = performance.now();
      if (now >= begin && now <= end) seen += bundle;
    }
  };
  let cpuMs = 0;
  setTimeout(() => (cpuMs = cpuOf(cluster.processes)), forMs / 4);
  await Promise.all(
    members.flatMap((_, at) =>
      Array.from({ length: bundlesUnderWay / members.length }, (__, lane) => worker(at, lane)),
    ),
  );
  cpuMs = cpuOf(cluster.processes) - cpuMs;
  return { perSecond: seen / (forMs / 1000), cpuUs: (1000 * cpuMs) / Math.max(1, seen) };
}
