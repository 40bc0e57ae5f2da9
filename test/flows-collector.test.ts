import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { flowsSchema, telemetrySchema, type FlowSettings } from '../src/model/index.ts';
import { dataSet, message, templateSet, type MadeField } from '../src/observe/flows/decode/message.fixture.ts';
import { freePorts, openDatagrams, silentLog, systemClock } from '../src/platform/index.ts';
import { flowAccountsTable, flowsTable } from '../src/store/index.ts';
import { CollectorProcess } from '../src/watcher/flows/collector/collector-process.ts';
import { cleanUp, folder as rigFolder, start as startWatcher } from './support/rig.ts';

const patienceMs = 30_000;
const opened: { close(): unknown }[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  await cleanUp();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'qw-collector-'));
  folders.push(made);
  return made;
}

interface Overrides {
  listen?: string[];
  accept?: 'any' | 'known';
  exporters?: { name: string; addresses: string[]; interfaces?: Record<string, string> }[];
}

function start(directory: string, given: Overrides = {}): CollectorProcess {
  const flows: FlowSettings = flowsSchema.parse({
    listen: ['udp:127.0.0.1:0', 'udp:[::1]:0', 'tcp:127.0.0.1:0'],
    ...given,
  });
  const settings = { self: 'test', directory, flows, telemetry: telemetrySchema.parse({}) };
  const collector = new CollectorProcess({ settings, clock: systemClock, log: silentLog });
  opened.push(collector);
  return collector;
}

async function portOf(collector: CollectorProcess, index: number): Promise<number> {
  await vi.waitFor(() => expect(collector.status().listening.length).toBeGreaterThan(index), patienceMs);
  return Number(/:(\d+)$/.exec(collector.status().listening[index] ?? '')?.[1]);
}

async function sender(address: string, port: number) {
  const socket = await openDatagrams({ host: address, port: 0, onDatagram: () => undefined });
  opened.push(socket);
  return (bytes: Uint8Array) => socket.send({ address, port }, bytes);
}

const fields: MadeField[] = [
  { id: 8, length: 4 },
  { id: 12, length: 4 },
  { id: 7, length: 2 },
  { id: 11, length: 2 },
  { id: 4, length: 1 },
  { id: 1, length: 4 },
  { id: 2, length: 4 },
  { id: 152, length: 8 },
  { id: 153, length: 8 },
];

const bytesOf = (value: number, length: number) =>
  Uint8Array.from({ length }, (_, index) => Math.floor(value / 256 ** (length - 1 - index)) % 256);

/** A record of so many bytes that ends now. */
function record(bytes: number): Uint8Array[] {
  const now = Date.now();
  return [
    Uint8Array.of(10, 0, 0, 1),
    Uint8Array.of(192, 0, 2, 9),
    bytesOf(40_000, 2),
    bytesOf(443, 2),
    bytesOf(6, 1),
    bytesOf(bytes, 4),
    bytesOf(1, 4),
    bytesOf(now - 1000, 8),
    bytesOf(now, 8),
  ];
}

const now = () => Math.floor(Date.now() / 1000);
const template = (domain: number, sequence = 0) =>
  message(10, [templateSet(10, 300, fields)], { exportSeconds: now(), domain, sequence });
const records = (sequence: number, bytes: number[], domain = 1) =>
  message(10, [dataSet(300, fields, bytes.map(record))], { exportSeconds: now(), sequence, domain });

/** Records and their bytes, by exporter. */
async function stored(collector: CollectorProcess): Promise<Record<string, [count: number, bytes: string]>> {
  const { rows } = await collector.query({
    table: flowsTable,
    from: 0,
    to: 4_000_000_000_000,
    select: [
      { name: 'exporter', value: { column: 'exporter' } },
      { name: 'records', value: { aggregate: 'count' } },
      { name: 'bytes', value: { aggregate: 'sum', of: { column: 'bytes' } } },
    ],
  });
  return Object.fromEntries(
    rows.map(([exporter, count, bytes]) => {
      const { address, protocol, domain } = collector.labelsOf(Number(exporter)) ?? {};
      return [`${address} ${protocol} ${domain}`, [Number(count), String(bytes)] as [number, string]];
    }),
  );
}

