import { describe, expect, it } from 'vitest';
import { statementBytes } from '../codec/pbft-statement.ts';
import { commitOf, prepareOf, viewChangeOf } from './adversary.fixture.ts';
import { genesisCheckpoint } from './certificates.ts';
import { Cluster, domain, epochText, type Node } from './cluster.fixture.ts';
import type { Commit, Message } from './messages.ts';
import { epochAfter, idealVerifier } from './node.fixture.ts';
import { epochOf } from './refold.ts';
import { firstBase } from './work.ts';

const everybodyHas = (cluster: Cluster, ...ids: string[]) =>
  cluster.running.every((node) => ids.every((id) => node.ids.includes(id)));
const inEpoch = (cluster: Cluster, number: number) => cluster.running.every(({ epoch }) => epoch.number === number);
const origin = { stable: genesisCheckpoint, prepared: [] };
const four = [0, 1, 2, 3];
const seven = [0, 1, 2, 3, 4, 5, 6];

/** Four members become seven. */
function grown(): Cluster {
  const cluster = new Cluster(4);
  cluster.propose(1, 'before');
  cluster.run();
  cluster.propose(2, epochText(seven));
  cluster.until(() => inEpoch(cluster, 2));
  for (const id of [4, 5, 6]) cluster.join(id, 0);
  return cluster;
}

