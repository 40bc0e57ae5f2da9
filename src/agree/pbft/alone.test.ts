import { expect, it } from 'vitest';
import { SignGuard } from '../crypto/sign-guard.ts';
import { Cluster } from './cluster.fixture.ts';

/** Who is alone has nobody to learn from, and nobody whose message would bring it on. */

it('a crash between a certificate and the vote that follows from it: the vote is cast after the restart, alone too', () => {
  const lengths = (kept: number) => {
    const cluster = new Cluster(1);
    const node = cluster.node(0);
    node.autoSync = false;
    const id = cluster.propose(0);
    cluster.run();
    const end = node.journal.length;
    cluster.crash(0);
    node.durable = Math.min(kept, end);
    node.autoSync = true;
    node.guard = new SignGuard();
    cluster.restart(0);
    cluster.tick(200);
    if (!node.ids.includes(id)) cluster.propose(0, id);
    cluster.tick(200);
    expect(node.ids).toEqual([id]);
    return end;
  };
  const end = lengths(0);
  for (let kept = 1; kept <= end; kept++) lengths(kept);
});

it('a crash in the middle of a view change: who is alone goes on with it after the restart', () => {
  const crashWith = (kept: number) => {
    const cluster = new Cluster(1);
    const node = cluster.node(0);
    // A guard that remembers what the journal does not is what makes it leave its view.
    node.guard.permits({ kind: 'pre-prepare', epoch: 1, view: 0, sequence: 1 }, Buffer.from('another'));
    node.autoSync = false;
    const id = cluster.propose(0);
    cluster.tick(1500);
    const end = node.journal.length;
    cluster.crash(0);
    node.durable = Math.max(node.durable, Math.min(kept, end));
    node.autoSync = true;
    cluster.restart(0);
    cluster.propose(0, id);
    cluster.tick(5000);
    expect(new Set(node.ids)).toEqual(new Set([id]));
    expect(node.core.inspect().active).toBe(true);
    return end;
  };
  const end = crashWith(0);
  expect(end).toBeGreaterThan(2);
  for (let kept = 1; kept <= end; kept++) crashWith(kept);
});

/** A guard that remembers what the journal does not: so is every process that dies before its last records are durable. */
function signedBefore(cluster: Cluster, slots: readonly Parameters<SignGuard['permits']>[0][]): void {
  for (const slot of slots) cluster.node(0).guard.permits(slot, Buffer.from('another'));
}

it('a guard that refuses several views in a row: who is alone goes to the first one that it does not know', () => {
  const cluster = new Cluster(1);
  signedBefore(cluster, [{ kind: 'pre-prepare', epoch: 1, view: 0, sequence: 1 }]);
  signedBefore(
    cluster,
    [1, 2, 3, 4, 5].map((view) => ({ kind: 'view-change', epoch: 1, view, sequence: 0 })),
  );
  const id = cluster.propose(0);
  cluster.until(() => cluster.node(0).ids.includes(id));
  expect(cluster.node(0).core.inspect()).toMatchObject({ view: 6, active: true });
});

it('a guard that is far ahead of the journal: who is alone stays silent, for it has been set back', () => {
  const cluster = new Cluster(1);
  signedBefore(cluster, [{ kind: 'pre-prepare', epoch: 1, view: 0, sequence: 1 }]);
  signedBefore(
    cluster,
    Array.from({ length: 100 }, (_, view) => ({ kind: 'view-change', epoch: 1, view, sequence: 0 })),
  );
  cluster.propose(0);
  cluster.tick(60_000);
  expect(cluster.node(0).ids).toEqual([]);
  expect(cluster.node(0).core.inspect().active).toBe(false);
});

it('a view brings again what waited for its root in the last one: who is alone orders it there', () => {
  const cluster = new Cluster(1);
  const node = cluster.node(0);
  node.autoSync = false;
  const ids = [1, 2, 3, 4, 5].map((at) => {
    cluster.propose(0, `r${at}`);
    cluster.run();
    return `r${at}`;
  });
  // The disk is slow, so nothing is executed, and the fifth has no history to commit to before the first is.
  cluster.tick(2000);
  expect(node.ids).toEqual([]);
  expect(node.core.inspect().view).toBeGreaterThan(0);
  node.autoSync = true;
  cluster.sync(0);
  cluster.until(() => node.ids.length === ids.length);
  expect(node.ids).toEqual(ids);
});

it('a ledger that lags behind a stable checkpoint: nothing is proposed again where the view has an order', () => {
  const cluster = new Cluster(1);
  const node = cluster.node(0);
  const ids = ['a', 'b', 'c', 'd'];
  for (const id of ids) {
    cluster.propose(0, id);
    cluster.run();
  }
  expect(node.core.inspect().low).toBe(4);
  signedBefore(cluster, [{ kind: 'pre-prepare', epoch: 1, view: 0, sequence: 5 }]);
  cluster.propose(0, 'e');
  cluster.until(() => node.ids.includes('e'));
  expect(node.core.inspect().view).toBe(1);
  for (let restarts = 0; restarts < 3; restarts++) {
    cluster.restart(0, 3);
    cluster.tick(200);
    expect(node.ids).toEqual([...ids, 'e']);
  }
});
