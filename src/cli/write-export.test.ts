import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { writeExport } from './write-export.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'qw-export-'));
  folders.push(made);
  return made;
}
const list = '.quorumwatch-export.json';
const page = (text: string) => ({ path: 'index.html', text });

test('a second export changes what has changed, and removes what is gone', async () => {
  const directory = join(folder(), 'new', 'site');
  const first = [{ path: 'incidents/1.html', text: 'one' }, { path: 'api/v2/summary.json', text: '{}' }, page('a')];
  expect(await writeExport(directory, first)).toEqual({ written: 3, removed: 0 });
  expect(await writeExport(directory, first)).toEqual({ written: 0, removed: 0 });
  expect(await writeExport(directory, [first[1]!, page('b')])).toEqual({ written: 1, removed: 1 });
  expect(readFileSync(join(directory, 'index.html'), 'utf8')).toBe('b');
  expect(existsSync(join(directory, 'incidents/1.html'))).toBe(false);
  expect(statSync(join(directory, 'index.html')).mode & 0o777).toBe(0o644);
  expect(readdirSync(directory).sort()).toEqual([list, 'api', 'incidents', 'index.html']);
});

test('things of others are neither written over nor removed', async () => {
  const directory = folder();
  writeFileSync(join(directory, 'mine.txt'), 'mine');
  await expect(writeExport(directory, [page('a')])).rejects.toThrow(
    'the folder holds other things, such as "mine.txt"',
  );
  expect(readdirSync(directory)).toEqual(['mine.txt']);
  const site = folder();
  await writeExport(site, [page('a')]);
  writeFileSync(join(site, 'robots.txt'), 'mine');
  await writeExport(site, [page('b')]);
  expect(readFileSync(join(site, 'robots.txt'), 'utf8')).toBe('mine');
});

test.each(['../out.html', '/etc/passwd', 'a/../../out', 'a//b', '.hidden', 'a/.b', 'a\\b', '', list, 'a\0b'])(
  'a file named %j is refused before anything is written',
  async (path) => {
    const directory = folder();
    await expect(writeExport(directory, [page('a'), { path, text: 'x' }])).rejects.toThrow('cannot be one');
    expect(readdirSync(directory)).toEqual([]);
  },
);

test('a list that somebody has changed removes nothing outside of the folder', async () => {
  const outside = folder();
  writeFileSync(join(outside, 'kept.txt'), 'kept');
  const directory = folder();
  writeFileSync(join(directory, list), JSON.stringify([`../${outside.split('/').at(-1)}/kept.txt`]));
  await writeExport(directory, [page('a')]);
  expect(existsSync(join(outside, 'kept.txt'))).toBe(true);
  writeFileSync(join(directory, list), 'broken');
  await expect(writeExport(directory, [page('b')])).rejects.toThrow('damaged');
});

test.skipIf(process.getuid?.() === 0)('what cannot be written is said, and what was there stays', async () => {
  const directory = folder();
  await writeExport(directory, [page('a')]);
  chmodSync(directory, 0o500);
  await expect(writeExport(directory, [page('b')])).rejects.toThrow(/EACCES/);
  chmodSync(directory, 0o700);
  expect(readFileSync(join(directory, 'index.html'), 'utf8')).toBe('a');
});
