import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { flowsSchema, telemetrySchema } from '../../model/index.ts';
import { FlowRows } from '../../observe/index.ts';
import { silentLog, systemClock } from '../../platform/index.ts';
import { CollectorProcess } from './collector/collector-process.ts';
import { Collector } from './collector/collector.ts';
import type { DeletionReceipt } from './collector/retention.ts';
import { deletionEvent, deletionTexts } from './privacy-events.ts';

const directory = mkdtempSync(join(tmpdir(), 'qw-deletions-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const dayMs = 86_400_000;

test('what a collector forgets by age or on request is told to its watcher', { timeout: 120_000 }, async () => {
  const flows = flowsSchema.parse({ retention: { raw: '14d', classes: { nat: { minimum: '30d' } } } });
  const settings = { self: 'test', directory, flows, telemetry: telemetrySchema.parse({}) };
  const written = await Collector.open({ settings, clock: systemClock, log: silentLog });
  const now = systemClock.now();
  const rows = new FlowRows(8192);
  rows.rows = 3;
  rows.wide.ts.set([BigInt(now - 20 * dayMs), BigInt(now - 5 * dayMs), BigInt(now - 20 * dayMs)]);
  rows.narrow.kind.set([0, 0, 1]);
  written.writer.take(rows);
  await written.close();

  const told = Promise.withResolvers<readonly DeletionReceipt[]>();
  const onDeleted = (receipts: readonly DeletionReceipt[]) => told.resolve(receipts);
  const collector = new CollectorProcess({ settings, clock: systemClock, log: silentLog, onDeleted });
  try {
    const [receipt] = (await told.promise) as [DeletionReceipt];
    expect(receipt).toMatchObject({ kind: 'traffic', from: now - 20 * dayMs, rows: 1, why: 'age or size' });
    expect(deletionEvent('w1', receipt)).toMatchObject({
      by: 'w1',
      what: 'delete flows',
      on: 'traffic',
      text: expect.stringMatching(/^1 record, .*, 1 file, by age or size; SHA-256 [0-9a-f]{64}$/) as string,
      outcome: 'done',
    });
    await expect(collector.remove('nat', now)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await collector.remove('traffic', now)).toMatchObject([{ kind: 'traffic', rows: 1, why: 'request' }]);
  } finally {
    await collector.close();
  }
  await expect(collector.remove('traffic', now)).rejects.toMatchObject({ code: 'TELEMETRY_UNAVAILABLE' });
});

test('what the ledger says of records that are gone is found in its entries, of this watcher alone', () => {
  const receipt = { kind: 'nat', from: 0, to: 1, rows: 2, why: 'request', files: ['a'] } as const;
  const { text = '' } = deletionEvent('w1', receipt);
  const event = { ...deletionEvent('w1', receipt), at: 5 };
  const entry = (watcher: string) =>
    ({
      kind: 'audit',
      position: 7,
      time: 6,
      body: { watcher, events: [event, { ...event, what: 'sign in' }] },
    }) as never;
  expect(deletionTexts(entry('w1'), 'w1')).toEqual([text]);
  expect(deletionTexts(entry('w2'), 'w1')).toEqual([]);
});
