import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { flowQuestionSchema } from '../../../model/index.ts';
import { silentLog, systemClock } from '../../../platform/index.ts';
import { openFlowFolder } from '../analysis-folder.ts';
import { flowsTable } from '../../../store/index.ts';
import { collectFlows } from '../collector/collect-flows.ts';
import { importLogs } from './import-logs.ts';

const root = mkdtempSync(join(tmpdir(), 'qw-import-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const line = (bytes: number, status = 'OK') =>
  `2 123456789010 eni-1 10.0.0.1 192.0.2.9 49761 443 6 20 ${bytes} 1418530010 1418530070 ACCEPT ${status}\n`;
const signal = new AbortController().signal;

async function importFiles(directory: string, ...files: string[]) {
  return importLogs({
    format: 'aws',
    files,
    directory: join(root, directory),
    clock: systemClock,
    log: silentLog,
    signal,
    onProgress: () => undefined,
  });
}

test('files of years ago are kept, compressed or not', { timeout: 60_000 }, async () => {
  const [plain, compressed] = [join(root, 'a.log'), join(root, 'b.log.gz')];
  writeFileSync(plain, `${line(100)}${line(200)}broken\n${line(0, 'NODATA')}`);
  writeFileSync(compressed, gzipSync(line(300).repeat(9000)));
  const counts = await importFiles('kept', plain, compressed);
  expect(counts).toMatchObject({ files: 2, entries: 9004, records: 9002, noData: 1, malformed: { 'field-count': 1 } });
  expect(counts.bytes).toBe(counts.ofBytes);
  const collector = await collectFlows({
    directory: join(root, 'kept'),
    listen: [],
    clock: { ...systemClock, now: () => 1_418_530_100_000 },
    log: silentLog,
  });
  try {
    const { rows } = await collector.query({
      table: flowsTable,
      from: 0,
      to: 1_418_530_100_000,
      select: [
        { name: 'rows', value: { aggregate: 'count' } },
        { name: 'bytes', value: { aggregate: 'sum', of: { column: 'bytes' } } },
      ],
    });
    expect(rows.map((row) => row.map(Number))).toEqual([[9002, 300 + 9000 * 300]]);
  } finally {
    await collector.close();
  }
});

test('an answer says what the cloud skipped and what could not be read', { timeout: 60_000 }, async () => {
  const file = join(root, 'skipped.log');
  const skipped = '2 123456789010 eni-1 - - - - - - - 1418530130 1418530190 - SKIPDATA\n';
  writeFileSync(file, `${line(100)}${line(200)}broken\n${skipped}`);
  await importFiles('skipped', file);
  const folder = await openFlowFolder(join(root, 'skipped'), systemClock, silentLog);
  try {
    const question = { from: '2014-12-14T04:00:00.000Z', to: '2014-12-14T05:00:00.000Z' };
    const { total, trust } = await folder.desk.query(flowQuestionSchema.parse(question));
    expect(total).toMatchObject({ bytes: 300, flows: 2 });
    // An interval as the other one, of two records, and an entry.
    expect(trust.lost).toBeCloseTo(3 / 5, 12);
  } finally {
    await folder.close();
  }
});

test('what cannot be read is named', { timeout: 60_000 }, async () => {
  await expect(importFiles('missing', join(root, 'nowhere'))).rejects.toMatchObject({ code: 'BAD_INPUT' });
  const cut = join(root, 'cut.gz');
  writeFileSync(cut, gzipSync(line(1).repeat(50_000)).subarray(0, 100));
  await expect(importFiles('cut', cut)).rejects.toMatchObject({ code: 'BAD_INPUT', where: cut });
});
