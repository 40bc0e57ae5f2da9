import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import type { FlowStatus, NatHolders } from '../src/model/index.ts';
import { dataSet, message, templateSet, type MadeField } from '../src/observe/flows/decode/message.fixture.ts';
import { freePorts, openDatagrams } from '../src/platform/index.ts';
import { api, cleanUp, cli, folder, start } from './support/rig.ts';

/** A complaint names an address, a port and a time; an exporter told of the translation (RFC 8158, section 5.5). */

afterAll(cleanUp);

const patience = { timeout: 60_000, interval: 300 };
const fields: MadeField[] = [323, 230, 4, 8, 225, 7, 227, 12, 11].map((id) => ({
  id,
  length: id === 323 ? 8 : [230, 4].includes(id) ? 1 : [7, 227, 11].includes(id) ? 2 : 4,
}));
const bytesOf = (value: number, length: number) =>
  Uint8Array.from({ length }, (_, index) => Math.floor(value / 256 ** (length - 1 - index)) % 256);
const begun = 4;
const ended = 5;
const record = (at: number, event: number, last: number): Uint8Array[] => [
  bytesOf(at, 8),
  Uint8Array.of(event),
  Uint8Array.of(17),
  Uint8Array.of(10, 0, 0, last),
  Uint8Array.of(198, 51, 100, 1),
  bytesOf(5000, 2),
  bytesOf(40_000, 2),
  Uint8Array.of(203, 0, 113, 9),
  bytesOf(53, 2),
];

test('who had an address and a port of it is answered out of what exporters said', async () => {
  const cwd = folder();
  const [port = 0] = await freePorts(1);
  writeFileSync(join(cwd, 'quorumwatch.yaml'), `site: office\nflows:\n  listen: ['udp:127.0.0.1:${port}']\n`);
  const watcher = api(await start(cwd).ready);
  await vi.waitFor(async () => {
    expect((await watcher.get<FlowStatus>('/flows/status')).listening).toEqual([`udp:127.0.0.1:${port}`]);
  }, patience);
  const now = Date.now();
  const socket = await openDatagrams({ host: '127.0.0.1', port: 0, onDatagram: () => undefined });
  const send = (set: number[]) =>
    socket.send(
      { address: '127.0.0.1', port },
      message(10, [set], { exportSeconds: Math.floor(now / 1000), domain: 1 }),
    );
  send(templateSet(10, 300, fields));
  const told = [
    [100_000, begun, 1],
    [60_000, ended, 1],
    [50_000, begun, 2],
  ] as const;
  send(
    dataSet(
      300,
      fields,
      told.map(([ago, event, last]) => record(now - ago, event, last)),
    ),
  );
  const instant = (ago: number) => new Date(now - ago).toISOString();
  const who = async (ago: number) => {
    const query = `address=198.51.100.1&port=40000&at=${instant(ago)}`;
    return (await watcher.get<NatHolders>(`/nat/holders?${query}`)).holders;
  };
  await vi.waitFor(async () => expect(await who(10_000)).toHaveLength(1), patience);
  socket.close();
  expect(await who(80_000)).toMatchObject([
    { source: '10.0.0.1', sourcePort: 5000, from: instant(100_000), to: instant(60_000), gateway: '127.0.0.1' },
  ]);
  expect(await who(55_000)).toEqual([]);
  const asked = await cli(cwd, 'nat', 'who', '198.51.100.1', '40000', '--at', instant(55_000), '--slack', '1m');
  expect(asked.stdout).toMatch(/10\.0\.0\.2:5000 +udp +198\.51\.100\.1:40000 +203\.0\.113\.9:53/);
  expect(asked.stdout).toMatch(/10\.0\.0\.1:5000/);
  const nobody = await cli(cwd, 'nat', 'who', '198.51.100.2', '--at', '1m', '--json');
  expect([nobody.code, (JSON.parse(nobody.stdout) as NatHolders).holders]).toEqual([1, []]);
  expect((await cli(cwd, 'nat', 'who', '198.51.100', '--at', '1m')).code).toBe(2);
  expect((await watcher.call('GET', '/nat/holders?address=198.51.100.1&port=x&at=1')).status).toBe(400);
}, 120_000);
