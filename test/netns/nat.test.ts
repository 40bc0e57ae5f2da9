import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { NatLog, NatStatus } from '../../src/model/index.ts';
import { root } from '../support/shared.ts';
import { WatcherProcess } from '../support/watcher-process.ts';
import { Recording, RouterLab } from './conntrack-lab.ts';
import { whyNoNamespaces } from './namespace.ts';

/** Ten ports for forty connections: thirty are dropped, counted to the packet and laid to those who sent them. */

function missing(): string | undefined {
  const program = ['nft', 'conntrack', 'python3'].find((one) => spawnSync(one, ['--version']).error);
  return whyNoNamespaces() ?? (program && `${program} is missing: apt-get install nftables conntrack python3`);
}
const reason = missing();
if (reason !== undefined) process.stderr.write(`NAT log tests skipped: ${reason}\n`);

const tenPorts = `table ip few {
  chain post {
    type nat hook postrouting priority 95;
    oifname "wan" meta l4proto { tcp, udp } masquerade to :1024-1033
  }
}
`;
const overIpv6 = tenPorts.replace('ip few', 'ip6 few6');
const firstPort = 20_000;
const send = (count: number, destination = '192.0.2.2') => `
import socket
for i in range(${count}):
    s = socket.socket(socket.AF_INET6 if ':' in '${destination}' else socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(('', ${firstPort} + i))
    s.sendto(b'hello', ('${destination}', 5353))
`;

