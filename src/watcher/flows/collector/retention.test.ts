import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { flowKinds, flowsSchema, telemetrySchema } from '../../../model/index.ts';
import { FlowRows } from '../../../observe/index.ts';
import { silentLog, systemClock, type Clock } from '../../../platform/index.ts';
import { openSegments, type Segment } from '../../../store/index.ts';
import { Collector } from './collector.ts';
import { PendingReceipts } from './pending-receipts.ts';
import {
  agesOf,
  checkDeletion,
  receiptsOf,
  receiptsOfServers,
  receiptText,
  type DeletionReceipt,
} from './retention.ts';

const root = mkdtempSync(join(tmpdir(), 'qw-retention-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const dayMs = 86_400_000;
const now = 1_800_000_000_000;
const retention = flowsSchema.parse({
  retention: {
    raw: '14d',
    classes: { nat: { minimum: '180d', maximum: '365d' }, drop: { minimum: '30d' }, firewall: { maximum: '2d' } },
  },
}).retention;

test('each kind has its own age, and what has to stay stays over the size', () => {
  const ages = Object.fromEntries(
    agesOf(retention).map(({ table, maxAgeMs, keepMs }) => [table.name, [maxAgeMs / dayMs, keepMs / dayMs]]),
  );
  expect(ages).toMatchObject({ flows: [14, 0], flows_nat: [365, 180], flows_drop: [30, 30], flows_firewall: [2, 0] });
});

test('nobody deletes what the law protects', () => {
  expect(() => checkDeletion(retention, 'nat', now - 180 * dayMs + 1, now)).toThrow(
    expect.objectContaining({ code: 'FORBIDDEN' }),
  );
  expect(() => checkDeletion(retention, 'nat', now - 180 * dayMs, now)).not.toThrow();
  expect(() => checkDeletion(retention, 'traffic', now, now)).not.toThrow();
});

test('a receipt says what was deleted, and the hash of each file; sums have none', () => {
  const segment = (table: string, from: number, sha256: string): Segment => {
    const file = { name: sha256, path: sha256, table, level: 0, rows: 10, bytes: 1 };
    return { ...file, from, to: from + 5, sha256 };
  };
  const dropped = [segment('flows_nat', 100, 'aa'), segment('flows_1m', 0, 'bb'), segment('flows_nat', 50, 'cc')];
  const receipts = receiptsOf(dropped, 'request');
  expect(receipts).toEqual([{ kind: 'nat', from: 50, to: 105, rows: 20, why: 'request', files: ['aa', 'cc'] }]);
  const [receipt] = receipts as [DeletionReceipt];
  expect(receiptText(receipt)).toBe(
    '20 records, 1970-01-01T00:00:00.050Z to 1970-01-01T00:00:00.105Z, 2 files, by request; SHA-256 aa cc',
  );
  const files = Array.from({ length: 1000 }, (_, index) => String(index).padStart(64, '0'));
  const long = receiptText({ ...receipt, files });
  expect(long.length).toBeLessThan(500);
  expect(long).toContain(createHash('sha256').update(files.join('\n')).digest('hex'));
});

test('a receipt of servers says where records were, and whether a copy may still have some', () => {
  const removed = { table: 'flows_nat', from: 100, to: 200, rows: 3, shard: 'shard1', confirmed: 2, copies: 2 };
  const second = { ...removed, from: 50, to: 60, rows: 4, shard: 'shard2' };
  const [all] = receiptsOfServers([removed, second, { ...removed, table: 'flows_1m_runs' }], 'request');
  expect(all && receiptText(all)).toBe(
    '7 records, 1970-01-01T00:00:00.050Z to 1970-01-01T00:00:00.200Z, on the servers of shard1, shard2, gone from every copy, by request',
  );
  const [some] = receiptsOfServers([removed, { ...second, confirmed: 1 }], 'age or size');
  expect(some && receiptText(some)).toContain('not seen to be gone from every copy of shard2 yet, by age or size');
});

test('a collector deletes on request, tells what, and refuses within the minimum', { timeout: 60_000 }, async () => {
  const told: DeletionReceipt[] = [];
  const ahead = { ms: 0 };
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + ahead.ms };
  const flows = flowsSchema.parse({ retention: { classes: { nat: { minimum: '10d' } } } });
  const settings = { self: 'test', directory: join(root, 'flows'), flows, telemetry: telemetrySchema.parse({}) };
  const onDeleted = (receipts: readonly DeletionReceipt[]) => told.push(...receipts);
  const collector = await Collector.open({ settings, clock, log: silentLog, onDeleted });
  try {
    const rows = new FlowRows(8192);
    rows.rows = 3;
    const ended = clock.now();
    rows.wide.ts.fill(BigInt(ended), 0, 3);
    rows.narrow.kind[1] = flowKinds.indexOf('nat');
    rows.narrow.kind[2] = flowKinds.indexOf('nat');
    collector.writer.take(rows);
    await expect(collector.remove('nat', ended + 1)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(told).toEqual([]);
    ahead.ms = 11 * dayMs;
    // What ended at the time itself did not end before it.
    expect(await collector.remove('nat', ended)).toEqual([]);
    const receipts = await collector.remove('nat', ended + 1);
    expect(receipts).toEqual([
      {
        kind: 'nat',
        from: ended,
        to: ended,
        rows: 2,
        why: 'request',
        files: [expect.stringMatching(/^[0-9a-f]{64}$/)],
      },
    ]);
    expect(told).toEqual(receipts);
    expect(await collector.remove('nat', ended + 1)).toEqual([]);
    expect((await collector.remove('traffic', ended + 1)).map(({ rows: gone }) => gone)).toEqual([1]);
  } finally {
    await collector.close();
  }
});

test('a deletion is told at each start until the ledger has it', { timeout: 60_000 }, async () => {
  const directory = join(root, 'told');
  const settings = { self: 'test', directory, flows: flowsSchema.parse({}), telemetry: telemetrySchema.parse({}) };
  const start = async () => {
    const told: DeletionReceipt[] = [];
    const onDeleted = (receipts: readonly DeletionReceipt[]) => told.push(...receipts);
    const collector = await Collector.open({ settings, clock: systemClock, log: silentLog, onDeleted });
    return { collector, told };
  };
  const first = await start();
  const rows = new FlowRows(8192);
  rows.rows = 2;
  const ended = systemClock.now() - 1000;
  rows.wide.ts.fill(BigInt(ended), 0, 2);
  rows.narrow.kind[1] = flowKinds.indexOf('nat');
  first.collector.writer.take(rows);
  const receipts = await first.collector.remove('nat', ended + 1);
  expect(receipts).toHaveLength(1);
  // The process ends before the watcher could say that the ledger has it.
  await first.collector.close();

  const second = await start();
  expect(second.told).toEqual(receipts);
  await second.collector.deletionsTold(receipts.map(receiptText));
  await second.collector.close();

  const third = await start();
  expect(third.told).toEqual([]);
  await third.collector.close();
});

test('where files are still there, what was intended did not happen', { timeout: 60_000 }, async () => {
  const directory = join(root, 'intended');
  const settings = { self: 'test', directory, flows: flowsSchema.parse({}), telemetry: telemetrySchema.parse({}) };
  const written = await Collector.open({ settings, clock: systemClock, log: silentLog });
  const rows = new FlowRows(8192);
  rows.rows = 1;
  rows.wide.ts.fill(BigInt(systemClock.now()), 0, 1);
  written.writer.take(rows);
  await written.close();
  const segments = await openSegments({ directory, clock: systemClock });
  const intended = receiptsOf(segments.segments(), 'request');
  await segments.close();
  expect(intended).toHaveLength(1);
  const gone = { ...intended[0]!, files: ['0'.repeat(64)] };
  await new PendingReceipts(directory).add([...intended, gone]);

  const told: DeletionReceipt[] = [];
  const onDeleted = (receipts: readonly DeletionReceipt[]) => told.push(...receipts);
  const collector = await Collector.open({ settings, clock: systemClock, log: silentLog, onDeleted });
  expect(told).toEqual([gone]);
  await collector.close();
  const pending = new PendingReceipts(directory);
  await pending.open();
  expect(pending.receipts).toEqual([gone]);
});

test('nothing goes where its receipt cannot be kept', { timeout: 60_000 }, async () => {
  const directory = join(root, 'unkept');
  const settings = { self: 'test', directory, flows: flowsSchema.parse({}), telemetry: telemetrySchema.parse({}) };
  const onDeleted = () => undefined;
  const collector = await Collector.open({ settings, clock: systemClock, log: silentLog, onDeleted });
  const rows = new FlowRows(8192);
  rows.rows = 1;
  const ended = systemClock.now() - 1000;
  rows.wide.ts.fill(BigInt(ended), 0, 1);
  collector.writer.take(rows);
  // In the way of the file that would take its place.
  mkdirSync(join(directory, 'deletions.json', 'in the way'), { recursive: true });
  await expect(collector.remove('traffic', ended + 1)).rejects.toThrow();
  rmSync(join(directory, 'deletions.json'), { recursive: true });
  expect((await collector.remove('traffic', ended + 1)).map(({ rows: gone }) => gone)).toEqual([1]);
  await collector.close();
});
