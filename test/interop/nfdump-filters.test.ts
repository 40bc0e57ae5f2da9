import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { FlowBook, parseFilter, predicateOf } from '../../src/explain/index.ts';
import { FlowDecoder, FlowRows, generateDatagrams } from '../../src/observe/flows/index.ts';
import { toBatch } from '../../src/observe/index.ts';
import { freePorts, openDatagrams, systemClock } from '../../src/platform/index.ts';
import { flowsTable, openMemoryEngine } from '../../src/store/index.ts';

/** A filter finds the same records, with the same packets and bytes, as nfdump finds by it. */

const reason = spawnSync('nfdump', ['-V']).error ? 'nfdump is missing: apt-get install nfdump' : undefined;
if (reason !== undefined) process.stderr.write(`nfdump filter tests skipped: ${reason}\n`);

const folder = mkdtempSync(join(tmpdir(), 'qw-nfdump-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const startAt = Date.parse('2026-03-01T12:00:00Z');
const datagrams = [...generateDatagrams({ format: 'v9', records: 15_000, startAt, seed: 3 })];
const engine = openMemoryEngine({ clock: systemClock });
const patience = { timeout: 60_000, interval: 50 };

/** Bytes that wait in the receiver's buffer; undefined while nobody listens. */
function waitingAt(port: number): number | undefined {
  const line = readFileSync('/proc/net/udp', 'utf8')
    .split('\n')
    .find((one) => new RegExp(`^ *\\d+: 0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} `).test(one));
  const queue = line?.trim().split(/\s+/)[4]?.split(':')[1];
  return queue === undefined ? undefined : Number.parseInt(queue, 16);
}

async function toNfcapd(): Promise<void> {
  const [port = 0] = await freePorts(1);
  const nfcapd = spawn('nfcapd', ['-w', folder, '-p', `${port}`, '-b', '127.0.0.1', '-B', '8000000', '-t', '3600'], {
    stdio: 'ignore',
  });
  const ended = once(nfcapd, 'close');
  try {
    await vi.waitFor(() => expect(waitingAt(port)).toBe(0), patience);
    const socket = await openDatagrams({ host: '127.0.0.1', port: 0, onDatagram: () => undefined });
    for (const [at, { bytes }] of datagrams.entries()) {
      socket.send({ address: '127.0.0.1', port }, bytes);
      if (at % 50 === 49) await vi.waitFor(() => expect(waitingAt(port)).toBe(0), patience);
    }
    await vi.waitFor(() => expect(waitingAt(port)).toBe(0), patience);
    socket.close();
  } finally {
    nfcapd.kill('SIGINT');
    await ended;
  }
}

async function toOurs(): Promise<void> {
  const batches: Promise<void>[] = [];
  const decoder = new FlowDecoder({
    takeRows: () => new FlowRows(8192),
    onRows: (rows) => void batches.push(engine.append(toBatch(rows))),
  });
  for (const { bytes, at } of datagrams) decoder.decode(bytes, { exporter: '127.0.0.1', receivedAt: at });
  decoder.flush();
  await Promise.all(batches);
}

const book = new FlowBook({ labels: new Map(), exporters: new Map() });

async function ours(filter: string): Promise<Record<string, number>> {
  const sum = (name: string) => ({ name, value: { aggregate: 'sum' as const, of: { column: name } } });
  const select = [{ name: 'flows', value: { aggregate: 'count' as const } }, sum('bytes'), sum('packets')];
  const where = predicateOf(parseFilter(filter), book);
  const { rows } = await engine.query({ table: flowsTable, from: 0, to: 2 * startAt, where, select });
  const [flows = 0, bytes = 0, packets = 0] = (rows[0] ?? []).map(Number);
  return { flows, bytes, packets };
}

function theirs(filter: string): Record<string, number> {
  const output = execFileSync('nfdump', ['-R', folder, '-N', '-n', '1', '-s', 'proto/bytes', filter], {
    encoding: 'utf8',
  });
  const figure = (name: string) => Number(new RegExp(`total ${name}: (\\d+)`).exec(output)?.[1] ?? 0);
  return { flows: figure('flows'), bytes: figure('bytes'), packets: figure('packets') };
}

describe.skipIf(reason !== undefined)('as nfdump finds it', () => {
  beforeAll(async () => {
    await Promise.all([toNfcapd(), toOurs()]);
  }, 120_000);

  test('everything arrived at both', async () => {
    const sent = datagrams.reduce((sum, { records }) => sum + records, 0);
    expect((await ours('any')).flows).toBe(sent);
    expect(theirs('any')).toEqual(await ours('any'));
  });

  const some = (name: 'source' | 'destination'): string => {
    const found: string[] = [];
    const one = new FlowDecoder({
      takeRows: () => new FlowRows(64),
      onRows: ({ words }) => {
        const low = words[`${name}_low`][0] ?? 0;
        found.push([24, 16, 8, 0].map((shift) => (low >>> shift) & 255).join('.'));
      },
    });
    const [first] = datagrams;
    if (first) one.decode(first.bytes, { exporter: '127.0.0.1', receivedAt: first.at });
    one.flush();
    return found[0] ?? '';
  };
  const [source, destination] = [some('source'), some('destination')];

  test.each([
    'proto tcp',
    'proto udp or proto icmp',
    'proto tcp and dst port 443',
    'port 53 or port 443',
    'not (proto udp or port 443)',
    'proto tcp and not dst port 443 or proto udp',
    `host ${source}`,
    `src ip ${source} and dst ip ${destination}`,
    `src host ${source} or dst host ${destination}`,
    `ip in [ ${source} ${destination} ]`,
    `src net ${source.split('.').slice(0, 2).join('.')}.0.0/16`,
    `net ${source.split('.')[0]}.0.0.0 255.0.0.0`,
    'port in [ 80 443 53 ]',
    'src port > 1024 and dst port < 1024',
    'bytes > 10000 and packets < 100',
    'bytes > 10k',
    'bytes < 1m and packets > 10',
    'packets = 1',
    'duration > 1000',
    'duration < 1 and proto tcp',
    'bpp > 500',
    'bpp < 100',
    // It rounds rates down, so that what is above a whole number and below the next is not above it.
    'pps < 100',
    'bps > 1m',
    'flags S',
    'flags S and not flags AF',
    'flags SA',
    'tos 0',
    'tos > 10',
    'in if 1 or out if 2',
    'in if 3',
    'ipv4',
    'inet6',
    'any and not any',
  ])('%s', async (filter) => {
    expect(await ours(filter)).toEqual(theirs(filter));
  });
});
