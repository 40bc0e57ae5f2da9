// Over 400 lines: one test after the other in the order of the dissertation's sections, so that a gap is seen.
import { describe, expect, it } from 'vitest';
import { Cluster, type Letter } from './cluster.fixture.ts';
import type { RaftMessage } from './messages.ts';

/** Named after the sections of Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014). */

const apart =
  (...ids: number[]) =>
  ({ from, to }: Letter) =>
    ids.includes(from) === ids.includes(to);

const sentBy = (cluster: Cluster, id: number, type: RaftMessage['type']) =>
  cluster.letters.filter((letter) => letter.from === id && letter.message.type === type);

function led(
  ids: readonly number[],
  ...rest: ConstructorParameters<typeof Cluster> extends [unknown, ...infer Rest] ? Rest : never
) {
  const cluster = new Cluster(ids, ...rest);
  cluster.elect(1);
  return cluster;
}

describe('3.3 terms', () => {
  it('a leader that hears of a later term gives up', () => {
    const cluster = led([1, 2, 3]);
    const term = cluster.status(1).term + 5;
    const reply = { type: 'append-reply', term, index: 0, refused: true, hintIndex: 0, hintTerm: 0 } as const;
    cluster.step(1, { type: 'message', from: 2, message: reply });
    expect(cluster.status(1)).toMatchObject({ role: 'follower', term });
  });

  it('who sends in an earlier term is told the present one', () => {
    const cluster = led([1, 2, 3]);
    const append = { type: 'append', term: 0, previousIndex: 0, previousTerm: 0, commit: 0, entries: [] } as const;
    cluster.step(2, { type: 'message', from: 3, message: append });
    expect(cluster.letters).toMatchObject([{ to: 3, message: { type: 'append-reply', term: 1, refused: true } }]);
  });
});

describe('3.4 election', () => {
  it.each([[[1]], [[1, 2]], [[1, 2, 3]], [[1, 2, 3, 4, 5]]])(
    'the first to ask leads %j, and commits its empty entry',
    (ids) => {
      const cluster = led(ids);
      expect(cluster.status(1)).toMatchObject({ role: 'leader', term: 1, commit: 1 });
      for (const id of ids) expect(cluster.status(id)).toMatchObject({ leader: 1, sequence: 1 });
    },
  );

  it('without a quorum nobody leads', () => {
    const cluster = new Cluster([1, 2, 3, 4, 5]);
    for (let round = 0; round < 20; round++) cluster.tick(100, [1]);
    cluster.settle(apart(1, 2));
    expect(cluster.status(1)).toMatchObject({ role: 'trial', term: 0 });
  });

  it('time-outs differ between members, and lie between once and twice the time', () => {
    const stands = (id: number) => {
      const cluster = new Cluster([1, 2, 3, 4, 5]);
      for (let ms = 0; ms < 2000; ms += 10) {
        if (cluster.status(id).role !== 'follower') return ms;
        cluster.tick(10, [id]);
      }
      return Infinity;
    };
    const times = [1, 2, 3, 4, 5].map(stands);
    expect(new Set(times).size).toBeGreaterThan(3);
    for (const time of times) expect(time >= 500 && time <= 1010).toBe(true);
  });

  it('a clock that jumps makes nobody stand', () => {
    const cluster = led([1, 2, 3]);
    cluster.tick(600_000, [2]);
    cluster.tick(-600_000, [2]);
    expect(cluster.status(2).role).toBe('follower');
  });
});

