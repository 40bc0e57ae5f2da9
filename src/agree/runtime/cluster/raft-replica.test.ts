import { describe, expect, it } from 'vitest';
import { verifyLedger } from '../../ledger/verify-ledger.ts';
import { TestCluster } from './cluster.fixture.ts';

const all = [1, 2, 3];

function three(options: ConstructorParameters<typeof TestCluster>[1] = {}): TestCluster {
  return new TestCluster(3, { protocol: 'raft', ...options });
}

function leaderOf(cluster: TestCluster, numbers: readonly number[]): number {
  for (const number of numbers) {
    const { leader } = cluster.replica(number).status().cluster;
    if (leader !== undefined && numbers.includes(leader)) return leader;
  }
  return 0;
}

describe('three members that agree by Raft', () => {
  it('order what any of them proposes, and come to the same ledger', async () => {
    const cluster = three();
    await cluster.start(...all);
    for (const number of all) await cluster.order(number, `from-${number}*2`);
    await cluster.untilEqual(all, 6);
    expect(cluster.names(3)).toEqual(cluster.names(1));
    expect(cluster.names(1)).toHaveLength(6);
    const { protocol, cluster: seen } = cluster.replica(2).status();
    expect(protocol).toBe('raft');
    expect(seen).toMatchObject({ epoch: 1, active: true, voting: true, faults: 1, quorum: 2 });
    expect(seen.leader).toBe(leaderOf(cluster, all));
    for (const { errors } of cluster.machines) expect(errors).toEqual([]);
  });

  it('go on without their leader; it catches up when it is back', async () => {
    const cluster = three();
    await cluster.start(...all);
    await cluster.order(2, 'before');
    const lost = leaderOf(cluster, all);
    const others = all.filter((number) => number !== lost);
    await cluster.kill(lost);
    for (let at = 0; at < 10; at++) await cluster.order(others[at % 2] ?? 0, `without-${at}`);
    await cluster.start(lost);
    await cluster.order(lost, 'after');
    await cluster.untilEqual(all, 12);
    expect(new Set(cluster.names(lost)).size).toBe(12);
  });

  it.each(['killed', 'lost'] as const)(
    'all start again at once, their unsynced writes %s, and lose nothing',
    async (mode) => {
      const cluster = three();
      await cluster.start(...all);
      const answered: string[] = [];
      for (let round = 0; round < 3; round++) {
        for (let at = 0; at < 6; at++) {
          await cluster.order(1 + (at % 3), `r${round}-${at}`);
          answered.push(`r${round}-${at}/0`);
        }
        for (const number of all) await cluster.kill(number, mode);
        await cluster.start(...all);
      }
      await cluster.order(2, 'last');
      await cluster.untilEqual(all, 19);
      expect(cluster.names(3).toSorted()).toEqual([...answered, 'last/0'].toSorted());
      for (const { disk } of cluster.machines) expect(await verifyLedger('data', { disk })).toMatchObject({ ok: true });
    },
  );

  it('order nothing where only a minority is, and answer it when the network heals', async () => {
    const cluster = three();
    await cluster.start(...all);
    await cluster.order(1, 'before');
    const alone = leaderOf(cluster, all);
    const others = all.filter((number) => number !== alone);
    cluster.hub.partition([alone], others);
    const waiting = cluster.replica(alone).propose(Buffer.from('during'));
    await cluster.order(others[0] ?? 0, 'elsewhere');
    expect(cluster.names(alone)).not.toContain('during/0');
    cluster.hub.heal();
    await cluster.untilEqual(all, 3);
    expect(await waiting).toMatchObject({ entries: [{ body: { name: 'during/0' } }] });
  });

  it('send who asks away after a while without a majority, and order it once when there is one', async () => {
    const cluster = three();
    await cluster.start(...all);
    await cluster.order(1, 'before');
    const alone = leaderOf(cluster, all);
    const others = all.filter((number) => number !== alone);
    for (const number of others) await cluster.kill(number);
    let problem: unknown;
    cluster
      .replica(alone)
      .propose(Buffer.from('once'))
      .catch((thrown: unknown) => (problem = thrown));
    await cluster.pass(15_500);
    expect(problem).toMatchObject({ code: 'OVERLOADED', facts: { outcome: 'unknown', reached: 1, needed: 2 } });
    const again = cluster.replica(alone).propose(Buffer.from('once'));
    await cluster.start(...others);
    await cluster.untilEqual(all, 2);
    expect(await again).toMatchObject({ entries: [{ body: { name: 'once/0' } }] });
    expect(cluster.names(alone)).toEqual(['before/0', 'once/0']);
  });

  it('bring one that is far behind its leader’s log to the present by the ledger itself, and over a restart', async () => {
    const cluster = three({ limits: { snapshotEntries: 8 }, raft: { trailingEntries: 2 } });
    await cluster.start(...all);
    await cluster.order(1, 'before');
    const late = all.find((number) => number !== leaderOf(cluster, all)) ?? 0;
    const others = all.filter((number) => number !== late);
    await cluster.kill(late);
    for (let at = 0; at < 40; at++) await cluster.order(others[at % 2] ?? 0, `n${at}`);
    // Who leads after this knows its state only from its own disk.
    for (const number of others) await cluster.kill(number);
    await cluster.start(...all);
    await cluster.order(late, 'after');
    await cluster.untilEqual(all, 42);
    await cluster.kill(late, 'lost');
    await cluster.start(late);
    await cluster.order(late, 'again');
    await cluster.untilEqual(all, 43);
    expect(new Set(cluster.names(late)).size).toBe(43);
    for (const { errors } of cluster.machines) expect(errors).toEqual([]);
  });

  it('are followed by an observer, which asks them to order', async () => {
    const cluster = three({ spares: 1 });
    await cluster.start(...all);
    await cluster.order(1, 'before');
    await cluster.start(4);
    await cluster.order(4, 'observed');
    await cluster.untilEqual([...all, 4], 2);
    expect(cluster.replica(4).status().cluster).toMatchObject({ voting: false, quorum: 2 });
    // Members know how far it has come, and it has what they signed.
    const hasOf = (number: number) =>
      cluster
        .replica(number)
        .status()
        .cluster.members.find((one) => one.number === 4)?.entries;
    await cluster.until(() => all.every((number) => hasOf(number) === 2), 5000);
    await cluster.until(() => cluster.replica(4).status().cluster.cosigned?.size === 2, 5000);
  });

  it('become five, lose their leader for good, and one changes its key', async () => {
    const cluster = three({ spares: 2 });
    const five = [...all, 4, 5];
    const isVoting = (number: number) => cluster.replica(number).status().cluster.voting;
    await cluster.start(...five);
    await cluster.order(1, 'before');
    await cluster.order(2, 'members 1,2,3,4,5');
    await cluster.until(() => five.every(isVoting), 20_000);
    expect(cluster.replica(5).status().cluster).toMatchObject({ epoch: 2, faults: 2, quorum: 3 });
    const gone = leaderOf(cluster, five);
    const rest = five.filter((number) => number !== gone);
    await cluster.order(rest[0] ?? 0, `members ${rest.join(',')}`);
    await cluster.until(() => rest.every((number) => cluster.replica(number).status().cluster.quorum === 3), 20_000);
    await cluster.until(() => rest.includes(leaderOf(cluster, rest)), 20_000);
    await cluster.kill(gone);
    const changing = rest[1] ?? 0;
    await cluster.order(rest[0] ?? 0, `rotate ${changing}`);
    await cluster.until(() => cluster.names(changing).includes(`rotate ${changing}`), 5000);
    // Its ledger has it on the disk a moment later.
    await cluster.pass(500);
    await cluster.kill(changing);
    await cluster.order(rest[0] ?? 0, 'without-it');
    const renewed = cluster.rotated(changing);
    await cluster.start(renewed);
    const now = [...rest.filter((number) => number !== changing), renewed];
    await cluster.until(() => now.every(isVoting), 20_000);
    await cluster.order(renewed, 'with-the-new-key');
    await cluster.untilEqual(now, 5);
    for (const number of now) await cluster.kill(number);
    await cluster.start(...now);
    await cluster.order(renewed, 'again');
    await cluster.untilEqual(now, 6);
    for (const number of now) expect(cluster.machine(number).errors).toEqual([]);
  });

  it('sign the ledger together', async () => {
    const cluster = three();
    await cluster.start(...all);
    for (let at = 0; at < 9; at++) await cluster.order(1, `n${at}`);
    await cluster.until(() => all.every((number) => cluster.replica(number).status().cluster.cosigned?.size === 9));
    const [seal] = await cluster.replica(3).seals();
    expect(seal).toMatchObject({ size: 9 });
  });
});
