import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { flowsSchema, telemetrySchema } from '../../../model/index.ts';
import { FlowRows, makePrivacyKey } from '../../../observe/index.ts';
import { silentLog, systemClock } from '../../../platform/index.ts';
import { flowsTable } from '../../../store/index.ts';
import { openAdditions } from './additions.ts';
import { Collector } from './collector.ts';
import type { CollectorSettings } from './messages.ts';

const root = mkdtempSync(join(tmpdir(), 'qw-additions-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function settingsOf(name: string, flows: object): CollectorSettings {
  const telemetry = telemetrySchema.parse({});
  return { self: 'test', directory: join(root, name), flows: flowsSchema.parse(flows), telemetry };
}

const open = (settings: CollectorSettings) =>
  Collector.open({
    settings,
    clock: systemClock,
    log: silentLog,
    additions: (ports) => openAdditions(settings, ports),
  });

test('what is kept has networks by name, and no address that shall not be kept', { timeout: 60_000 }, async () => {
  const settings = settingsOf('kept', {
    networks: [{ name: 'office', prefixes: ['192.0.2.0/24'] }],
    names: { '192.0.2.1': 'gateway' },
    privacy: { addresses: 'truncate', of: 'foreign' },
  });
  const collector = await open(settings);
  try {
    const rows = new FlowRows(8192);
    rows.rows = 1;
    rows.wide.ts[0] = BigInt(systemClock.now());
    rows.wide.source_low[0] = 0xffff_c000_0201n;
    rows.wide.destination_low[0] = 0xffff_0808_0808n;
    rows.narrow.direction[0] = 255;
    collector.writer.take(rows);
    await collector.writer.settled();
    const names = ['source_low', 'destination_low', 'source_network', 'source_name', 'direction'];
    const select = names.map((name) => ({ name, value: { column: name } }));
    const { rows: found } = await collector.query({
      table: flowsTable,
      from: 0,
      to: systemClock.now() + 60_000,
      select,
    });
    const [[source, destination, network, name, direction] = []] = found;
    expect(BigInt(source ?? 0)).toBe(0xffff_c000_0201n);
    expect(BigInt(destination ?? 0)).toBe(0xffff_0808_0800n);
    expect(collector.labelsOf(Number(network))).toEqual({ kind: 'network', text: 'office' });
    expect(collector.labelsOf(Number(name))).toEqual({ kind: 'name', text: 'gateway' });
    expect(direction).toBe(3);
  } finally {
    await collector.close();
  }
});

test('without the key of its pseudonyms, nothing is collected', async () => {
  const keyFile = join(root, 'key');
  const settings = settingsOf('keyless', { privacy: { addresses: 'pseudonyms', 'key-file': keyFile } });
  await expect(open(settings)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  await makePrivacyKey(keyFile);
  const collector = await open(settings);
  expect(collector.status().problems).toEqual([]);
  await collector.close();
});

test('what cannot be read is told', async () => {
  const collector = await open(settingsOf('geo', { geo: { country: join(root, 'missing.mmdb') } }));
  expect(collector.status().problems).toEqual([expect.stringContaining('missing.mmdb cannot be used')]);
  await collector.close();
});

test.each([
  ['keep', true],
  ['truncate', false],
] as const)(
  'with addresses: %s, records that wait for their template outlive the end: %s',
  async (addresses, stays) => {
    const settings = settingsOf(`parked-${addresses}`, { privacy: { addresses } });
    const collector = await open(settings);
    // NetFlow v9 of one set with records by a template that was never said.
    const secret = Buffer.from('c0000263', 'hex');
    const set = Buffer.concat([Buffer.from('0100000c', 'hex'), secret, secret]);
    const header = Buffer.alloc(20);
    header.writeUInt16BE(9, 0);
    header.writeUInt16BE(1, 2);
    header.writeUInt32BE(Math.floor(systemClock.now() / 1000), 8);
    collector.intake.take(Buffer.concat([header, set]), { address: '192.0.2.254', port: 2055 });
    await collector.close();
    const state = readFileSync(join(settings.directory, 'collector.json'), 'utf8');
    expect(state).toContain('192.0.2.254');
    expect(state.includes(Buffer.concat([secret, secret]).toString('base64').slice(0, 8))).toBe(stays);
  },
);