describe.skipIf(reason !== undefined)('translations that run out of ports', () => {
  let lab: RouterLab;
  let recording: Recording | undefined;

  beforeAll(() => {
    lab = new RouterLab();
    lab.nft(lab.router, tenPorts);
    lab.nft(lab.router, overIpv6);
    // What is looked at must still be there when a busy machine comes to look.
    lab.router.sysctl('net.netfilter.nf_conntrack_udp_timeout=300');
    // Answers would come back as errors of ICMP, which are nobody's connection.
    lab.nft(lab.server, 'table inet quiet { chain in { type filter hook input priority 0; udp dport 5353 drop\n}\n}\n');
  });
  afterEach(async () => {
    await recording?.close();
    recording = undefined;
    lab.in(lab.router, 'conntrack', ['-F']);
  });
  afterAll(() => lab.close());

  const start = async (nat: object) => {
    recording = new Recording(lab.router, { nat, conntrack: { 'set-sysctls': true } });
    await recording.ready();
    return recording;
  };

  test('forty connections, ten ports, thirty drops: each of them has its sender', { timeout: 60_000 }, async () => {
    const watched = await start({ 'name-victims': true });
    expect(lab.in(lab.router, 'nft', ['list', 'tables'])).toContain('table inet quorumwatch_nat');
    lab.in(lab.client, 'python3', ['-c', send(40)]);
    const status = await watched.statusWhen(({ nat }) => nat.refused.ports > 0 && (nat.pools[0]?.used ?? 0) > 0);
    expect(status).toMatchObject({
      created: 10,
      refused: { ports: 30, clashes: 0, room: 0 },
      named: 30,
      namesVictims: true,
      problems: [],
    });
    expect(status.pools).toMatchObject([
      {
        rule: 'ip few post: masquerade to :1024-1033',
        address: '192.0.2.1',
        protocol: 17,
        ports: 10,
        used: 10,
        share: 1,
        peakShare: 1,
        destination: '192.0.2.2',
        destinationPort: 5353,
        translations: 10,
      },
    ]);
    expect(status.insights.map(({ kind, severity }) => `${kind} ${severity}`)).toEqual([
      'nat-exhaustion critical',
      'nat-exhaustion critical',
    ]);
    const created = watched.rows.filter(({ kind, event }) => kind === 'nat' && event === 1);
    expect(created.length).toBe(10);
    for (const row of created) {
      expect(row).toMatchObject({ source: '10.9.0.2', destination: '192.0.2.2', natSource: '192.0.2.1', packets: 0 });
      expect(row.nat_source_port >= 1024 && row.nat_source_port <= 1033).toBe(true);
    }
    const drops = watched.rows.filter(({ kind }) => kind === 'drop');
    expect(drops.map(({ packets, event, reason: said }) => [packets, event, said])).toEqual(
      Array.from({ length: 30 }, () => [1, 12, 'NAT ports exhausted']),
    );
    // Together they are the forty that were sent, each once.
    const ports = [...created, ...drops].map(({ source_port: port }) => port).sort((a, b) => a - b);
    expect(ports).toEqual(Array.from({ length: 40 }, (_, index) => firstPort + index));

    lab.in(lab.router, 'conntrack', ['-F']);
    await watched.statusWhen(({ nat }) => nat.ended === 10);
    await watched.until(() => watched.rows.filter(({ kind, event }) => kind === 'nat' && event === 2).length === 10);
    await watched.close();
    expect(lab.in(lab.router, 'nft', ['list', 'tables'])).not.toContain('quorumwatch_nat');
  });

  test('a watcher keeps the log, and tells it on the command line', { timeout: 120_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'qw-nat-'));
    const file = join(folder, 'quorumwatch.yaml');
    writeFileSync(
      file,
      'flows: { nat: { name-victims: true }, conntrack: { set-sysctls: true, filter: not port 22 } }\n',
    );
    const watcher = new WatcherProcess(['--config', file, '--data', join(folder, 'data'), '--listen', '127.0.0.1:0'], {
      cwd: folder,
      prefix: ['ip', 'netns', 'exec', lab.router.name],
    });
    try {
      const { url, tokenFile } = await watcher.ready;
      const ask = (...words: string[]): unknown => {
        const command = [join(root, 'src/cli/main.ts'), 'nat', ...words];
        const to = ['--url', url, '--token-file', tokenFile, '--json'];
        return JSON.parse(lab.in(lab.router, process.execPath, [...command, ...to]));
      };
      const log = (...words: string[]) => ask('log', ...words) as NatLog;
      const until = async <Answer>(read: () => Answer, fits: (answer: Answer) => boolean): Promise<Answer> => {
        for (;;) {
          const answer = read();
          if (fits(answer)) return answer;
          await new Promise((resolve) => setTimeout(resolve, 500));
        }
      };
      const status = () => {
        try {
          return ask('status') as NatStatus;
        } catch {
          // It answers with 1 for as long as nothing is watched.
          return undefined;
        }
      };
      await until(status, (found) => found?.namesVictims === true);
      lab.in(lab.client, 'python3', ['-c', send(40)]);
      const found = await until(status, (now) => now?.refused.ports === 30 && now.pools[0]?.share === 1);
      expect(found).toMatchObject({ created: 10, named: 30, problems: [] });
      const errors = await until(
        () => log('--errors-only'),
        ({ entries }) => entries.length === 30,
      );
      expect(errors.entries[0]).toMatchObject({
        event: 'ports-exhausted',
        ok: false,
        source: '10.9.0.2',
        destination: '192.0.2.2',
        packets: 1,
        protocolOfGateway: 'conntrack',
        reason: 'NAT ports exhausted',
      });
      const made = log('--translations-only', '--last', '10m');
      const created = made.entries.filter(({ event }) => event === 'created');
      expect(created).toHaveLength(10);
      expect(created[0]).toMatchObject({ ok: true, translatedSource: '192.0.2.1' });
      // Some may have ended already.
      const all = log().entries.filter(({ event }) => event !== 'ended');
      expect(all).toHaveLength(40);
    } finally {
      await watcher.stop();
      rmSync(folder, { recursive: true, force: true });
    }
    expect(lab.in(lab.router, 'nft', ['list', 'tables'])).not.toContain('quorumwatch_nat');
  });

  test('without a table of its own it writes nothing, and counts as exactly', { timeout: 60_000 }, async () => {
    const before = lab.in(lab.router, 'nft', ['list', 'tables']);
    const watched = await start({});
    lab.in(lab.client, 'python3', ['-c', send(40)]);
    const status = await watched.statusWhen(({ nat }) => nat.refused.ports > 0);
    expect(status).toMatchObject({ created: 10, refused: { ports: 30 }, named: 0, namesVictims: false });
    expect(lab.in(lab.router, 'nft', ['list', 'tables'])).toBe(before);
    const drops = watched.rows.filter(({ kind }) => kind === 'drop');
    expect(drops).toMatchObject([{ packets: 30, event: 12, reason: 'NAT ports exhausted', source_port: 0 }]);
  });

  test('over IPv6 it is the same', { timeout: 60_000 }, async () => {
    const watched = await start({ 'name-victims': true });
    lab.in(lab.client, 'python3', ['-c', send(40, '2001:db8:2::2')]);
    const status = await watched.statusWhen(({ nat }) => nat.refused.ports > 0 && (nat.pools[0]?.used ?? 0) > 0);
    expect(status).toMatchObject({ refused: { ports: 30 }, named: 30 });
    expect(status.pools).toMatchObject([
      {
        rule: 'ip6 few6 post: masquerade to :1024-1033',
        address: '2001:db8:2::1',
        used: 10,
        destination: '2001:db8:2::2',
      },
    ]);
    const drops = watched.rows.filter(({ kind }) => kind === 'drop');
    expect(new Set(drops.map(({ source, packets }) => `${source} ${packets}`))).toEqual(new Set(['2001:db8:9::2 1']));
    expect(new Set(drops.map(({ source_port: port }) => port)).size).toBe(30);
  });

  test('a port is taken for one destination only', { timeout: 60_000 }, async () => {
    const watched = await start({});
    lab.server.ip('address', 'add', '192.0.2.3/24', 'dev', 'eth0');
    for (const destination of ['192.0.2.2', '192.0.2.3']) lab.in(lab.client, 'python3', ['-c', send(8, destination)]);
    const status = await watched.statusWhen(({ nat }) => nat.pools[0]?.translations === 16);
    expect(status).toMatchObject({ created: 16, refused: { ports: 0, clashes: 0 } });
    expect(status.pools).toMatchObject([{ used: 8, ports: 10, share: 0.8 }]);
    expect(status.insights).toMatchObject([{ kind: 'nat-exhaustion', severity: 'warning', subject: '192.0.2.1' }]);
    expect(status.insights[0]?.summary).toContain('8 of 10 ports (80%) that 192.0.2.1 has for UDP');
  });

  test('connections that try again are victims only for as long as they fail', { timeout: 90_000 }, async () => {
    const watched = await start({ 'name-victims': true });
    // Nobody answers: each keeps its port, and is asked for again by its sender.
    const script = `
import socket
held = []
for i in range(12):
    s = socket.socket(); s.setblocking(False); s.bind(('', ${firstPort} + i))
    s.connect_ex(('192.0.2.2', 5354)); held.append(s)
import time; time.sleep(4)
`;
    lab.nft(lab.server, 'add rule inet quiet in tcp dport 5354 drop');
    lab.in(lab.client, 'python3', ['-c', script]);
    const status = await watched.statusWhen(({ nat }) => nat.refused.ports >= 4 && nat.named === nat.refused.ports);
    const kernel = [...lab.in(lab.router, 'conntrack', ['-S']).matchAll(/insert_failed=(\d+)/g)];
    expect(kernel.reduce((sum, [, count]) => sum + Number(count), 0)).toBeGreaterThanOrEqual(status.refused.ports);
    const drops = watched.rows.filter(({ kind }) => kind === 'drop');
    expect(new Set(drops.map(({ source_port: port }) => port)).size).toBe(2);
    expect(drops.every(({ protocol }) => protocol === 6)).toBe(true);
  });
});
