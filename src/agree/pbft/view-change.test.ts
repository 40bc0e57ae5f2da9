import { describe, expect, it } from 'vitest';
import { nullDigest, proposalDigest } from '../codec/pbft-statement.ts';
import {
  bundleOf,
  headerOf,
  newViewOf,
  prepareOf,
  proposalOf,
  takeOverPrimary,
  viewChangeOf,
} from './adversary.fixture.ts';
import { genesisCheckpoint } from './certificates.ts';
import { Cluster, forge, numbers } from './cluster.fixture.ts';
import { decodeRecord } from './journal-record.ts';
import type { Message, PreparedCertificate } from './messages.ts';

const view = (cluster: Cluster, id: number) => cluster.node(id).core.inspect();
const everybodyHas = (cluster: Cluster, ...ids: string[]) =>
  cluster.running.every((node) => ids.every((id) => node.ids.includes(id)));
const genesis = { stable: genesisCheckpoint, prepared: [] };

/** A certificate as only votes of all its signers make it. */
function certificateOf(header: PreparedCertificate['header'], ...backups: number[]): PreparedCertificate {
  const prepares = backups
    .map((signer) => prepareOf(signer, header))
    .map(({ signer, signature }) => ({ signer, signature }));
  return { header, prepares };
}

describe('the primary is gone', () => {
  it('S29 crash while idle', () => {
    const cluster = new Cluster(4);
    cluster.propose(1, 'before');
    cluster.run();
    cluster.crash(0);
    cluster.tick(5000);
    expect(view(cluster, 1).view).toBe(0);
    const at = cluster.now;
    cluster.propose(1, 'after');
    cluster.until(() => everybodyHas(cluster, 'before', 'after'));
    // One time-out, and what the votes take.
    expect(cluster.now - at).toBeLessThanOrEqual(cluster.limits.suspicionMs + 150);
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S29 crash under load', () => {
    const cluster = new Cluster(4);
    cluster.pick = numbers(7);
    for (let at = 0; at < 40; at++) {
      if (at === 17) cluster.crash(0);
      cluster.propose(1 + (at % 3), `q${at}`);
      if (at !== 17) cluster.tick(50);
    }
    cluster.until(() => cluster.running.every((node) => node.ids.length === 40));
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S30 cascading: the next f primaries are dead too', () => {
    const cluster = new Cluster(7);
    cluster.crash(0);
    cluster.crash(1);
    cluster.propose(3, 'through');
    cluster.until(() => everybodyHas(cluster, 'through'));
    expect(view(cluster, 2).view).toBe(2);
  });

  it('S45 time-outs double with each view that fails, and fall back after progress', () => {
    const cluster = new Cluster(4);
    cluster.propose(1, 'before');
    cluster.run();
    const base = cluster.limits.suspicionMs;
    const changes: number[] = [];
    const watch = () => {
      const now = view(cluster, 3).view;
      if (now > changes.length) changes.push(cluster.now);
      return changes.length >= 4;
    };
    cluster.link = ({ message }) => message.type !== 'new-view' && message.type !== 'pre-prepare';
    cluster.propose(3, 'stuck');
    const begin = cluster.now;
    cluster.until(watch);
    const gaps = changes.map((at, index) => at - (changes[index - 1] ?? begin));
    for (const [at, factor] of [1, 1, 2, 4].entries()) {
      expect(gaps[at]).toBeGreaterThanOrEqual(base * factor);
      expect(gaps[at]).toBeLessThanOrEqual(base * factor * 2);
    }
    cluster.link = () => true;
    cluster.until(() => everybodyHas(cluster, 'stuck'));
    const primary = view(cluster, 3).primary;
    cluster.tick(100);
    cluster.crash(primary);
    const again = cluster.now;
    const [first] = cluster.running;
    cluster.propose(first?.id ?? 0, 'again');
    cluster.until(() => everybodyHas(cluster, 'again'));
    expect(cluster.now - again).toBeLessThanOrEqual(base + 200);
  });
});