describe('3.5 replication', () => {
  it('what a leader accepts is applied everywhere, once and in order', () => {
    const cluster = led([1, 2, 3], { maxOpenBatches: 2, maxAppendEntries: 1, maxInflightAppends: 1 });
    const names = Array.from({ length: 30 }, (_, at) => `r${at}`);
    cluster.propose(1, ...names);
    cluster.settle();
    for (const id of [1, 2, 3]) expect(cluster.requests(id)).toEqual(names);
    expect(cluster.status(1).pending).toBe(0);
  });

  it('messages that come twice and backwards change nothing', () => {
    const cluster = led([1, 2, 3]);
    cluster.propose(1, 'a');
    cluster.propose(1, 'b');
    cluster.letters = [...cluster.letters, ...cluster.letters].reverse();
    cluster.settle();
    cluster.tick(100);
    cluster.settle();
    for (const id of [1, 2, 3]) expect(cluster.requests(id)).toEqual(['a', 'b']);
  });

  /** Figure 3.6: what followers may hold when a leader comes to power; terms of the entries after the first. */
  it.each([
    ['a: one entry behind', [1, 1, 4, 4, 5, 5, 6, 6]],
    ['b: far behind', [1, 1, 4]],
    ['c: one entry more', [1, 1, 4, 4, 5, 5, 6, 6, 6, 6]],
    ['d: a later term more', [1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7]],
    ['e: other entries', [1, 1, 4, 4, 4, 4]],
    ['f: other terms', [1, 1, 2, 2, 2, 3, 3, 3, 3, 3]],
  ])('follower %s comes to hold the log of the leader', (_, terms) => {
    const cluster = new Cluster([1, 2, 3]);
    const fill = (id: number, log: readonly number[]) => {
      for (const [at, term] of log.entries()) {
        const entry = {
          index: at + 1,
          term,
          time: 0,
          requests: [{ id: `${at + 1}@${term}`, bytes: new Uint8Array() }],
        };
        const message: RaftMessage = {
          type: 'append',
          term,
          previousIndex: at,
          previousTerm: log[at - 1] ?? 0,
          commit: 0,
          entries: [entry],
        };
        cluster.step(id, { type: 'message', from: 3, message });
      }
    };
    fill(1, [1, 1, 4, 4, 5, 5, 6, 6, 6]);
    fill(2, terms);
    cluster.letters = [];
    cluster.slowDisks.clear();
    for (let round = 0; round < 40 && cluster.status(1).role !== 'leader'; round++) {
      cluster.tick(100, [1]);
      cluster.settle();
    }
    for (let round = 0; round < 10; round++) {
      cluster.tick(50, [1]);
      cluster.settle();
    }
    expect(cluster.status(1).role).toBe('leader');
    expect(cluster.requests(2)).toEqual(cluster.requests(1));
    expect(cluster.requests(2)).toHaveLength(9);
  });
});

describe('3.6 safety', () => {
  it('3.6.1 one vote a term, for the first who asks', () => {
    const cluster = new Cluster([1, 2, 3]);
    const ask = (from: number): Letter => ({
      from,
      to: 1,
      message: { type: 'vote-request', term: 1, trial: false, forced: false, lastIndex: 0, lastTerm: 0 },
    });
    cluster.deliver(ask(2));
    cluster.deliver(ask(3));
    cluster.deliver(ask(2));
    expect(cluster.letters.map(({ to, message }) => [to, 'granted' in message && message.granted])).toEqual([
      [2, true],
      [3, false],
      [2, true],
    ]);
  });

  it.each([
    ['a longer log of an earlier term', 9, 0, false],
    ['a shorter log of the same term', 1, 1, false],
    ['an equal log', 2, 1, true],
    ['a shorter log of a later term', 1, 2, true],
  ])('3.6.1 %s gets the vote: %o', (_, lastIndex, lastTerm, granted) => {
    const cluster = led([1, 2, 3]);
    cluster.propose(1, 'a');
    cluster.settle();
    cluster.start(2);
    const message = { type: 'vote-request', term: 9, trial: false, forced: false, lastIndex, lastTerm } as const;
    cluster.deliver({ from: 3, to: 2, message });
    expect(cluster.letters).toMatchObject([{ message: { type: 'vote-reply', granted } }]);
  });

  it('3.6.2 an entry of an earlier term is not committed by counting (figure 3.7)', () => {
    const cluster = led([1, 2, 3], { maxOpenBatches: 1, maxAppendEntries: 1 });
    cluster.propose(1, 'old');
    cluster.settle(({ to }) => to === 2);
    cluster.start(1);
    for (let round = 0; round < 30; round++) {
      cluster.tick(100);
      cluster.settle(({ message }) => message.type !== 'append-reply' || message.index < 3);
    }
    // The old entry is everywhere by now; only an entry of the leader's own term, which nobody confirms, may commit it.
    const statuses = [1, 2, 3].map((id) => cluster.status(id));
    expect(statuses.filter(({ lastIndex }) => lastIndex >= 2)).toHaveLength(3);
    expect(statuses.map(({ commit }) => commit)).toEqual([1, 1, 1]);
  });
});

