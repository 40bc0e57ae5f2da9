import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../platform/index.ts';
import { FaultyDisk } from '../journal/faulty-disk.ts';
import type { LedgerEntry } from '../record/entry.ts';
import { allEntries, Counter, nameOf, openCounter, request, signerOf } from './counter.fixture.ts';

async function fill(disk: FaultyDisk, count: number): Promise<void> {
  const { replica } = await openCounter(disk);
  for (let at = 0; at < count; at++) await replica.propose(request(`r${at}`));
  await replica.close();
}

describe('replica', () => {
  it('answers with the entries of a request, in order, at an agreed time that never goes back', async () => {
    const clock = new ManualClock(5000);
    const { replica } = await openCounter(new FaultyDisk(), { clock });
    expect(await replica.propose(request('a*2'))).toMatchObject({
      sequence: 1,
      time: 5000,
      entries: [
        { position: 0, kind: 'counted', body: { name: 'a/0', before: 0 } },
        { position: 1, kind: 'counted', body: { name: 'a/1', before: 0 } },
      ],
    });
    clock.jump(-3000);
    expect(await replica.propose(request('b*0'))).toMatchObject({ sequence: 2, time: 5000, entries: [] });
    clock.jump(10_000);
    expect(await replica.propose(request('c'))).toMatchObject({
      sequence: 3,
      time: 12_000,
      entries: [{ position: 2 }],
    });
    await replica.close();
  });

  it('refuses what the application refuses, and goes on', async () => {
    const disk = new FaultyDisk();
    const { replica } = await openCounter(disk);
    const results = await Promise.allSettled(['a', 'refuse', 'b'].map((text) => replica.propose(request(text))));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await replica.close();
    const again = await openCounter(disk.crash('killed'));
    expect(again.application.names).toEqual(['a/0', 'b/0']);
    await again.replica.close();
  });

  it('gives subscribers every entry once, in order, from any position', async () => {
    const { replica } = await openCounter(new FaultyDisk());
    const positions: Record<string, number[]> = { early: [], late: [], future: [] };
    const into = (name: string) => (entry: LedgerEntry) => void positions[name]?.push(entry.position);
    replica.subscribe(0, into('early'));
    replica.subscribe(60, into('future'));
    const proposals: Promise<unknown>[] = [];
    for (let at = 0; at < 100; at++) {
      if (at === 50) replica.subscribe(10, into('late'));
      proposals.push(replica.propose(request(`r${at}`)));
      if (at % 7 === 0) await Promise.all(proposals);
    }
    await Promise.all(proposals);
    await expect.poll(() => positions['late']?.length).toBe(90);
    const from = (start: number) => Array.from({ length: 100 - start }, (_, at) => start + at);
    expect(positions).toEqual({ early: from(0), late: from(10), future: from(60) });
    await replica.close();
  });

  it('drops a listener that throws, reports it, and goes on', async () => {
    const reported: unknown[] = [];
    const { replica } = await openCounter(new FaultyDisk(), { report: (error) => reported.push(error) });
    replica.subscribe(0, () => {
      throw new Error('listener');
    });
    await replica.propose(request('a'));
    await replica.propose(request('b'));
    expect(reported).toEqual([new Error('listener')]);
    await replica.close();
  });

  it('rejects what exceeds its bounds', async () => {
    const { replica } = await openCounter(new FaultyDisk(), { limits: { maxPending: 2, maxRequestBytes: 100 } });
    const results = await Promise.allSettled(
      ['a', 'b', 'c', 'x'.repeat(101)].map((text) => replica.propose(request(text))),
    );
    expect(results.map((result) => (result.status === 'rejected' ? result.reason.code : 'ok'))).toEqual([
      'ok',
      'ok',
      'OVERLOADED',
      'REQUEST_TOO_LARGE',
    ]);
    await replica.close();
  });

  it('stays alive when the disk is full, acknowledges nothing more, and recovers what it acknowledged', async () => {
    const disk = new FaultyDisk();
    const { replica } = await openCounter(disk);
    await replica.propose(request('a'));
    disk.plan = (operation) => (operation === 'write' ? { fail: 'ENOSPC' } : undefined);
    await expect(replica.propose(request('b'))).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    disk.plan = () => undefined;
    await expect(replica.propose(request('c'))).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    expect(replica.status()).toMatchObject({ state: 'unavailable', error: { code: 'LEDGER_UNAVAILABLE' } });
    expect((await allEntries(replica)).map(nameOf)).toEqual(['a/0']);
    await replica.close();
    const again = await openCounter(disk);
    expect(again.application.names).toEqual(['a/0']);
    await again.replica.propose(request('d'));
    await again.replica.close();
  });

  it('answers what was proposed before closing, and refuses what comes after', async () => {
    const { replica } = await openCounter(new FaultyDisk());
    const proposals = ['a', 'b', 'c'].map((text) => replica.propose(request(text)));
    await Promise.all([replica.close(), ...proposals]);
    await expect(replica.propose(request('late'))).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    expect(replica.status().state).toBe('closed');
  });
});

