import { describe, expect, it } from 'vitest';
import { bundleOf, commitOf, prePrepareOf, proposalOf, statusOf, takeOverPrimary } from './adversary.fixture.ts';
import { Cluster } from './cluster.fixture.ts';
import { decodeRecord } from './journal-record.ts';
import type { Data, Message } from './messages.ts';
import { numbersPerLife } from './messages.ts';

const everybodyHas = (cluster: Cluster, ...ids: string[]) =>
  cluster.running.every((node) => ids.every((id) => node.ids.includes(id)));
const inspect = (cluster: Cluster, id: number) => cluster.node(id).core.inspect();
/** No checkpoint is near, so that nothing but certificates can help. */
const far = { checkpointInterval: 100, window: 200 };

/** Member 3 hears nothing, suspects, believes a liar that it is not alone, and leaves view 0 as the only one. */
function withOneGone(limits = far): Cluster {
  const cluster = new Cluster(4, limits);
  cluster.link = ({ from, to }) => from !== 3 && to !== 3;
  cluster.propose(3, 'cut off');
  cluster.tick(1000);
  expect(inspect(cluster, 3)).toMatchObject({ view: 0, suspects: true });
  cluster.link = ({ to, message }) => to === 3 && message.type === 'status';
  cluster.send(1, 3, statusOf(1, numbersPerLife + 2, { suspects: true }));
  cluster.run();
  expect(inspect(cluster, 3)).toMatchObject({ view: 1, active: false });
  cluster.link = () => true;
  return cluster;
}

describe('a member that its primary told another story', () => {
  it('S11 takes from the others what a quorum committed, though no checkpoint is near and nobody else waits', () => {
    const cluster = new Cluster(4, far);
    takeOverPrimary(cluster);
    const bundle = bundleOf(0, 1, 'ordered');
    const [one, other] = [0, 1].map((later) => prePrepareOf(0, 0, 1, proposalOf(cluster.now + later, bundle)));
    for (const to of [1, 2, 3]) {
      cluster.send(0, to, bundle);
      const told = to === 3 ? other : one;
      if (told) cluster.send(0, to, told);
    }
    cluster.run();
    for (const to of [1, 2, 3]) if (one) cluster.send(0, to, commitOf(0, one.header));
    cluster.run();
    expect(cluster.nodes.map(({ ids }) => ids.length)).toEqual([0, 1, 1, 0]);
    cluster.until(() => cluster.node(3).ids.includes('ordered'), 5000);
    expect(cluster.running.map(({ core }) => core.inspect().view)).toEqual([0, 0, 0]);
    expect(cluster.disagreement()).toBeUndefined();
  });
});