describe('3.8 persistence', () => {
  it('a vote, a candidacy and a confirmation wait for the disk', () => {
    const cluster = new Cluster([1, 2, 3]);
    cluster.slowDisks.add(1).add(2);
    for (let round = 0; round < 11; round++) cluster.tick(100, [1]);
    cluster.settle(({ message }) => message.type !== 'vote-request' || message.trial);
    expect(cluster.status(1)).toMatchObject({ role: 'candidate', term: 1 });
    expect(sentBy(cluster, 1, 'vote-request')).toEqual([]);
    cluster.sync(1);
    const request = sentBy(cluster, 1, 'vote-request').find(({ to }) => to === 2);
    cluster.letters = [];
    if (request) cluster.deliver(request);
    expect(cluster.letters).toEqual([]);
    cluster.sync(2);
    expect(cluster.letters).toMatchObject([{ message: { type: 'vote-reply', granted: true } }]);
    cluster.deliver(cluster.letters.shift() as Letter);
    const append = sentBy(cluster, 1, 'append').find(({ to }) => to === 2);
    cluster.letters = [];
    if (append) cluster.deliver(append);
    expect(cluster.letters).toEqual([]);
    cluster.sync(2);
    expect(cluster.letters).toMatchObject([{ message: { type: 'append-reply', refused: false } }]);
  });

  it('who starts cluster keeps its term and its vote', () => {
    const cluster = led([1, 2, 3]);
    cluster.start(2);
    expect(cluster.status(2)).toMatchObject({ term: 1, lastIndex: 1, role: 'follower' });
    const message = { type: 'vote-request', term: 1, trial: false, forced: false, lastIndex: 9, lastTerm: 1 } as const;
    cluster.deliver({ from: 3, to: 2, message });
    expect(cluster.letters).toMatchObject([{ message: { type: 'vote-reply', granted: false } }]);
  });
});

describe('3.10 leadership transfer', () => {
  it('hands over to a voter that has everything, though the leader lives', () => {
    const cluster = led([1, 2, 3]);
    cluster.propose(1, 'a');
    cluster.settle();
    cluster.step(1, { type: 'transfer', to: 3 });
    cluster.settle();
    expect(cluster.status(3)).toMatchObject({ role: 'leader', term: 2 });
    expect(cluster.status(1)).toMatchObject({ role: 'follower', leader: 3 });
  });

  it('takes requests again when the other does not take over', () => {
    const cluster = led([1, 2, 3]);
    cluster.step(1, { type: 'transfer', to: 3 });
    cluster.propose(1, 'refused');
    cluster.settle(({ message }) => message.type !== 'timeout-now');
    for (let round = 0; round < 6; round++) {
      cluster.tick(100);
      cluster.settle(({ message }) => message.type !== 'timeout-now');
    }
    cluster.propose(1, 'taken');
    cluster.settle();
    expect(cluster.member(1).events).toEqual([{ type: 'rejected', id: 'refused', reason: 'not-leader' }]);
    expect(cluster.requests(2)).toEqual(['taken']);
  });
});

