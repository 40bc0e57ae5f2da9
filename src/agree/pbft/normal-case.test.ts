import { describe, expect, it } from 'vitest';
import { Cluster, numbers } from './cluster.fixture.ts';
import type { Message } from './messages.ts';

/** All running members executed the same so many requests. */
function expectOrdered(cluster: Cluster, count: number): void {
  expect(cluster.disagreement()).toBeUndefined();
  for (const node of cluster.running) expect(new Set(node.ids).size, `member ${node.id}`).toBe(count);
}

function proposeMany(cluster: Cluster, count: number): void {
  for (let at = 0; at < count; at++) {
    const members = cluster.running;
    cluster.propose(members[at % members.length]?.id ?? 0);
    cluster.run();
  }
}

describe('normal case', () => {
  it.each([1, 4, 7, 10])('S1 smoke with n = %i', (count) => {
    const cluster = new Cluster(count);
    proposeMany(cluster, 20);
    expectOrdered(cluster, 20);
    expect(cluster.nodes.every(({ core }) => core.inspect().view === 0)).toBe(true);
  });

  it('counts messages as the paper does: n - 1 pre-prepares, (n - 1)^2 prepares, n (n - 1) commits', () => {
    const cluster = new Cluster(4);
    cluster.delivered = [];
    cluster.propose(0);
    cluster.run();
    const count = (type: Message['type']) => cluster.delivered.filter(({ message }) => message.type === type).length;
    expect([count('pre-prepare'), count('prepare'), count('commit')]).toEqual([3, 9, 12]);
  });

  it.each([1, 2, 3, 4, 5])('S2 out-of-order arrival of pre-prepare, prepare, commit (seed %i)', (seed) => {
    const cluster = new Cluster(4);
    cluster.pick = numbers(seed);
    proposeMany(cluster, 10);
    for (let at = 0; at < 10; at++) cluster.propose(at % 4);
    cluster.run();
    cluster.tick(2000);
    expectOrdered(cluster, 20);
  });

  it('S3 duplicates of every message', () => {
    const cluster = new Cluster(4);
    cluster.pick = numbers(3);
    cluster.link = ({ message }) => [message, message, message];
    proposeMany(cluster, 12);
    cluster.tick(2000);
    expectOrdered(cluster, 12);
  });

  it('S4 commit before prepare before pre-prepare', () => {
    const cluster = new Cluster(4);
    const late: { rank: number; message: Message; from: number }[] = [];
    const rank = { commit: 0, prepare: 1, 'pre-prepare': 2 } as Partial<Record<Message['type'], number>>;
    cluster.link = ({ to, from, message }) => {
      const place = rank[message.type];
      if (to !== 3 || place === undefined) return true;
      late.push({ rank: place, message, from });
      return false;
    };
    cluster.propose(1);
    cluster.run();
    expect(cluster.node(3).ids).toEqual([]);
    cluster.link = () => true;
    for (const { from, message } of late.sort((a, b) => a.rank - b.rank)) {
      cluster.node(3).core.step({ type: 'message', from, message });
    }
    cluster.run();
    expectOrdered(cluster, 1);
  });

  it.each([1, 2, 3])('S5 30 of 100 messages lost, both ways (seed %i)', (seed) => {
    const cluster = new Cluster(4);
    const random = numbers(seed);
    cluster.link = () => random(100) >= 30;
    for (let at = 0; at < 30; at++) {
      cluster.propose(at % 4);
      cluster.tick(50);
    }
    cluster.until(() => cluster.nodes.every(({ ids }) => ids.length === 30));
    expectOrdered(cluster, 30);
  });

  it.each([4, 7])('S6 f backups crashed from the start (n = %i)', (count) => {
    const cluster = new Cluster(count);
    for (let down = 0; down < (count - 1) / 3; down++) cluster.crash(count - 1 - down);
    proposeMany(cluster, 20);
    expectOrdered(cluster, 20);
  });

  it('S7 f members a hundred times slower', () => {
    const cluster = new Cluster(4);
    let turn = 0;
    cluster.link = ({ from, to, message }) => {
      turn += 1;
      return (from !== 3 && to !== 3) || turn % 100 === 0 || message.type === 'status';
    };
    for (let at = 0; at < 30; at++) {
      cluster.propose(at % 3);
      cluster.run();
    }
    for (const id of [0, 1, 2]) expect(cluster.node(id).ids).toHaveLength(30);
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S8 the window fills while checkpoints are lost, then drains', () => {
    const cluster = new Cluster(4);
    cluster.link = ({ message }) => message.type !== 'checkpoint';
    for (let at = 0; at < 20; at++) {
      cluster.propose(0);
      cluster.run();
    }
    for (const node of cluster.nodes) expect(node.ledger.length).toBe(8);
    cluster.link = () => true;
    cluster.until(() => cluster.nodes.every(({ ids }) => ids.length === 20));
    expectOrdered(cluster, 20);
  });

  it('S9 largest and empty proposals', () => {
    const cluster = new Cluster(4, { maxBundleRequests: 5, maxProposalBundles: 3 });
    cluster.link = () => false;
    for (let at = 0; at < 100; at++) cluster.propose(at % 4);
    cluster.run();
    cluster.link = () => true;
    cluster.until(() => cluster.nodes.every(({ ids }) => ids.length === 100));
    expectOrdered(cluster, 100);
    const largest = Math.max(...cluster.node(0).ledger.map(({ requests }) => requests.length));
    expect(largest).toBe(15);
  });

  it('S10 n + 1 is committed before n, and executed after it', () => {
    const cluster = new Cluster(4);
    let hold = true;
    cluster.link = ({ to, message }) => !(hold && to === 2 && message.type === 'commit' && message.sequence === 1);
    proposeMany(cluster, 3);
    expect(cluster.node(2).ledger).toEqual([]);
    expect(cluster.node(0).ledger).toHaveLength(3);
    hold = false;
    cluster.tick(1000);
    expectOrdered(cluster, 3);
    expect(cluster.node(2).ledger.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  });

  it('keeps its bounds on what its owner proposes, and rejects beyond them', () => {
    const cluster = new Cluster(4, { maxPending: 3, maxRequestBytes: 10 });
    cluster.link = () => false;
    for (const text of ['a', 'b', 'c', 'd', 'far too long a request']) cluster.propose(1, text);
    cluster.run();
    expect(cluster.node(1).rejected).toEqual(['d', 'far too long a request']);
    expect(cluster.node(1).core.inspect().pending).toBe(3);
  });

  it('hands out the same work until it is confirmed, and breaks on foreign work', () => {
    const { core } = new Cluster(1).node(0);
    core.step({ type: 'propose', request: { id: 'a', bytes: new Uint8Array(1) } });
    const ready = core.ready();
    if (!ready) throw new Error('there is work');
    expect(core.ready()).toBe(ready);
    expect(() => core.advance({ ...ready })).toThrow('confirmed');
  });

  it('yields a certificate for every batch that a quorum signed', () => {
    const cluster = new Cluster(4);
    proposeMany(cluster, 6);
    for (const { certificate, sequence } of cluster.node(2).ledger) {
      expect(certificate.sequence).toBe(sequence);
      expect(certificate.votes.length).toBeGreaterThanOrEqual(3);
      const covered = cluster.node(2).roots[sequence - 1 - cluster.limits.historyLag];
      expect(certificate.root).toBe(covered ?? '\0'.repeat(32));
    }
  });
});