test('what comes by datagrams and connections is stored, under its exporter', { timeout: 60_000 }, async () => {
  const collector = start(folder(), {
    exporters: [{ name: 'edge', addresses: ['127.0.0.1'], interfaces: { 7: 'uplink' } }],
  });
  const [udp, udp6, tcp] = [await portOf(collector, 0), await portOf(collector, 1), await portOf(collector, 2)];
  const toUdp = await sender('127.0.0.1', udp);
  const toUdp6 = await sender('::1', udp6);
  toUdp(template(1));
  toUdp(records(0, [100, 200]));
  toUdp(records(5, [300]));
  toUdp(Uint8Array.of(1, 2, 3));
  toUdp6(template(2));
  toUdp6(records(0, [1000], 2));
  const connection = connect(tcp, '127.0.0.1');
  opened.push({ close: () => connection.destroy() });
  const stream = Buffer.concat([template(3), records(0, [5], 3), records(1, [6, 7], 3)]);
  // However the stream is cut, it is the same messages.
  for (let at = 0; at < stream.length; at += 33) connection.write(stream.subarray(at, at + 33));
  await vi.waitFor(async () => {
    expect(await stored(collector)).toEqual({
      '127.0.0.1 ipfix 1': [3, '600'],
      '::1 ipfix 2': [1, '1000'],
      '127.0.0.1 ipfix 3': [3, '18'],
    });
  }, patienceMs);
  await vi.waitFor(() => {
    const { exporters, malformed } = collector.status();
    expect(exporters.find(({ domain }) => domain === 1)).toMatchObject({
      name: 'edge',
      protocol: 'ipfix',
      records: 3,
      lost: 3,
      lostShare: 0.5,
      templates: 1,
      interfaces: { 7: 'uplink' },
    });
    expect(malformed).toEqual({ 'unknown-version': 1 });
  }, patienceMs);
});

test(
  'killed at any moment, what was there stays, and what it cost is counted to the record',
  { timeout: 240_000 },
  async () => {
    const [port] = await freePorts(1);
    const listen = { listen: [`udp:127.0.0.1:${port}`] };
    const collector = start(folder(), listen);
    await portOf(collector, 0);
    const send = await sender('127.0.0.1', port ?? 0);
    let sequence = 0;
    const sending = setInterval(() => {
      send(template(1, sequence));
      send(records(sequence, [1, 1, 1]));
      sequence += 3;
    }, 20);
    const count = async (of: CollectorProcess) => (await stored(of))['127.0.0.1 ipfix 1']?.[0] ?? 0;
    let before = 0;
    try {
      for (let round = 0; round < 4; round++) {
        await vi.waitFor(async () => expect(await count(collector)).toBeGreaterThan(before), {
          timeout: 60_000,
          interval: 200,
        });
        before = await count(collector);
        await sleep(round * 331);
        const pid = collector.processId ?? 0;
        process.kill(pid, 'SIGKILL');
        await vi.waitFor(() => expect(collector.processId ?? pid).not.toBe(pid), patienceMs);
        await portOf(collector, 0);
        expect(await count(collector)).toBeGreaterThanOrEqual(before);
      }
      // The last one alive hears what comes next, by which it knows what is missing.
      await vi.waitFor(async () => expect(await count(collector)).toBeGreaterThan(before), { timeout: 60_000 });
    } finally {
      clearInterval(sending);
    }
    await sleep(500);
    await collector.close();
    const last = start(folders[0] ?? '', listen);
    await portOf(last, 0);
    const losses = await last.query({
      table: flowAccountsTable,
      from: 0,
      to: 4_000_000_000_000,
      select: [{ name: 'lost', value: { aggregate: 'sum', of: { column: 'lost' } } }],
    });
    const lost = Number(losses.rows[0]?.[0]);
    expect(lost).toBeGreaterThan(0);
    expect((await count(last)) + lost).toBe(sequence);
  },
);

