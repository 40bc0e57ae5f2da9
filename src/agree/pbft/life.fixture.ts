import { Cluster, epochText, numbers } from './cluster.fixture.ts';

/**
 * A short life of a cluster that one seed makes: loss, reordering, repetition, links that go and come, crashes that cost
 * what was not durable, restarts; and, if wanted, epochs that end, with keys rotated. Then everything heals, and what is proposed must come through everywhere.
 */
export function live(seed: number, epochs = false): { fault: string | undefined; missing: string[] } {
  const random = numbers(seed);
  const cluster = new Cluster(random(4) === 0 ? 7 : 4);
  const count = cluster.members.length;
  const loss = random(3) * 10;
  const repeats = random(3) === 0;
  const down = new Set<string>();
  cluster.pick = random;
  cluster.link = ({ from, to, message }) => {
    if (down.has(`${from} ${to}`) || random(100) < loss) return false;
    return repeats && random(5) === 0 ? [message, message] : true;
  };
  for (const node of cluster.nodes) node.autoSync = random(2) === 0;
  for (let at = 0; at < 40; at++) {
    const id = random(count);
    const node = cluster.node(id);
    const dice = random(20);
    if (dice < 9) {
      const ends = epochs && random(6) === 0;
      const text = ends ? `${epochText(cluster.members, random(2) === 0 ? [id] : [])} ${at}` : `s${at}`;
      if (node.running) cluster.propose(id, text);
    } else if (dice < 11) down.add(`${id} ${random(count)}`);
    else if (dice < 12) down.clear();
    else if (dice < 13 && node.running) cluster.crash(id);
    else if (dice < 15 && !node.running) cluster.restart(id, random(3));
    for (const one of cluster.running) if (one.wantsSync && random(2) === 0) cluster.sync(one.id);
    cluster.tick(random(3) === 0 ? 400 : 50);
    for (const one of cluster.running) if (one.transfer && random(3) === 0) cluster.carryOutTransfer(one);
  }
  cluster.link = () => true;
  for (const node of cluster.nodes) {
    node.autoSync = true;
    if (!node.running) cluster.restart(node.id, random(3));
    else if (node.wantsSync) cluster.sync(node.id);
  }
  const last = cluster.members.map((id) => cluster.propose(id, `last${id}`));
  const lacking = () => last.filter((id) => !cluster.nodes.every(({ ids }) => ids.includes(id)));
  // Traffic goes on: whoever left its view alone is brought back by the next checkpoint.
  for (let round = 0; round < 60 && lacking().length > 0; round++) {
    cluster.propose(round % count);
    cluster.tick(500);
    for (const one of cluster.running) if (one.transfer) cluster.carryOutTransfer(one);
  }
  return { fault: cluster.disagreement(), missing: lacking() };
}
