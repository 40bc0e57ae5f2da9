import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { wordsOf, type AddressWords } from './address-words.ts';
import { GeoFiles } from './geo-files.ts';
import { makeGeoFile } from './geo.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'qw-geo-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const address = wordsOf('8.8.8.8') as AddressWords;

function put(name: string, bytes: Buffer): void {
  // As programs that fetch such files do.
  writeFileSync(join(folder, 'new'), bytes);
  renameSync(join(folder, 'new'), join(folder, name));
}

test('files are read again when they have changed, and a broken one leaves what was known', async () => {
  const as = join(folder, 'as.mmdb');
  const files = new GeoFiles({ as });
  expect(await files.refresh()).toBe(false);
  expect(files.problems).toEqual([expect.stringContaining('as.mmdb cannot be used')]);
  expect([files.as(address), files.country(address)]).toEqual([0, 0]);

  put('as.mmdb', makeGeoFile({ '8.0.0.0/8': { autonomous_system_number: 15_169 } }));
  expect(await files.refresh()).toBe(true);
  expect(await files.refresh()).toBe(false);
  expect([files.as(address), files.problems]).toEqual([15_169, []]);

  put('as.mmdb', Buffer.from('something else'));
  expect(await files.refresh()).toBe(false);
  expect([files.as(address), files.problems.length]).toEqual([15_169, 1]);

  put('as.mmdb', makeGeoFile({ '8.0.0.0/8': { autonomous_system_number: 64_512 } }));
  expect(await files.refresh()).toBe(true);
  expect([files.as(address), files.problems]).toEqual([64_512, []]);
});

test('countries and systems come from files of their own', async () => {
  put('country.mmdb', makeGeoFile({ '8.0.0.0/8': { country: { iso_code: 'US' } } }));
  put('systems.mmdb', makeGeoFile({ '8.0.0.0/8': { autonomous_system_number: 7 } }));
  const files = new GeoFiles({ country: join(folder, 'country.mmdb'), as: join(folder, 'systems.mmdb') });
  await files.refresh();
  expect([files.country(address), files.as(address)]).toEqual([0x5553, 7]);
});