describe('a member that left its view alone', () => {
  it('executes what the others order, from their certificates, long before a checkpoint', () => {
    const cluster = withOneGone();
    const texts = Array.from({ length: 30 }, (_, at) => cluster.propose(at % 3));
    const at = cluster.now;
    cluster.until(() => everybodyHas(cluster, 'cut off', ...texts));
    expect(cluster.now - at).toBeLessThanOrEqual(1500);
    expect(inspect(cluster, 3)).toMatchObject({ view: 1, active: false, low: 0 });
    expect([0, 1, 2].map((id) => inspect(cluster, id).view)).toEqual([0, 0, 0]);
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('gets content that it lacks by its digest', () => {
    const cluster = withOneGone();
    const asked: Message[] = [];
    cluster.link = ({ from, to, message }) => {
      if (from === 3 && message.type === 'fetch') asked.push(message);
      return to !== 3 || message.type !== 'bundle';
    };
    cluster.propose(1, 'unseen');
    cluster.until(() => cluster.node(3).ids.includes('unseen'));
    expect(asked).not.toEqual([]);
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('has what it learned after a crash, though it voted for none of it', () => {
    const cluster = withOneGone();
    cluster.propose(1, 'learned');
    cluster.until(() => everybodyHas(cluster, 'learned'));
    const { ids, journal } = cluster.node(3);
    expect(journal.map((bytes) => decodeRecord(bytes)?.type)).toContain('ordered');
    cluster.restart(3, 1);
    cluster.run();
    expect(cluster.node(3).ids).toEqual(ids);
    expect(inspect(cluster, 3)).toMatchObject({ view: 1, active: false });
    cluster.crash(0);
    cluster.propose(2, 'together');
    cluster.until(() => everybodyHas(cluster, 'learned', 'together'));
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('helps to leave the view when another member fails', () => {
    const cluster = withOneGone();
    cluster.crash(0);
    cluster.propose(2, 'through');
    cluster.until(() => everybodyHas(cluster, 'through'));
    expect([1, 2, 3].map((id) => inspect(cluster, id).active)).toEqual([true, true, true]);
  });

  it('believes no certificate that is not one', () => {
    const cluster = withOneGone();
    const genuine: Extract<Data, { content: 'ordered' }>[] = [];
    cluster.link = ({ to, message }) => {
      if (to === 3 && message.type === 'data' && message.content === 'ordered') genuine.push(message);
      return to !== 3;
    };
    cluster.propose(1, 'a');
    cluster.tick(500);
    const [one] = genuine;
    if (!one) throw new Error('a certificate was sent');
    const { certificate, proposal } = one;
    const [vote] = certificate.votes;
    if (!vote) throw new Error('it has votes');
    const lies: Data[] = [
      { ...one, certificate: { ...certificate, votes: certificate.votes.slice(1) } },
      { ...one, certificate: { ...certificate, root: 'r'.repeat(32) } },
      { ...one, certificate: { ...certificate, view: certificate.view + 1 } },
      { ...one, certificate: { ...certificate, sequence: certificate.sequence + 1 } },
      { ...one, certificate: { ...certificate, votes: [{ ...vote, signer: 9 }, ...certificate.votes.slice(1)] } },
      { ...one, proposal: { ...proposal, time: proposal.time + 1 } },
      { ...one, proposal: { ...proposal, bundles: [] } },
    ];
    const { core, ledger } = cluster.node(3);
    for (const message of lies) core.step({ type: 'message', from: 1, message });
    cluster.run();
    expect(cluster.node(3).refusals('bad-certificate')).toBe(5);
    expect(cluster.node(3).refusals('wrong-digest')).toBe(2);
    expect(ledger).toEqual([]);
    core.step({ type: 'message', from: 1, message: one });
    cluster.link = ({ message }) => message.type !== 'data' || message.content !== 'ordered';
    cluster.until(() => cluster.node(3).ledger.length > 0);
    expect(cluster.node(3).ledger.map(({ sequence }) => sequence)).toEqual([certificate.sequence]);
  });
});

describe('lies that links cannot find', () => {
  it('S24 valid at the link, with an invalid signature: no such vote gets into a certificate', () => {
    const cluster = new Cluster(4);
    cluster.link = ({ from, message }) =>
      from === 3 && (message.type === 'prepare' || message.type === 'commit')
        ? [{ ...message, signature: Buffer.alloc(64) }]
        : true;
    const texts = Array.from({ length: 10 }, (_, at) => cluster.propose(at % 4));
    cluster.until(() => everybodyHas(cluster, ...texts));
    expect(inspect(cluster, 0).view).toBe(0);
    for (const id of [0, 1, 2]) {
      expect(cluster.node(id).refusals('bad-signature')).toBeGreaterThan(0);
      for (const { certificate } of cluster.node(id).ledger) {
        expect(certificate.votes.map(({ signer }) => signer)).toEqual([0, 1, 2]);
      }
    }
    // A trap of lazy checking would spring now, when others check what was prepared.
    cluster.crash(0);
    cluster.link = () => true;
    cluster.propose(1, 'on');
    cluster.until(() => everybodyHas(cluster, 'on'));
    const refused = [1, 2, 3].map((id) => cluster.node(id).refusals('bad-certificate'));
    expect(refused).toEqual([0, 0, 0]);
  });

  it('S28 chunks of a wrong state: whichever byte is bent, the whole is refused, and the right one taken', () => {
    const cluster = new Cluster(4);
    cluster.crash(3);
    for (let at = 0; at < 9; at++) {
      cluster.propose(at % 3);
      cluster.run();
    }
    cluster.restart(3);
    const node = cluster.node(3);
    for (let waited = 0; !node.transfer && waited < 100; waited++) cluster.tick(50);
    const sequence = node.transfer?.certificate.sequence ?? 0;
    const right = cluster.node(1).stable.find(({ certificate }) => certificate.sequence === sequence);
    if (!right) throw new Error('a transfer was ordered');
    for (let at = 0; at < right.state.length; at++) {
      const state = Buffer.from(right.state);
      state.writeUInt8(state.readUInt8(at) ^ 0x10, at);
      node.core.step({ type: 'transferred', sequence, root: right.root, state });
    }
    cluster.run();
    expect(node.refusals('bad-transfer')).toBe(right.state.length);
    expect(inspect(cluster, 3).low).toBe(0);
    cluster.until(() => node.ids.length === 9);
    expect(cluster.disagreement()).toBeUndefined();
  });
});
