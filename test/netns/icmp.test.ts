import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EchoRequest, EchoResult, PingerStatistics } from '../../src/platform/net/icmp/index.ts';
import { Namespace, whyNoNamespaces } from './namespace.ts';

const child = join(import.meta.dirname, 'icmp-child.ts');
const forger = join(import.meta.dirname, 'icmp-forger.ts');
const reason = whyNoNamespaces();
if (reason !== undefined) console.warn(`skipped: ICMP in namespaces (${reason})`);

function json(...requests: EchoRequest[]): string[] {
  return requests.map((request) => JSON.stringify(request));
}

interface Echoes {
  method: string;
  results: EchoResult[];
}

interface Late {
  result: EchoResult;
  lateMs: number[];
  statistics: PingerStatistics;
}

describe.skipIf(reason !== undefined).each(['ping-socket', 'raw-socket'])('%s', (method) => {
  let namespace: Namespace;

  beforeAll(() => {
    namespace = new Namespace();
    namespace.sysctl(`net.ipv4.ping_group_range=${method === 'ping-socket' ? '0 2147483647' : '1 0'}`);
  });
  afterAll(() => namespace.close());

  test('loopback answers by IPv4 and IPv6 with every option', async () => {
    const timeoutMs = 2000;
    const options = { timeoutMs, ttl: 7, dontFragment: true, device: 'lo', mark: 5, sizeBytes: 1400 };
    const echoes = (await namespace.run(child, [
      'echoes',
      ...json(
        { address: '127.0.0.1', timeoutMs },
        { address: '::1', timeoutMs },
        { address: '::1%lo', timeoutMs, sizeBytes: 20 },
        { address: '127.0.0.2', sourceAddress: '127.0.0.3', ...options },
        { address: '::1', sourceAddress: '::1', ...options },
        { address: '127.0.0.1', timeoutMs, sizeBytes: 65_535 },
        { address: '::1', timeoutMs, sizeBytes: 65_535 },
      ),
    ])) as Echoes;
    expect(echoes.method).toBe(method);
    for (const result of echoes.results) {
      expect(result).toMatchObject({ kind: 'reply', ttl: 64 });
      if (result.kind === 'reply') expect(result.rttMs).toBeLessThan(500);
    }
  });

  test('what cannot be sent says why', async () => {
    const timeoutMs = 500;
    const { results } = (await namespace.run(child, [
      'echoes',
      ...json(
        { address: '127.0.0.1', timeoutMs, sourceAddress: '192.0.2.9' },
        { address: '127.0.0.1', timeoutMs, device: 'nowhere0' },
        { address: 'fe80::1%nowhere0', timeoutMs },
        { address: '192.0.2.1', timeoutMs },
        { address: '127.0.0.1', timeoutMs, sizeBytes: 70_000 },
        { address: 'localhost', timeoutMs },
        { address: 'fe80::1', timeoutMs },
        { address: '127.0.0.1', timeoutMs, sourceAddress: '::1' },
      ),
    ])) as Echoes;
    const codes = results.map((result) => (result.kind === 'error' ? result.code : result.kind));
    expect(codes).toEqual([
      'EADDRNOTAVAIL',
      'ENODEV',
      'ENODEV',
      'ENETUNREACH',
      'EMSGSIZE',
      'EINVAL',
      'EINVAL',
      'EAFNOSUPPORT',
    ]);
  });

  test('twenty thousand echoes at once are all answered', async () => {
    expect(await namespace.run(child, ['burst'])).toEqual({ answered: 20_000, dropped: 0 });
  });

  test.runIf(method === 'ping-socket')('the same without the cap on bursts loses its own replies', async () => {
    const { dropped } = (await namespace.run(child, ['uncapped'])) as { dropped: number };
    expect(dropped).toBeGreaterThan(0);
  });

  test('a thousand pingers leave no descriptor behind, and close ends what is under way', async () => {
    const { before, after, codes } = (await namespace.run(child, ['leak'])) as {
      before: number;
      after: number;
      codes: string[];
    };
    expect(codes).toEqual(['ECANCELED']);
    // The first poll on the event loop opens descriptors that belong to Node.
    expect(after - before).toBeLessThan(5);
  });

  test('two hundred sets of options share a bounded number of sockets', async () => {
    expect(await namespace.run(child, ['sockets'])).toEqual({ kinds: ['reply'], sockets: 64 });
  });

  test('forged, foreign and truncated replies are dropped, the true one counts', async () => {
    namespace.sysctl('net.ipv4.icmp_echo_ignore_all=1');
    const steps = ['wrong-source@0', 'wrong-nonce@5', 'wrong-secret@10', 'truncated@15', 'short@20', 'good@60'];
    const liar = await namespace.start(forger, steps);
    try {
      const late = (await namespace.run(child, ['late', ...json({ address: '127.0.0.9', timeoutMs: 5000 })])) as Late;
      expect(late.result).toMatchObject({ kind: 'reply', from: '127.0.0.9' });
      if (late.result.kind === 'reply') expect(late.result.rttMs).toBeGreaterThan(55);
      expect(late.statistics).toMatchObject({ replies: 1, foreign: 3, malformed: 1, duplicates: 1, late: 0 });
    } finally {
      liar.kill();
      namespace.sysctl('net.ipv4.icmp_echo_ignore_all=0');
    }
  });

  test('a late reply is no reply, and is told', async () => {
    namespace.sysctl('net.ipv4.icmp_echo_ignore_all=1');
    const slow = await namespace.start(forger, ['good@250']);
    try {
      const late = (await namespace.run(child, ['late', ...json({ address: '127.0.0.9', timeoutMs: 100 })])) as Late;
      expect(late.result).toEqual({ kind: 'timeout' });
      expect(late.lateMs).toHaveLength(1);
      expect(late.lateMs[0]).toBeGreaterThan(245);
      expect(late.statistics).toMatchObject({ timeouts: 1, late: 1, waiting: 0 });
    } finally {
      slow.kill();
      namespace.sysctl('net.ipv4.icmp_echo_ignore_all=0');
    }
  });

  test('a stalled process loses no reply, and calls nothing lost that it cannot judge', async () => {
    namespace.sysctl('net.ipv4.icmp_echo_ignore_all=1');
    const slow = await namespace.start(forger, ['good@20']);
    // Time enough for a program that answers, on a busy machine too, and less than it stands still.
    const timeoutMs = 500;
    try {
      const results = (await namespace.run(child, [
        'stall',
        ...json(...Array.from({ length: 50 }, () => ({ address: '127.0.0.9', timeoutMs })), {
          address: '127.0.0.7',
          timeoutMs,
        }),
      ])) as EchoResult[];
      const silent = results.pop();
      expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(['reply']));
      expect(silent).toEqual({ kind: 'starved' });
    } finally {
      slow.kill();
      namespace.sysctl('net.ipv4.icmp_echo_ignore_all=0');
    }
  });
});

