import { describe, expect, it } from 'vitest';
import { SignGuard } from '../crypto/sign-guard.ts';
import type { Message } from './messages.ts';
import { prePrepareOf, bundleOf, proposalOf } from './adversary.fixture.ts';
import { Cluster, numbers } from './cluster.fixture.ts';

/** Others who remember nothing of whoever asks, so that nothing but its own guard protects it. */
const forgetful = (message: Message): readonly Message[] =>
  message.type === 'data' && message.content === 'reminder' ? [{ ...message, said: undefined, votes: [] }] : [message];

const everybodyHas = (cluster: Cluster, ...ids: string[]) =>
  cluster.running.every((node) => ids.every((id) => node.ids.includes(id)));
const inspect = (cluster: Cluster, id: number) => cluster.node(id).core.inspect();

function proposeMany(cluster: Cluster, count: number, by: readonly number[]): void {
  for (let at = 0; at < count; at++) {
    cluster.propose(by[at % by.length] ?? 0);
    cluster.run();
  }
}

describe('crash and restart', () => {
  it('S53 nothing is sent that rests on a record which is not durable', () => {
    const cluster = new Cluster(4);
    cluster.node(1).autoSync = false;
    const sent: string[] = [];
    cluster.link = ({ from, message }) => {
      if (from === 1) sent.push(message.type);
      return true;
    };
    cluster.propose(0, 'a');
    cluster.run();
    expect(sent).not.toContain('prepare');
    expect(sent).not.toContain('commit');
    expect(cluster.node(0).ids).toEqual(['a']);
    expect(cluster.node(1).ids).toEqual([]);
    cluster.sync(1);
    cluster.run();
    expect(sent).toContain('prepare');
    expect(sent).toContain('commit');
    expect(cluster.node(1).ids).toEqual(['a']);
  });

  it.each([1, 2, 3, 4, 5, 6])(
    'S57 all members restart at once, with ledgers cut at different places (seed %i)',
    (seed) => {
      const cluster = new Cluster(4);
      const random = numbers(seed);
      cluster.pick = random;
      cluster.link = () => random(100) >= 10;
      for (let at = 0; at < 12; at++) {
        cluster.propose(at % 4, `before${at}`);
        cluster.tick(50);
      }
      const acknowledged = cluster.node(0).ids.filter((id) => cluster.nodes.every(({ ids }) => ids.includes(id)));
      for (const { id } of cluster.nodes) cluster.crash(id);
      for (const { id } of cluster.nodes) cluster.restart(id, random(3));
      cluster.link = () => true;
      for (let at = 0; at < 12; at++) cluster.propose(at % 4, `after${at}`);
      const after = Array.from({ length: 12 }, (_, at) => `after${at}`);
      cluster.until(() => everybodyHas(cluster, ...acknowledged, ...after));
      expect(cluster.disagreement()).toBeUndefined();
    },
  );

  it('S58 restart in the middle of a view change', () => {
    const cluster = new Cluster(4);
    cluster.crash(0);
    cluster.link = ({ message }) => message.type !== 'new-view';
    cluster.propose(1, 'through');
    cluster.until(() => !inspect(cluster, 3).active);
    const view = inspect(cluster, 3).view;
    cluster.restart(3);
    expect(inspect(cluster, 3)).toMatchObject({ view, active: false });
    cluster.link = () => true;
    cluster.until(() => everybodyHas(cluster, 'through'));
    for (const id of [1, 2, 3]) cluster.restart(id);
    expect(inspect(cluster, 3).active).toBe(true);
    cluster.propose(2, 'on');
    cluster.until(() => everybodyHas(cluster, 'through', 'on'));
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S59 f members that forgot everything cannot make the others fork', () => {
    const cluster = new Cluster(4);
    proposeMany(cluster, 3, [0, 1, 2]);
    const node = cluster.node(3);
    node.journal = [];
    node.durable = 0;
    node.ledger = [];
    node.guard = new SignGuard();
    cluster.restart(3);
    // Nothing here tells it from a member that begins for the first time; the others do.
    cluster.tick(200);
    expect(inspect(cluster, 3)).toMatchObject({ voting: false, forgot: true });
    for (let at = 0; !inspect(cluster, 3).voting && at < 30; at++) {
      cluster.propose(at % 3);
      cluster.tick(600);
      for (const one of cluster.running) if (one.transfer) cluster.carryOutTransfer(one);
    }
    expect(inspect(cluster, 3)).toMatchObject({ voting: true, forgot: false });
    cluster.crash(0);
    cluster.propose(1, 'on');
    cluster.until(() => everybodyHas(cluster, 'on'));
    expect(cluster.disagreement()).toBeUndefined();
    for (const id of [1, 2, 3]) expect(cluster.node(id).ledger.length).toBeGreaterThan(3);
  });

  it('S60 who is set back by a restored backup far behind is helped at once, though it said more in a former life', () => {
    const cluster = new Cluster(4, { checkpointInterval: 4, window: 8, historyLag: 4 });
    const node = cluster.node(3);
    proposeMany(cluster, 3, [0]);
    const backup = { journal: [...node.journal], ledger: node.ledger.length };
    cluster.restart(3);
    cluster.tick(5000);
    cluster.crash(3);
    proposeMany(cluster, 20, [0, 1, 2]);
    node.journal = backup.journal;
    node.durable = backup.journal.length;
    node.ledger = node.ledger.slice(0, backup.ledger);
    cluster.restart(3);
    // Nobody asks for anything any more, so no further checkpoint comes to its help.
    cluster.until(() => node.core.inspect().low === cluster.node(0).core.inspect().low, 3000);
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S60 the journal set back by a restored backup: the signer refuses to contradict what it signed', () => {
    const cluster = new Cluster(4);
    cluster.crash(0);
    const first = bundleOf(0, 1, 'first');
    const second = bundleOf(0, 2, 'second');
    const before = cluster.node(1).journal.length;
    cluster.send(0, 1, first);
    cluster.send(0, 1, prePrepareOf(0, 0, 1, proposalOf(cluster.now, first)));
    cluster.run();
    const node = cluster.node(1);
    node.durable = before;
    let prepares = 0;
    cluster.link = ({ from, message }) => {
      if (from === 1 && message.type === 'prepare') prepares += 1;
      return forgetful(message);
    };
    cluster.restart(1);
    cluster.tick(200);
    expect(inspect(cluster, 1).voting).toBe(true);
    cluster.send(0, 1, second);
    cluster.send(0, 1, prePrepareOf(0, 0, 1, proposalOf(cluster.now, second)));
    cluster.run();
    expect(prepares).toBe(0);
    expect(node.notices).toContainEqual({ type: 'guard-refused', kind: 'prepare', view: 0, sequence: 1 });
    // The same vote again is no contradiction.
    cluster.send(0, 2, first);
    cluster.propose(2, 'on');
    cluster.until(() => everybodyHas(cluster, 'on'));
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('gives up journal records once their effects are durable elsewhere, and comes back from the rest', () => {
    const cluster = new Cluster(4);
    proposeMany(cluster, 30, [0, 1, 2, 3]);
    const node = cluster.node(2);
    const floor = node.ledger.at(-1)?.lsn ?? 0;
    expect(floor).toBeGreaterThan(node.journal.length / 2);
    const whole = inspect(cluster, 2);
    cluster.restartFrom(2, floor);
    cluster.tick(200);
    expect(inspect(cluster, 2)).toMatchObject({ sequence: whole.sequence, low: whole.low, high: whole.high, view: 0 });
    proposeMany(cluster, 10, [0, 1, 3]);
    expect(cluster.nodes.map(({ ids }) => ids.length)).toEqual([40, 40, 40, 40]);
    expect(cluster.disagreement()).toBeUndefined();
  });
});

describe('checkpoints and transfer', () => {
  it('S47 K and L at their edge: what a primary ahead of the others proposes above their windows is kept, not asked for', () => {
    const cluster = new Cluster(4, { checkpointInterval: 2, window: 4, maxInFlight: 4, historyLag: 4 });
    // Checkpoint votes reach the primary alone, so that its window runs ahead of everybody else's.
    cluster.link = ({ to, message }) => message.type !== 'checkpoint' || to === 0;
    proposeMany(cluster, 4, [0]);
    expect(cluster.nodes.map(({ core }) => core.inspect().high)).toEqual([8, 4, 4, 4]);
    const above = cluster.delivered.length;
    proposeMany(cluster, 4, [0]);
    const early = cluster.delivered
      .slice(above)
      .filter(({ message }) => message.type === 'pre-prepare' && message.header.sequence > 4);
    expect(early.length).toBeGreaterThanOrEqual(3);
    expect(cluster.nodes.map(({ ledger }) => ledger.length)).toEqual([4, 4, 4, 4]);
    // The checkpoint comes; what came too early is not sent again.
    const later: string[] = [];
    cluster.link = ({ message }) => {
      later.push(message.type);
      return message.type !== 'pre-prepare' || message.header.sequence > 8;
    };
    cluster.until(() => cluster.nodes.every(({ ids }) => ids.length === 8), 1000);
    expect(later).toContain('checkpoint');
    expect(cluster.nodes.map(({ core }) => core.inspect().view)).toEqual([0, 0, 0, 0]);
  });

  it('S48 our own state differs from the certified one: voting stops until a transfer has put it right', () => {
    const cluster = new Cluster(4);
    const node = cluster.node(3);
    const honest = node.digestOf;
    node.digestOf = (batch) => `${honest(batch)} but wrong`;
    proposeMany(cluster, 4, [0, 1, 2]);
    expect(inspect(cluster, 3)).toMatchObject({ voting: false });
    expect(node.notices).toContainEqual({ type: 'diverged', sequence: 4 });
    node.digestOf = honest;
    cluster.propose(1, 'on');
    cluster.until(() => everybodyHas(cluster, 'on'));
    expect(inspect(cluster, 3).voting).toBe(true);
    expect(inspect(cluster, 3).low).toBeGreaterThanOrEqual(4);
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S49 a member more than the window behind', () => {
    const cluster = new Cluster(4);
    cluster.crash(3);
    proposeMany(cluster, 30, [0, 1, 2]);
    cluster.restart(3);
    cluster.until(() => cluster.node(3).ids.length === 30);
    cluster.propose(3, 'back');
    cluster.until(() => everybodyHas(cluster, 'back'));
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S50 a transfer that is not what a quorum certified is refused, and ordered again', () => {
    const cluster = new Cluster(4);
    cluster.crash(3);
    proposeMany(cluster, 12, [0, 1, 2]);
    cluster.restart(3);
    const node = cluster.node(3);
    for (let waited = 0; !node.transfer && waited < 100; waited++) cluster.tick(50);
    const sequence = node.transfer?.certificate.sequence ?? 0;
    const right = cluster.node(1).stable.find(({ certificate }) => certificate.sequence === sequence);
    if (!right) throw new Error('a transfer was ordered');
    const { root, state } = right;
    const bent = Buffer.from(state);
    bent.writeUInt8(bent.readUInt8(9) ^ 1, 9);
    node.core.step({ type: 'transferred', sequence, root, state: bent });
    node.core.step({ type: 'transferred', sequence, root: 'x'.repeat(32), state });
    node.core.step({ type: 'transferred', sequence: sequence - 4, root, state });
    node.core.step({ type: 'transferred', sequence, root, state: new Uint8Array() });
    cluster.run();
    expect(node.refusals('bad-transfer')).toBe(4);
    expect(inspect(cluster, 3)).toMatchObject({ sequence: 0, low: 0 });
    node.transfer = undefined;
    cluster.until(() => node.ids.length === 12);
  });

  it('S50 a transfer that takes longer than the next checkpoints: it counts when it comes', () => {
    const cluster = new Cluster(4);
    cluster.crash(3);
    proposeMany(cluster, 12, [0, 1, 2]);
    cluster.restart(3);
    const node = cluster.node(3);
    for (let waited = 0; !node.transfer && waited < 100; waited++) cluster.tick(50);
    const slow = node.transfer;
    for (let newer = 0; newer < 3; newer++) {
      proposeMany(cluster, 4, [0, 1, 2]);
      cluster.tick(2000);
    }
    expect(node.transfer?.certificate.sequence).toBeGreaterThan(slow?.certificate.sequence ?? Infinity);
    node.transfer = slow;
    cluster.carryOutTransfer(node);
    expect(node.refusals('bad-transfer')).toBe(0);
    expect(node.ids.length).toBeGreaterThanOrEqual(slow?.certificate.sequence ?? Infinity);
    cluster.until(() => node.ids.length === 24);
  });

  it('S50 under load: checkpoints that follow each other faster than a time-out put no transfer off', () => {
    const cluster = new Cluster(4);
    cluster.crash(3);
    proposeMany(cluster, 12, [0, 1, 2]);
    cluster.restart(3);
    const node = cluster.node(3);
    for (let round = 0; !node.transfer && round < 20; round++) {
      proposeMany(cluster, 4, [0, 1, 2]);
      cluster.tick(300);
    }
    expect(node.transfer).toBeDefined();
    cluster.carryOutTransfer(node);
    // What is left lies further ahead than ordering reaches, so the next order does not wait.
    proposeMany(cluster, 12, [0, 1, 2]);
    cluster.tick(200);
    if (node.ids.length < cluster.node(0).ids.length) expect(node.transfer).toBeDefined();
  });

  it('S51 two transfers one after the other', () => {
    const cluster = new Cluster(4);
    for (const round of [1, 2]) {
      cluster.crash(3);
      proposeMany(cluster, 15, [0, 1, 2]);
      cluster.restart(3);
      cluster.until(() => cluster.node(3).ids.length === 15 * round);
    }
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S52 the client table travels with the state: nothing old is executed again', () => {
    const cluster = new Cluster(4);
    const kept = new Map<string, Parameters<Cluster['send']>[2]>();
    cluster.link = ({ message }) => {
      if (message.type === 'bundle') kept.set(`${message.signer} ${message.number}`, message);
      return true;
    };
    cluster.crash(3);
    proposeMany(cluster, 20, [0, 1, 2]);
    cluster.restart(3);
    cluster.until(() => cluster.node(3).ids.length === 20);
    for (const bundle of kept.values()) for (const to of [0, 1, 2, 3]) cluster.send(2, to, bundle);
    cluster.run();
    cluster.crash(0);
    cluster.propose(3, 'on');
    cluster.until(() => everybodyHas(cluster, 'on'));
    for (const node of cluster.running) expect(node.ids).toHaveLength(21);
  });

  it('S44 a view change during a checkpoint', () => {
    const cluster = new Cluster(4);
    cluster.link = ({ to, message }) => message.type !== 'checkpoint' || to === 2;
    proposeMany(cluster, 4, [0, 1, 2, 3]);
    expect([1, 2, 3].map((id) => inspect(cluster, id).low)).toEqual([0, 4, 0]);
    cluster.crash(0);
    cluster.propose(1, 'on');
    cluster.tick(800);
    cluster.link = () => true;
    cluster.until(() => everybodyHas(cluster, 'on'));
    expect(cluster.disagreement()).toBeUndefined();
    expect(cluster.node(3).ids).toHaveLength(5);
  });
});