describe('4 membership', () => {
  const change = (cluster: Cluster, at: number, type: 'add-learner' | 'promote' | 'remove', member: number) => {
    cluster.step(at, { type: 'change', id: `${type} ${member}`, change: { type, member } });
    cluster.settle();
    cluster.tick(100);
    cluster.settle();
  };

  it('grows from one to three by learners that catch up first', () => {
    const cluster = led([1, 2, 3], {}, [1]);
    cluster.propose(1, 'a', 'b');
    for (const member of [2, 3]) {
      change(cluster, 1, 'add-learner', member);
      change(cluster, 1, 'promote', member);
    }
    expect(cluster.status(3).membership).toEqual({ voters: [1, 2, 3], learners: [] });
    expect(cluster.requests(3)).toEqual(['a', 'b']);
    expect(cluster.member(1).events).toEqual([]);
  });

  it('4.1 one change at a time, and only after the own term has committed; refusals say why', () => {
    const cluster = led([1, 2, 3, 4], {}, [1, 2, 3]);
    cluster.step(1, { type: 'change', id: 'x', change: { type: 'add-learner', member: 4 } });
    cluster.step(1, { type: 'change', id: 'second', change: { type: 'remove', member: 3 } });
    cluster.settle();
    cluster.step(1, { type: 'change', id: 'again', change: { type: 'add-learner', member: 4 } });
    cluster.step(2, { type: 'change', id: 'elsewhere', change: { type: 'remove', member: 3 } });
    expect([...cluster.member(1).events, ...cluster.member(2).events]).toEqual([
      { type: 'rejected', id: 'second', reason: 'change-pending' },
      { type: 'rejected', id: 'again', reason: 'no-effect' },
      { type: 'rejected', id: 'elsewhere', reason: 'not-leader' },
    ]);
  });

  it('4.1 a learner that is behind is not promoted', () => {
    const cluster = led([1, 2, 3, 4], { maxOpenBatches: 1 }, [1, 2, 3]);
    change(cluster, 1, 'add-learner', 4);
    cluster.members.delete(4);
    for (const name of ['a', 'b', 'c']) {
      cluster.propose(1, name);
      cluster.settle();
    }
    change(cluster, 1, 'promote', 4);
    expect(cluster.member(1).events).toEqual([{ type: 'rejected', id: 'promote 4', reason: 'not-caught-up' }]);
  });

  it('4.2.2 a leader that removes itself leads until that is committed', () => {
    const cluster = led([1, 2, 3]);
    change(cluster, 1, 'remove', 1);
    expect(cluster.status(1).role).toBe('follower');
    cluster.elect(2);
    expect(cluster.status(2)).toMatchObject({ role: 'leader', membership: { voters: [2, 3] } });
  });

  it('4.2.2 a member whose removal is not committed stands, for its log may be needed', () => {
    const cluster = led([1, 2]);
    cluster.step(1, { type: 'change', id: 'self', change: { type: 'remove', member: 1 } });
    cluster.settle(() => false);
    cluster.start(1);
    cluster.start(2);
    cluster.elect(1);
    cluster.tick(100);
    cluster.settle();
    cluster.elect(2);
    expect(cluster.status(2)).toMatchObject({ role: 'leader', membership: { voters: [2] } });
  });

  it('4.2.3 who hears a leader lets nobody interrupt it', () => {
    const cluster = led([1, 2, 3]);
    const message = { type: 'vote-request', term: 7, trial: false, forced: false, lastIndex: 9, lastTerm: 7 } as const;
    cluster.deliver({ from: 3, to: 2, message });
    expect(cluster.letters).toEqual([]);
    expect(cluster.status(2)).toMatchObject({ term: 1, leader: 1 });
  });
});

