import { spawn, spawnSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Recording, RouterLab, sumOf, type ToldRow } from './conntrack-lab.ts';
import { whyNoNamespaces } from './namespace.ts';

/** Records of connections against what rules of nftables counted on the same router, to the packet and the byte. */

function missing(): string | undefined {
  const program = ['nft', 'conntrack', 'iperf3', 'python3'].find((one) => spawnSync(one, ['--version']).error);
  return whyNoNamespaces() ?? (program && `${program} is missing: apt-get install nftables conntrack iperf3 python3`);
}
const reason = missing();
if (reason !== undefined) process.stderr.write(`conntrack flow tests skipped: ${reason}\n`);

const truth = `table inet truth {
  counter up4 { }
  counter down4 { }
  counter up6 { }
  counter down6 { }
  chain forward {
    type filter hook forward priority 0;
    ct state new
    ip saddr 10.9.0.0/24 counter name up4
    ip daddr 10.9.0.0/24 counter name down4
    ip6 saddr 2001:db8:9::/64 counter name up6
    ip6 daddr 2001:db8:9::/64 counter name down6
  }
}
`;
const isUp = (row: ToldRow) => /^(10\.9\.0\.|2001:db8:9:)/.test(row.source);
const is6 = (row: ToldRow) => row.source.includes(':');
const totals = (rows: readonly ToldRow[]) => ({
  up4: sumOf(rows, (row) => isUp(row) && !is6(row)),
  down4: sumOf(rows, (row) => !isUp(row) && !is6(row)),
  up6: sumOf(rows, (row) => isUp(row) && is6(row)),
  down6: sumOf(rows, (row) => !isUp(row) && is6(row)),
});