describe('an epoch ends and the next begins', () => {
  it('S69 four members become seven, and seven become four: sequences and history go on, f changes', () => {
    const cluster = grown();
    const end = cluster.node(0).ledger.length;
    cluster.propose(5, 'by a newcomer');
    cluster.until(() => everybodyHas(cluster, 'before', 'by a newcomer'));
    expect(cluster.node(6).ledger.at(-1)?.sequence).toBe(end + 1);
    expect(cluster.node(6).ledger.at(-1)?.certificate.votes.length).toBeGreaterThanOrEqual(5);
    // Two of seven may be gone; before it was one of four.
    for (const id of [0, 1]) cluster.crash(id);
    cluster.propose(4, 'without two');
    cluster.until(() => everybodyHas(cluster, 'without two'));
    for (const id of [0, 1]) cluster.restart(id);
    cluster.propose(3, epochText(four));
    cluster.until(() => inEpoch(cluster, 3));
    expect(cluster.running.map(({ id }) => id)).toEqual(four);
    cluster.propose(2, 'after');
    cluster.until(() => everybodyHas(cluster, 'without two', 'after'));
    expect(cluster.node(3).ledger.at(-1)?.certificate.votes.length).toBe(3);
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S69 nothing beyond the end is executed in the old epoch, and what waited is executed once in the new one', () => {
    const cluster = new Cluster(4, { checkpointInterval: 100, window: 200 });
    for (const id of four) for (const text of ['a', 'b', 'c']) cluster.propose(id, `${text}${id}`);
    cluster.propose(0, epochText(four));
    for (const id of four) for (const text of ['d', 'e', 'f']) cluster.propose(id, `${text}${id}`);
    cluster.until(() => cluster.nodes.every(({ ids }) => ids.length === 25));
    const { ledger, bases, stable } = cluster.node(1);
    const end = ledger.find(({ requests }) => requests.some(({ id }) => id.startsWith('epoch ')))?.sequence ?? 0;
    expect(bases.map(({ certificate }) => certificate.sequence)).toEqual([end]);
    expect(end % 100).not.toBe(0);
    expect(stable.at(-1)).toMatchObject({ endsEpoch: true });
    expect(ledger.length).toBeGreaterThan(end);
    expect(ledger.at(-1)?.certificate.view).toBe(0);
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S69 a key is rotated in the middle of a view: the old key counts for nothing from then on', () => {
    const cluster = new Cluster(4);
    cluster.crash(0);
    cluster.propose(1, 'view change');
    cluster.until(() => everybodyHas(cluster, 'view change'));
    cluster.restart(0);
    cluster.propose(1, epochText(four, [2]));
    cluster.until(() => inEpoch(cluster, 2));
    const sent: Commit[] = [];
    cluster.link = ({ from, message }) => {
      if (from === 2 && message.type === 'commit') sent.push(message);
      return true;
    };
    cluster.propose(2, 'with a new key');
    cluster.until(() => everybodyHas(cluster, 'with a new key'));
    const [commit] = sent;
    if (!commit) throw new Error('member 2 has voted');
    const bytes = statementBytes({ ...domain, epoch: 2 }, 2, commit);
    const { ledger } = cluster.node(1);
    expect(idealVerifier(epochAfter(four, ledger)).verify(2, bytes, commit.signature)).toBe(true);
    expect(idealVerifier(epochAfter(four, [])).verify(2, bytes, commit.signature)).toBe(false);
    // With the key of before, in the name of the new epoch.
    const header = { view: 0, sequence: ledger.length + 1, digest: 'd'.repeat(32) };
    const before = cluster.node(1).refusals('bad-signature');
    cluster.send(3, 1, prepareOf(2, header, { ...domain, epoch: 2 }));
    cluster.run();
    expect(cluster.node(1).refusals('bad-signature')).toBe(before + 1);
  });

  it('S23 S69 votes of an old epoch replayed in the new one are refused', () => {
    const cluster = new Cluster(4);
    const old: Message[] = [];
    cluster.link = ({ to, message }) => {
      if (to === 1 && message.type !== 'data') old.push(message);
      return true;
    };
    for (const id of four) cluster.propose(id);
    cluster.tick(200);
    cluster.propose(1, epochText(four));
    cluster.until(() => inEpoch(cluster, 2));
    const core = () => ({ ...cluster.node(1).core.inspect(), ledger: cluster.node(1).ledger.length });
    const before = core();
    cluster.link = () => true;
    // Places beyond the end, which the old epoch left void.
    const header = { view: 0, sequence: before.ledger + 1, digest: 'd'.repeat(32) };
    const beyond = [prepareOf(3, header), commitOf(2, header), viewChangeOf(3, { view: 1, ...origin })];
    const replayed = [...old, ...beyond];
    for (const message of replayed) cluster.send(3, 1, message);
    cluster.run();
    expect(replayed.length).toBeGreaterThan(20);
    expect(core()).toEqual(before);
    expect(cluster.node(1).refusals('bad-signature')).toBe(2);
    expect(cluster.node(1).refusals('bad-certificate')).toBe(1);
    cluster.propose(2, 'on');
    cluster.until(() => everybodyHas(cluster, 'on'));
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S69 a member that slept through the end is told of it by its certificate, and follows', () => {
    const cluster = new Cluster(4);
    cluster.crash(3);
    for (let at = 0; at < 5; at++) cluster.propose(at % 3);
    cluster.propose(0, epochText(four));
    cluster.until(() => inEpoch(cluster, 2));
    cluster.propose(1, 'meanwhile');
    cluster.until(() => everybodyHas(cluster, 'meanwhile'));
    cluster.restart(3);
    cluster.until(() => inEpoch(cluster, 2) && everybodyHas(cluster, 'meanwhile'));
    cluster.crash(0);
    cluster.propose(3, 'together');
    cluster.until(() => everybodyHas(cluster, 'together'));
    expect(cluster.disagreement()).toBeUndefined();
  });
});

