import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FlowStatus } from '../../src/model/index.ts';
import { RouterLab } from './conntrack-lab.ts';
import { whyNoNamespaces, type Namespace } from './namespace.ts';

/** What other people’s exporters say of real traffic arrives as the router itself counted it, to the packet and the byte. */

function missing(): string | undefined {
  const programs = ['nft', 'iperf3', 'python3', 'softflowd', 'softflowctl', 'pmacctd'];
  const program = programs.find((one) => spawnSync(one, ['-h']).error);
  return (
    whyNoNamespaces() ?? (program && `${program} is missing: apt-get install nftables iperf3 python3 softflowd pmacct`)
  );
}
const reason = missing();
if (reason !== undefined) process.stderr.write(`flow exporter tests skipped: ${reason}\n`);

const trafficPort = 6201;
const collectorPort = 2055;
const truth = `table inet truth {
  counter up { }
  counter down { }
  chain forward {
    type filter hook forward priority 0;
    tcp dport ${trafficPort} counter name up
    tcp sport ${trafficPort} counter name down
  }
}
`;
interface Sums {
  up: { packets: number; bytes: number; records: number };
  down: { packets: number; bytes: number; records: number };
}

describe.skipIf(reason !== undefined)('exporters of others', () => {
  let lab: RouterLab;
  let directory = '';
  const running = new Set<ChildProcess>();

  beforeAll(() => {
    lab = new RouterLab();
    lab.nft(lab.router, truth);
    // Frames of the size of wires: what is cut up by nobody is counted by some as one packet and by others as many.
    for (const end of [lab.client, lab.server]) end.ip('link', 'set', 'eth0', 'gso_max_segs', '1');
    start(lab.server, 'iperf3', ['-s', '-p', String(trafficPort)]);
  });
  afterEach(async () => {
    await end(...[...running].slice(1));
    lab.endAll(lab.router);
    lab.in(lab.router, 'nft', ['reset', 'counters']);
    rmSync(directory, { recursive: true, force: true });
  });
  afterAll(async () => {
    await end(...running);
    lab.close();
  });

  /** What others print would hold the test’s own output open for as long as one of their children lives. */
  function start(where: Namespace, program: string, args: readonly string[], talks = false): ChildProcess {
    const stdio = talks ? (['pipe', 'pipe', 'inherit'] as const) : ('ignore' as const);
    const child = spawn('ip', ['netns', 'exec', where.name, program, ...args], {
      stdio: typeof stdio === 'string' ? stdio : [...stdio],
    });
    running.add(child);
    return child;
  }
  async function end(...children: ChildProcess[]): Promise<void> {
    for (const child of children) {
      running.delete(child);
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
  }

  async function collect() {
    directory = mkdtempSync(join(tmpdir(), 'qw-exporters-'));
    const flows = { listen: [`udp:127.0.0.1:${collectorPort}`] };
    const file = join(import.meta.dirname, 'collector-child.ts');
    const child = start(lab.router, process.execPath, [file, join(directory, 'flows'), JSON.stringify(flows)], true);
    if (!child.stdout) throw new Error('expected an output');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async <Answer>(): Promise<Answer> => {
      const { value, done } = await lines.next();
      if (done) throw new Error('the collector ended');
      return JSON.parse(value) as Answer;
    };
    await next();
    return {
      sums: () => {
        child.stdin?.write(`sums ${trafficPort}\n`);
        return next<Sums>();
      },
      status: async () => {
        child.stdin?.write('status\n');
        return (await next<{ status: FlowStatus }>()).status;
      },
    };
  }

  /** Some megabytes there and back. */
  async function traffic(...addresses: string[]): Promise<void> {
    const args = (address: string, more: string[]) => ['-c', address, '-p', String(trafficPort), '-n', '2M', ...more];
    for (const address of addresses) {
      for (const more of [[], ['-R']]) {
        let status: number | null = 1;
        // Until the server listens, and is done with the one before.
        while (status !== 0) {
          const child = start(lab.client, 'iperf3', args(address, more));
          [status] = (await once(child, 'exit')) as [number | null];
          running.delete(child);
        }
      }
    }
  }

  /** Exporters read what they capture in blocks: the last packets reach them when others fill theirs. */
  const filler = () =>
    start(lab.client, 'python3', [
      '-c',
      `
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    for i in range(100): s.sendto(b'x' * 1200, ('192.0.2.2', 9))
    time.sleep(0.05)
`,
    ]);

  const counted = () => {
    const { up, down } = lab.counters(lab.router);
    const of = (counter: typeof up) => ({ packets: counter?.packets ?? 0, bytes: counter?.bytes ?? 0 });
    return { up: of(up), down: of(down) };
  };

  /** Asks until records say what was counted; the last answer when the time is up. */
  async function agreed(collector: Awaited<ReturnType<typeof collect>>): Promise<Sums> {
    const expected = counted();
    for (let tries = 0; ; tries++) {
      const sums = await collector.sums();
      if (tries >= 150 || (sums.up.packets >= expected.up.packets && sums.down.packets >= expected.down.packets))
        return sums;
      await pause(200);
    }
  }

  const expectTruth = ({ up, down }: Sums) => {
    const expected = counted();
    expect(expected.up.bytes).toBeGreaterThan(1_000_000);
    expect(expected.down.bytes).toBeGreaterThan(1_000_000);
    const plain = ({ packets, bytes }: Sums['up']) => ({ packets, bytes });
    expect({ up: plain(up), down: plain(down) }).toEqual(expected);
  };

  test.each([
    { version: '5', protocol: 'netflow5', addresses: ['192.0.2.2'] },
    { version: '9', protocol: 'netflow9', addresses: ['192.0.2.2', '2001:db8:2::2'] },
    { version: '10', protocol: 'ipfix', addresses: ['192.0.2.2', '2001:db8:2::2'] },
  ])('softflowd, version $version', { timeout: 120_000 }, async ({ version, protocol, addresses }) => {
    const collector = await collect();
    const control = join(directory, 'control');
    const soon = ['maxlife=1', 'expint=1', 'tcp=1', 'tcp.fin=1', 'tcp.rst=1', 'udp=1', 'general=1'];
    const timeouts = soon.flatMap((one) => ['-t', one]);
    const to = ['-n', `127.0.0.1:${collectorPort}`, '-p', join(directory, 'pid'), '-c', control];
    start(lab.router, 'softflowd', ['-d', '-6', '-i', 'lan', '-v', version, ...to, ...timeouts, 'tcp or udp']);
    while (!existsSync(control)) await pause(50);
    await traffic(...addresses);
    filler();
    expectTruth(await agreed(collector));
    const { exporters, malformed } = await collector.status();
    expect(exporters.map((one) => one.protocol)).toEqual([protocol]);
    expect(exporters[0]?.lost).toBe(0);
    expect(malformed).toEqual({});
  });

  test.each([
    { name: 'nfprobe, NetFlow v9', plugin: 'nfprobe', version: '9', protocol: 'netflow9' },
    { name: 'nfprobe, IPFIX', plugin: 'nfprobe', version: '10', protocol: 'ipfix' },
    { name: 'sfprobe, sFlow v5', plugin: 'sfprobe', version: '', protocol: 'sflow5' },
  ])('pmacct: $name', { timeout: 120_000 }, async ({ plugin, version, protocol }) => {
    const collector = await collect();
    const configuration = join(directory, 'pmacctd.conf');
    const receiver = `127.0.0.1:${collectorPort}`;
    const soon = 'tcp=1:tcp.rst=1:tcp.fin=1:udp=1:icmp=1:general=1:maxlife=1:expint=1';
    const lines =
      plugin === 'nfprobe'
        ? [
            'aggregate: src_host, dst_host, src_port, dst_port, proto, tos, tcpflags',
            `nfprobe_receiver: ${receiver}`,
            `nfprobe_version: ${version}`,
            `nfprobe_timeouts: ${soon}`,
          ]
        : [`sfprobe_receiver: ${receiver}`, 'sfprobe_agentip: 10.9.0.1', 'sampling_rate: 1'];
    const common = ['daemonize: false', 'pcap_interface: lan', 'pcap_filter: tcp or udp', `plugins: ${plugin}`];
    const pid = join(directory, 'pid');
    writeFileSync(configuration, [...common, `pidfile: ${pid}`, ...lines, ''].join('\n'));
    start(lab.router, 'pmacctd', ['-f', configuration]);
    while (!existsSync(pid)) await pause(50);
    // It writes down its number before it listens.
    const early = filler();
    while ((await collector.status()).exporters.length === 0) await pause(200);
    await end(early);
    await traffic('192.0.2.2', '2001:db8:2::2');
    filler();
    expectTruth(await agreed(collector));
    const { exporters, malformed } = await collector.status();
    expect(exporters.map((one) => one.protocol)).toEqual([protocol]);
    expect(malformed).toEqual({});
  });
});
