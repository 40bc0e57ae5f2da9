import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import { nodeDisk } from '../../platform/index.ts';
import { FaultyDisk, type CrashMode } from './faulty-disk.ts';
import { openFileJournal, type FileJournalOptions } from './file-journal.ts';
import type { Journal } from './journal.ts';
import { describeJournal } from './journal.suite.ts';
import { emptyMemoryStore, openMemoryJournal } from './memory-journal.ts';

const options = { directory: 'j', segmentBytes: 2000, durableHead: false, mustExist: false };
const open = (disk: FaultyDisk, more: Partial<FileJournalOptions> = {}) =>
  openFileJournal({ ...options, disk, ...more });
const folders: string[] = [];
const opened: Journal[] = [];
afterAll(async () => {
  await Promise.all(opened.map((journal) => journal.close()));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
});

describeJournal('memory', async () => {
  const store = emptyMemoryStore();
  return { open: () => Promise.resolve(openMemoryJournal(store)), crash: () => Promise.resolve() };
});

describeJournal('files on the real disk', async () => {
  const directory = await mkdtemp(`${tmpdir()}/quorumwatch-journal-`);
  folders.push(directory);
  return {
    open: async () => {
      const result = await openFileJournal({ ...options, disk: nodeDisk, directory });
      opened.push(result.journal);
      return result;
    },
    crash: () => Promise.resolve(),
  };
});

const crashModes: [string, CrashMode][] = [
  ['the process is killed', 'killed'],
  ['the power goes and nothing unsynced was written', 'lost'],
  ['the power goes and writes are torn', (bytes) => Math.floor(bytes / 2)],
];
const styles: [string, Partial<FileJournalOptions>][] = [
  ['', {}],
  [', written through, gathered, with a rare head', { writeThrough: true, gatherBytes: 300, headStride: 5 }],
];
for (const [name, mode, style, more] of crashModes.flatMap(([name, mode]) =>
  styles.map(([style, more]) => [name, mode, style, more] as const),
)) {
  describeJournal(`files on a faulty disk${style}: ${name}`, async () => {
    let disk = new FaultyDisk();
    return {
      open: () => open(disk, more),
      crash: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        disk = disk.crash(mode);
      },
    };
  });
}

const record = (at: number) => Buffer.from(`record ${at}`);

async function written(count: number, segmentBytes = 100_000): Promise<FaultyDisk> {
  const disk = new FaultyDisk();
  const { journal } = await open(disk, { segmentBytes });
  for (let at = 0; at < count; at++) {
    journal.append([record(at)]);
    await journal.sync();
  }
  await journal.close();
  return disk;
}

const first = 'j/0000000000000000.log';

describe('damage', () => {
  it('calls a damaged record corrupt when it was durable, the last one included', async () => {
    for (const [bit, lsn] of [
      [(24 + 5) * 8, 0],
      [-8, 9],
    ] as const) {
      const disk = await written(10);
      disk.flipBit(first, bit < 0 ? disk.content(first).length * 8 + bit : bit);
      const { journal, recovery } = await open(disk);
      expect(recovery.corrupt).toMatchObject({ lsn, file: '0000000000000000.log' });
      expect(await journal.read(0, 100)).toHaveLength(lsn);
      expect(() => journal.append([record(0)])).toThrow(expect.objectContaining({ code: 'LEDGER_CORRUPT' }));
    }
  });

  it('calls missing durable records corrupt', async () => {
    const disk = await written(10);
    disk.cut(first, disk.content(first).length - 36);
    expect((await open(disk)).recovery.corrupt).toMatchObject({ lsn: 9 });
    disk.drop(first);
    expect((await open(disk)).recovery.corrupt).toMatchObject({ lsn: 0 });
  });

  it('calls a missing segment, a missing head and a damaged head corrupt', async () => {
    const segments = await written(100, 500);
    const middle = segments.paths().filter((path) => path.endsWith('.log'))[3] ?? '';
    segments.drop(middle);
    expect((await open(segments)).recovery.corrupt?.file).toBe(middle.slice(2));
    const headless = await written(3);
    headless.drop('j/head');
    expect((await open(headless)).recovery.corrupt?.file).toBe('head');
    const damaged = await written(3);
    damaged.flipBit('j/head', 100);
    expect((await open(damaged)).recovery.corrupt?.file).toBe('head');
  });

  it('drops what a crash tore beyond the durable prefix, and goes on', async () => {
    const disk = await written(10);
    disk.put(first, Buffer.concat([disk.content(first), Buffer.from('half a rec')]));
    const { journal, recovery } = await open(disk);
    expect(recovery).toMatchObject({ end: 10, corrupt: undefined, tornTail: { lsn: 10 } });
    journal.append([record(10)]);
    await journal.close();
    expect((await open(disk)).recovery).toMatchObject({ end: 11, tornTail: undefined, corrupt: undefined });
  });

  it('learns from a later record that a damaged one was durable, though the head is old', async () => {
    const disk = await written(10);
    const oldHead = Buffer.from((await written(3)).content('j/head'));
    disk.put('j/head', oldHead);
    disk.flipBit(first, (24 + 36 * 5 + 30) * 8);
    expect((await open(disk)).recovery.corrupt).toMatchObject({ lsn: 5 });
  });

  it('finds a misdirected write at the next start', async () => {
    const disk = await written(10);
    const { journal } = await open(disk);
    disk.plan = (operation, path) => (operation === 'write' && path === first ? { misdirectBytes: -72 } : undefined);
    journal.append([record(10)]);
    await journal.close();
    disk.plan = () => undefined;
    expect((await open(disk)).recovery.corrupt).toMatchObject({ lsn: 8 });
  });
});

describe('failing disk', () => {
  it.each(['EIO', 'ENOSPC'] as const)('stops for good at the first %s of a write', async (code) => {
    const disk = await written(2);
    const { journal } = await open(disk);
    disk.plan = (operation) => (operation === 'write' ? { fail: code } : undefined);
    journal.append([record(2)]);
    await expect(journal.sync()).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    disk.plan = () => undefined;
    await expect(journal.sync()).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    expect(() => journal.append([record(3)])).toThrow(expect.objectContaining({ code: 'LEDGER_UNAVAILABLE' }));
    expect(await journal.read(0, 9)).toHaveLength(2);
    await journal.close();
    expect((await open(disk)).recovery).toMatchObject({ end: 2, corrupt: undefined });
  });

  it('never repeats a sync that failed', async () => {
    const disk = await written(2);
    const { journal } = await open(disk);
    const before = disk.counts.sync ?? 0;
    disk.plan = (operation) => (operation === 'sync' ? { fail: 'EIO' } : undefined);
    journal.append([record(2)]);
    const syncs = [journal.sync(), journal.sync()];
    for (const sync of syncs) await expect(sync).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    await journal.close();
    expect(disk.counts.sync).toBe(before + 1);
  });

  it('gathers what comes while a slow sync runs into one next sync', async () => {
    const disk = await written(0);
    const { journal } = await open(disk);
    const gate = Promise.withResolvers<void>();
    const before = disk.counts.sync ?? 0;
    disk.plan = (operation) => (operation === 'sync' ? { wait: gate.promise } : undefined);
    const syncs = Array.from({ length: 100 }, async (_, at) => {
      journal.append([record(at)]);
      await journal.sync();
    });
    await new Promise((resolve) => setImmediate(resolve));
    gate.resolve();
    await Promise.all(syncs);
    expect(disk.counts.sync).toBeLessThanOrEqual(before + 2);
    await journal.close();
  });
});
