import { describe, expect, it } from 'vitest';
import { SignGuard } from '../crypto/sign-guard.ts';
import { Cluster, type Node } from './cluster.fixture.ts';
import { decodeRecord, encodeRecord, type PbftRecord } from './journal-record.ts';
import type { Message, Vote } from './messages.ts';
import { lifeOf } from './others-memory.ts';
import { refold } from './refold.ts';

const everybodyHas = (cluster: Cluster, ...ids: string[]) =>
  cluster.running.every((node) => ids.every((id) => node.ids.includes(id)));
const inspect = (cluster: Cluster, id: number) => cluster.node(id).core.inspect();

function proposeMany(cluster: Cluster, count: number, by: readonly number[]): void {
  for (let at = 0; at < count; at++) {
    cluster.propose(by[at % by.length] ?? 0);
    cluster.tick(50);
  }
}

/** The whole folder as it is on disk now, and what puts it back. */
function backUp(node: Node): () => void {
  const journal = node.journal.slice(0, node.durable);
  const { installed } = node;
  const ledger = [...node.ledger];
  const roots = [...node.roots];
  const guard = node.guard.state();
  return () => {
    node.journal = [...journal];
    node.durable = journal.length;
    Object.assign(node, { installed, ledger: [...ledger], roots: [...roots], guard: new SignGuard(guard) });
  };
}

/** Until a member has its vote back, while the others go on. */
function untilVoting(cluster: Cluster, id: number, by: readonly number[]): void {
  for (let at = 0; !inspect(cluster, id).voting; at++) {
    if (at > 40) throw new Error(`member ${id} gets no vote`);
    cluster.propose(by[at % by.length] ?? 0);
    cluster.tick(600);
    for (const node of cluster.running) if (node.transfer) cluster.carryOutTransfer(node);
  }
}

/** Everything that a member signs from now on. */
function record(cluster: Cluster, id: number): Message[] {
  const said: Message[] = [];
  const { link } = cluster;
  cluster.link = (flying) => {
    if (flying.from === id) said.push(flying.message);
    return link(flying);
  };
  return said;
}

const isVote = (message: Message): message is Vote =>
  ['pre-prepare', 'prepare', 'commit', 'view-change'].includes(message.type);

/** Members who know nothing of whoever asks: liars, or witnesses that were cut off when it mattered. */
function withIgnorant(cluster: Cluster, ...ignorant: number[]): void {
  const { link } = cluster;
  cluster.link = (flying) => {
    const { from, message } = flying;
    if (!ignorant.includes(from) || message.type !== 'data' || message.content !== 'reminder') return link(flying);
    return [{ ...message, said: undefined, votes: [] }];
  };
}

