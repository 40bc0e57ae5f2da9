import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { captureHeader, writeFrame, writtenBytes } from '../../src/observe/mirror/pcapng.ts';
import { FlowMeter, frameOfCapture, readFrames } from '../../src/observe/flows/index.ts';
import { ethernet, udp, type MadePacket } from '../../src/observe/flows/meter/packet.fixture.ts';
import { flowLatencyQuestionSchema } from '../../src/model/index.ts';
import { silentLog, systemClock } from '../../src/platform/index.ts';
import { openSegmentsForReading } from '../../src/store/index.ts';
import { openFlowFolder, replayCapture } from '../../src/watcher/index.ts';
import { cleanUp, cli, folder } from '../support/rig.ts';
import { fixtures, fixturesMissing } from './fixtures.ts';

/** Flows made of captured packets: by `flows replay`, and counted against what tshark sees in the same file. */

afterEach(cleanUp);

const capturedAt = 1_795_000_000;

/** A capture of pcapng; a packet comes in when it is for this client, and goes out when it is from it. */
function writeCapture(file: string, packets: readonly (readonly [ms: number, made: MadePacket])[]): void {
  const head = captureHeader([{ name: 'eth0', link: 'ethernet', snapBytes: 96 }], 'test', 'test');
  const blocks = packets.map(([ms, made]) => {
    const bytes = ethernet(made);
    const frame = {
      interface: 0,
      seconds: capturedAt,
      nanoseconds: ms * 1_000_000,
      outgoing: made.from === client,
      bytes: bytes.subarray(0, 96),
      originalBytes: bytes.length,
    };
    const block = Buffer.alloc(writtenBytes(frame));
    writeFrame(block, 0, frame);
    return block;
  });
  writeFileSync(file, Buffer.concat([head, ...blocks]));
}

const client = '192.0.2.1';
const server = '198.51.100.2';
const [up, down] = [
  { from: client, to: server, ports: [40_000, 443] },
  { from: server, to: client, ports: [443, 40_000] },
] as const;
const connection: readonly (readonly [number, MadePacket])[] = [
  [0, { ...up, flags: 2, sequence: 99 }],
  [30, { ...down, flags: 0x12, sequence: 5, acknowledged: 100 }],
  [42, { ...up, sequence: 100, acknowledged: 6 }],
  [43, { ...up, flags: 0x18, payload: 300 }],
  [80, { ...down, flags: 0x18, payload: 1400 }],
  // A question of DNS whose number is that of a version of NetFlow.
  [90, { ...up, protocol: udp, ports: [5353, 53], payload: Uint8Array.of(0, 5, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0) }],
];

test(
  'a capture without exports becomes flows, with the round trip of the handshake',
  { timeout: 240_000 },
  async () => {
    const cwd = folder();
    writeCapture(join(cwd, 'office.pcapng'), connection);
    const taken = await cli(cwd, 'flows', 'replay', 'office.pcapng', '--dir', 'records');
    expect(taken).toMatchObject({
      code: 0,
      stdout: '6 packets, 3 records of their flows; passed over 0 frames of other protocols, unreadable 0\n',
    });
    const statement = `SELECT packets, bytes, rtt_us, tcp_flags, direction, ts, duration_ms FROM flows ORDER BY ts`;
    const asked = await cli(cwd, 'flows', 'sql', '--dir', 'records', '--json', statement);
    expect(asked.code, asked.stderr).toBe(0);
    const startAt = capturedAt * 1000;
    expect((JSON.parse(asked.stdout) as { rows: unknown[] }).rows).toEqual([
      [3, 420, 42_000, 0x1a, 1, startAt + 43, 43],
      [2, 1480, 42_000, 0x1a, 0, startAt + 80, 50],
      [1, 40, 0, 0, 1, startAt + 90, 0],
    ]);
    const asking = await openFlowFolder(join(cwd, 'records'), systemClock, silentLog);
    onTestFinished(() => asking.close());
    const [from, to] = [startAt - 60_000, startAt + 60_000].map((at) => new Date(at).toISOString());
    const question = { from, to, groupBy: ['source', 'exporter'], leastRecords: 1 };
    const latency = await asking.desk.latency(flowLatencyQuestionSchema.parse(question));
    const trips = latency.rows.map(({ values, records, averageMs, maxMs }) => [...values, records, averageMs, maxMs]);
    expect(trips.toSorted(([a], [b]) => String(a).localeCompare(String(b)))).toEqual([
      [client, 'office.pcapng', 1, 42, 42],
      [server, 'office.pcapng', 1, 42, 42],
    ]);
    const segments = await openSegmentsForReading({ directory: join(cwd, 'records') });
    expect([...segments.series.entries()].map(([, labels]) => labels)).toContainEqual({
      kind: 'exporter',
      address: 'office.pcapng',
      protocol: 'packets',
      domain: '0',
    });
    await segments.close();
  },
);

