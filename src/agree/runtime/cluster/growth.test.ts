import { describe, expect, it } from 'vitest';
import { verifyLedger } from '../../ledger/verify-ledger.ts';
import { TestCluster } from './cluster.fixture.ts';

const four = [1, 2, 3, 4];
const seven = [1, 2, 3, 4, 5, 6, 7];

async function allSound(cluster: TestCluster): Promise<void> {
  for (const { disk, errors } of cluster.machines) {
    expect(errors).toEqual([]);
    expect(await verifyLedger('data', { disk })).toMatchObject({ ok: true });
  }
}

const isVoting = (cluster: TestCluster, number: number) => cluster.replica(number).status().cluster.voting;
const epochOf = (cluster: TestCluster, number: number) => cluster.replica(number).status().cluster.epoch;

describe('a watcher without a vote', () => {
  it('follows the ledger, and lets members propose what it asks for', async () => {
    const cluster = new TestCluster(4, { spares: 1 });
    await cluster.start(...four);
    for (let at = 0; at < 9; at++) await cluster.order(1, `before-${at}`);
    await cluster.start(5);
    await cluster.untilEqual([...four, 5], 9, 5000);
    await cluster.order(5, 'observed');
    await cluster.untilEqual([...four, 5], 10, 5000);
    expect(cluster.names(5)).toEqual(cluster.names(1));
    expect(cluster.names(1).at(-1)).toBe('observed/0');
    expect(isVoting(cluster, 5)).toBe(false);
    await allSound(cluster);
  });

  it('is told when members refuse', async () => {
    const cluster = new TestCluster(4, { spares: 1 });
    await cluster.start(...four, 5);
    await expect(cluster.order(5, 'refuse')).rejects.toThrow('refused by the application');
  });
});

describe('a cluster', () => {
  it('grows from 4 to 7, the new ones vote; shrinks to 4 others, who go on without the first', async () => {
    const cluster = new TestCluster(4, { spares: 3 });
    await cluster.start(...seven);
    await cluster.order(1, 'of-four');
    await cluster.order(2, 'members 1,2,3,4,5,6,7');
    await cluster.until(() => seven.every((number) => isVoting(cluster, number)), 10_000);
    expect(cluster.replica(7).status().cluster).toMatchObject({ epoch: 2, faults: 2, quorum: 5 });
    await cluster.kill(1);
    await cluster.kill(2);
    await cluster.order(6, 'of-seven');
    await cluster.start(1, 2);
    await cluster.order(6, 'members 4,5,6,7');
    const voting = () => seven.filter((number) => isVoting(cluster, number)).join();
    await cluster.until(
      () => seven.every((number) => epochOf(cluster, number) === 3) && voting() === '4,5,6,7',
      20_000,
    );
    for (const number of [1, 2, 3]) await cluster.kill(number);
    await cluster.order(7, 'of-others');
    await cluster.start(1, 2, 3);
    await cluster.order(1, 'asked-by-a-former-member');
    await cluster.untilEqual(seven, 6);
    for (const number of seven) expect(cluster.names(number)).toEqual(cluster.names(4));
    await allSound(cluster);
  });
});

