import { setTimeout as sleep } from 'node:timers/promises';
import type { OurCluster } from './cluster.ts';
import { watchedBy } from './watched.ts';

const apartMs = 60;
const warmUp = 20;

/**
 * Of each verdict: milliseconds from where the last opinion that it needs is signed until all members have applied the
 * transition. Two members of four have said `down` before; the third makes a quorum.
 */
export async function verdictLatencies(cluster: OurCluster, rounds: number): Promise<number[]> {
  const ask = await watchedBy(cluster, rounds + warmUp);
  const { watchers } = cluster.genesis;
  const latencies: number[] = [];
  for (let round = 0; round < rounds + warmUp; round++) {
    const say = (at: number) =>
      ask(at, {
        kind: 'observe',
        opinions: [
          {
            check: `check ${round}`,
            watcher: watchers[at]?.id ?? '',
            state: 'down',
            since: Date.now(),
            rounds: ['fail'],
            results: [],
          },
        ],
      });
    await Promise.all([say(0), say(1)]);
    // Rounds begin anywhere between two ticks of the members.
    await sleep(apartMs + 20 * Math.random());
    const applied = new Set<number>();
    const everywhere = new Promise<void>((resolve) => {
      cluster.onTransition((at) => {
        applied.add(at);
        if (applied.size === watchers.length) resolve();
      });
    });
    const begin = performance.now();
    void say(2);
    await everywhere;
    if (round >= warmUp) latencies.push(performance.now() - begin);
  }
  return latencies;
}