test('what a capture is taken for can be said, and packets are not sent', { timeout: 120_000 }, async () => {
  const file = join(folder(), 'office.pcapng');
  writeCapture(file, connection);
  const options = {
    file,
    speed: Infinity,
    clock: systemClock,
    log: silentLog,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  };
  const sent = replayCapture({ ...options, target: { to: { address: '127.0.0.1', port: 9 } } });
  await expect(sent).rejects.toMatchObject({ code: 'BAD_INPUT', hint: expect.stringContaining('--dir') as string });
  const taken = await replayCapture({ ...options, as: 'exports', target: { directory: folder() } });
  expect(taken).toMatchObject({ as: 'exports', messages: 1, others: 0, records: 0 });
});

test('a file that cannot be read is told as such', async () => {
  const cwd = folder();
  const large = join(cwd, 'large.pcap');
  writeFileSync(large, '');
  // With nothing in it: it takes no room.
  truncateSync(large, 2 ** 31 + 1);
  const options = {
    target: { directory: join(cwd, 'records') },
    speed: Infinity,
    clock: systemClock,
    log: silentLog,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  };
  for (const [file, hint] of [
    [large, 'editcap'],
    [join(cwd, 'none.pcap'), 'path'],
    [cwd, 'path'],
  ] as const) {
    const told = { code: 'BAD_INPUT', where: file, hint: expect.stringContaining(hint) as string };
    await expect(replayCapture({ ...options, file })).rejects.toMatchObject(told);
  }
});

const noTshark = spawnSync('which', ['tshark']).status !== 0;
if (noTshark) process.stderr.write('test of captures against tshark skipped: apt-get install tshark\n');
if (fixturesMissing !== undefined) process.stderr.write(`test of captures skipped: ${fixturesMissing}\n`);

type Sums = Record<string, [packets: number, bytes: number]>;

function add(sums: Sums, key: string, packets: number, bytes: number): void {
  const sum = (sums[key] ??= [0, 0]);
  sum[0] += packets;
  sum[1] += bytes;
}

/** Packets and bytes from the IP header on, by addresses and protocol. */
function byTshark(file: string): Sums {
  const fields = ['ip.src', 'ip.dst', 'ip.len', 'ip.proto', 'ipv6.src', 'ipv6.dst', 'ipv6.plen', 'frame.len'];
  // Headers that are carried as content, as those of sFlow, are nobody's packets here.
  const content = ['sflow', 'cflow'].flatMap((name) => ['--disable-protocol', name]);
  const args = [
    '-n',
    '-r',
    file,
    '-o',
    'ip.defragment:FALSE',
    '-o',
    'ipv6.defragment:FALSE',
    ...content,
    '-T',
    'fields',
  ];
  const run = spawnSync('tshark', [...args, '-E', 'occurrence=f', ...fields.flatMap((field) => ['-e', field])], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const sums: Sums = {};
  for (const line of run.stdout.split('\n')) {
    const [source, destination, length, , source6, destination6, length6] = line.split('\t');
    if (source) add(sums, `${source} ${destination}`, 1, Number(length));
    else if (source6) add(sums, `${source6} ${destination6}`, 1, 40 + Number(length6));
  }
  return sums;
}

function byMeter(file: string): Sums {
  const bytes = readFileSync(file);
  const sums: Sums = {};
  const meter = new FlowMeter({
    seed: 1,
    onRows: ({ rows, wide }) => {
      for (let row = 0; row < rows; row++) {
        const ends = (['source', 'destination'] as const).map((end) =>
          textOf(wide[`${end}_high`][row] ?? 0n, wide[`${end}_low`][row] ?? 0n),
        );
        add(sums, ends.join(' '), Number(wide.packets[row]), Number(wide.bytes[row]));
      }
    },
  });
  for (const frame of readFrames(bytes)) {
    const packet = frameOfCapture(frame, bytes, 1);
    if (packet) meter.take(packet);
  }
  meter.end();
  return sums;
}

function textOf(high: bigint, low: bigint): string {
  if (high === 0n && low >> 32n === 0xffffn) return [24n, 16n, 8n, 0n].map((shift) => (low >> shift) & 255n).join('.');
  const groups = [high, low].flatMap((half) => [48n, 32n, 16n, 0n].map((shift) => (half >> shift) & 0xffffn));
  return new URL(`http://[${groups.map((group) => group.toString(16)).join(':')}]`).hostname.slice(1, -1);
}

const captures = noTshark || fixturesMissing !== undefined ? [] : capturesIn(fixtures);

function capturesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.pcap(ng)?$/.test(name) && statSync(join(directory, name)).isFile())
    .map((name) => join(directory, name));
}

describe.skipIf(captures.length === 0)('captures of others', () => {
  test('packets and bytes of every pair of addresses are those that tshark counts', { timeout: 300_000 }, () => {
    // One behind the other, as they are: clocks jump between them, and links differ.
    const file = join(folder(), 'all.pcapng');
    expect(spawnSync('mergecap', ['-a', '-w', file, ...captures]).status).toBe(0);
    const found = byMeter(file);
    expect(found).toEqual(byTshark(file));
    expect(Object.values(found).reduce((sum, [count]) => sum + count, 0)).toBeGreaterThan(500);
  });
});
