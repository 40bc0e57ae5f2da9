import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { flowsSchema } from '../../../model/index.ts';
import { silentLog } from '../../../platform/index.ts';
import { FlowRows } from '../decode/flow-rows.ts';
import { makePrivacyKey } from '../privacy/privacy-key.ts';
import { toBatch } from '../sink.ts';
import { makeGeoFile } from './geo.fixture.ts';
import { openPasses } from './open-passes.ts';

const folder = mkdtempSync(join(tmpdir(), 'qw-passes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const book = { network: () => 1, name: () => 2, labelsOf: () => undefined };

function oneRow(): FlowRows {
  const rows = new FlowRows(1);
  rows.rows = 1;
  rows.wide.source_low[0] = 0xffff_0808_0808n;
  rows.wide.destination_low[0] = 0xffff_0a00_0001n;
  rows.narrow.direction[0] = 255;
  return rows;
}

test('what true addresses tell is kept, and the addresses themselves are not', async () => {
  const country = join(folder, 'country.mmdb');
  writeFileSync(country, makeGeoFile({ '8.0.0.0/8': { country: { iso_code: 'US' } } }));
  const keyFile = join(folder, 'key');
  await makePrivacyKey(keyFile);
  const settings = flowsSchema.parse({
    networks: [{ name: 'office', prefixes: ['10.0.0.0/8'] }],
    geo: { country },
    privacy: { addresses: 'pseudonyms', 'key-file': keyFile, 'keep-networks': ['10.0.0.0/8'] },
  });
  const { passes, problems } = await openPasses(settings, book, silentLog);
  const { columns } = toBatch(oneRow(), passes);
  expect(problems).toEqual([]);
  expect(columns['source_country']?.[0]).toBe(0x5553);
  expect(columns['destination_network']?.[0]).toBe(1);
  expect(columns['destination_low']?.[0]).toBe(0xffff_0a00_0001n);
  expect(columns['source_low']?.[0]).not.toBe(0xffff_0808_0808n);
  expect((columns['source_low']?.[0] as bigint) >> 32n).toBe(0xffffn);
});

test('files that come or change later count from then on', async () => {
  const as = join(folder, 'as.mmdb');
  const opened = await openPasses(flowsSchema.parse({ geo: { as } }), book, silentLog);
  expect(opened.problems).toHaveLength(1);
  expect(toBatch(oneRow(), opened.passes).columns['source_as']?.[0]).toBe(0);
  writeFileSync(as, makeGeoFile({ '8.0.0.0/8': { autonomous_system_number: 15_169 } }));
  await opened.refresh();
  expect(opened.problems).toEqual([]);
  expect(toBatch(oneRow(), opened.passes).columns['source_as']?.[0]).toBe(15_169);
});

test('pseudonyms without a readable key collect nothing', async () => {
  const privacy = { addresses: 'pseudonyms', 'key-file': join(folder, 'missing') };
  await expect(openPasses(flowsSchema.parse({ privacy }), book, silentLog)).rejects.toMatchObject({
    code: 'SECRET_UNREADABLE',
  });
});