describe('what the next epoch stands on', () => {
  it('comes back from a journal that was given up to its last checkpoint', () => {
    const cluster = new Cluster(4);
    cluster.propose(1, epochText(four));
    cluster.until(() => inEpoch(cluster, 2));
    for (let at = 0; at < 14; at++) {
      cluster.propose(at % 4);
      cluster.run();
    }
    const { ledger, journal } = cluster.node(2);
    const floor = ledger.at(-1)?.lsn ?? 0;
    expect(floor).toBeGreaterThan(journal.length / 2);
    expect(epochOf(journal.slice(floor))).toMatchObject({ number: 2, certificate: { sequence: 1 } });
    const before = cluster.node(2).core.inspect();
    cluster.restartFrom(2, floor);
    cluster.tick(200);
    expect(cluster.node(2).core.inspect()).toMatchObject({ low: before.low, sequence: before.sequence, voting: true });
    cluster.crash(0);
    cluster.propose(2, 'on');
    cluster.until(() => everybodyHas(cluster, 'on'));
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('begins in a ledger that another protocol ordered so far, and its first commits cover that', () => {
    const cluster = new Cluster(4);
    const root = 'r'.repeat(32);
    const base = firstBase(cluster.limits, 1000, 5_000_000, root);
    expect(base.certificate.votes).toEqual([]);
    const nodes = four.map((id) => cluster.beginAt(id, base, 5_000_000));
    cluster.propose(2, 'the first here');
    cluster.until(() => nodes.every(({ ledger }) => ledger.length > 0), 2000);
    for (const { ledger } of nodes) {
      expect(ledger[0]).toMatchObject({ sequence: 1001, certificate: { root, sequence: 1001 } });
      expect(ledger[0]?.time).toBeGreaterThanOrEqual(5_000_000);
    }
  });

  it('refuses to begin with a state that is not the certified one', () => {
    const cluster = grown();
    const [base] = cluster.node(0).bases;
    if (!base) throw new Error('the epoch has a base');
    const state = Buffer.concat([base.state, Buffer.alloc(1)]);
    expect(() => cluster.beginAt(0, { ...base, state }, 0)).toThrow('where an epoch begins');
  });
});

describe('S69 power fails at a step of the switch', () => {
  /** What is durable when it does; the member has executed the end, and the others go on. */
  const steps: Record<string, (cluster: Cluster, node: Node) => void> = {
    'after the end was executed, before its vote was durable': (cluster, node) => {
      node.autoSync = false;
      cluster.link = ({ from, to, message }) => message.type !== 'checkpoint' || (from !== 3 && to !== 3);
    },
    'after its vote, before the end was stable': (cluster) => {
      cluster.link = ({ to, message }) => message.type !== 'checkpoint' || to !== 3;
    },
    'after the end was stable, before the next core began': (cluster) => {
      cluster.onEpochEnd = ({ id }) => id !== 3;
    },
    'after the next core began, before its beginning was durable': (cluster, node) => {
      cluster.onEpochEnd = ({ id }) => {
        if (id === 3) node.autoSync = false;
        return true;
      };
    },
    'after the beginning was durable': () => {},
  };

  it.each(Object.keys(steps))('%s', (step) => {
    const cluster = new Cluster(4);
    const node = cluster.node(3);
    cluster.propose(1, 'before');
    cluster.run();
    steps[step]?.(cluster, node);
    cluster.propose(1, epochText(four));
    for (let at = 0; at < 10; at++) cluster.tick(50);
    expect([0, 1, 2].map((id) => cluster.node(id).epoch.number)).toEqual([2, 2, 2]);
    cluster.crash(3);
    cluster.link = () => true;
    cluster.onEpochEnd = () => true;
    node.autoSync = true;
    cluster.restart(3, step.startsWith('after the end was executed') ? 1 : 0);
    cluster.until(() => inEpoch(cluster, 2));
    expect(epochOf(node.journal)).toMatchObject({ number: 2 });
    cluster.crash(0);
    cluster.propose(3, 'after');
    cluster.until(() => everybodyHas(cluster, 'before', 'after'));
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('at all members, between the end and the next epoch', () => {
    const cluster = new Cluster(4);
    cluster.onEpochEnd = () => false;
    cluster.propose(1, epochText(four));
    cluster.propose(2, 'waits');
    cluster.tick(500);
    const ended = cluster.nodes.map(({ core }) => core.inspect().endsAt);
    expect(new Set(ended)).toEqual(new Set([cluster.node(0).ledger.length]));
    cluster.onEpochEnd = () => true;
    for (const id of four) cluster.restart(id);
    cluster.until(() => inEpoch(cluster, 2));
    cluster.propose(3, 'after');
    cluster.until(() => everybodyHas(cluster, 'after'));
    for (const id of four) cluster.restart(id);
    cluster.propose(0, 'later');
    cluster.until(() => everybodyHas(cluster, 'later'));
    expect(cluster.disagreement()).toBeUndefined();
  });
});