describe.skipIf(reason !== undefined)('flow records of tracked connections', () => {
  let lab: RouterLab;
  let recording: Recording | undefined;

  beforeAll(() => {
    lab = new RouterLab();
    // Who is turned away by ICMP would be counted by the rules, but belongs to no connection.
    lab.nft(
      lab.server,
      'table inet quiet {\n chain in {\n type filter hook input priority 0;\n udp dport 1-60000 drop\n}\n}\n',
    );
    lab.nft(lab.router, truth);
    for (const name of ['acct', 'timestamp']) lab.router.sysctl(`net.netfilter.nf_conntrack_${name}=1`);
  });
  afterEach(async () => {
    await recording?.close();
    recording = undefined;
    lab.in(lab.router, 'conntrack', ['-F']);
    lab.in(lab.router, 'nft', ['reset', 'counters']);
  });
  afterAll(() => lab.close());

  const start = async (conntrack: object, own: string[] = ['10.9.0.0/24', '2001:db8:9::/64']) => {
    recording = new Recording(lab.router, { conntrack, own });
    await recording.ready();
    return recording;
  };
  const counted = () => {
    const found = lab.counters(lab.router);
    const of = (name: string) => ({ packets: found[name]?.packets ?? 0, bytes: found[name]?.bytes ?? 0 });
    return { up4: of('up4'), down4: of('down4'), up6: of('up6'), down6: of('down6') };
  };
  /** `iperf3` to the server over both versions of IP, back and forth, and pings beside it. */
  const traffic = () => {
    const server = spawn('ip', ['netns', 'exec', lab.server.name, 'iperf3', '-s', '-p', '60201'], { stdio: 'ignore' });
    try {
      const client = (address: string, ...more: string[]) => {
        for (let tries = 0; ; tries++) {
          try {
            return lab.in(lab.client, 'iperf3', ['-c', address, '-p', '60201', '-n', '3M', ...more]);
          } catch (problem) {
            if (tries > 50) throw problem;
            spawnSync('sleep', ['0.1']);
          }
        }
      };
      client('192.0.2.2');
      client('2001:db8:2::2', '-R');
      lab.in(lab.client, 'ping', ['-qc', '5', '-i', '0.05', '192.0.2.2']);
      lab.in(lab.client, 'ping', ['-qc', '5', '-i', '0.05', '2001:db8:2::2']);
    } finally {
      server.kill('SIGKILL');
    }
  };

  test('sums are those of the rules, in both directions and versions of IP', { timeout: 90_000 }, async () => {
    const watched = await start({});
    traffic();
    await watched.close();
    const found = counted();
    expect(found.up4.bytes).toBeGreaterThan(3_000_000);
    expect(found.down6.bytes).toBeGreaterThan(3_000_000);
    expect(totals(watched.rows)).toEqual(found);
    const kinds = new Set(watched.rows.map(({ protocol, kind, reporter }) => `${protocol} ${kind} ${reporter}`));
    expect([...kinds].sort()).toEqual(
      ['1', '58', '6'].flatMap((protocol) => [`${protocol} traffic destination`, `${protocol} traffic source`]),
    );
    const echo = watched.rows.filter(({ protocol }) => protocol === 1);
    expect(echo.map(({ icmp, source_port: port }) => [icmp, port])).toEqual(echo.map(() => [8 * 256, 0]));
  });

  test('a connection that goes on reports each interval what it did in it', { timeout: 90_000 }, async () => {
    const watched = await start({ interval: '5s' });
    const ping = spawn('ip', ['netns', 'exec', lab.client.name, 'ping', '-q', '-i', '0.2', '192.0.2.2'], {
      stdio: 'ignore',
    });
    const isPing = ({ protocol, source }: ToldRow) => protocol === 1 && source === '10.9.0.2';
    await watched.until(() => watched.rows.filter(isPing).length >= 3);
    ping.kill('SIGKILL');
    await watched.close();
    expect(totals(watched.rows)).toEqual(counted());
    const rows = watched.rows.filter(isPing);
    // Each begins where the one before it ended.
    const gaps = rows.slice(1).map((row, index) => row.end - row.duration_ms - (rows[index]?.end ?? 0));
    for (const gap of gaps) expect(Math.abs(gap)).toBeLessThanOrEqual(1);
    expect(rows[1]?.duration_ms).toBeGreaterThanOrEqual(4900);
  });

  test('events that were dropped cost nothing that still goes on', { timeout: 60_000 }, async () => {
    const watched = await start({ interval: '15m', connections: 200_000 });
    const script = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for port in range(1, 60001): s.sendto(b'hello', ('192.0.2.2', port))
`;
    watched.child.kill('SIGSTOP');
    try {
      lab.in(lab.client, 'python3', ['-c', script]);
    } finally {
      watched.child.kill('SIGCONT');
    }
    await watched.until(() => watched.rows.length >= 60_000);
    const { status } = await watched.status();
    expect(status.overflows).toBeGreaterThan(0);
    expect(status.missedEnds).toBe(0);
    expect(totals(watched.rows)).toEqual(counted());
    expect(counted().up4.packets).toBe(60_000);
  });

  test('a sample stands for about as much as there was, and names its rate', { timeout: 90_000 }, async () => {
    const watched = await start({ sampling: 0.25 });
    const script = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for port in range(1, 4001): s.sendto(b'hello', ('192.0.2.2', port))
`;
    lab.in(lab.client, 'python3', ['-c', script]);
    await watched.close();
    expect(counted().up4.packets).toBe(4000);
    // Five standard deviations of 4000 chances of a quarter.
    expect(Math.abs(watched.rows.length - 1000)).toBeLessThan(5 * Math.sqrt(4000 * 0.25 * 0.75));
    expect(new Set(watched.rows.map((row) => (row as unknown as { sampling: number }).sampling))).toEqual(new Set([4]));
  });

  test('what the kernel does not count is said, with the command, and left as it is', { timeout: 60_000 }, async () => {
    for (const name of ['acct', 'timestamp']) lab.router.sysctl(`net.netfilter.nf_conntrack_${name}=0`);
    const watched = await start({});
    const { status } = await watched.status();
    const ofSettings = (problems: readonly string[]) => problems.filter((problem) => problem.includes('sysctl'));
    expect(ofSettings(status.problems)).toEqual([
      expect.stringContaining('turn it on with `sysctl -w net.netfilter.nf_conntrack_acct=1`'),
      expect.stringContaining('turn it on with `sysctl -w net.netfilter.nf_conntrack_timestamp=1`'),
    ]);
    expect(lab.in(lab.router, 'sysctl', ['-n', 'net.netfilter.nf_conntrack_acct']).trim()).toBe('0');
    await watched.close();
    const asked = await start({ 'set-sysctls': true });
    expect(ofSettings((await asked.status()).status.problems)).toEqual([]);
    expect(lab.in(lab.router, 'sysctl', ['-n', 'net.netfilter.nf_conntrack_acct']).trim()).toBe('1');
  });
});
