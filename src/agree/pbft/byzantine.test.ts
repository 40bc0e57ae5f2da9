import { describe, expect, it } from 'vitest';
import {
  bundleOf,
  commitOf,
  prePrepareOf,
  prepareOf,
  proposalOf,
  statusOf,
  takeOverPrimary,
  viewChangeOf,
} from './adversary.fixture.ts';
import { genesisCheckpoint } from './certificates.ts';
import { Cluster, domain, forge } from './cluster.fixture.ts';
import type { Message } from './messages.ts';

const send = (cluster: Cluster, from: number, to: readonly number[], ...messages: Message[]) => {
  for (const one of to) for (const message of messages) cluster.send(from, one, message);
};
const one = bundleOf(0, 1, 'one');
const two = bundleOf(0, 2, 'two');
const views = (cluster: Cluster) => cluster.running.map(({ core }) => core.inspect().view);

/** The others go on without the liar. */
function expectProgress(cluster: Cluster): void {
  const text = cluster.propose(1, 'afterwards');
  cluster.until(() => cluster.running.every(({ ids }) => ids.includes(text)));
  expect(cluster.disagreement()).toBeUndefined();
}

describe('a lying primary', () => {
  it('S11 equivocation to disjoint halves', () => {
    const cluster = new Cluster(4);
    takeOverPrimary(cluster);
    const first = prePrepareOf(0, 0, 1, proposalOf(cluster.now, one));
    const second = prePrepareOf(0, 0, 1, proposalOf(cluster.now, two));
    send(cluster, 0, [1], one, first);
    send(cluster, 0, [2], two, second);
    // The liar commits to whatever anybody holds.
    for (const { header } of [first, second]) send(cluster, 0, [1, 2, 3], commitOf(0, header));
    cluster.run();
    expect(cluster.running.every(({ ledger }) => ledger.length === 0)).toBe(true);
    expectProgress(cluster);
  });

  it('S11 whoever sees two pre-prepares for one slot suspects at once', () => {
    const cluster = new Cluster(4);
    takeOverPrimary(cluster);
    send(cluster, 0, [1, 2, 3], one, two, prePrepareOf(0, 0, 1, proposalOf(cluster.now, one)));
    send(cluster, 0, [1, 2, 3], prePrepareOf(0, 0, 1, proposalOf(cluster.now, two)));
    cluster.run();
    for (const node of cluster.running) expect(node.refusals('equivocation')).toBe(1);
    cluster.until(() => views(cluster).every((view) => view === 1), 1500);
    expectProgress(cluster);
  });

  it('S12 equivocation where only one correct member prepares, then a view change', () => {
    const cluster = new Cluster(4);
    takeOverPrimary(cluster);
    const first = prePrepareOf(0, 0, 1, proposalOf(cluster.now, one));
    const second = prePrepareOf(0, 0, 1, proposalOf(cluster.now, two));
    cluster.link = ({ message, to }) => message.type !== 'prepare' || to === 1;
    send(cluster, 0, [1, 2], one, first);
    send(cluster, 0, [3], two, second);
    cluster.run();
    cluster.link = () => true;
    expectProgress(cluster);
    // Member 1 alone had prepared it: with all three heard it is kept.
    expect(cluster.node(3).ids).toContain('one');
    expect(cluster.node(3).ledger[0]?.requests[0]?.id).toBe('one');
  });

  it('S13 a gap, and a leap to the upper water mark', () => {
    const cluster = new Cluster(4);
    takeOverPrimary(cluster);
    send(cluster, 0, [1, 2, 3], one, prePrepareOf(0, 0, 8, proposalOf(cluster.now, one)));
    cluster.run();
    expect(cluster.running.every(({ ledger }) => ledger.length === 0)).toBe(true);
    expectProgress(cluster);
    for (const node of cluster.running) {
      expect(node.ledger.slice(0, 7).every(({ requests }) => requests.length === 0)).toBe(true);
      expect(node.ids.filter((id) => id === 'one')).toHaveLength(1);
    }
  });

  it('S14 sequences outside the water marks', () => {
    const cluster = new Cluster(4);
    for (let at = 0; at < 5; at++) {
      cluster.propose(1);
      cluster.run();
    }
    const before = cluster.node(1).journal.length;
    const at = (sequence: number) => prePrepareOf(0, 0, sequence, proposalOf(cluster.now, one));
    send(cluster, 0, [1], one, at(4), at(13), at(1_000_000));
    cluster.run();
    expect(cluster.node(1).journal.length).toBe(before);
    expect(cluster.node(1).refusals('outside-window')).toBeGreaterThan(0);
  });

  it('S15 a request twice in one proposal, and a request that its client never signed', () => {
    const cluster = new Cluster(4);
    takeOverPrimary(cluster);
    const forged = { ...bundleOf(2, 9, 'never said'), signature: new Uint8Array(64) };
    const other = { ...one, requests: two.requests, ...forge(0, { ...one, requests: two.requests }) };
    send(cluster, 0, [1, 2, 3], one, other, prePrepareOf(0, 0, 1, proposalOf(cluster.now, one, other)));
    send(cluster, 0, [1, 2, 3], forged, prePrepareOf(0, 0, 2, proposalOf(cluster.now, forged)));
    cluster.run();
    for (const node of cluster.running) {
      expect(node.refusals('duplicate-bundle')).toBe(1);
      expect(node.refusals('bad-signature')).toBe(1);
      expect(node.ledger).toEqual([]);
    }
    expectProgress(cluster);
    expect(cluster.node(1).ids).not.toContain('never said');
  });

  it('S16 suppression of one client', () => {
    const cluster = new Cluster(4);
    // The primary never sees what member 3 proposes, whoever passes it on; everything else goes well.
    cluster.link = ({ to, message }) => !(to === 0 && message.type === 'bundle' && message.signer === 3);
    cluster.propose(3, 'suppressed');
    for (let at = 0; at < 200 && !cluster.node(1).ids.includes('suppressed'); at++) {
      cluster.propose(1);
      cluster.tick(50);
    }
    cluster.until(() => [1, 2, 3].every((id) => cluster.node(id).ids.includes('suppressed')));
    expect(cluster.node(1).notices).toContainEqual({ type: 'suspects', view: 0, reason: 'suppression' });
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S18 silent to f correct members, which catch up by status', () => {
    const cluster = new Cluster(4);
    cluster.link = ({ from, to }) => !(from === 0 && to === 3);
    for (let at = 0; at < 3; at++) cluster.propose(1);
    cluster.until(() => cluster.node(3).ids.length === 3, 3000);
    expect(views(cluster)).toEqual([0, 0, 0, 0]);
  });

  it('S19 a time that is far from everybody else', () => {
    const cluster = new Cluster(4);
    takeOverPrimary(cluster);
    for (const [at, time] of [cluster.now + 3_600_000, 0].entries()) {
      send(cluster, 0, [1, 2, 3], one, prePrepareOf(0, 0, 1 + at, proposalOf(time, one)));
    }
    cluster.run();
    for (const node of cluster.running) expect(node.refusals('clock-skew')).toBe(2);
    expectProgress(cluster);
  });

  it('S20 the content withheld, the digest alone given', () => {
    const cluster = new Cluster(4);
    takeOverPrimary(cluster);
    send(cluster, 0, [1], one);
    send(cluster, 0, [1, 2, 3], prePrepareOf(0, 0, 1, proposalOf(cluster.now, one)));
    cluster.run();
    expect(cluster.node(2).ledger).toEqual([]);
    // Member 1 has it, and is asked when the primary does not answer.
    cluster.until(() => cluster.running.every(({ ids }) => ids.includes('one')), 3000);
    expectProgress(cluster);
  });
});

