import { describe, expect, it } from 'vitest';
import { FaultyDisk, type CrashMode } from '../journal/faulty-disk.ts';
import { verifyLedger } from '../ledger/verify-ledger.ts';
import { allEntries, nameOf, openCounter, request } from './counter.fixture.ts';

/** Small enough that 50 requests roll segments, take snapshots and shorten the journal. */
const small = {
  limits: { snapshotEntries: 12, maxBatchRequests: 3, maxJournalBytes: 1500 },
  journalSegmentBytes: 500,
};
/** With small ledger segments their closing makes the ledger durable, with a large one only checkpoints do. */
const ledgerSegments = [1500, 100_000];
const writers = 5;
const requestsEach = 10;

/** Requests make 0 to 3 entries, so that batches are cut in the middle and some leave nothing. */
const text = (writer: number, at: number) => `w${writer}r${at}*${(writer + at) % 4}`;
const namesOf = (proposed: string) => {
  const [name = '', count = '1'] = proposed.split('*');
  return Array.from({ length: Number(count) }, (_, part) => `${name}/${part}`);
};

/** Runs until it ends or the power goes; returns what was acknowledged. */
async function run(disk: FaultyDisk, ledgerSegmentBytes: number): Promise<string[]> {
  const acknowledged: string[] = [];
  const work = async () => {
    const { replica } = await openCounter(disk, { ...small, ledgerSegmentBytes });
    const write = async (writer: number) => {
      for (let at = 0; at < requestsEach; at++) {
        await replica.propose(request(text(writer, at)));
        acknowledged.push(text(writer, at));
      }
    };
    await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
    await replica.close();
  };
  await Promise.race([work(), disk.poweredOff]);
  return acknowledged;
}

async function expectNothingLost(disk: FaultyDisk, acknowledged: readonly string[], point: string): Promise<void> {
  const { replica, application } = await openCounter(disk, small);
  const entries = await allEntries(replica);
  const names = entries.map(nameOf);
  expect(new Set(names).size, `${point}: no entry twice`).toBe(names.length);
  const missing = acknowledged.flatMap(namesOf).filter((name) => !names.includes(name));
  expect(missing, `${point}: nothing acknowledged is lost`).toEqual([]);
  expect(application.names, `${point}: the state is the fold of the ledger`).toEqual(names);
  const before = entries.map((entry) => (entry.body as { before: number }).before);
  // Entries of one request share what they saw; it never decreases and never exceeds the position.
  expect(before, `${point}: execution saw earlier entries`).toEqual(before.toSorted((a, b) => a - b));
  // What the new start has shown must stay, even if the power goes at this moment.
  const third = await openCounter(disk.crash('lost'), small);
  expect(third.application.names, `${point}: what was shown is durable`).toEqual(names);
  await third.replica.close();
  await replica.propose(request('after*2'));
  await replica.close();
  expect(await verifyLedger('data', { disk }), point).toMatchObject({ ok: true, entries: names.length + 2 });
}

const modes: [string, CrashMode][] = [
  ['the process is killed', 'killed'],
  ['what was not synced is lost', 'lost'],
  ['unsynced writes are torn', (bytes) => Math.floor(bytes * 0.6)],
];

describe('a crash at every operation of the disk', () => {
  it.each(modes)('loses nothing acknowledged when %s', { timeout: 120_000 }, async (_name, mode) => {
    for (const ledgerSegmentBytes of ledgerSegments) {
      const whole = new FaultyDisk();
      expect(await run(whole, ledgerSegmentBytes)).toHaveLength(writers * requestsEach);
      expect(whole.operations).toBeGreaterThan(100);
      for (let point = 0; point < whole.operations; point++) {
        const disk = new FaultyDisk();
        disk.plan = (_operation, _path, index) => (index === point ? 'power-off' : undefined);
        const acknowledged = await run(disk, ledgerSegmentBytes);
        await expectNothingLost(disk.crash(mode), acknowledged, `operation ${point} of ${whole.operations}`);
      }
    }
  });
});