describe.skipIf(reason !== undefined)('a router on the way', () => {
  let near: Namespace;
  let router: Namespace;

  // A new pair for each test, because a router says "unreachable" to one host once a second only (ip_rt_error_cost).
  beforeEach(async () => {
    near = new Namespace();
    router = new Namespace();
    for (const namespace of [near, router]) namespace.sysctl('net.ipv6.conf.default.accept_dad=0');
    near.ip('link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', router.name);
    const addresses = [
      [near, '10.99.1.1/24', 'fd99:1::1/64'],
      [router, '10.99.1.2/24', 'fd99:1::2/64'],
    ] as const;
    for (const [namespace, v4, v6] of addresses) {
      namespace.ip('address', 'add', v4, 'dev', 'eth0');
      namespace.ip('address', 'add', v6, 'dev', 'eth0', 'nodad');
      namespace.ip('link', 'set', 'eth0', 'up');
    }
    near.ip('route', 'add', 'default', 'via', '10.99.1.2');
    near.ip('-6', 'route', 'add', 'default', 'via', 'fd99:1::2');
    router.sysctl('net.ipv4.ip_forward=1');
    router.sysctl('net.ipv6.conf.all.forwarding=1');
    // Kernels send few ICMP errors a second; the tests want each.
    router.sysctl('net.ipv4.icmp_ratelimit=0');
    router.sysctl('net.ipv6.icmp.ratelimit=0');
    router.ip('route', 'add', 'unreachable', '10.99.2.0/24');
    router.ip('-6', 'route', 'add', 'unreachable', 'fd99:2::/64');
    router.ip('route', 'add', '10.99.3.0/24', 'via', '10.99.1.1');
    router.ip('-6', 'route', 'add', 'fd99:3::/64', 'via', 'fd99:1::1');
    // IPv6 takes a moment after the link has come up.
    for (let attempt = 0; attempt < 20; attempt++) {
      const args = ['echoes', ...json({ address: 'fd99:1::2', timeoutMs: 500 })];
      const { results } = (await near.run(child, args)) as Echoes;
      if (results[0]?.kind === 'reply') break;
    }
  });
  afterEach(() => {
    near.close();
    router.close();
  });

  test.each(['0 2147483647', '1 0'])('says unreachable and time exceeded (ping_group_range %s)', async (range) => {
    near.sysctl(`net.ipv4.ping_group_range=${range}`);
    const timeoutMs = 1000;
    const { results } = (await near.run(child, [
      'echoes',
      ...json(
        { address: '10.99.1.2', timeoutMs },
        { address: '10.99.2.5', timeoutMs },
        { address: '10.99.3.5', timeoutMs, ttl: 1, acceptTimeExceeded: true },
        { address: '10.99.3.6', timeoutMs: 200, ttl: 1 },
        { address: 'fd99:1::2', timeoutMs },
        { address: 'fd99:2::5', timeoutMs },
        { address: 'fd99:3::5', timeoutMs, ttl: 1, acceptTimeExceeded: true },
      ),
    ])) as Echoes;
    expect(results).toMatchObject([
      { kind: 'reply' },
      { kind: 'unreachable', from: '10.99.1.2', code: 1 },
      { kind: 'time-exceeded', from: '10.99.1.2', code: 0 },
      { kind: 'time-exceeded', from: '10.99.1.2', code: 0 },
      { kind: 'reply' },
      { kind: 'unreachable', from: 'fd99:1::2' },
      { kind: 'time-exceeded', from: 'fd99:1::2', code: 0 },
    ]);
  });

  test('an ordinary user pings where the kernel allows it', async () => {
    near.sysctl('net.ipv4.ping_group_range=0 2147483647');
    const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
    const args = [
      'echoes',
      ...json({ address: '10.99.1.2', timeoutMs: 1000 }, { address: 'fd99:1::2', timeoutMs: 1000 }),
    ];
    const { method, results } = (await near.run(child, args, nobody)) as Echoes;
    expect(method).toBe('ping-socket');
    expect(results).toMatchObject([{ kind: 'reply' }, { kind: 'reply' }]);
  });
});