describe('recovery', () => {
  it('starts from the snapshot when it fits', async () => {
    const disk = new FaultyDisk();
    await fill(disk, 20);
    const { replica, application } = await openCounter(disk);
    expect(application.restored).toBe(20);
    expect(replica.status()).toMatchObject({ entries: 20, snapshotPosition: 20, notes: [] });
    await replica.close();
  });

  it('folds the whole ledger when the snapshot is missing, damaged or of another ledger', async () => {
    const disk = new FaultyDisk();
    await fill(disk, 20);
    const other = new FaultyDisk();
    const { replica } = await openCounter(other);
    await replica.propose(request('other*20'));
    await replica.close();
    for (const spoil of [
      (copy: FaultyDisk) => copy.drop('data/snapshot'),
      (copy: FaultyDisk) => copy.flipBit('data/snapshot', 333),
      (copy: FaultyDisk) => copy.put('data/snapshot', other.content('data/snapshot')),
    ]) {
      const copy = disk.crash('killed');
      spoil(copy);
      const again = await openCounter(copy);
      expect(again.application.restored).toBe(0);
      expect(again.application.names).toHaveLength(20);
      await again.replica.close();
    }
  });

  it('folds the whole ledger when the application cannot read its snapshot', async () => {
    const disk = new FaultyDisk();
    await fill(disk, 20);
    const application = new Counter();
    application.restore = () => {
      throw new Error('of another version');
    };
    const { replica } = await openCounter(disk, { application });
    expect(application.names).toHaveLength(20);
    expect(replica.status().notes[0]).toMatch(/of another version/);
    await replica.close();
  });

  it('keeps to its own folder', async () => {
    const disk = new FaultyDisk();
    await fill(disk, 1);
    await expect(openCounter(disk, { signer: signerOf('branch') })).rejects.toMatchObject({ code: 'DATA_FOREIGN' });
    await expect(openCounter(disk, { signer: signerOf('office', 9) })).rejects.toMatchObject({ code: 'DATA_FOREIGN' });
    disk.put('data/identity.json', Buffer.from('{"format": 2, "whatever": true}'));
    await expect(openCounter(disk)).rejects.toMatchObject({ code: 'DATA_NEWER' });
    disk.put('data/identity.json', Buffer.from('not json'));
    await expect(openCounter(disk)).rejects.toMatchObject({ code: 'LEDGER_CORRUPT' });
  });

  it('refuses to start over damage, and leaves everything as it is', async () => {
    const disk = new FaultyDisk();
    await fill(disk, 20);
    for (const file of [
      'data/ledger/0000000000000000.log',
      'data/journal/0000000000000000.log',
      'data/ledger/checkpoint',
    ]) {
      const copy = disk.crash('killed');
      copy.flipBit(file, 800);
      const before = copy.content(file);
      await expect(openCounter(copy)).rejects.toMatchObject({ code: 'LEDGER_CORRUPT' });
      expect(copy.content(file)).toEqual(before);
      copy.drop(file);
      await expect(openCounter(copy)).rejects.toMatchObject({ code: 'LEDGER_CORRUPT' });
    }
  });

  it('says why when the disk fails at the start', async () => {
    const disk = new FaultyDisk();
    disk.plan = () => ({ fail: 'ENOSPC' });
    await expect(openCounter(disk)).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  });
});
