import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import { silentLog, systemClock, type Clock } from '../../../platform/index.ts';
import { LogFolder } from './log-folder.ts';
import { HeldSink, noNames } from './sink.fixture.ts';

const root = mkdtempSync(join(tmpdir(), 'qw-folder-'));
const open: LogFolder[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((folder) => folder.close()));
  rmSync(root, { recursive: true, force: true });
});

/** Looks follow each other without waiting. */
const hasty: Clock = {
  ...systemClock,
  after: (delayMs, callback) => systemClock.after(Math.min(delayMs, 5), callback),
};
const line = (bytes: number) =>
  `2 1 eni-1 10.0.0.1 192.0.2.9 49761 443 6 20 ${bytes} 1418530010 1418530070 ACCEPT OK\n`;

function watch() {
  const sink = new HeldSink();
  const folder = new LogFolder({
    settings: { name: 'aws', format: 'aws', folder: join(root, 'logs') },
    directory: join(root, 'data'),
    names: noNames,
    sink,
    clock: hasty,
    log: silentLog,
  });
  open.push(folder);
  return { sink, folder };
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

test('files are read once, also after a new beginning, and what they gain is read too', async () => {
  for (const one of ['logs/2026/06', 'data']) mkdirSync(join(root, one), { recursive: true });
  const growing = join(root, 'logs/2026/06/b.log');
  writeFileSync(join(root, 'logs/a.log.gz'), gzipSync(line(1)));
  writeFileSync(growing, line(2));
  writeFileSync(join(root, 'logs/c.log.tmp'), line(9));
  const first = watch();
  await until(() => expect(first.sink.bytes).toHaveLength(2));
  appendFileSync(growing, line(3));
  await until(() => expect(new Set(first.sink.bytes)).toEqual(new Set([1n, 2n, 3n])));
  await until(() => expect(readFileSync(join(root, 'data/cloud-aws.json'), 'utf8')).toContain('"entries":2'));
  await first.folder.close();
  const second = watch();
  appendFileSync(growing, line(4));
  await until(() => expect(second.sink.bytes).toEqual([4n]));
  // Another file of the same name.
  writeFileSync(growing, line(5));
  utimesSync(growing, 1, 1);
  await until(() => expect(second.sink.bytes).toEqual([4n, 5n]));
});

test('what could not be stored is read again', async () => {
  for (const one of ['logs', 'data']) mkdirSync(join(root, one), { recursive: true });
  writeFileSync(join(root, 'logs/a.log'), line(1));
  const { sink } = watch();
  sink.held = [];
  await until(() => expect(sink.held).toHaveLength(1));
  sink.held?.shift()?.(false);
  await until(() => expect(sink.held).toHaveLength(1));
  sink.held?.shift()?.(true);
  expect(sink.bytes).toEqual([1n, 1n]);
});

test('what cannot be read is told until it can be', async () => {
  mkdirSync(join(root, 'data'), { recursive: true });
  const { folder, sink } = watch();
  await until(() => expect(folder.problems).toEqual([expect.stringContaining('ENOENT')]));
  mkdirSync(join(root, 'logs'));
  writeFileSync(join(root, 'logs/cut.gz'), gzipSync(line(1)).subarray(0, 40));
  await until(() => expect(folder.problems).toEqual([expect.stringContaining('cut.gz cannot be read')]));
  writeFileSync(join(root, 'logs/cut.gz'), gzipSync(line(7)));
  await until(() => expect(sink.bytes).toEqual([7n]));
  await until(() => expect(folder.problems).toEqual([]));
});