describe('what a view change keeps', () => {
  it('S31 one invalid certificate voids neither the valid ones beside it nor those of others', () => {
    const cluster = new Cluster(4);
    takeOverPrimary(cluster);
    const bundle = bundleOf(0, 1, 'kept');
    const proposal = proposalOf(cluster.now, bundle);
    const header = headerOf(0, 0, 1, proposalDigest(proposal));
    // All three prepare it; the liar's own view change carries a second certificate that nobody voted for.
    for (const to of [1, 2, 3]) {
      cluster.send(0, to, bundle);
      cluster.send(0, to, { type: 'pre-prepare', header, proposal });
    }
    cluster.link = ({ message }) => message.type !== 'commit';
    cluster.run();
    const false2 = { ...certificateOf(headerOf(0, 0, 2, 'x'.repeat(32)), 1, 2) };
    const broken = { ...false2, prepares: false2.prepares.map((one) => ({ ...one, signature: new Uint8Array(64) })) };
    const change = viewChangeOf(0, {
      view: 1,
      stable: genesisCheckpoint,
      prepared: [certificateOf(header, 1, 2), broken],
    });
    for (const to of [1, 2, 3]) cluster.send(0, to, change);
    // No status may repair view 0 before it is left.
    cluster.link = ({ message }) => message.type !== 'commit' || message.view > 0;
    cluster.until(() => everybodyHas(cluster, 'kept'));
    const entered = cluster.delivered.find(({ message }) => message.type === 'new-view')?.message;
    if (entered?.type !== 'new-view') throw new Error('a new view began');
    expect(entered.viewChanges.some(({ signer }) => signer === 0)).toBe(true);
    expect(entered.headers.map(({ sequence, digest }) => [sequence, digest])).toEqual([[1, header.digest]]);
    expect(view(cluster, 2).view).toBe(1);
  });

  it('S32 prepared at exactly one correct member that is not heard: null is chosen, and nothing forks', () => {
    const cluster = new Cluster(4);
    // Member 3 alone prepares the first sequence, all prepare the second, and no commit arrives in view 0.
    cluster.link = ({ to, message }) =>
      message.type !== 'commit' && (message.type !== 'prepare' || message.sequence === 2 || to === 3);
    cluster.propose(0, 'lost');
    cluster.run();
    cluster.propose(0, 'kept');
    cluster.run();
    const proposed = cluster.delivered.flatMap(({ message }) =>
      message.type === 'pre-prepare' ? [message.header] : [],
    );
    const digestOf = (sequence: number) => proposed.find((header) => header.sequence === sequence)?.digest;
    const prepared = (id: number) =>
      cluster.node(id).journal.flatMap((bytes) => {
        const record = decodeRecord(bytes);
        return record?.type === 'prepared' ? [record.certificate.header.sequence] : [];
      });
    expect([1, 2, 3].map(prepared)).toEqual([[2], [2], [1, 2]]);
    for (const id of [0, 3]) cluster.crash(id);
    // The first primary makes the quorum whole, with a lie.
    for (const to of [1, 2]) cluster.send(0, to, viewChangeOf(0, { view: 1, ...genesis }));
    const decided: Message[] = [];
    cluster.link = ({ message }) => {
      if (message.type === 'new-view') decided.push(message);
      // Nothing may repair view 0 before it is left.
      return (message.type !== 'prepare' && message.type !== 'commit') || message.view > 0;
    };
    cluster.until(() => decided.length > 0);
    const [newView] = decided;
    if (newView?.type !== 'new-view') throw new Error('a new view began');
    expect(newView.viewChanges.map(({ signer }) => signer)).toEqual([0, 1, 2]);
    expect(newView.headers.map(({ digest }) => digest)).toEqual([nullDigest, digestOf(2)]);
    // The one that had prepared comes back, and gives up what nobody can have executed.
    cluster.restart(3);
    cluster.until(() => everybodyHas(cluster, 'kept', 'lost'));
    expect(
      cluster
        .node(3)
        .ledger.slice(0, 2)
        .map(({ requests }) => requests.map(({ id }) => id)),
    ).toEqual([[], ['kept']]);
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S33 prepared at exactly f + 1 correct members survives', () => {
    const cluster = new Cluster(4);
    cluster.link = ({ to, message }) =>
      message.type !== 'commit' && (message.type !== 'prepare' || to === 1 || to === 2);
    cluster.propose(0, 'kept');
    cluster.run();
    const [first] = cluster.delivered.flatMap(({ message }) => (message.type === 'pre-prepare' ? [message] : []));
    cluster.crash(0);
    // No status may repair view 0 before it is left.
    cluster.link = ({ message }) => message.type !== 'commit' || message.view > 0;
    cluster.until(() => everybodyHas(cluster, 'kept'));
    expect(view(cluster, 1).view).toBe(1);
    expect(cluster.node(3).ledger[0]?.certificate.digest).toBe(first?.header.digest);
  });

  it('S46 a request committed in the old view is not executed twice', () => {
    const cluster = new Cluster(4);
    // Member 3 alone learns that it is committed.
    cluster.link = ({ to, message }) => message.type !== 'commit' || to === 3;
    cluster.propose(3, 'once');
    cluster.run();
    expect(cluster.node(3).ids).toEqual(['once']);
    cluster.crash(0);
    cluster.link = () => true;
    cluster.propose(1, 'after');
    cluster.until(() => everybodyHas(cluster, 'once', 'after'));
    for (const node of cluster.running) expect(node.ids).toEqual(['once', 'after']);
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S40 the decision and the time-out come together', () => {
    for (let held = 0; held < 12; held++) {
      const cluster = new Cluster(4);
      let commits = 0;
      cluster.link = ({ message }) => message.type !== 'commit' || (commits += 1) > held;
      cluster.propose(1, 'both');
      cluster.run();
      cluster.tick(cluster.limits.suspicionMs);
      cluster.until(() => everybodyHas(cluster, 'both'));
      cluster.propose(2, 'more');
      cluster.until(() => everybodyHas(cluster, 'more'));
      expect(cluster.disagreement()).toBeUndefined();
    }
  });

  it('S37 the new primary alone lacks the stable checkpoint', () => {
    const cluster = new Cluster(4);
    cluster.link = ({ to, message }) => to !== 1 || message.type === 'bundle';
    for (let at = 0; at < 10; at++) {
      cluster.propose(0);
      cluster.run();
    }
    expect(view(cluster, 2).low).toBe(8);
    expect(view(cluster, 1).low).toBe(0);
    cluster.link = () => true;
    cluster.crash(0);
    cluster.propose(2, 'next');
    cluster.until(() => everybodyHas(cluster, 'next'));
    expect(cluster.disagreement()).toBeUndefined();
    expect(view(cluster, 1).low).toBeGreaterThanOrEqual(8);
  });
});

