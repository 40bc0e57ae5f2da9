import { describe, expect, it } from 'vitest';
import { bundleOf, prePrepareOf, proposalOf, viewChangeOf } from './adversary.fixture.ts';
import { genesisCheckpoint } from './certificates.ts';
import { Cluster } from './cluster.fixture.ts';

const view = (cluster: Cluster, id: number) => cluster.node(id).core.inspect();
const everybodyHas = (cluster: Cluster, ...ids: string[]) =>
  cluster.running.every((node) => ids.every((id) => node.ids.includes(id)));
const genesis = { stable: genesisCheckpoint, prepared: [] };

describe('liveness', () => {
  it('S41 f + 1 members for higher views are joined at the smallest of them', () => {
    const cluster = new Cluster(4);
    cluster.crash(1);
    cluster.crash(2);
    cluster.send(1, 3, viewChangeOf(1, { view: 9, ...genesis }));
    cluster.run();
    expect(view(cluster, 3).view).toBe(0);
    cluster.send(2, 3, viewChangeOf(2, { view: 5, ...genesis }));
    cluster.run();
    expect(view(cluster, 3)).toMatchObject({ view: 5, active: false });
    expect(cluster.node(3).notices).toContainEqual({ type: 'view', view: 5, active: false });
  });

  it('S42 a member that was cut off comes back without disturbing the others', () => {
    const cluster = new Cluster(4);
    cluster.link = ({ from, to }) => from !== 3 && to !== 3;
    cluster.propose(3, 'alone');
    for (let at = 0; at < 3; at++) cluster.propose(1);
    cluster.tick(60_000, 250);
    expect(view(cluster, 3)).toMatchObject({ view: 0, suspects: true });
    cluster.link = () => true;
    cluster.until(() => everybodyHas(cluster, 'alone'));
    expect(cluster.nodes.map(({ core }) => core.inspect().view)).toEqual([0, 0, 0, 0]);
  });

  it('S39 view changes are lost while links are down, and the cluster lives when they heal', () => {
    const cluster = new Cluster(4);
    cluster.crash(0);
    const hub = 2;
    // A star with one spoke up after the other: what was sent once is gone.
    cluster.link = ({ message }) => message.type !== 'view-change' && message.type !== 'new-view';
    cluster.propose(1, 'through');
    cluster.tick(5000);
    cluster.link = ({ from, to }) => from === hub || to === hub;
    cluster.tick(5000);
    expect(cluster.running.some(({ core }) => core.inspect().active)).toBe(true);
    cluster.link = () => true;
    cluster.until(() => everybodyHas(cluster, 'through'));
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('members whose journals lost a view change that they had signed take the next view, and stop nobody', () => {
    const cluster = new Cluster(4);
    // Power failed between the signature and the sync: only the guards remember.
    for (const id of [1, 2]) {
      const { guard } = cluster.node(id);
      guard.permits({ kind: 'view-change', epoch: 1, view: 1, sequence: 0 }, Buffer.from('signed before the crash'));
    }
    cluster.crash(0);
    cluster.propose(3, 'through');
    cluster.until(() => everybodyHas(cluster, 'through'));
    expect(cluster.node(1).notices).toContainEqual({
      type: 'guard-refused',
      kind: 'view-change',
      view: 1,
      sequence: 0,
    });
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('a member that is alone goes on after a crash that its guard remembers and its journal does not', () => {
    const cluster = new Cluster(1);
    const { guard } = cluster.node(0);
    guard.permits({ kind: 'pre-prepare', epoch: 1, view: 0, sequence: 1 }, Buffer.from('signed before the crash'));
    cluster.propose(0, 'through');
    cluster.until(() => everybodyHas(cluster, 'through'), 2000);
    expect(view(cluster, 0)).toMatchObject({ view: 1, active: true });
  });

  it('a new primary orders what its view brought although its content comes after all the votes for it', () => {
    const cluster = new Cluster(4);
    cluster.link = ({ to, message: { type } }) => to !== 1 || (type !== 'bundle' && type !== 'pre-prepare');
    cluster.propose(0, 'kept from the next primary');
    cluster.run();
    cluster.crash(0);
    let votes = 0;
    cluster.link = ({ to, message }) => {
      if (to === 1 && message.type === 'prepare' && message.view === 1) votes += 1;
      return to !== 1 || votes >= 2 || (message.type !== 'data' && message.type !== 'bundle');
    };
    cluster.propose(2, 'on');
    cluster.until(() => everybodyHas(cluster, 'kept from the next primary', 'on'));
    expect(cluster.running.map(({ core }) => core.inspect().view)).toEqual([1, 1, 1]);
  });

  it('S71 a 2-2 split makes no progress and no fork, and heals', () => {
    const cluster = new Cluster(4);
    const side = (id: number) => id < 2;
    cluster.link = ({ from, to }) => side(from) === side(to);
    cluster.propose(0, 'left');
    cluster.propose(3, 'right');
    cluster.tick(20_000, 100);
    for (const node of cluster.nodes) expect(node.ledger).toEqual([]);
    cluster.link = () => true;
    cluster.until(() => everybodyHas(cluster, 'left', 'right'));
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S72 one-way loss', () => {
    const cluster = new Cluster(4);
    cluster.link = ({ from, to }) => !(from === 0 && to !== 1);
    cluster.propose(2, 'through');
    cluster.until(() => [1, 2, 3].every((id) => cluster.node(id).ids.includes('through')));
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S67 clocks that jump move no timer and no agreed time backwards', () => {
    const cluster = new Cluster(4);
    cluster.propose(1, 'first');
    cluster.run();
    for (const jumpMs of [600_000, -1_200_000, 600_000]) {
      cluster.now += jumpMs;
      cluster.tick(100);
      expect(cluster.nodes.map(({ core }) => core.inspect().view)).toEqual([0, 0, 0, 0]);
      cluster.propose(2);
      cluster.run();
    }
    const times = cluster.node(3).ledger.map(({ time }) => time);
    expect(times).toHaveLength(4);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('a pre-prepare of a view that was left counts for nothing', () => {
    const cluster = new Cluster(4);
    cluster.crash(0);
    cluster.propose(1, 'new');
    cluster.until(() => everybodyHas(cluster, 'new'));
    const bundle = bundleOf(0, 1, 'old');
    cluster.send(0, 2, bundle);
    cluster.send(0, 2, prePrepareOf(0, 0, 2, proposalOf(cluster.now, bundle)));
    cluster.run();
    expect(cluster.node(2).refusals('old-view')).toBeGreaterThan(0);
  });
});
