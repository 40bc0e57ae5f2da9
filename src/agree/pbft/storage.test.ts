import { describe, expect, it } from 'vitest';
import { SignGuard } from '../crypto/sign-guard.ts';
import { bundleOf, prePrepareOf, proposalOf, statusOf } from './adversary.fixture.ts';
import { Cluster, numbers } from './cluster.fixture.ts';
import { encodeRecord } from './journal-record.ts';

const everybodyHas = (cluster: Cluster, ...ids: string[]) =>
  cluster.running.every((node) => ids.every((id) => node.ids.includes(id)));
const inspect = (cluster: Cluster, id: number) => cluster.node(id).core.inspect();

function proposeMany(cluster: Cluster, count: number, by: readonly number[]): void {
  for (let at = 0; at < count; at++) {
    cluster.propose(by[at % by.length] ?? 0);
    cluster.run();
  }
}

/** The journal is gone, and its owner knows; the ledger is there. */
function forget(cluster: Cluster, id: number): void {
  const node = cluster.node(id);
  node.journal = [];
  node.durable = 0;
  node.guard = new SignGuard();
}

/** Counts the votes that a member sends. */
function countVotes(cluster: Cluster, id: number): () => number {
  let votes = 0;
  cluster.link = ({ from, message: { type } }) => {
    if (from === id && (type === 'prepare' || type === 'commit' || type === 'checkpoint')) votes += 1;
    return true;
  };
  return () => votes;
}

describe('what the disk does', () => {
  it('S54 a torn tail: whatever of the records that were not synced is left, nothing said is forgotten', () => {
    const life = (kept: number): number => {
      const cluster = new Cluster(4);
      const node = cluster.node(3);
      proposeMany(cluster, 3, [0, 1, 2, 3]);
      node.autoSync = false;
      for (let at = 0; at < 6; at++) cluster.propose(at % 3);
      cluster.run();
      const unsynced = node.journal.length - node.durable;
      cluster.crash(3);
      node.durable += Math.min(kept, unsynced);
      node.autoSync = true;
      cluster.restart(3);
      cluster.crash(0);
      cluster.propose(3, 'after');
      cluster.until(() => everybodyHas(cluster, 'after') && cluster.running.every(({ ids }) => ids.length === 10));
      expect(cluster.disagreement()).toBeUndefined();
      return unsynced;
    };
    const unsynced = life(0);
    expect(unsynced).toBeGreaterThan(10);
    for (let kept = 1; kept <= unsynced; kept++) life(kept);
  });

  it('S55 damage in the middle of the journal: no vote until every old one is history, then back to work', () => {
    const cluster = new Cluster(4);
    proposeMany(cluster, 6, [0, 1, 2, 3]);
    cluster.crash(3);
    forget(cluster, 3);
    const votes = countVotes(cluster, 3);
    cluster.restart(3);
    expect(inspect(cluster, 3).voting).toBe(false);
    // The others had executed 6, so it may have voted up to 14.
    for (let at = 0; inspect(cluster, 0).low < 12; at++) {
      cluster.propose(at % 3);
      cluster.tick(600);
      for (const node of cluster.running) if (node.transfer) cluster.carryOutTransfer(node);
    }
    expect(inspect(cluster, 3).low).toBeGreaterThanOrEqual(8);
    expect(votes()).toBe(0);
    // A crash on the way does not make it trust what it has now.
    cluster.restart(3);
    expect(inspect(cluster, 3).voting).toBe(false);
    for (let at = 0; !inspect(cluster, 3).voting && at < 30; at++) {
      cluster.propose(at % 3);
      cluster.tick(600);
      for (const node of cluster.running) if (node.transfer) cluster.carryOutTransfer(node);
    }
    expect(inspect(cluster, 3)).toMatchObject({ voting: true });
    expect(inspect(cluster, 3).low).toBeGreaterThanOrEqual(14);
    cluster.restart(3);
    cluster.tick(200);
    expect(inspect(cluster, 3).voting).toBe(true);
    cluster.crash(0);
    cluster.propose(3, 'with its vote');
    cluster.until(() => everybodyHas(cluster, 'with its vote'));
    expect(votes()).toBeGreaterThan(0);
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S55 a record of another version or none stops the start, before anything is said', () => {
    const cluster = new Cluster(4);
    proposeMany(cluster, 2, [0]);
    const node = cluster.node(2);
    for (const bent of [
      Buffer.from('0900', 'hex'),
      new Uint8Array(),
      Buffer.concat([node.journal[1] ?? Buffer.alloc(0), Buffer.alloc(1)]),
    ]) {
      const journal = [...node.journal];
      journal[1] = bent;
      node.journal = journal;
      expect(() => cluster.restart(2)).toThrow('records of a known version');
    }
  });

  it('S56 a sync whose answer is lost, and one that never comes: silence, never a vote that is not durable', () => {
    const cluster = new Cluster(4);
    const node = cluster.node(3);
    node.autoSync = false;
    const votes = countVotes(cluster, 3);
    const texts = Array.from({ length: 12 }, (_, at) => cluster.propose(at % 3));
    cluster.tick(2000);
    expect(votes()).toBe(0);
    expect(node.ledger).toEqual([]);
    expect([0, 1, 2].every((id) => cluster.node(id).ids.length === 12)).toBe(true);
    // The owner stops on an error of the disk; what its journal kept is what it starts from.
    cluster.crash(3);
    node.autoSync = true;
    cluster.restart(3);
    cluster.until(() => everybodyHas(cluster, ...texts));
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S56 a ledger that lost what a checkpoint already covers is fetched anew', () => {
    const cluster = new Cluster(4);
    proposeMany(cluster, 7, [0, 1, 2, 3]);
    const node = cluster.node(3);
    // Given up by the journal, as the ledger was said to be durable, and lost there all the same.
    const floor = node.ledger.at(-1)?.lsn ?? 0;
    node.ledger = node.ledger.slice(0, 2);
    node.roots = node.roots.slice(0, 2);
    cluster.restartFrom(3, floor);
    expect(node.core.inspect().voting).toBe(false);
    cluster.run();
    expect(node.notices).toContainEqual({ type: 'incomplete', sequence: 1 });
    cluster.propose(1, 'on');
    cluster.until(() => everybodyHas(cluster, 'on'));
    expect(inspect(cluster, 3)).toMatchObject({ voting: true });
    expect(cluster.disagreement()).toBeUndefined();
  });
});

