import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import type { ApiAuditEntry, FlowAnswer, FlowStatus } from '../src/model/index.ts';
import { freePorts, openDatagrams } from '../src/platform/index.ts';
import { api, cleanUp, cli, folder, start } from './support/rig.ts';

/** What a watcher that collects flows keeps of people, and how it forgets. */

afterAll(cleanUp);
const patience = { timeout: 60_000, interval: 300 };

/** NetFlow v5: one record of 1000 bytes from 203.0.113.77 to 10.0.0.5, that ended when it was sent. */
function netflow5(): Uint8Array {
  const bytes = Buffer.alloc(72);
  bytes.writeUInt16BE(5, 0);
  bytes.writeUInt16BE(1, 2);
  bytes.writeUInt32BE(3_600_000, 4);
  bytes.writeUInt32BE(Math.floor(Date.now() / 1000), 8);
  bytes.set([203, 0, 113, 77, 10, 0, 0, 5], 24);
  bytes.writeUInt32BE(10, 24 + 16);
  bytes.writeUInt32BE(1000, 24 + 20);
  bytes.writeUInt32BE(3_599_000, 24 + 24);
  bytes.writeUInt32BE(3_600_000, 24 + 28);
  bytes.writeUInt16BE(443, 24 + 32);
  bytes.writeUInt16BE(50_000, 24 + 34);
  bytes[24 + 38] = 6;
  return bytes;
}

test(
  'addresses are kept as pseudonyms, revealed by key, and deleted with a receipt',
  { timeout: 180_000 },
  async () => {
    const cwd = folder();
    expect((await cli(cwd, 'flows', 'privacy-key', 'key')).code).toBe(0);
    expect(statSync(join(cwd, 'key')).mode & 0o777).toBe(0o600);
    expect(await cli(cwd, 'flows', 'privacy-key', 'key')).toMatchObject({ code: 1 });
    const [port = 0] = await freePorts(1);
    const document = [
      'site: office',
      'flows:',
      `  listen: ['udp:127.0.0.1:${port}']`,
      '  networks: [{ name: lan, prefixes: [10.0.0.0/8] }]',
      '  privacy: { addresses: pseudonyms, of: foreign, key-file: key }',
      '  retention: { classes: { nat: { minimum: 30d } } }',
    ].join('\n');
    writeFileSync(join(cwd, 'quorumwatch.yaml'), document);
    const ready = await start(cwd).ready;
    const admin = api(ready);
    const status = () => admin.get<FlowStatus>('/flows/status');
    await vi.waitFor(async () => expect((await status()).listening).toHaveLength(1), patience);
    const socket = await openDatagrams({ host: '127.0.0.1', port: 0, onDatagram: () => undefined });
    socket.send({ address: '127.0.0.1', port }, netflow5());
    await vi.waitFor(async () => expect((await status()).exporters).toHaveLength(1), patience);
    socket.close();

    const ask = async () => {
      const at = Date.now();
      const times = { from: new Date(at - 600_000).toISOString(), to: new Date(at + 60_000).toISOString() };
      const groupBy = ['source', 'destination', 'destination-network', 'direction'];
      return (await admin.call('POST', '/flows/query', { ...times, groupBy })).body as FlowAnswer;
    };
    let [source = '', destination, network, direction]: (string | undefined)[] = [];
    await vi.waitFor(async () => {
      const [row] = (await ask()).rows;
      expect(row?.bytes).toBe(1000);
      [source = '', destination, network, direction] = row?.values ?? [];
    }, patience);
    expect([destination, network, direction]).toEqual(['10.0.0.5', 'lan', 'incoming']);
    expect(source).not.toBe('203.0.113.77');
    const pseudonym = await cli(cwd, 'flows', 'pseudonym', '203.0.113.77', '--key-file', 'key');
    expect(pseudonym.stdout.trim()).toBe(source);
    const revealed = await cli(cwd, 'flows', 'reveal', source, '--key-file', 'key', '--json');
    expect(JSON.parse(revealed.stdout)).toEqual({ address: '203.0.113.77', pseudonym: source });

    const flags = ['--url', ready.url, '--token-file', ready.tokenFile];
    const early = await cli(cwd, 'flows', 'delete', '--before', '1d', '--class', 'nat', ...flags);
    expect(early).toMatchObject({ code: 1 });
    expect(early.stderr).toContain('have to stay');
    const operator = (await admin.call('POST', '/tokens', { name: 'duty', role: 'operator' })).body as {
      token: string;
    };
    writeFileSync(join(cwd, 'operator'), operator.token);
    const others = ['--url', ready.url, '--token-file', 'operator'];
    expect((await cli(cwd, 'flows', 'delete', '--before', '0s', '--class', 'traffic', ...others)).code).toBe(1);
    const done = await cli(cwd, 'flows', 'delete', '--before', '0s', '--class', 'traffic', '--json', ...flags);
    const [receipt] = JSON.parse(done.stdout) as { kind: string; rows: number; files: string[] }[];
    expect(receipt).toMatchObject({ kind: 'traffic', rows: 1, files: [expect.stringMatching(/^[0-9a-f]{64}$/)] });
    expect((await ask()).rows).toEqual([]);
    await vi.waitFor(async () => {
      const { items } = await admin.get<{ items: ApiAuditEntry[] }>('/audit');
      expect(items.find(({ what }) => what === 'delete flows')).toMatchObject({
        on: 'traffic',
        text: expect.stringContaining(receipt?.files[0] ?? '') as string,
      });
      const asked = items
        .filter(({ what }) => what === 'post /flows/delete')
        .map(({ text, outcome }) => [text, outcome]);
      expect(asked).toContainEqual([expect.stringMatching(/^traffic before /), 'done']);
      expect(asked).toContainEqual([expect.stringMatching(/^nat before /), 'refused']);
      // The collector has heard that the ledger has it.
      const pending: unknown = JSON.parse(
        readFileSync(join(cwd, 'quorumwatch-data', 'flows', 'deletions.json'), 'utf8'),
      );
      expect(pending).toEqual({ version: 1, receipts: [] });
    }, patience);
  },
);