describe('a lying new primary', () => {
  /** Members 0 and 2 and 3 want view 1, whose primary lies. */
  function awaiting(): { cluster: Cluster; send: (message: Message, ...to: number[]) => void } {
    const cluster = new Cluster(4);
    cluster.crash(1);
    for (const to of [0, 2, 3]) {
      cluster.send(1, to, viewChangeOf(1, { view: 1, ...genesis }));
      cluster.send(1, to, viewChangeOf(2, { view: 1, ...genesis }));
    }
    cluster.link = ({ from, message }) => message.type !== 'new-view' || from === 1;
    cluster.run();
    expect(view(cluster, 3)).toMatchObject({ view: 1, active: false });
    return { cluster, send: (message, ...to) => to.forEach((one) => cluster.send(1, one, message)) };
  }
  const changes = [0, 2, 3].map((signer) => viewChangeOf(signer, { view: 1, ...genesis }));
  const header = headerOf(1, 1, 1, nullDigest);
  const invented = headerOf(1, 1, 1, 'x'.repeat(32));
  const cases: [string, Message][] = [
    ['a pre-prepare that follows from nothing', newViewOf(1, { view: 1, viewChanges: changes, headers: [invented] })],
    ['a null request where nothing was', newViewOf(1, { view: 1, viewChanges: changes, headers: [header] })],
    ['too few view changes', newViewOf(1, { view: 1, viewChanges: changes.slice(1), headers: [] })],
    [
      'a view change that nobody signed',
      newViewOf(1, {
        view: 1,
        viewChanges: changes.map((one) => (one.signer === 2 ? { ...one, ...forge(2, { ...one, view: 9 }) } : one)),
        headers: [],
      }),
    ],
    [
      'view changes for another view',
      newViewOf(1, {
        view: 1,
        viewChanges: [0, 2, 3].map((signer) => viewChangeOf(signer, { view: 2, ...genesis })),
        headers: [],
      }),
    ],
  ];

  it.each(cases)('S36 a new-view with %s is refused, and the next view comes', (_name, message) => {
    const { cluster, send } = awaiting();
    send(message, 0, 2, 3);
    cluster.run();
    for (const node of cluster.running) expect(node.refusals('wrong-new-view')).toBe(1);
    cluster.link = () => true;
    cluster.propose(0, 'on');
    cluster.until(() => everybodyHas(cluster, 'on'));
    expect(view(cluster, 0).view).toBe(2);
  });

  it('S36 a new-view by somebody else, or not signed, changes nothing', () => {
    const { cluster, send } = awaiting();
    const right = { view: 1, viewChanges: changes, headers: [] };
    send(newViewOf(3, right), 0);
    send({ ...newViewOf(1, right), signature: new Uint8Array(64) }, 0);
    cluster.run();
    expect(cluster.node(0).refusals('not-primary')).toBe(1);
    expect(cluster.node(0).refusals('bad-signature')).toBe(1);
    expect(view(cluster, 0)).toMatchObject({ view: 1, active: false });
  });

  it('S36 one new primary tells two members different stories: both follow from the view changes, or are refused', () => {
    const { cluster, send } = awaiting();
    send(newViewOf(1, { view: 1, viewChanges: changes, headers: [] }), 0);
    send(newViewOf(1, { view: 1, viewChanges: changes, headers: [invented] }), 2, 3);
    cluster.run();
    cluster.link = () => true;
    cluster.propose(0, 'on');
    cluster.until(() => everybodyHas(cluster, 'on'));
    expect(cluster.disagreement()).toBeUndefined();
  });
});