describe('a memory that was lost or set back', () => {
  it('S59 f members that know that they forgot everything give no vote that could contradict another', () => {
    const cluster = new Cluster(7);
    proposeMany(cluster, 3, [0, 1, 2]);
    for (const id of [5, 6]) {
      cluster.crash(id);
      forget(cluster, id);
      cluster.restart(id);
    }
    const votes = countVotes(cluster, 5);
    const bundle = bundleOf(0, 1, 'contradiction');
    cluster.send(0, 5, bundle);
    cluster.send(0, 5, prePrepareOf(0, 0, 2, proposalOf(cluster.now, bundle)));
    proposeMany(cluster, 2, [1, 2]);
    expect(votes()).toBe(0);
    expect([0, 1, 2, 3, 4].every((id) => cluster.node(id).ids.length === 5)).toBe(true);
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S59 a member that forgot everything votes again, though nobody asks for anything', () => {
    const cluster = new Cluster(4, { fillMs: 2000 });
    proposeMany(cluster, 3, [0, 1, 2]);
    cluster.crash(3);
    forget(cluster, 3);
    cluster.restart(3);
    const isVoting = () => cluster.node(3).core.inspect().voting;
    expect(isVoting()).toBe(false);
    for (let waited = 0; !isVoting() && waited < 600; waited++) {
      cluster.tick(50);
      for (const node of cluster.running) if (node.transfer) cluster.carryOutTransfer(node);
    }
    expect(isVoting()).toBe(true);
    const { sequence } = cluster.node(0).core.inspect();
    for (let turn = 0; turn < 100; turn++) cluster.tick(50);
    expect(cluster.node(0).core.inspect().sequence).toBe(sequence);
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S59 a member that says for ever that it has no vote costs a checkpoint now and then, no more', () => {
    const cluster = new Cluster(4, { fillMs: 5000 });
    cluster.crash(3);
    let number = 1;
    for (let turn = 0; turn < 400; turn++) {
      cluster.send(3, 0, statusOf(3, number++, { voting: false }));
      cluster.tick(50);
    }
    expect(cluster.node(0).core.inspect().sequence).toBeLessThanOrEqual(5 * cluster.limits.checkpointInterval);
  });

  it.each([1, 2, 3])(
    'S60 a guard that was persisted apart refuses what a journal set back would say (seed %i)',
    (seed) => {
      const cluster = new Cluster(4);
      const random = numbers(seed);
      const node = cluster.node(3);
      const said = new Map<string, string>();
      const contradictions: string[] = [];
      cluster.link = ({ from, message }) => {
        if (from !== 3 || (message.type !== 'prepare' && message.type !== 'commit')) return true;
        const place = `${message.type} ${message.view} ${message.sequence}`;
        const statement = `${message.digest} ${message.type === 'commit' ? message.root : ''}`;
        if ((said.get(place) ?? statement) !== statement) contradictions.push(place);
        said.set(place, statement);
        return true;
      };
      // Others who remember nothing of whoever asks, so that nothing but its own guard protects it.
      const link = cluster.link;
      cluster.link = (flying) => {
        const { message } = flying;
        if (message.type !== 'data' || message.content !== 'reminder') return link(flying);
        return [{ ...message, said: undefined, votes: [] }];
      };
      cluster.propose(1, 'first');
      cluster.run();
      const backup = node.journal.length;
      for (let at = 0; at < 3; at++) {
        cluster.propose(at % 3);
        cluster.run();
      }
      // As its owner keeps it: text, in a place that no backup of the journal covers.
      const kept = JSON.stringify(node.guard.state());
      node.durable = backup - random(4);
      node.ledger = [];
      node.roots = [];
      node.guard = new SignGuard(JSON.parse(kept));
      cluster.restart(3);
      cluster.tick(200);
      // The primary lies to it about what it voted on before.
      for (const sequence of [1, 2, 3, 4]) {
        const bundle = bundleOf(0, 100 + sequence, `other ${sequence}`);
        cluster.send(0, 3, bundle);
        cluster.send(0, 3, prePrepareOf(0, 0, sequence, proposalOf(cluster.now, bundle)));
      }
      cluster.run();
      expect(node.notices.some(({ type }) => type === 'guard-refused')).toBe(true);
      cluster.propose(1, 'on');
      cluster.until(() => [0, 1, 2].every((id) => cluster.node(id).ids.includes('on')));
      expect(contradictions).toEqual([]);
      expect(said.size).toBeGreaterThan(0);
      expect(cluster.disagreement()).toBeUndefined();
    },
  );
});

describe('S70 mixed versions of the software', () => {
  it('a record that only a later version makes is not taken for one of ours', () => {
    const later = Buffer.from(encodeRecord({ type: 'life', number: 1 }));
    later.writeUInt8(2, 0);
    const cluster = new Cluster(4);
    cluster.node(1).journal[0] = later;
    expect(() => cluster.restart(1)).toThrow('records of a known version');
  });
});
