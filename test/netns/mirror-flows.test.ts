import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MirrorPolicy } from '../../src/model/index.ts';
import { root } from '../support/shared.ts';
import { inside, MirrorLab } from './mirror-lab.ts';
import { Lines, until } from './mirror-parts.ts';
import { whyNoNamespaces } from './namespace.ts';

/** Copies that come through VXLAN become flow records: counted against the kernel's counters, and against tshark. */

const lacks = (program: string) => spawnSync('which', [program]).status !== 0;
const program = ['tc', 'nft', 'tshark'].find(lacks);
const missing = whyNoNamespaces() ?? (program && `${program} is missing: apt-get install iproute2 nftables tshark`);
if (missing !== undefined) process.stderr.write(`test of flows of mirrors skipped: ${missing}\n`);

const policy: MirrorPolicy = {
  watcher: 'w1',
  interfaces: ['lan0'],
  networks: [],
  tags: [],
  peers: ['10.0.0.0/8'],
  protocols: ['tcp', 'icmp'],
  direction: 'both',
  collector: { kind: 'vxlan', address: '10.3.0.2', port: 4789, vni: 42 },
  durationMs: 600_000,
  keepMs: 0,
  purpose: 'test',
};

type Sums = Record<string, [packets: number, bytes: number]>;

/** Packets, and bytes from the IP header on, by addresses and ports. */
function byTshark(file: string): Sums {
  const fields = ['ip.src', 'tcp.srcport', 'ip.dst', 'tcp.dstport', 'ip.len'].flatMap((field) => ['-e', field]);
  const { stdout } = spawnSync('tshark', ['-n', '-r', file, '-T', 'fields', ...fields], { encoding: 'utf8' });
  const sums: Sums = {};
  for (const line of stdout.trim().split('\n')) {
    const [source = '', sourcePort = '', destination = '', destinationPort = '', bytes] = line.split('\t');
    const sum = (sums[`${source} ${Number(sourcePort)} ${destination} ${Number(destinationPort)}`] ??= [0, 0]);
    sum[0]++;
    sum[1] += Number(bytes);
  }
  return sums;
}

function sql(folder: string, statement: string): unknown[][] {
  const args = [join(root, 'src/cli/main.ts'), 'flows', 'sql', '--dir', folder, '--json', statement];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(stderr).toBe('');
  return (JSON.parse(stdout) as { rows: unknown[][] }).rows;
}

describe.skipIf(missing !== undefined)('flows of mirrored packets', () => {
  let lab: MirrorLab;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'qw-mirror-flows-'));
    lab = new MirrorLab();
    lab.countAnew();
  });
  afterAll(() => {
    lab.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('every packet and byte of every flow, and the round trip of TCP', { timeout: 240_000 }, async () => {
    const [files, flows] = [join(folder, 'files'), join(folder, 'flows')];
    const words = ['mirror', 'receive', '--json', '--listen', '10.3.0.2', '--vni', '42'];
    const receiver = new Lines(lab.collector, 'src/cli/main.ts', [...words, '--into', files, '--flows', flows]);
    await until(() => inside(lab.collector, 'ss', '-Huln').includes(':4789'), 'the receiver should listen');
    const actor = new Lines(lab.router, 'test/netns/mirror-actor-child.ts', [folder, JSON.stringify(policy)]);
    expect(await actor.next()).toMatchObject({ problems: [] });
    await lab.transfer(1_000_000);
    lab.ping('10.2.0.2');
    actor.say('stop');
    const [copied] = await actor.next<{ packets: number }[]>();
    receiver.child.kill('SIGINT');
    const ended = await receiver.next<{ packets: number; dropped: number; flows: Record<string, number> }>();
    expect(ended.dropped).toBe(0);
    // Of a segment that was too long for the tunnel, the kernel makes several.
    expect(ended.packets).toBeGreaterThanOrEqual(copied?.packets ?? Infinity);
    expect(ended.flows).toMatchObject({ packets: ended.packets, others: 0, unreadable: 0, evicted: 0 });

    const [file = ''] = readdirSync(files);
    const wanted = byTshark(join(files, file));
    const found = sql(
      flows,
      `SELECT address(source_high, source_low) || ' ' || source_port || ' ' || address(destination_high, destination_low)
        || ' ' || destination_port, sum(packets)::INT, sum(bytes)::INT FROM flows GROUP BY 1`,
    );
    expect(Object.fromEntries(found.map(([key, ...sums]) => [key, sums]))).toEqual(wanted);
    const pings = lab.passed('icmp');
    expect([pings.in, pings.out]).toEqual([20, 20]);
    expect(wanted['10.1.0.2 0 10.2.0.2 0']).toEqual([20, 20 * 84]);
    const trips = sql(flows, 'SELECT protocol, rtt_us FROM flows WHERE rtt_us > 0');
    expect(trips.map(([protocol]) => protocol)).toEqual([6, 6]);
    expect(trips[0]?.[1]).toBe(trips[1]?.[1]);
  });
});
