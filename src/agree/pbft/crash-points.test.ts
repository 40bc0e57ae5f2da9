import { expect, it } from 'vitest';
import { Cluster } from './cluster.fixture.ts';

const requests = 20;

/**
 * A run in which one member loses its power at its n-th boundary: before its disk was written, after that and before
 * anything was sent on the strength of it, and between any two messages that it sends or takes. Returns how many
 * boundaries there were.
 */
function run(victim: number, crashAt: number): number {
  const cluster = new Cluster(4);
  const node = cluster.node(victim);
  const others = cluster.members.filter((id) => id !== victim);
  let boundaries = 0;
  let crashed = false;
  const boundary = () => {
    if (crashed) return;
    boundaries += 1;
    if (boundaries !== crashAt) return;
    crashed = true;
    cluster.crash(victim);
    cluster.restart(victim, crashAt % 3 === 0 ? 1 : 0);
    node.autoSync = true;
  };
  node.autoSync = false;
  cluster.link = ({ from, to }) => {
    if (from !== victim && to !== victim) return true;
    boundary();
    if (boundaries % 2 === 0 && node.wantsSync) {
      boundary();
      cluster.sync(victim);
      boundary();
    }
    return true;
  };
  for (let at = 0; at < requests; at++) {
    cluster.propose(others[at % 3] ?? 0);
    cluster.run();
  }
  node.autoSync = true;
  if (node.wantsSync) cluster.sync(victim);
  cluster.until(() => cluster.nodes.every(({ ids }) => ids.length === requests));
  const fault = cluster.disagreement();
  if (fault) throw new Error(`crash of ${victim} at ${crashAt}: ${fault}`);
  return boundaries;
}

it.each([0, 1, 2, 3])(
  'S53 a crash at every boundary of persist and send of member %i',
  { timeout: 120_000 },
  (victim) => {
    const total = run(victim, 0);
    expect(total).toBeGreaterThan(200);
    for (let crashAt = 1; crashAt <= total; crashAt++) run(victim, crashAt);
  },
);