describe('at the end of an epoch', () => {
  it('a network that loses, repeats and delays holds it up and no more', async () => {
    let seed = 7;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const cluster = new TestCluster(4, { spares: 3, random });
    cluster.hub.weather = { loss: 0.1, repeat: 0.1, minDelayMs: 0, maxDelayMs: 40 };
    await cluster.start(...seven);
    for (const [at, members] of ['1,2,3,4,5,6,7', '4,5,6,7', '1,2,3,4,5', '7,6,5,4,3,2,1'].entries()) {
      await cluster.order(1 + at, `members ${members}`);
      await cluster.order(7 - at, `after-${at}`);
    }
    await cluster.untilEqual(seven, 8);
    await cluster.until(() => seven.every((number) => isVoting(cluster, number) && epochOf(cluster, number) === 5));
    expect(cluster.names(1)).toHaveLength(8);
    expect(new Set(cluster.names(1)).size).toBe(8);
    await allSound(cluster);
  });

  it('a member that is cut off meanwhile finds out, as former member and as present one', async () => {
    const cluster = new TestCluster(4, { spares: 2 });
    await cluster.start(1, 2, 3, 4, 5, 6);
    await cluster.order(1, 'before');
    cluster.hub.partition([1, 2, 3, 5, 6], [4]);
    await cluster.order(1, 'members 1,2,3,5');
    await cluster.until(() => [1, 2, 3, 5, 6].every((number) => epochOf(cluster, number) === 2), 20_000);
    cluster.hub.heal();
    await cluster.until(() => epochOf(cluster, 4) === 2, 20_000);
    expect(isVoting(cluster, 4)).toBe(false);
    cluster.hub.partition([1, 2, 5, 4, 6], [3]);
    await cluster.order(2, 'members 2,3,4,5');
    await cluster.order(4, 'without-the-third');
    cluster.hub.heal();
    await cluster.until(() => isVoting(cluster, 3) && epochOf(cluster, 3) === 3, 20_000);
    await cluster.kill(2);
    await cluster.order(3, 'needs-the-third');
    await cluster.start(2);
    await cluster.untilEqual([1, 2, 3, 4, 5, 6], 5);
    await allSound(cluster);
  });

  it('one takes the place of another that is lost', async () => {
    const cluster = new TestCluster(4, { spares: 1 });
    await cluster.start(...four);
    for (let at = 0; at < 30; at++) await cluster.order(2, `before-${at}`);
    await cluster.kill(3);
    await cluster.start(5);
    await cluster.untilEqual([1, 2, 4, 5], 30);
    await cluster.order(1, 'members 1,2,4,5');
    await cluster.until(() => isVoting(cluster, 5), 20_000);
    await cluster.kill(1);
    await cluster.order(5, 'after');
    await cluster.start(1);
    await cluster.untilEqual([1, 2, 4, 5], 32);
    await allSound(cluster);
  });

  it.each(['killed', 'lost'] as const)('all may crash at any moment of it, their unsynced writes %s', async (mode) => {
    const executed = new Set<boolean>();
    for (let wait = 0; wait < 40; wait += 2) {
      const cluster = new TestCluster(4, { spares: 3 });
      await cluster.start(...seven);
      await cluster.order(1, 'before');
      cluster
        .replica(2)
        .propose(Buffer.from('members 2,3,4,5,6,7'))
        .catch(() => undefined);
      await cluster.pass(wait, 1);
      for (const number of seven) await cluster.kill(number, mode);
      await cluster.start(...seven);
      executed.add(cluster.names(3).includes('members 2,3,4,5,6,7'));
      await cluster.pass(2000);
      if (!cluster.names(3).includes('members 2,3,4,5,6,7')) await cluster.order(3, 'members 2,3,4,5,6,7');
      await cluster.until(() => seven.every((number) => epochOf(cluster, number) === 2), 30_000);
      await cluster.order(7, 'after');
      await cluster.untilEqual(seven, 3);
      expect(seven.filter((number) => isVoting(cluster, number))).toEqual([2, 3, 4, 5, 6, 7]);
      await allSound(cluster);
    }
    expect(executed.size).toBe(2);
  });
});

