import { describe, expect, it } from 'vitest';
import { verifyLedger } from '../../ledger/verify-ledger.ts';
import { TestCluster } from './cluster.fixture.ts';

const all = [1, 2, 3, 4];

describe('four members', () => {
  it('order what any of them proposes, and come to the same ledger', async () => {
    const cluster = new TestCluster(4);
    await cluster.start(...all);
    for (const number of all) await cluster.order(number, `from-${number}*2`);
    await cluster.untilEqual(all, 8);
    expect(cluster.names(3)).toEqual(cluster.names(1));
    expect(cluster.names(1)).toHaveLength(8);
    const { cluster: seen } = cluster.replica(2).status();
    expect(seen).toMatchObject({ epoch: 1, view: 0, primary: 1, active: true, voting: true, faults: 1, quorum: 3 });
    expect(seen.members.map(({ id }) => id)).toEqual(['watcher-1', 'watcher-2', 'watcher-3', 'watcher-4']);
    for (const { errors } of cluster.machines) expect(errors).toEqual([]);
  });

  it('go on without one that is killed, even the primary; it catches up when it is back', async () => {
    const cluster = new TestCluster(4);
    await cluster.start(...all);
    await cluster.order(2, 'before');
    await cluster.kill(1);
    for (let at = 0; at < 40; at++) await cluster.order(2 + (at % 3), `without-${at}`);
    await cluster.start(1);
    await cluster.order(1, 'after');
    await cluster.untilEqual(all, 42);
    expect(cluster.names(1)).toEqual(cluster.names(4));
    expect(new Set(cluster.names(1)).size).toBe(42);
  });

  it.each(['killed', 'lost'] as const)(
    'all start again at once, their unsynced writes %s, and lose nothing',
    async (mode) => {
      const cluster = new TestCluster(4);
      await cluster.start(...all);
      const answered: string[] = [];
      for (let round = 0; round < 4; round++) {
        for (let at = 0; at < 9; at++) {
          await cluster.order(1 + (at % 4), `r${round}-${at}`);
          answered.push(`r${round}-${at}/0`);
        }
        for (const number of all) await cluster.kill(number, mode);
        await cluster.start(...all);
      }
      await cluster.order(2, 'last');
      await cluster.untilEqual(all, 37);
      expect(cluster.names(3).toSorted()).toEqual([...answered, 'last/0'].toSorted());
      for (const { disk } of cluster.machines) expect(await verifyLedger('data', { disk })).toMatchObject({ ok: true });
    },
  );

  it('split in halves order nothing, and go on when the network heals', async () => {
    const cluster = new TestCluster(4);
    await cluster.start(...all);
    await cluster.order(1, 'before');
    cluster.hub.partition([1, 2], [3, 4]);
    const waiting = cluster.replica(1).propose(Buffer.from('during'));
    await cluster.pass(5000);
    expect(cluster.names(1)).toEqual(['before/0']);
    cluster.hub.heal();
    await cluster.untilEqual(all, 2);
    expect(await waiting).toMatchObject({ entries: [{ body: { name: 'during/0' } }] });
  });

  it('send who asks away when no quorum orders it, and order it once when they can, however often it is asked', async () => {
    const cluster = new TestCluster(4);
    await cluster.start(...all);
    await cluster.order(1, 'before');
    for (const number of [3, 4]) await cluster.kill(number);
    const ask = () => cluster.replica(1).propose(Buffer.from('once'));
    const problems: unknown[] = [];
    for (let tries = 0; tries < 2; tries++) {
      ask().catch((problem: unknown) => problems.push(problem));
      await cluster.pass(14_900);
      expect(problems).toHaveLength(tries);
      await cluster.pass(500);
      expect(problems).toHaveLength(tries + 1);
    }
    expect(problems[1]).toMatchObject({
      code: 'OVERLOADED',
      message: 'not ordered within 15 s: 2 of 4 members are reached, 3 are needed',
      facts: { outcome: 'unknown', reached: 2, needed: 3 },
    });
    expect(cluster.replica(1).status().pending).toBe(1);
    const last = ask();
    await cluster.start(3, 4);
    await cluster.untilEqual(all, 2);
    expect(await last).toMatchObject({ entries: [{ body: { name: 'once/0' } }] });
    await cluster.order(1, 'after');
    expect(cluster.names(1)).toEqual(['before/0', 'once/0', 'after/0']);
    expect(cluster.replica(1).status().pending).toBe(0);
  });

  it.each(['journal', 'guard'])(
    'one whose %s is damaged goes on without a vote until it may have one again',
    async (memory) => {
      const cluster = new TestCluster(4);
      await cluster.start(...all);
      for (let at = 0; at < 6; at++) await cluster.order(1, `n${at}`);
      await cluster.pass(500);
      await cluster.kill(4);
      const file = `data/${memory}/0000000000000000.log`;
      cluster.machine(4).disk.flipBit(file, 8 * 300);
      await cluster.start(4);
      const { notes, cluster: seen } = cluster.replica(4).status();
      expect(notes.join()).toContain(`the ${memory} is damaged`);
      expect(seen.voting).toBe(false);
      for (let at = 0; at < 40; at++) await cluster.order(1 + (at % 3), `later-${at}`);
      await cluster.until(() => cluster.replica(4).status().cluster.voting);
      await cluster.order(4, 'after');
      await cluster.untilEqual(all, 47);
      for (const { errors } of cluster.machines) expect(errors).toEqual([]);
    },
  );

  it('bring one that is far behind to the present although all others have started anew, and nobody asks for more', async () => {
    const cluster = new TestCluster(4);
    await cluster.start(...all);
    await cluster.order(4, 'before');
    await cluster.kill(4);
    for (let at = 0; at < 40; at++) await cluster.order(1 + (at % 3), `n${at}`);
    await cluster.pass(500);
    for (const number of [1, 2, 3]) await cluster.kill(number);
    await cluster.start(...all);
    await cluster.untilEqual(all, 41, 10_000);
  });

  it('sign the ledger together', async () => {
    const cluster = new TestCluster(4);
    await cluster.start(...all);
    for (let at = 0; at < 9; at++) await cluster.order(1, `n${at}`);
    await cluster.until(() => all.every((number) => cluster.replica(number).status().cluster.cosigned?.size === 9));
    const [cosigned, commit] = await cluster.replica(3).seals();
    expect(cosigned?.note).toContain('watcher-2');
    expect(commit?.commit?.votes.length).toBeGreaterThanOrEqual(3);
    expect(commit?.size).toBe(5);
  });
});