test('killed, it comes back with what was stored and with its templates', { timeout: 90_000 }, async () => {
  const [port] = await freePorts(1);
  const collector = start(folder(), { listen: [`udp:127.0.0.1:${port}`] });
  await portOf(collector, 0);
  const send = await sender('127.0.0.1', port ?? 0);
  send(template(1));
  send(records(0, [100]));
  await vi.waitFor(
    async () => expect(await stored(collector)).toEqual({ '127.0.0.1 ipfix 1': [1, '100'] }),
    patienceMs,
  );
  // A question has what waits written first, so from here on the record is on disk.
  await collector.close();
  const again = start(folders[0] ?? '', { listen: [`udp:127.0.0.1:${port}`] });
  await portOf(again, 0);
  send(records(1, [200]));
  await vi.waitFor(async () => expect(await stored(again)).toEqual({ '127.0.0.1 ipfix 1': [2, '300'] }), patienceMs);
  const first = again.processId ?? 0;
  process.kill(first, 'SIGKILL');
  await vi.waitFor(() => {
    expect(again.processId).toBeDefined();
    expect(again.processId).not.toBe(first);
  }, patienceMs);
  await portOf(again, 0);
  send(records(2, [400]));
  await vi.waitFor(async () => expect(await stored(again)).toEqual({ '127.0.0.1 ipfix 1': [3, '700'] }), patienceMs);
});

test('who is not listed is counted and not let in', { timeout: 60_000 }, async () => {
  const collector = start(folder(), { accept: 'known', exporters: [{ name: 'edge', addresses: ['127.0.0.2'] }] });
  const send = await sender('127.0.0.1', await portOf(collector, 0));
  send(template(1));
  send(records(0, [100]));
  await vi.waitFor(() => expect(collector.status().malformed).toEqual({ 'unknown-exporter': 2 }), patienceMs);
  expect(await stored(collector)).toEqual({});
});

test('an address that is taken is said, and taken as soon as it is free', { timeout: 60_000 }, async () => {
  const first = start(folder());
  const port = await portOf(first, 0);
  const second = start(folder(), { listen: [`udp:127.0.0.1:${port}`] });
  await vi.waitFor(() => expect(second.status().problems.join()).toContain('cannot be received'), patienceMs);
  await first.close();
  await vi.waitFor(() => expect(second.status().listening).toEqual([`udp:127.0.0.1:${port}`]), patienceMs);
});

test('a folder that another process has is said', { timeout: 60_000 }, async () => {
  const directory = folder();
  await portOf(start(directory), 0);
  const second = start(directory);
  await vi.waitFor(() => expect(second.status().problems.join()).toContain('flows are not collected'), patienceMs);
  expect(second.status().listening).toEqual([]);
  await expect(stored(second)).rejects.toMatchObject({ code: 'TELEMETRY_UNAVAILABLE' });
});

test('a watcher collects as its configuration says, and tells of it', { timeout: 120_000 }, async () => {
  const cwd = rigFolder();
  const [port] = await freePorts(1);
  const file = join(cwd, 'quorumwatch.yaml');
  writeFileSync(file, `site: office\nflows:\n  listen: ['udp:127.0.0.1:${port}']\n`);
  const watcher = startWatcher(cwd);
  const { url, tokenFile } = await watcher.ready;
  const send = await sender('127.0.0.1', port ?? 0);
  const metrics = async () => {
    const headers = { authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}` };
    return (await fetch(`${url}/metrics`, { headers })).text();
  };
  await vi.waitFor(
    async () => {
      send(template(1));
      send(records(0, [100, 200]));
      expect(await metrics()).toMatch(/^quorumwatch_flow_records_total [1-9]/m);
    },
    { timeout: patienceMs, interval: 500 },
  );
  expect(await metrics()).toMatch(/^quorumwatch_flow_exporters 1$/m);
});
