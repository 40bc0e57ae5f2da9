import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { nodeDisk } from '../../platform/index.ts';
import { WatchGaps } from './watch-gaps.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'qw-gaps-'));
  folders.push(made);
  return made;
}
const minute = 60_000;

test('a night in which nobody watched is a gap, a restart is none', async () => {
  const directory = folder();
  const first = await WatchGaps.open(nodeDisk, directory, 10 * minute);
  expect(first.gaps).toEqual([]);
  await first.look(10 * minute, 0);
  await first.look(10.5 * minute, 0);
  const second = await WatchGaps.open(nodeDisk, directory, 11 * minute);
  expect(second.gaps).toEqual([]);
  await second.look(12 * minute, 0);
  const third = await WatchGaps.open(nodeDisk, directory, 500 * minute);
  expect(third.gaps).toEqual([{ from: 12 * minute, to: 500 * minute }]);
  await third.look(500 * minute, 0);
  expect((await WatchGaps.open(nodeDisk, directory, 501 * minute)).gaps).toHaveLength(1);
  await third.look(502 * minute, 550 * minute);
  expect(third.gaps).toEqual([]);
});

test('a machine that slept is a gap too, a clock that was set back is none', async () => {
  const gaps = await WatchGaps.open(nodeDisk, folder(), 10 * minute);
  for (const at of [10, 11, 60, 61, 30, 31]) await gaps.look(at * minute, 0);
  expect(gaps.gaps).toEqual([{ from: 11 * minute, to: 60 * minute }]);
});

test('a damaged file tells of no gap', async () => {
  const directory = folder();
  for (const text of ['', 'x', '{}', '{"until":"x","gaps":[]}']) {
    writeFileSync(join(directory, 'watched.json'), text);
    expect((await WatchGaps.open(nodeDisk, directory, 500 * minute)).gaps).toEqual([]);
  }
});