describe('a member whose whole folder comes from a backup', () => {
  it.each(['while it runs', 'while it is stopped'])('taken %s: has no vote until nothing depends on it', (when) => {
    const cluster = new Cluster(4);
    const node = cluster.node(3);
    proposeMany(cluster, 3, [0, 1, 2, 3]);
    if (when === 'while it is stopped') cluster.crash(3);
    const putBack = backUp(node);
    if (when === 'while it is stopped') cluster.restart(3);
    proposeMany(cluster, 9, [0, 1, 2, 3]);
    cluster.crash(3);
    putBack();
    const said = record(cluster, 3);
    cluster.restart(3);
    cluster.tick(200);
    expect(inspect(cluster, 3)).toMatchObject({ voting: false, asking: false, forgot: true });
    expect(node.notices.map(({ type }) => type)).toContain('forgot');
    expect(said.filter(isVote)).toEqual([]);
    // A restart on the way does not make it trust what it has now.
    cluster.restart(3);
    cluster.tick(200);
    expect(inspect(cluster, 3)).toMatchObject({ voting: false, forgot: true });
    untilVoting(cluster, 3, [0, 1, 2]);
    expect(inspect(cluster, 3).forgot).toBe(false);
    // Numbers that it used before and forgot are not given again.
    const own = cluster.propose(3);
    cluster.until(() => everybodyHas(cluster, own), 3000);
    cluster.restart(3);
    cluster.tick(200);
    expect(inspect(cluster, 3).voting).toBe(true);
    cluster.crash(0);
    cluster.propose(3, 'with its vote');
    cluster.until(() => everybodyHas(cluster, 'with its vote'));
    expect(said.filter(isVote)).not.toEqual([]);
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('was the primary: orders nothing else where it ordered before, though another member lies to it', () => {
    const cluster = new Cluster(4);
    const putBack = backUp(cluster.node(0));
    proposeMany(cluster, 2, [1]);
    const before = cluster.delivered.flatMap(({ message }) => (message.type === 'pre-prepare' ? [message.header] : []));
    expect(before.map(({ sequence }) => sequence)).toContain(2);
    cluster.crash(0);
    putBack();
    withIgnorant(cluster, 1);
    const said = record(cluster, 0);
    cluster.restart(0);
    cluster.propose(0, 'another');
    cluster.tick(400);
    expect(inspect(cluster, 0).forgot).toBe(true);
    expect(said.filter(isVote)).toEqual([]);
    cluster.until(() => [1, 2, 3].every((id) => cluster.node(id).ids.includes('another')));
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('said nothing but one vote since then: the vote itself is what others show it', () => {
    const cluster = new Cluster(4);
    const putBack = backUp(cluster.node(3));
    // Without this one its vote is needed, and therefore kept.
    cluster.crash(2);
    cluster.link = ({ from, message }) => from !== 3 || message.type === 'prepare';
    cluster.propose(0, 'voted on');
    cluster.run();
    cluster.crash(3);
    putBack();
    cluster.link = () => true;
    cluster.restart(3);
    cluster.tick(200);
    expect(inspect(cluster, 3)).toMatchObject({ voting: false, forgot: true });
  });

  it('had left its view: is shown its own view change', () => {
    const cluster = new Cluster(4);
    const putBack = backUp(cluster.node(3));
    cluster.crash(0);
    cluster.link = ({ from, message }) => message.type !== 'new-view' && (from !== 3 || message.type !== 'prepare');
    cluster.propose(1, 'through');
    cluster.until(() => !inspect(cluster, 3).active);
    cluster.crash(3);
    putBack();
    cluster.link = ({ message }) =>
      message.type === 'data' && message.content === 'reminder' ? [{ ...message, said: undefined }] : true;
    cluster.restart(3);
    cluster.tick(200);
    expect(inspect(cluster, 3)).toMatchObject({ voting: false, forgot: true });
  });

  it('starts again and again before it hears from anybody: that makes it no wiser', () => {
    const cluster = new Cluster(4);
    const putBack = backUp(cluster.node(3));
    proposeMany(cluster, 2, [0, 3]);
    cluster.crash(3);
    putBack();
    cluster.link = ({ from, to }) => from !== 3 && to !== 3;
    for (let starts = 0; starts < 5; starts++) {
      cluster.restart(3);
      cluster.tick(200);
      expect(inspect(cluster, 3)).toMatchObject({ voting: false, asking: true });
    }
    cluster.link = () => true;
    cluster.tick(400);
    expect(inspect(cluster, 3)).toMatchObject({ voting: false, forgot: true });
  });

  it('hears of it late, from the only one who knows: stops voting then', () => {
    const cluster = new Cluster(4, { checkpointInterval: 100, window: 200 });
    const putBack = backUp(cluster.node(3));
    proposeMany(cluster, 3, [0, 3]);
    cluster.crash(3);
    putBack();
    withIgnorant(cluster, 0, 1);
    const { link } = cluster;
    cluster.link = (flying) => (flying.from === 2 && flying.to === 3 ? false : link(flying));
    cluster.restart(3);
    cluster.tick(200);
    expect(inspect(cluster, 3)).toMatchObject({ voting: true, forgot: false });
    cluster.link = () => true;
    cluster.tick(1500);
    expect(inspect(cluster, 3)).toMatchObject({ voting: false, forgot: true });
  });

  it('is told by members who have all started anew since they heard it', () => {
    const cluster = new Cluster(4);
    const putBack = backUp(cluster.node(3));
    proposeMany(cluster, 3, [0, 3]);
    cluster.tick(1000);
    for (const { id } of cluster.nodes) cluster.crash(id);
    putBack();
    for (const { id } of cluster.nodes) cluster.restart(id);
    cluster.tick(500);
    expect(cluster.nodes.map(({ core }) => core.inspect().forgot)).toEqual([false, false, false, true]);
    cluster.propose(0, 'on');
    cluster.until(() => [0, 1, 2].every((id) => cluster.node(id).ids.includes('on')));
  });

  it('has lost it all, and hides it under the old key: is no newcomer', () => {
    const cluster = new Cluster(4);
    proposeMany(cluster, 3, [0, 2]);
    cluster.tick(1000);
    cluster.crash(2);
    Object.assign(cluster.node(2), { journal: [], durable: 0, ledger: [], roots: [], guard: new SignGuard() });
    cluster.restart(2);
    cluster.tick(200);
    expect(inspect(cluster, 2)).toMatchObject({ voting: false, forgot: true });
  });
});

describe('members that remember everything', () => {
  it('have their vote back one round trip after a start, all at once too, and with one that stays silent', () => {
    const cluster = new Cluster(4);
    proposeMany(cluster, 6, [0, 1, 2, 3]);
    for (const silent of [undefined, 0, 3]) {
      for (const { id } of cluster.nodes) cluster.crash(id);
      const up = cluster.members.filter((id) => id !== silent);
      for (const id of up) cluster.restart(id);
      expect(up.map((id) => inspect(cluster, id).voting)).toEqual(up.map(() => false));
      cluster.tick(200);
      expect(up.map((id) => inspect(cluster, id).voting)).toEqual(up.map(() => true));
      const id = cluster.propose(up[1] ?? 0);
      cluster.until(() => everybodyHas(cluster, id));
      if (silent !== undefined) cluster.restart(silent);
      cluster.tick(2000);
    }
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('wait for a quorum with themselves, and one less is not enough', () => {
    const cluster = new Cluster(7);
    cluster.crash(6);
    cluster.link = ({ from, to }) => from !== 6 || [0, 1, 2].includes(to);
    cluster.restart(6);
    cluster.tick(3000);
    expect(inspect(cluster, 6)).toMatchObject({ voting: false, asking: true });
    cluster.link = ({ from, to }) => from !== 6 || [0, 1, 2, 3].includes(to);
    cluster.tick(400);
    expect(inspect(cluster, 6)).toMatchObject({ voting: true, asking: false });
  });

  it('do not lose it to those who repeat what they said long ago', () => {
    const cluster = new Cluster(4);
    const node = cluster.node(3);
    const said = record(cluster, 3);
    const replay = () => {
      const votes = said.filter(isVote);
      const number = Math.max(...said.flatMap((one) => (one.type === 'status' ? [one.number] : [])));
      for (const one of said) {
        if (one.type !== 'status') continue;
        cluster.send(1, 3, one);
        // As an answer to the newest status, which counts.
        cluster.send(1, 3, { type: 'data', content: 'reminder', number, said: one, votes: [] });
      }
      for (let at = 0; at < votes.length; at += 16) {
        const some = votes.slice(at, at + 16);
        cluster.send(1, 3, { type: 'data', content: 'reminder', number, said: undefined, votes: some });
      }
      cluster.run();
    };
    for (let round = 0; round < 3; round++) {
      proposeMany(cluster, 5, [0, 1, 2, 3]);
      cluster.tick(1000);
      replay();
      if (round === 1) {
        // Its views go on, so that there are votes of former ones.
        cluster.crash(0);
        cluster.propose(1, 'next view');
        cluster.until(() => everybodyHas(cluster, 'next view'));
        cluster.restart(0);
        replay();
      }
      cluster.restart(3);
      replay();
      cluster.tick(400);
      replay();
      expect(inspect(cluster, 3)).toMatchObject({ voting: true, forgot: false });
    }
    expect(node.notices.filter(({ type }) => type === 'forgot')).toEqual([]);
  });

  it('have it again for good: what they had forgotten is shown to them in vain', () => {
    const cluster = new Cluster(4);
    const said = record(cluster, 3);
    const putBack = backUp(cluster.node(3));
    proposeMany(cluster, 3, [0, 1, 2]);
    cluster.crash(3);
    putBack();
    cluster.restart(3);
    untilVoting(cluster, 3, [0, 1, 2]);
    const { life } = cluster.node(3).notices.flatMap((one) => (one.type === 'forgot' ? [one] : []))[0] ?? { life: 0 };
    const old = said.flatMap((one) => (one.type === 'status' && lifeOf(one.number) < life ? [one] : []));
    expect(old.length).toBeGreaterThan(2);
    for (const one of old) {
      cluster.send(1, 3, one);
      cluster.send(1, 3, { type: 'data', content: 'reminder', number: one.number, said: one, votes: [] });
    }
    cluster.run();
    expect(inspect(cluster, 3)).toMatchObject({ voting: true, forgot: false });
  });

  it('count no answer to another process, and nobody twice', () => {
    const cluster = new Cluster(4);
    const answers: Message[] = [];
    cluster.crash(3);
    cluster.link = ({ to, message }) => {
      if (to === 3 && message.type === 'data' && message.content === 'reminder') answers.push(message);
      return to !== 3;
    };
    cluster.restart(3);
    cluster.tick(400);
    expect(answers.length).toBeGreaterThan(2);
    cluster.crash(3);
    cluster.restart(3);
    cluster.link = ({ from, to }) => to !== 3 || from === 1;
    for (const from of [0, 1, 2]) for (const answer of answers) cluster.send(from, 3, answer);
    cluster.tick(1000);
    expect(inspect(cluster, 3)).toMatchObject({ voting: false, asking: true });
  });
});

describe('what a journal says of how far its member remembers', () => {
  const everything = Number.MAX_SAFE_INTEGER;
  const remembered = (...records: PbftRecord[]) => refold(records.map(encodeRecord), 100).remembered;

  it('is all of the life that was sure of itself, up to where the next one began, even if a crash cut that short', () => {
    const sure: PbftRecord[] = [
      { type: 'life', number: 1 },
      { type: 'remembered', life: 1, recorded: everything },
      { type: 'memory', complete: true },
    ];
    expect(remembered(...sure)).toEqual({ life: 1, recorded: everything });
    expect(remembered(...sure, { type: 'life', number: 1 })).toEqual({ life: 1, recorded: everything });
    const cut: PbftRecord[] = [...sure, { type: 'life', number: 2 }];
    expect(remembered(...cut)).toEqual({ life: 1, recorded: 103 });
    expect(remembered(...cut, { type: 'life', number: 3 })).toEqual({ life: 1, recorded: 103 });
  });
});

describe('what a member writes down of the others', () => {
  it('is the status in which each remembers most, a few times between two checkpoints whatever a liar says', () => {
    const cluster = new Cluster(4, { checkpointInterval: 100, window: 200 });
    const heard = () =>
      cluster.node(1).journal.filter((bytes) => {
        const one = decodeRecord(bytes);
        return one?.type === 'heard' && one.status.signer === 3;
      }).length;
    const honest = heard();
    expect(honest).toBeGreaterThan(0);
    for (let round = 0; round < 300; round++) {
      cluster.restart(3);
      cluster.tick(100);
    }
    expect(heard()).toBeGreaterThan(honest + 20);
    expect(heard()).toBeLessThanOrEqual(64);
  });
});
