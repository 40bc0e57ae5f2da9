import { describe, expect, it } from 'vitest';
import type { Frame } from './frames.ts';
import { JournalWitness } from './journal-witness.ts';
import { TestCluster } from './cluster.fixture.ts';

describe('how far a journal was', () => {
  it('is shown to who says less than before, and stops only one that really has less', () => {
    let durable = 7;
    const sent: Frame[] = [];
    const witness = new JournalWitness({
      directory: 'data',
      durable: () => durable,
      send: (_to, one) => sent.push(one),
    });
    witness.receive(2, { type: 'recorded', lsn: 9 });
    witness.receive(3, { type: 'recorded', lsn: 4 });
    expect(sent).toEqual([]);
    witness.receive(2, { type: 'recorded', lsn: 8 });
    expect(sent).toEqual([{ type: 'recorded-before', lsn: 9 }]);
    witness.receive(2, { type: 'recorded-before', lsn: 7 });
    durable = 6;
    expect(() => witness.receive(2, { type: 'recorded-before', lsn: 7 })).toThrow('the journal has 6 records');
  });
});

describe('a member that agrees by Raft', () => {
  it('stops when its folder comes from a backup, and says what to do; the others go on', async () => {
    const cluster = new TestCluster(3, { protocol: 'raft' });
    await cluster.start(1, 2, 3);
    await cluster.order(1, 'before');
    const backup = cluster.machine(3).disk.crash('killed');
    for (let at = 0; at < 5; at++) await cluster.order(1, `n${at}`);
    await cluster.pass(1500);
    await cluster.kill(3);
    cluster.machine(3).disk = backup;
    await cluster.start(3);
    const stopped = () =>
      cluster.machine(3).errors.some((one) => String(one).includes('other members know that it had'));
    await cluster.until(stopped, 5000);
    await cluster.order(1, 'on');
    await cluster.untilEqual([1, 2], 7);
  });

  it('is not stopped by a start with the folder that it had', async () => {
    const cluster = new TestCluster(3, { protocol: 'raft' });
    await cluster.start(1, 2, 3);
    for (let at = 0; at < 3; at++) {
      await cluster.order(1, `n${at}`);
      await cluster.pass(1200);
      await cluster.kill(3, 'lost');
      await cluster.start(3);
    }
    await cluster.untilEqual([1, 2, 3], 3);
    for (const { errors } of cluster.machines) expect(errors).toEqual([]);
  });
});
