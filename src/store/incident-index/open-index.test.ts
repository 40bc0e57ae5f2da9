import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordOf, testIncident } from './incident.fixture.ts';
import { openIncidentIndex } from './open-index.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'incident-index-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, name);
const open = (name: string, network = 'n', entries = 100) => openIncidentIndex({ file: path(name), network, entries });

test('in its thread: what was written is seen by what is asked afterwards, and after it was opened again', async () => {
  const index = await open('plain.db');
  const written = index.write([recordOf(testIncident(1), 0)], 1);
  expect((await index.find({ state: 'open', limit: 5 })).items.map(({ id }) => id)).toEqual(['1']);
  await written;
  await index.close();
  const again = await open('plain.db');
  expect(await again.next()).toBe(1);
  expect((await again.get('1'))?.title).toBe('check-1 is down');
  expect(await again.actions('1')).toEqual([]);
  await again.close();
  await expect(again.next()).rejects.toThrow('ended');
});

test.each([
  ['of another ledger', 'm', 100],
  ['that has seen more than the ledger has', 'n', 0],
])('an index %s is emptied', async (_what, network, entries) => {
  const name = `${network}${entries}.db`;
  const index = await open(name);
  await index.write([recordOf(testIncident(1), 0)], 1);
  await index.close();
  const other = await open(name, network, entries);
  expect(await other.next()).toBe(0);
  expect((await other.find({ state: 'all', limit: 5 })).total).toBe(0);
  await other.close();
});

test('a damaged file is put aside and made again', async () => {
  writeFileSync(path('damaged.db'), Buffer.alloc(8192, 'no database'));
  const index = await open('damaged.db');
  expect(await index.next()).toBe(0);
  expect(existsSync(path('damaged.db.damaged'))).toBe(true);
  await index.close();
});

test('a folder that is not there is told, and nothing hangs', async () => {
  await expect(open('nowhere/index.db')).rejects.toThrow(/open/);
});

test('more questions than can wait are refused, and those that wait are answered', async () => {
  const index = await open('busy.db');
  const asked = await Promise.allSettled(Array.from({ length: 300 }, () => index.next()));
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(200);
  expect(asked.at(-1)).toMatchObject({ reason: { code: 'OVERLOADED' } });
  expect(await index.next()).toBe(0);
  await index.close();
});

test('as many combinations of filters as anybody tries are answered', async () => {
  const index = await open('combinations.db');
  await index.write([recordOf(testIncident(1), 0)], 1);
  for (let at = 0; at < 300; at++) {
    const search = Array.from({ length: at % 10 }, (_, word) => 'check-1'.slice(0, 1 + ((word + at) % 7))).join(' ');
    const found = await index.find({
      state: 'all',
      search,
      limit: 1,
      ...(at % 2 === 0 && { check: 'check-1' }),
      ...(at % 3 === 0 && { from: 0 }),
      ...(at % 5 === 0 && { to: 10_000 }),
    });
    expect(found.total).toBe(1);
  }
  await index.close();
});
