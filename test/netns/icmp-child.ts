import { readdirSync } from 'node:fs';
import { openLibc } from '../../src/platform/linux/ffi.ts';
import { MessageBatch } from '../../src/platform/net/icmp/batch.ts';
import { EchoSocket, writeSocketAddress } from '../../src/platform/net/icmp/echo-socket.ts';
import {
  openPinger,
  parseAddress,
  type EchoRequest,
  type EchoResult,
  type Pinger,
} from '../../src/platform/net/icmp/index.ts';
import { writeEcho } from '../../src/platform/net/icmp/packet.ts';

/** Runs one scenario inside a namespace and prints what came out: `icmp-child.ts SCENARIO [REQUEST-AS-JSON]...`. */
const scenario = process.argv[2] ?? '';
const requests = process.argv.slice(3).map((text) => JSON.parse(text) as EchoRequest);

function echo(pinger: Pinger, request: EchoRequest): Promise<EchoResult> {
  return new Promise((resolve) => pinger.echo(request, resolve));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function block(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}

const scenarios: Readonly<Record<string, () => Promise<unknown>>> = {
  /** Each request at once; their results in order. */
  async echoes() {
    const pinger = openPinger();
    const results = await Promise.all(requests.map((request) => echo(pinger, request)));
    const { method } = pinger;
    pinger.close();
    return { method, results };
  },

  /** The first request, then time for late replies. */
  async late() {
    const pinger = openPinger();
    const lateMs: number[] = [];
    const request = requests[0] ?? { address: '', timeoutMs: 0 };
    const result = await echo(pinger, { ...request, onLate: (rttMs) => lateMs.push(rttMs) });
    await pause(300);
    const statistics = pinger.statistics();
    pinger.close();
    return { result, lateMs, statistics };
  },

  /** The event loop stands still for a second while the requests are out. */
  async stall() {
    const pinger = openPinger();
    const waiting = requests.map((request) => echo(pinger, request));
    setImmediate(() => setImmediate(() => block(1000)));
    const results = await Promise.all(waiting);
    pinger.close();
    return results;
  },

  /** Twenty thousand echoes asked for in one go. */
  async burst() {
    const pinger = openPinger();
    const waiting = Array.from({ length: 20_000 }, (_, index) =>
      echo(pinger, { address: `127.1.${index >> 8}.${index & 255 || 1}`, timeoutMs: 5000 }),
    );
    const answered = (await Promise.all(waiting)).filter(({ kind }) => kind === 'reply').length;
    const { dropped } = pinger.statistics();
    pinger.close();
    return { answered, dropped };
  },

  /** What the engine must never do: ten thousand echoes sent before the first reply is read. */
  uncapped() {
    const libc = openLibc();
    const options = { ttl: undefined, device: undefined, mark: undefined, sourceAddress: undefined };
    const socket = EchoSocket.open(libc, { family: 4, dontFragment: false, ...options }, 'ping');
    const address = parseAddress('127.0.0.1');
    if (!(socket instanceof EchoSocket) || !address) throw new Error('no ping socket');
    const batch = new MessageBatch(libc, 1);
    const cookie = { slot: 0, nonce: 0 };
    writeEcho(batch.data, 0, { family: 4, identifier: 0, cookie, secret: Buffer.alloc(8), length: 34 });
    batch.prepareSend(0, writeSocketAddress(batch.names, 0, address, 0), 34);
    for (let index = 0; index < 10_000; index++) libc.sendmmsg(socket.fd, batch.headers, 1, 0);
    const dropped = socket.newDrops();
    socket.close();
    return Promise.resolve({ dropped });
  },

  /** A thousand pingers, each closed with an echo under way. */
  async leak() {
    const before = openFiles();
    const codes = new Set<string>();
    for (let index = 0; index < 1000; index++) {
      const pinger = openPinger();
      if (index % 2 === 0) await echo(pinger, { address: '127.0.0.1', timeoutMs: 1000 });
      const left = echo(pinger, { address: '127.0.0.1', timeoutMs: 1000, ttl: 9 });
      pinger.close();
      const result = await left;
      codes.add(result.kind === 'error' ? result.code : result.kind);
    }
    await pause(50);
    return { before, after: openFiles(), codes: [...codes] };
  },

  /** More sets of options than sockets are allowed, one after the other, then all at once to one that is silent. */
  async sockets() {
    const pinger = openPinger();
    const kinds = new Set<string>();
    for (let ttl = 1; ttl <= 200; ttl++)
      kinds.add((await echo(pinger, { address: '127.0.0.1', timeoutMs: 1000, ttl })).kind);
    const { sockets } = pinger.statistics();
    pinger.close();
    return { kinds: [...kinds], sockets };
  },
};

const run = scenarios[scenario];
if (!run) throw new Error(`unknown scenario ${scenario}`);
console.log(JSON.stringify(await run()));