describe('5 compaction', () => {
  it('a follower behind the log gets the state in chunks, and goes on from there', () => {
    const cluster = led([1, 2, 3], { trailingEntries: 0, snapshotChunkBytes: 4 });
    cluster.propose(1, 'a', 'b', 'c');
    cluster.settle(({ to }) => to !== 3);
    const sequence = cluster.status(1).sequence;
    cluster.step(1, { type: 'compact', sequence, state: Buffer.from('state of three') });
    cluster.propose(1, 'd');
    for (let round = 0; round < 3; round++) {
      cluster.tick(100, [1]);
      cluster.settle();
    }
    expect(Buffer.from(cluster.member(3).installed?.state ?? []).toString()).toBe('state of three');
    expect(cluster.requests(3)).toEqual(['d']);
    expect(cluster.status(3).sequence).toBe(cluster.status(1).sequence);
    cluster.start(3);
    expect(cluster.status(3)).toMatchObject({ sequence, lastIndex: sequence + 1 });
  });

  it.each([
    ['of another term are dropped', 2, 4],
    ['that agree with it stay', 1, 6],
  ])('5.3 entries after an installed state %s', (_, pointTerm, lastIndex) => {
    const cluster = new Cluster([1, 2, 3]);
    const entries = [1, 2, 3, 4, 5, 6].map((index) => ({ index, term: 1, time: 0, requests: [] }));
    const append = { type: 'append', term: 1, previousIndex: 0, previousTerm: 0, commit: 0, entries } as const;
    cluster.deliver({ from: 1, to: 3, message: append });
    const point = { index: 4, term: pointTerm, time: 0, membership: { voters: [1, 2, 3], learners: [] } };
    const message = { type: 'snapshot', term: 2, point, totalBytes: 1, offset: 0, bytes: new Uint8Array(1) } as const;
    cluster.deliver({ from: 2, to: 3, message });
    expect(cluster.status(3)).toMatchObject({ sequence: 4, lastIndex });
    expect(cluster.member(3).core.termAt(4)).toBe(pointTerm);
    cluster.start(3);
    expect(cluster.status(3)).toMatchObject({ sequence: 4, lastIndex, term: 2 });
  });

  it('a state larger than the bound is refused', () => {
    const cluster = led([1, 2, 3], { maxSnapshotBytes: 10 });
    const point = { index: 90, term: 1, time: 0, membership: { voters: [1, 2, 3], learners: [] } };
    const message = { type: 'snapshot', term: 1, point, totalBytes: 11, offset: 0, bytes: new Uint8Array(11) } as const;
    cluster.deliver({ from: 1, to: 2, message });
    expect(cluster.member(2).installed).toBeUndefined();
  });
});

describe('6.2 check-quorum', () => {
  it('a leader that no quorum answers gives up, and refuses what was not yet proposed', () => {
    const cluster = led([1, 2, 3], { maxOpenBatches: 1 });
    cluster.propose(1, 'proposed', 'waiting');
    for (let round = 0; round < 11; round++) cluster.tick(100, [1]);
    cluster.settle(() => false);
    expect(cluster.status(1).role).not.toBe('leader');
    expect(cluster.member(1).events).toEqual([{ type: 'rejected', id: 'waiting', reason: 'not-leader' }]);
  });
});

describe('9.6 trial votes', () => {
  it('a member that was cut off disturbs nobody when it is back', () => {
    const cluster = led([1, 2, 3]);
    for (let round = 0; round < 50; round++) {
      cluster.tick(100);
      cluster.settle(apart(3));
    }
    expect(cluster.status(3)).toMatchObject({ role: 'trial', term: 1 });
    for (let round = 0; round < 20; round++) {
      cluster.tick(50);
      cluster.settle();
    }
    for (const id of [1, 2, 3]) expect(cluster.status(id)).toMatchObject({ term: 1, leader: 1 });
  });
});

describe('bounds', () => {
  it('rejects by name what exceeds them', () => {
    const cluster = led([1, 2, 3], { maxPending: 2, maxRequestBytes: 3, maxOpenBatches: 1 });
    cluster.propose(1, 'a', 'b', 'c', 'x'.repeat(256));
    cluster.step(1, { type: 'propose', request: { id: 'large', bytes: new Uint8Array(4) } });
    cluster.propose(2, 'there');
    expect([...cluster.member(1).events, ...cluster.member(2).events]).toEqual([
      { type: 'rejected', id: 'c', reason: 'overloaded' },
      { type: 'rejected', id: 'x'.repeat(256), reason: 'too-large' },
      { type: 'rejected', id: 'large', reason: 'too-large' },
      { type: 'rejected', id: 'there', reason: 'not-leader' },
    ]);
  });
});