describe('a watcher alone', () => {
  it('serves observers, and becomes one of four when they are to vote; nothing that waits is lost', async () => {
    const cluster = new TestCluster(1, { spares: 3 });
    await cluster.start(1);
    await cluster.order(1, 'alone');
    await cluster.order(1, 'members 1');
    await cluster.start(2, 3, 4);
    await cluster.order(3, 'observed');
    await cluster.untilEqual(four, 3);
    expect(cluster.replica(1).status()).toMatchObject({ protocol: 'solo', cluster: { epoch: 1, quorum: 1 } });
    const seen: string[] = [];
    cluster.replica(1).subscribe(0, ({ body }) => seen.push((body as { name: string }).name));
    const atOnce = ['with-it', 'members 1,2,3,4', 'behind-it', 'and-another'].map((text) =>
      cluster.replica(1).propose(Buffer.from(text)),
    );
    await cluster.until(() => four.every((number) => isVoting(cluster, number)), 10_000);
    await cluster.until(() => cluster.names(1).length === 7);
    await Promise.all(atOnce);
    expect(cluster.replica(1).status()).toMatchObject({ protocol: 'pbft', cluster: { epoch: 2, quorum: 3 } });
    await cluster.kill(1);
    await cluster.order(4, 'without-the-first');
    await cluster.start(1);
    await cluster.untilEqual(four, 8);
    expect(cluster.names(1)).toEqual(cluster.names(4));
    expect(new Set(cluster.names(1)).size).toBe(8);
    expect(seen).toEqual(cluster.names(1).slice(0, 7));
    const [end] = await cluster.replica(3).epochEnds();
    expect(end?.note).toContain('watcher-1');
    await allSound(cluster);
  });

  it.each(['killed', 'lost'] as const)(
    'goes on as one of four when a crash comes at any moment of it: %s',
    async (mode) => {
      const executed = new Set<boolean>();
      for (let wait = 0; wait < 12; wait++) {
        const cluster = new TestCluster(1, { spares: 3 });
        await cluster.start(1);
        await cluster.order(1, 'members 1');
        await cluster.start(2, 3, 4);
        await cluster.order(1, 'alone');
        cluster
          .replica(1)
          .propose(Buffer.from('members 1,2,3,4'))
          .catch(() => undefined);
        for (let turn = 0; turn < wait; turn++) await new Promise((resolve) => setImmediate(resolve));
        await cluster.kill(1, mode);
        await cluster.start(1);
        executed.add(cluster.names(1).includes('members 1,2,3,4'));
        if (!cluster.names(1).includes('members 1,2,3,4')) await cluster.order(1, 'members 1,2,3,4');
        await cluster.until(() => four.every((number) => isVoting(cluster, number)), 20_000);
        await cluster.order(2, 'of-four');
        await cluster.untilEqual(four, 4);
        await allSound(cluster);
      }
      // The crash came before the batch was durable, and after.
      expect(executed.size).toBe(2);
    },
  );
});

describe('a key that is exchanged', () => {
  it('makes a member vote under its new number, in its old folder', async () => {
    const cluster = new TestCluster(4);
    await cluster.start(...four);
    await cluster.order(1, 'before');
    await cluster.order(1, 'rotate 2');
    await cluster.until(() => [1, 3, 4].every((number) => epochOf(cluster, number) === 2));
    await cluster.order(3, 'without-it');
    await cluster.kill(2);
    const renewed = cluster.rotated(2);
    await cluster.start(renewed);
    const now = [1, 3, 4, renewed];
    await cluster.until(() => now.every((number) => isVoting(cluster, number)), 10_000);
    await cluster.kill(4);
    await cluster.order(renewed, 'with-the-new-key');
    await cluster.kill(renewed);
    await cluster.start(renewed, 4);
    await cluster.order(renewed, 'again');
    await cluster.untilEqual(now, 5);
    expect(
      cluster
        .replica(renewed)
        .status()
        .cluster.members.map(({ number }) => number),
    ).toContain(renewed);
    for (const number of now) {
      const { disk, errors } = cluster.machine(number);
      expect(errors).toEqual([]);
      expect(await verifyLedger('data', { disk })).toMatchObject({ ok: true });
    }
  });

  it('is refused where the ledger knows of no change', async () => {
    const cluster = new TestCluster(4);
    await cluster.start(...four);
    await cluster.order(1, 'before');
    await cluster.kill(2);
    await expect(cluster.start(cluster.rotated(2))).rejects.toThrow('its ledger knows of no change');
    await cluster.start(2);
    await cluster.untilEqual(four, 1);
  });
});
