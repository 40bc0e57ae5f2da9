import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test, vi } from 'vitest';
import { capturedDatagram, captureHead } from '../../src/observe/flows/generate/capture.ts';
import { dataSet, message, templateSet, type MadeField } from '../../src/observe/flows/decode/message.fixture.ts';
import { freePorts } from '../../src/platform/index.ts';
import { openSegmentsForReading, flowsTable } from '../../src/store/index.ts';
import { root } from '../support/shared.ts';
import { cleanUp, cli, folder } from '../support/rig.ts';

/** `quorumwatch flows collect` and `flows replay`. */

const patienceMs = 60_000;
const children: ReturnType<typeof spawn>[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await cleanUp();
});

const fields: MadeField[] = [
  { id: 8, length: 4 },
  { id: 12, length: 4 },
  { id: 1, length: 4 },
];
const record = [Uint8Array.of(10, 0, 0, 1), Uint8Array.of(192, 0, 2, 9), Uint8Array.of(0, 0, 5, 220)];
/** 2024-03-01 */
const capturedAt = 1_709_251_200_000;

/** A capture of two messages with three records, and of one datagram that is none, half a second each. */
function writeCapture(cwd: string, from = capturedAt): string {
  const exportSeconds = Math.floor(from / 1000);
  const payloads = [
    message(10, [templateSet(10, 300, fields), dataSet(300, fields, [record])], { exportSeconds }),
    Uint8Array.of(0x12, 0x34, 1, 0, 0, 1),
    message(10, [dataSet(300, fields, [record, record])], { exportSeconds, sequence: 1 }),
  ];
  const ends = { source: 0xc000_0207, destination: 0xc000_0201, sourcePort: 4000, destinationPort: 2055 };
  const packets = payloads.map((payload, index) => capturedDatagram(payload, from + index * 500, ends));
  writeFileSync(join(cwd, 'office.pcap'), Buffer.concat([captureHead(), ...packets]));
  return 'office.pcap';
}

