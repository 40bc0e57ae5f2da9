import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { MirrorPolicy } from '../../src/model/index.ts';
import { ethernet } from '../../src/observe/flows/meter/packet.fixture.ts';
import { inside, MirrorLab } from './mirror-lab.ts';
import { framesOf, Lines, until } from './mirror-parts.ts';
import { whyNoNamespaces, type Namespace } from './namespace.ts';

/**
 * A router between a client and a server, and a collector besides: what is captured and what is mirrored is counted against
 * what nftables saw pass, and nothing is copied that two people did not want.
 */

const lacks = (program: string) => spawnSync('which', [program]).status !== 0;
const program = ['tc', 'nft'].find(lacks);
const missing = whyNoNamespaces() ?? (program && `${program} is missing: apt-get install iproute2 nftables`);
if (missing !== undefined) process.stderr.write(`mirror tests skipped: ${missing}\n`);

const noTshark = lacks('tshark');
if (noTshark) process.stderr.write('test of an analyzer skipped: tshark is missing: apt-get install tshark\n');

const policy: MirrorPolicy = {
  watcher: 'w1',
  interfaces: ['lan0'],
  networks: [],
  tags: [],
  peers: ['0.0.0.0/0', '::/0'],
  protocols: [],
  direction: 'both',
  collector: { kind: 'ring', sizeBytes: 1 << 28, snapBytes: 96 },
  durationMs: 600_000,
  keepMs: 0,
  purpose: 'test',
};

interface Ended {
  why: string;
  packets: number;
  dropped: number;
  files: { name: string; bytes: number; packets: number; sha256: string }[];
}

interface Received {
  packets: number;
  dropped: number;
  refused: number;
}

/** Bytes of TCP to the port of the transfer, each once: a busy machine may send some of them again. */
function payloadOf(frames: readonly { frame: Buffer }[]): number {
  const spans = frames
    .filter(({ frame }) => frame.readUInt16BE(36) === 7778)
    .map(({ frame }) => {
      const bytes = frame.readUInt16BE(16) - 20 - ((frame[46] ?? 0) >> 4) * 4;
      return { from: frame.readUInt32BE(38), bytes };
    })
    .filter(({ bytes }) => bytes > 0);
  const first = spans[0]?.from ?? 0;
  let covered = 0;
  const offset = (from: number) => (from - first) | 0;
  for (const { from, bytes } of spans.toSorted((a, b) => offset(a.from) - offset(b.from))) {
    const end = offset(from) + bytes;
    if (end > covered) covered += end - Math.max(covered, offset(from));
  }
  return covered;
}

/** Sends a frame twenty times out of an interface, as it is. */
function sendFrames(from: Namespace, device: string, frame: Uint8Array): void {
  const program = `import socket; s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind(('${device}', 0))
for _ in range(20): s.send(bytes.fromhex('${Buffer.from(frame).toString('hex')}'))`;
  expect(inside(from, 'python3', '-c', program)).toBe('');
}