describe('a lying backup', () => {
  it('S21 conflicting prepares and commits', () => {
    const cluster = new Cluster(4);
    cluster.crash(3);
    const lie = { view: 0, sequence: 1, digest: 'x'.repeat(32) };
    send(cluster, 3, [0, 1, 2], prepareOf(3, lie), commitOf(3, lie));
    cluster.run();
    cluster.propose(1, 'true');
    cluster.run();
    const header = { view: 0, sequence: 2, digest: 'y'.repeat(32) };
    send(cluster, 3, [1], prepareOf(3, header), prepareOf(3, { ...header, digest: 'z'.repeat(32) }));
    cluster.run();
    expect(cluster.node(1).refusals('conflicting-vote')).toBe(1);
    for (const node of cluster.running) expect(node.ids).toEqual(['true']);
  });

  it('S22 a forged sender', () => {
    const cluster = new Cluster(4);
    const header = { view: 0, sequence: 1, digest: 'x'.repeat(32) };
    const stolen = { ...prepareOf(3, header), signer: 2 };
    send(cluster, 3, [1], stolen, { ...prepareOf(3, header), signer: 77 });
    cluster.send(77, 1, prepareOf(3, header));
    cluster.run();
    expect(cluster.node(1).refusals('bad-signature')).toBe(1);
    expect(cluster.node(1).refusals('not-member')).toBe(2);
  });

  it('S23 votes of other epochs, networks, views and sequences replayed', () => {
    const cluster = new Cluster(4);
    cluster.propose(1, 'first');
    cluster.run();
    const [batch] = cluster.node(1).ledger;
    if (!batch) throw new Error('something was ordered');
    const header = { view: 0, sequence: 2, digest: batch.certificate.digest };
    const old = prepareOf(2, batch.certificate);
    send(
      cluster,
      3,
      [1],
      prepareOf(2, header, { ...domain, epoch: 0 }),
      prepareOf(2, header, { ...domain, network: 'n'.repeat(32) }),
      { ...old, sequence: 2 },
      { ...old, view: 0, sequence: 3 },
    );
    cluster.run();
    expect(cluster.node(1).refusals('bad-signature')).toBe(4);
    expect(cluster.node(1).ids).toEqual(['first']);
  });

  it('S25 false checkpoints', () => {
    const cluster = new Cluster(4);
    for (const sequence of [4, 8, 400]) {
      const statement = { type: 'checkpoint' as const, sequence, digest: 'x'.repeat(32) };
      for (const signer of [3, 2]) send(cluster, 3, [0, 1], { ...statement, ...forge(3, statement), signer });
    }
    for (let at = 0; at < 6; at++) {
      cluster.propose(1);
      cluster.run();
    }
    for (const { core } of cluster.nodes) expect(core.inspect()).toMatchObject({ low: 4, sequence: 6, voting: true });
    expect(cluster.node(0).refusals('bad-signature')).toBe(3);
  });

  it('S26 view changes to huge views', () => {
    const cluster = new Cluster(4);
    for (let at = 0; at < 500; at++) {
      const change = viewChangeOf(3, { view: 1_000_000 + at, stable: genesisCheckpoint, prepared: [] });
      send(cluster, 3, [0, 1, 2], change);
    }
    cluster.propose(1, 'calm');
    cluster.run();
    expect(cluster.nodes.map(({ ids }) => ids)).toEqual([['calm'], ['calm'], ['calm'], ['calm']]);
    expect(views(cluster)).toEqual([0, 0, 0, 0]);
  });

  it('S27 a status replayed is answered once, and a flood of fresh ones at the pace of one', () => {
    const cluster = new Cluster(4);
    cluster.crash(3);
    cluster.propose(1);
    cluster.run();
    cluster.tick(1000);
    const status = statusOf(3, 2 ** 40);
    for (let at = 0; at < 50; at++) send(cluster, 3, [0], status, statusOf(3, 2 ** 40 + 1 + at));
    const answers: Message[] = [];
    cluster.link = ({ from, to, message }) => {
      if (from === 0 && to === 3) answers.push(message);
      return true;
    };
    cluster.run();
    expect(answers.map(({ type }) => type)).toEqual(['pre-prepare', 'commit']);
    expect(cluster.node(0).refusals('repeated-status')).toBe(49);
  });
});
