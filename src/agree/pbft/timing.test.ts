import { describe, expect, it } from 'vitest';
import { Cluster } from './cluster.fixture.ts';

const everybodyHas = (cluster: Cluster, ...ids: string[]) =>
  cluster.running.every((node) => ids.every((id) => node.ids.includes(id)));
const views = (cluster: Cluster) => cluster.running.map(({ core }) => core.inspect().view);

describe('time', () => {
  it('S17 a primary that stays just under the time-out is left for its throughput', () => {
    const limits = {
      maxBundleRequests: 2,
      maxProposalBundles: 4,
      watchWindowMs: 500,
      rotationMinMs: 2000,
      suppressionFactor: 100,
    };
    const cluster = new Cluster(4, { ...limits, maxInFlight: 1, historyLag: 1 });
    // Of what the primary says, one order passes at a time: in view 0 each 50 ms, in view 1 each 400 ms.
    let passed = { at: 0, sequence: 0 };
    cluster.link = ({ from, message }) => {
      if (message.type !== 'pre-prepare') return true;
      const { view, sequence, signer } = message.header;
      if (view > 1 || (passed.at === cluster.now && passed.sequence === sequence)) return true;
      if (signer !== from || cluster.now - passed.at < (view === 0 ? 50 : 400)) return false;
      passed = { at: cluster.now, sequence };
      return true;
    };
    const demand = (totalMs: number) => {
      for (let passedMs = 0; passedMs < totalMs; passedMs += 50) {
        for (let at = 0; at < 24; at++) cluster.propose(1 + (at % 3));
        cluster.tick(50);
        for (const node of cluster.running) if (node.transfer) cluster.carryOutTransfer(node);
      }
    };
    const done = () => cluster.node(3).ids.length;
    demand(4000);
    expect(views(cluster)).toEqual([0, 0, 0, 0]);
    const fast = done() / 4000;
    cluster.crash(0);
    for (let waited = 0; !views(cluster).every((view) => view === 1) && waited < 40; waited++) demand(50);
    const slow: number[] = [];
    const at = cluster.now;
    for (let before = done(); slow.length < 100; before = done()) {
      demand(50);
      if (!views(cluster).every((view) => view === 1)) break;
      slow.push(done() - before);
    }
    const ordered = slow.reduce((sum, one) => sum + one, 0);
    expect(ordered).toBeGreaterThan(0);
    expect(ordered / (slow.length * 50)).toBeLessThan(fast / 2);
    expect(cluster.now - at).toBeLessThanOrEqual(limits.rotationMinMs + 2 * limits.watchWindowMs + 150);
    const reasons = cluster
      .node(3)
      .notices.flatMap((notice) => (notice.type === 'suspects' && notice.view === 1 ? [notice.reason] : []));
    expect(reasons).toEqual(['low-throughput']);
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S17 a primary that is slow from the beginning is left for how long its orders take', () => {
    const cluster = new Cluster(4, { suspicionMs: 2000, watchWindowMs: 3000, rotationMinMs: 30_000 });
    // Its orders come 1200 ms after they were given.
    const givenAt = new Map<number, number>();
    cluster.link = ({ message }) => {
      if (message.type !== 'pre-prepare' || message.header.view > 0) return true;
      const { sequence } = message.header;
      if (!givenAt.has(sequence)) givenAt.set(sequence, cluster.now);
      return cluster.now - (givenAt.get(sequence) ?? 0) >= 1200;
    };
    const from = cluster.now;
    while (views(cluster).every((view) => view === 0) && cluster.now - from < 20_000) {
      for (const at of [1, 2, 3]) cluster.propose(at);
      cluster.tick(50);
    }
    const reasons = cluster.running.flatMap(({ notices }) =>
      notices.flatMap((notice) => (notice.type === 'suspects' ? [notice.reason] : [])),
    );
    expect(new Set(reasons)).toEqual(new Set(['slow-orders']));
    expect(cluster.now - from).toBeLessThan(10_000);
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S17 a path that is slow for everybody is no reason to leave a primary', () => {
    const cluster = new Cluster(4, { watchWindowMs: 500, rotationMinMs: 500, statusMs: 100 });
    // Three of four messages are lost, so that all that is said takes several turns.
    let said = 0;
    cluster.link = () => (said += 1) % 4 === 0;
    for (let turn = 0; turn < 200; turn++) {
      for (const at of [1, 2, 3]) if (turn % 4 === 0) cluster.propose(at);
      cluster.tick(50);
    }
    const reasons = cluster.running.flatMap(({ notices }) =>
      notices.flatMap((notice) => (notice.type === 'suspects' ? [notice.reason] : [])),
    );
    expect(reasons).not.toContain('slow-orders');
  });

  it.each([600_000, -600_000])('S67 the clock of one backup is wrong by %i ms', (offMs) => {
    const cluster = new Cluster(4);
    cluster.node(2).clock = (now) => now + offMs;
    for (let at = 0; at < 8; at++) cluster.propose(at % 4);
    cluster.until(() => [0, 1, 3].every((id) => cluster.node(id).ids.length === 8));
    expect(views(cluster).filter((view) => view === 0).length).toBeGreaterThanOrEqual(3);
    cluster.until(() => cluster.node(2).ids.length === 8);
    expect(cluster.disagreement()).toBeUndefined();
  });

  it.each([600_000, -600_000])('S67 the clock of the primary is wrong by %i ms: the next one orders', (offMs) => {
    const cluster = new Cluster(4);
    cluster.node(0).clock = (now) => now + offMs;
    cluster.tick(0);
    const text = cluster.propose(1);
    cluster.until(() => everybodyHas(cluster, text));
    expect(views(cluster).every((view) => view >= 1)).toBe(true);
    for (const { time } of cluster.node(3).ledger) expect(Math.abs(time - cluster.now)).toBeLessThan(30_000);
    expect(cluster.disagreement()).toBeUndefined();
  });

  it.each([0, 3])('S68 the timers of member %i run ten times as fast, and disturb nobody', (id) => {
    const cluster = new Cluster(4);
    const start = cluster.now;
    // Its clock is set right in the end, as clocks are; only its steps are large.
    let shownMs = start;
    cluster.node(id).clock = () => (shownMs += 500);
    cluster.link = ({ message }) => message.type !== 'pre-prepare' || cluster.now - start > 150;
    const texts = [cluster.propose(1), cluster.propose(2)];
    cluster.until(() => everybodyHas(cluster, ...texts));
    for (let at = 0; at < 20; at++) {
      const text = cluster.propose(at % 4);
      cluster.until(() => everybodyHas(cluster, text));
      shownMs = cluster.now;
    }
    expect(views(cluster)).toEqual([0, 0, 0, 0]);
    expect(cluster.disagreement()).toBeUndefined();
  });

  it.each([250, 500, 1000])('S73 a link that flaps with the period of the time-out (%i ms)', (periodMs) => {
    const cluster = new Cluster(4);
    cluster.link = ({ from, to }) => {
      const isDown = Math.floor(cluster.now / periodMs) % 2 === 0;
      return !(isDown && (from === 0 || to === 0));
    };
    const texts: string[] = [];
    for (let at = 0; at < 40; at++) {
      texts.push(cluster.propose(at % 4));
      cluster.tick(250);
      for (const node of cluster.running) if (node.transfer) cluster.carryOutTransfer(node);
    }
    // Three of four are always joined, so nothing may wait for the link.
    cluster.until(
      () => [1, 2, 3].every((id) => texts.every((text, at) => at % 4 === 0 || cluster.node(id).ids.includes(text))),
      5000,
    );
    cluster.until(() => everybodyHas(cluster, ...texts));
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S74 a client that reaches everybody but the primary', () => {
    const cluster = new Cluster(4);
    cluster.link = ({ from, to }) => !(from === 1 && to === 0) && !(from === 0 && to === 1);
    const text = cluster.propose(1);
    cluster.until(() => [0, 2, 3].every((id) => cluster.node(id).ids.includes(text)), 1000);
    expect([0, 2, 3].map((id) => cluster.node(id).core.inspect().view)).toEqual([0, 0, 0]);
    cluster.until(() => everybodyHas(cluster, text));
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S43 a member without a vote when the view is left gives it when it has it again', () => {
    const cluster = new Cluster(4);
    const node = cluster.node(3);
    const honest = node.digestOf;
    node.digestOf = (batch) => `${honest(batch)} but wrong`;
    for (let at = 0; at < 4; at++) {
      cluster.propose(at % 3);
      cluster.run();
    }
    expect(node.core.inspect().voting).toBe(false);
    node.digestOf = honest;
    cluster.crash(0);
    cluster.propose(1, 'on');
    cluster.tick(3000);
    // One is missing for the new view, and this one cannot stand in for it yet.
    expect(cluster.running.map(({ core }) => core.inspect().active)).toEqual([false, false, false]);
    cluster.until(() => cluster.running.every(({ ids }) => ids.includes('on')));
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S43 a view change while a member waits for a transfer', () => {
    const cluster = new Cluster(4);
    cluster.crash(3);
    for (let at = 0; at < 12; at++) {
      cluster.propose(at % 3);
      cluster.run();
    }
    cluster.restart(3);
    for (let waited = 0; !cluster.node(3).transfer && waited < 100; waited++) cluster.tick(50);
    expect(cluster.node(3).transfer).toBeDefined();
    // Without it there is no quorum; it votes on the change of views with nothing executed.
    cluster.crash(0);
    cluster.propose(1, 'through');
    for (let waited = 0; views(cluster).includes(0) && waited < 200; waited++) cluster.tick(50);
    expect(cluster.running.map(({ core }) => core.inspect().active)).toEqual([true, true, true]);
    expect(cluster.node(3).core.inspect()).toMatchObject({ sequence: 0 });
    // Its votes lie above its window until it has the state.
    cluster.until(() => everybodyHas(cluster, 'through'));
    expect(cluster.disagreement()).toBeUndefined();
  });
});