describe.skipIf(missing !== undefined)('mirrors', () => {
  let lab: MirrorLab;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'qw-mirror-'));
    lab = new MirrorLab();
  });
  afterAll(() => {
    lab.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => lab.countAnew());

  async function capture(given: Partial<MirrorPolicy>, snapBytes: number, lastsMs: number, traffic: () => unknown) {
    const directory = mkdtempSync(join(folder, 'ring-'));
    const settings = { directory, policy: { ...policy, ...given }, snapBytes, lastsMs, sizeBytes: 1 << 28 };
    const running = new Lines(lab.router, 'test/netns/mirror-capture-child.ts', [JSON.stringify(settings)]);
    expect(await running.next()).toBe('ready');
    await traffic();
    if (lastsMs > 60_000) running.say('stop');
    const ended = await running.next<Ended>();
    const files = ended.files.map(({ name }) => readFileSync(join(directory, name)));
    expect(files.map((bytes) => createHash('sha256').update(bytes).digest('hex'))).toEqual(
      ended.files.map(({ sha256 }) => sha256),
    );
    const frames = files.flatMap(framesOf);
    expect(frames).toHaveLength(ended.packets);
    return { ended, frames };
  }

  describe('captures', () => {
    test('every packet, both ways, with its length, cut to what is kept', async () => {
      const count = 5000;
      const { ended, frames } = await capture({ protocols: ['udp'] }, 60, 600_000, () => lab.flood(count));
      const seen = lab.passed('udp');
      expect(seen).toEqual({ in: count, out: count });
      expect(ended).toMatchObject({ why: 'stopped', dropped: 0, packets: seen.in + seen.out });
      expect(new Set(frames.map(({ kept }) => kept))).toEqual(new Set([60]));
      expect(new Set(frames.map(({ original }) => original))).toEqual(new Set([14 + 20 + 8 + 200]));
    }, 60_000);

    test.each([
      ['ingress', 20],
      ['egress', 20],
      ['both', 40],
    ] as const)('%s only what goes that way', async (direction, packets) => {
      const { ended } = await capture({ protocols: ['icmp'], peers: ['10.0.0.0/8'], direction }, 96, 600_000, () =>
        lab.ping('10.2.0.2'),
      );
      expect(ended.packets).toBe(packets);
    });

    test.each<[string, Partial<MirrorPolicy>, number]>([
      ['a network', { peers: [], networks: ['10.2.0.0/24'] }, 40],
      ['a network and whom it talks to', { networks: ['10.1.0.2/32'], peers: ['10.2.0.2/32'] }, 40],
      ['another network', { peers: ['192.0.2.0/24'] }, 0],
      ['another protocol', { protocols: ['tcp'] }, 0],
      ['IPv6', { peers: ['fd00:2::/64'] }, 40],
      ['ICMP of both families', { peers: [], protocols: ['icmp'] }, 80],
    ])('filters by %s', async (_what, given, packets) => {
      const { frames } = await capture(given, 96, 600_000, () => {
        lab.ping('10.2.0.2');
        lab.ping('-6', 'fd00:2::2');
      });
      // Neighbours look for each other now and then, which is ICMPv6 too.
      const isEcho = ({ frame }: { frame: Buffer }) =>
        frame.readUInt16BE(12) === 0x0800 || [128, 129].includes(frame[14 + 40] ?? 0);
      expect(frames.filter(isEcho)).toHaveLength(packets);
    });

    test('frames of up to 64 kB that the kernel has not cut yet, and the same bytes when it has', async () => {
      const bytes = 3_000_000;
      const given = { protocols: ['tcp'] as const };
      const whole = await capture(given, 65_600, 600_000, () => lab.transfer(bytes));
      expect(whole.ended.packets).toBe(lab.passed('tcp').in + lab.passed('tcp').out);
      expect(Math.max(...whole.frames.map(({ original }) => original))).toBeGreaterThan(20_000);
      expect(whole.frames.every(({ kept, original }) => kept === original)).toBe(true);
      expect(payloadOf(whole.frames)).toBe(bytes);
      lab.client.ip('link', 'set', 'eth0', 'gso_max_segs', '1');
      onTestFinished(() => lab.client.ip('link', 'set', 'eth0', 'gso_max_segs', '65535'));
      const cut = await capture(given, 65_600, 600_000, () => lab.transfer(bytes));
      expect(Math.max(...cut.frames.map(({ original }) => original))).toBeLessThanOrEqual(1514);
      expect(payloadOf(cut.frames)).toBe(bytes);
    }, 60_000);

    test('end by themselves when their time is over', async () => {
      const { ended } = await capture({ protocols: ['icmp'] }, 96, 1500, () => lab.ping('10.2.0.2'));
      expect(ended.why).toBe('time');
    });
  });

  describe('copies by tc', () => {
    const span = {
      collector: { kind: 'device', device: 'span0' },
      protocols: ['icmp'],
      peers: ['10.0.0.0/8'],
    } as const;
    const vxlan = {
      collector: { kind: 'vxlan', address: '10.3.0.2', port: 4789, vni: 42 },
      peers: ['10.0.0.0/8'],
    } as const;
    const state = () =>
      ['lan0', 'wan0', 'mon0', 'span0']
        .flatMap((device) => [
          inside(lab.router, 'tc', 'qdisc', 'show', 'dev', device),
          inside(lab.router, 'tc', 'filter', 'show', 'dev', device, 'ingress'),
          inside(lab.router, 'tc', 'filter', 'show', 'dev', device, 'egress'),
        ])
        .concat(inside(lab.router, 'tc', 'actions', 'ls', 'action', 'mirred'), inside(lab.router, 'ip', '-br', 'link'))
        .join('\n');

    /** Mirrors while something goes on; what the actor counted. */
    async function mirroring(given: readonly Partial<MirrorPolicy>[], work: () => unknown) {
      const directory = mkdtempSync(join(folder, 'actor-'));
      const args = given.map((one) => JSON.stringify({ ...policy, ...one }));
      const running = new Lines(lab.router, 'test/netns/mirror-actor-child.ts', [directory, ...args]);
      const begun = await running.next<{ code?: string; message?: string; problems?: string[]; commands?: string[] }>();
      if (begun.code !== undefined || given.length === 0) return { begun, ends: [], left: readdirSync(directory) };
      await work();
      running.say('stop');
      const ends = await running.next<{ packets: number; dropped: number; problems: string[] }[]>();
      return { begun, ends, left: readdirSync(directory) };
    }

    /** Frames that reached an interface of the lab.collector. */
    const received = (device: string) =>
      Number(inside(lab.collector, 'cat', `/sys/class/net/${device}/statistics/rx_packets`).trim());

    /** The command that takes VXLAN, on the lab.collector. */
    async function receiving() {
      const directory = mkdtempSync(join(folder, 'received-'));
      const receiver = new Lines(lab.collector, 'src/cli/main.ts', [
        'mirror',
        'receive',
        '--json',
        '--listen',
        '10.3.0.2',
        '--vni',
        '42',
        '--into',
        directory,
      ]);
      await until(() => inside(lab.collector, 'ss', '-Huln').includes(':4789'), 'the receiver should listen');
      const framesOfReceiver = () =>
        readdirSync(directory).flatMap((name) => framesOf(readFileSync(join(directory, name))));
      return { receiver, framesOfReceiver };
    }

    test('out of an interface: as many as passed, both ways, and nothing is left afterwards', async () => {
      const before = state();
      const from = received('tap0');
      const { ends, left } = await mirroring([span], () => lab.ping('10.2.0.2'));
      const seen = lab.passed('icmp');
      expect(seen.in + seen.out).toBe(40);
      expect(ends).toEqual([{ packets: 40, dropped: 0, problems: [] }]);
      expect(received('tap0') - from).toBe(40);
      expect(left).toEqual([]);
      expect(state()).toBe(before);
    });

    test.skipIf(noTshark)(
      'an analyzer at the far end of the interface reads along',
      async () => {
        const words = ['-l', '-i', 'tap0', '-f', 'icmp', '-c', '40', '-T', 'fields', '-e', 'icmp.type'];
        const analyzer = spawn('ip', ['netns', 'exec', lab.collector.name, 'tshark', ...words], { stdio: 'pipe' });
        onTestFinished(() => void analyzer.kill('SIGKILL'));
        let seen = '';
        let said = '';
        analyzer.stdout.on('data', (text: Buffer) => (seen += text.toString()));
        analyzer.stderr.on('data', (text: Buffer) => (said += text.toString()));
        await until(() => said.includes('Capturing on'), 'the analyzer should listen');
        await mirroring([span], async () => {
          // It says that it captures a moment before it does.
          await until(() => lab.ping('10.2.0.2') !== '' && seen.split('\n').length > 40, 'it should see copies');
        });
        expect(new Set(seen.trim().split('\n'))).toEqual(new Set(['8', '0']));
      },
      60_000,
    );

    test('through VXLAN into files of a receiver: every packet, though the way is mirrored too', async () => {
      const before = state();
      const { receiver, framesOfReceiver } = await receiving();
      const count = 3000;
      const both = { ...vxlan, interfaces: ['lan0', 'mon0'], protocols: ['udp'] } as const;
      const { ends } = await mirroring([both], () => lab.flood(count));
      receiver.child.kill('SIGINT');
      const ended = await receiver.next<Received>();
      expect(lab.passed('udp')).toEqual({ in: count, out: count });
      expect(ends).toEqual([{ packets: 2 * count, dropped: 0, problems: [] }]);
      expect(ended).toMatchObject({ packets: 2 * count, dropped: 0, refused: 0 });
      const frames = framesOfReceiver();
      expect(frames).toHaveLength(2 * count);
      expect(new Set(frames.map(({ original }) => original))).toEqual(new Set([14 + 20 + 8 + 200]));
      expect(state()).toBe(before);
    }, 60_000);

    test.skipIf(lacks('python3'))('tagged frames are copied by the same filters, of either kind of tag', async () => {
      const [near, far] = [
        { from: '10.7.0.2', to: '10.7.0.1', protocol: 1, icmp: [8, 0], vlans: [7] },
        { from: '10.7.0.1', to: '10.7.0.2', protocol: 1, icmp: [0, 0], vlans: [7] },
      ] as const;
      const ofProvider = ethernet(near);
      ofProvider.set([0x88, 0xa8], 12);
      const { ends } = await mirroring([{ ...span, networks: ['10.7.0.2/32'], peers: [] }], () => {
        sendFrames(lab.client, 'eth0', ethernet(near));
        sendFrames(lab.client, 'eth0', ofProvider);
        sendFrames(lab.router, 'lan0', ethernet(far));
        // Of another network, and of another protocol.
        sendFrames(lab.client, 'eth0', ethernet({ ...near, from: '10.8.0.2' }));
        sendFrames(lab.client, 'eth0', ethernet({ ...near, protocol: 17, ports: [1, 2] }));
      });
      expect(ends).toEqual([{ packets: 60, dropped: 0, problems: [] }]);
    });

    test('large frames go through VXLAN too, and the way of the packets themselves is not changed by it', async () => {
      const bytes = 3_000_000;
      const { receiver, framesOfReceiver } = await receiving();
      const { ends } = await mirroring([{ ...vxlan, protocols: ['tcp'] }], () => lab.transfer(bytes));
      receiver.child.kill('SIGINT');
      expect(await receiver.next<Received>()).toMatchObject({ packets: ends[0]?.packets, dropped: 0 });
      expect(payloadOf(framesOfReceiver())).toBe(bytes);
      for (const one of [lab.router, lab.client, lab.server])
        expect(inside(one, 'ip', 'route', 'show', 'cache')).not.toContain('mtu');
    }, 60_000);

    test.each<[string, Partial<MirrorPolicy>[], string]>([
      [
        'a device that collects',
        [span, { ...span, interfaces: ['span0'], collector: { kind: 'device', device: 'mon0' } }],
        'span0',
      ],
      [
        'the same in another order',
        [{ ...span, interfaces: ['span0'], collector: { kind: 'device', device: 'mon0' } }, span],
        'span0',
      ],
    ])('%s is never mirrored', async (_what, given, device) => {
      const { begun } = await mirroring(given, () => undefined);
      expect(begun).toMatchObject({ code: 'CONFLICT', facts: { loop: device } });
      expect((await mirroring([], () => undefined)).begun).toEqual({ problems: [], commands: [] });
    });

    test('filters of others stay, work first, and keep their place', async () => {
      inside(lab.router, 'tc', 'qdisc', 'add', 'dev', 'lan0', 'clsact');
      inside(
        lab.router,
        ...'tc filter add dev lan0 ingress pref 10 protocol ip u32 match ip src 10.9.9.9/32 flowid 1:1'.split(' '),
      );
      const before = state();
      const { ends } = await mirroring([span], () => lab.ping('10.2.0.2'));
      expect(ends[0]?.packets).toBe(40);
      expect(state()).toBe(before);
      inside(lab.router, 'tc', 'qdisc', 'del', 'dev', 'lan0', 'clsact');
    });

    test('somebody else’s filter under our numbers is a reason to refuse', async () => {
      inside(lab.router, 'tc', 'qdisc', 'add', 'dev', 'lan0', 'clsact');
      inside(
        lab.router,
        ...'tc filter add dev lan0 egress pref 65002 protocol ip u32 match u32 0 0 flowid 1:1'.split(' '),
      );
      const before = state();
      expect((await mirroring([span], () => undefined)).begun).toMatchObject({ code: 'CONFLICT' });
      expect(state()).toBe(before);
      inside(lab.router, 'tc', 'qdisc', 'del', 'dev', 'lan0', 'clsact');
    });

    const filters = () => inside(lab.router, 'tc', 'filter', 'show', 'dev', 'lan0', 'ingress').trim();
    const actions = () => inside(lab.router, 'tc', 'actions', 'ls', 'action', 'mirred').trim();

    test('nothing is copied beyond its time by a watcher that hangs', async () => {
      const before = state();
      const directory = mkdtempSync(join(folder, 'hanging-'));
      const args = [directory, JSON.stringify({ ...policy, ...span, durationMs: 1000 })];
      const running = new Lines(lab.router, 'test/netns/mirror-actor-child.ts', args);
      await running.next();
      running.child.kill('SIGSTOP');
      expect(filters()).toContain('mirred');
      await until(() => filters() === '' && actions() === '', 'copying should end');
      running.child.kill('SIGCONT');
      running.say('stop');
      expect(await running.next()).toEqual([{ packets: 0, dropped: 0, problems: [] }]);
      expect(state()).toBe(before);
    }, 60_000);

    test('nothing is copied after a kill, and what it leaves is removed at the next start', async () => {
      const before = state();
      const directory = mkdtempSync(join(folder, 'killed-'));
      const args = [directory, JSON.stringify({ ...policy, ...vxlan })];
      const running = new Lines(lab.router, 'test/netns/mirror-actor-child.ts', args);
      await running.next();
      const gone = new Promise((resolve) => void running.child.once('exit', resolve));
      running.child.kill('SIGKILL');
      await gone;
      await until(() => filters() === '' && actions() === '', 'copying should end');
      expect(state()).not.toBe(before);
      const again = new Lines(lab.router, 'test/netns/mirror-actor-child.ts', [directory]);
      expect(await again.next()).toEqual({ problems: [], commands: [] });
      expect(state()).toBe(before);
      expect(readdirSync(directory)).toEqual([]);
    });
  });
});
