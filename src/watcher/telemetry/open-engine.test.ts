import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { telemetrySchema } from '../../model/index.ts';
import { silentLog, systemClock } from '../../platform/index.ts';
import { openEngine } from './open-engine.ts';
import { Recorder } from './recorder.ts';
import { SeriesBook } from './series-book.ts';

const root = mkdtempSync(join(tmpdir(), 'qw-telemetry-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = () => mkdtempSync(join(root, `${folders++}-`));

function open(directory: string, given: object = {}) {
  const settings = () => telemetrySchema.parse(given);
  const options = { self: 'w1', directory, clock: systemClock, log: silentLog, settings };
  return openEngine(options);
}

test('rows and numbers of series are there again after a restart', async () => {
  const directory = newFolder();
  const first = await open(directory);
  expect(first.engine.name).toBe('duckdb');
  expect(first.problems).toEqual([]);
  const book = new SeriesBook(first.keeper);
  const recorder = new Recorder({ engine: first.engine, book, onProblem: () => undefined });
  const labels = { check: '<b>"\\', label_note: `two\nlines \u0007\ud800 ${'x'.repeat(2000)}`, watcher: 'w1' };
  recorder.point('quorumwatch_check_up', labels, 1, systemClock.now());
  const [known] = book.of('quorumwatch_check_up');
  expect(known?.labels).toMatchObject({ check: labels.check, watcher: 'w1' });
  expect(known?.labels['label_note']).toMatch(/^two\ufffdlines \ufffd\ufffd x+$/);
  recorder.flush();
  await first.seal();
  await recorder.settled();
  await first.close();
  expect(recorder.figures).toEqual({ written: 1, dropped: 0, waiting: 0 });

  const second = await open(directory);
  expect(new SeriesBook(second.keeper).of('quorumwatch_check_up')).toEqual([known]);
  expect((await second.engine.health()).tables['points']).toMatchObject({ rows: 1 });
  await second.retain(telemetrySchema.parse({ retention: { size: '1B' } }).retention);
  expect((await second.engine.health()).tables['points']).toBeUndefined();
  await second.close();
});

test('a folder that cannot be used, and one that another has, leave memory and say so', async () => {
  const directory = newFolder();
  writeFileSync(join(directory, 'telemetry'), 'a file');
  const without = await open(directory);
  expect(without.engine.name).toBe('memory');
  expect(without.problems).toEqual([expect.stringMatching(/^telemetry is kept in memory only: /)]);
  await without.close();

  const taken = await open(directory, { folder: 'other' });
  const second = await open(directory, { folder: 'other' });
  expect([taken.engine.name, second.engine.name]).toEqual(['duckdb', 'memory']);
  await taken.close();
  await second.close();
});

test('memory is memory', async () => {
  const opened = await open(newFolder(), { engine: 'memory' });
  expect(opened.engine.name).toBe('memory');
  expect(opened.problems).toEqual([]);
  await opened.close();
});