/** A collector in the foreground, and what it tells. */
function collect(cwd: string, ...args: string[]) {
  const events: Record<string, unknown>[] = [];
  const all = [join(root, 'src/cli/main.ts'), 'flows', 'collect', '--json', ...args];
  const child = spawn(process.execPath, all, { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  createInterface({ input: child.stdout }).on('line', (line) =>
    events.push(JSON.parse(line) as Record<string, unknown>),
  );
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
  return { events, exited, stop: () => child.kill('SIGINT') };
}

test('what was captured is sent again as it was captured, and collected', { timeout: 120_000 }, async () => {
  const cwd = folder();
  const [port] = await freePorts(1);
  const collector = collect(cwd, '--listen', `udp:127.0.0.1:${port}`, '--dir', 'records');
  await vi.waitFor(() => expect(collector.events[0]).toMatchObject({ event: 'ready' }), patienceMs);
  expect(collector.events[0]).toMatchObject({ listening: [`udp:127.0.0.1:${port}`] });
  const startMs = performance.now();
  const sent = await cli(cwd, 'flows', 'replay', writeCapture(cwd, Date.now()), '--to', `127.0.0.1:${port}`, '--json');
  expect(performance.now() - startMs).toBeGreaterThan(1000);
  expect(sent.code).toBe(0);
  expect(JSON.parse(sent.stdout)).toEqual({ event: 'done', as: 'exports', messages: 2, others: 1, failed: 0 });
  await vi.waitFor(
    () => expect(collector.events.at(-1)).toMatchObject({ event: 'progress', messages: 2, records: 3 }),
    patienceMs,
  );
  collector.stop();
  expect(await collector.exited).toBe(0);
  expect(collector.events.at(-1)).toMatchObject({ event: 'stopped', records: 3, stored: 3, lost: 0, problems: [] });
});

test('a capture is read into a folder, with its times and its exporter', { timeout: 120_000 }, async () => {
  const cwd = folder();
  const done = await cli(cwd, 'flows', 'replay', writeCapture(cwd), '--dir', 'records');
  expect(done).toMatchObject({
    code: 0,
    stdout: '2 messages of exporters, 3 records; passed over 1 datagrams of other protocols, failed 0\n',
  });
  const segments = await openSegmentsForReading({ directory: join(cwd, 'records') });
  const found = segments.segments(flowsTable);
  expect(found.reduce((sum, { rows }) => sum + rows, 0)).toBe(3);
  for (const { from, to } of found) {
    expect(from).toBeGreaterThanOrEqual(capturedAt);
    expect(to).toBeLessThanOrEqual(capturedAt + 1000);
  }
  expect([...segments.series.entries()].map(([, labels]) => labels)).toContainEqual({
    kind: 'exporter',
    address: '192.0.2.7',
    protocol: 'ipfix',
    domain: '1',
  });
  await segments.close();
});

test('what makes no sense is refused', { timeout: 120_000 }, async () => {
  const cwd = folder();
  const file = writeCapture(cwd);
  writeFileSync(join(cwd, 'text'), 'no capture');
  const cases = [
    [['replay', file], 'expected either --to HOST:PORT or --dir DIR'],
    [['replay', file, '--to', 'nowhere'], 'expected HOST:PORT'],
    [['replay', 'text', '--dir', 'records'], 'expected a capture in pcap or pcapng format (text)'],
    [['replay', file, '--to', '127.0.0.1:9', '--speed', '0'], 'expected a number above 0, or max'],
    [['collect', '--listen', 'udp:127.0.0.1:99999'], 'with a port up to 65535'],
    [['collect', '--listen', '127.0.0.1:2055'], 'expected udp:HOST:PORT or tcp:HOST:PORT'],
  ] as const;
  const done = await Promise.all(cases.map(([args]) => cli(cwd, 'flows', ...args)));
  for (const [index, [args, said]] of cases.entries()) {
    expect(done[index]?.stderr, args.join(' ')).toContain(said);
    expect(done[index]?.code, args.join(' ')).toBe(2);
  }
});

test('a configuration says what is known of exporters, and what is wrong with it', { timeout: 120_000 }, async () => {
  const cwd = folder();
  const [port] = await freePorts(1);
  const configuration = (price: string) => `watch: []
flows:
  listen: ['udp:127.0.0.1:${port}']
  folder: kept
  exporters: [{ name: edge, addresses: [127.0.0.1], sampling: 512 }]
  prices: { per-GiB: [{ to: '${price}', price: 1 }] }
`;
  writeFileSync(join(cwd, 'office.yaml'), configuration('dst country DE'));
  const collector = collect(cwd, '--config', 'office.yaml');
  await vi.waitFor(() => expect(collector.events[0]).toMatchObject({ event: 'ready' }), patienceMs);
  expect(collector.events[0]).toMatchObject({ listening: [`udp:127.0.0.1:${port}`], dir: join(cwd, 'kept') });
  await cli(cwd, 'flows', 'replay', writeCapture(cwd, Date.now()), '--to', `127.0.0.1:${port}`, '--json');
  await vi.waitFor(() => expect(collector.events.at(-1)).toMatchObject({ records: 3 }), patienceMs);
  collector.stop();
  expect(await collector.exited).toBe(0);
  const answer = await cli(cwd, 'flows', 'top', '--dir', 'kept', '--by', 'exporter', '--json');
  // Each packet of 1500 bytes stands for 512.
  expect(JSON.parse(answer.stdout)).toMatchObject({ total: { bytes: 3 * 1500 * 512 } });

  writeFileSync(join(cwd, 'office.yaml'), configuration('dst contry DE'));
  const refused = await cli(cwd, 'flows', 'collect', '--config', 'office.yaml');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('flows.prices.per-GiB[0].to');
  writeFileSync(join(cwd, 'office.yaml'), 'watch: []\n');
  const without = await cli(cwd, 'flows', 'collect', '--config', 'office.yaml');
  expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('no section `flows`')]);
});
