import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import { decode, encode, type Answer, type Packet } from 'dns-packet';
import { afterEach, expect, test } from 'vitest';
import { dnsProbe } from './dns.ts';
import { handles, nothingLeft, runProbe } from './probing.fixture.ts';

const open: (UdpSocket | Server)[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

type Reply = Partial<Packet> & { rcode?: number };

/** A name server on loopback, over UDP and TCP, that answers what it is told to. */
async function serve(answer: (query: Packet, udp: UdpSocket, from: RemoteInfo, tcp: boolean) => Reply | undefined) {
  const respond = (query: Packet, reply: Reply): Buffer => {
    const { rcode = 0, flags = 0, ...rest } = reply;
    return encode({
      type: 'response',
      id: query.id ?? 0,
      flags: flags | 0x8180 | rcode,
      questions: query.questions ?? [],
      ...rest,
    });
  };
  const { udp, tcp, port } = await samePort();
  udp.on('message', (bytes, from) => {
    const query = decode(bytes);
    const reply = answer(query, udp, from, false);
    if (reply) udp.send(respond(query, reply), from.port, from.address);
  });
  tcp.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (bytes) => {
      const query = decode(bytes.subarray(2));
      const reply = answer(query, udp, { address: '', port: 0, family: 'IPv4', size: 0 }, true);
      if (!reply) return;
      const message = respond(query, reply);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(message.length);
      socket.write(length);
      socket.write(message.subarray(0, 5));
      socket.write(message.subarray(5));
    });
  });
  return port;
}

/** UDP and TCP on the same port; another program may have one of the two, so it may take several tries. */
async function samePort(): Promise<{ udp: UdpSocket; tcp: Server; port: number }> {
  for (;;) {
    const udp = createSocket('udp4');
    await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
    const { port } = udp.address();
    const tcp = createServer();
    const free = await new Promise<boolean>((resolve) => {
      tcp.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (free) {
      open.push(udp, tcp);
      return { udp, tcp, port };
    }
    udp.close();
  }
}

function ask(port: number, options: Record<string, unknown> = {}, timeoutMs = 2000, host = 'www.example.org') {
  return runProbe(dnsProbe, { host, timeoutMs, options: { 'dns-server': '127.0.0.1', port, ...options } });
}

const name = 'www.example.org';
const records: Record<string, Answer[]> = {
  A: [
    { type: 'A', name, data: '192.0.2.1', ttl: 60 },
    { type: 'A', name, data: '192.0.2.2', ttl: 60 },
  ],
  AAAA: [{ type: 'AAAA', name, data: '2001:db8::1', ttl: 60 }],
  MX: [{ type: 'MX', name, data: { preference: 10, exchange: 'Mail.example.org' } }],
  NS: [{ type: 'NS', name, data: 'ns1.example.org' }],
  TXT: [{ type: 'TXT', name, data: ['v=spf1 ', '-all'] }],
  CNAME: [{ type: 'CNAME', name, data: 'web.example.org' }],
  SRV: [{ type: 'SRV', name, data: { priority: 1, weight: 2, port: 443, target: 'web.example.org' } }],
  PTR: [{ type: 'PTR', name: '1.2.0.192.in-addr.arpa', data: 'web.example.org' }],
  CAA: [{ type: 'CAA', name, data: { flags: 0, tag: 'issue', value: 'ca.example.net' } }],
  SOA: [{ type: 'SOA', name, data: { mname: 'ns1.example.org', rname: 'admin.example.org', serial: 7 } }],
};
const truth = () => serve((query) => ({ answers: records[query.questions?.[0]?.type ?? ''] ?? [] }));

test.each([
  ['A', { ip: ['192.0.2.1', '192.0.2.2'] }],
  ['AAAA', { ip6: ['2001:db8::1'] }],
  ['MX', { 'mail-servers': ['mail.example.org'], records: ['10 mail.example.org'] }],
  ['NS', { 'name-servers': ['ns1.example.org'] }],
  ['TXT', { records: ['v=spf1 -all'] }],
  ['CNAME', { records: ['web.example.org'] }],
  ['SRV', { records: ['1 2 443 web.example.org'] }],
  ['CAA', { records: ['0 issue "ca.example.net"'] }],
  ['SOA', { records: ['ns1.example.org admin.example.org 7 0 0 0 0'] }],
])('%s records', async (type, values) => {
  const found = await ask(await truth(), { 'record-type': type });
  expect(found).toMatchObject({ outcome: 'pass', address: '127.0.0.1', values: { rcode: 'NOERROR', ...values } });
  expect(found.values['answer-ms']).toBe(found.latencyMs);
});

test('a PTR question about an address asks the reverse tree', async () => {
  const found = await ask(await truth(), { 'record-type': 'PTR' }, 2000, '192.0.2.1');
  expect(found).toMatchObject({ outcome: 'pass', values: { records: ['web.example.org'] } });
});

test.each([
  [3, {}, 'fail'],
  [5, {}, 'fail'],
  [5, { rcodes: ['NOERROR', 'REFUSED'] }, 'pass'],
  [0, {}, 'fail'],
  [0, { rcodes: ['NOERROR', 'NXDOMAIN'] }, 'pass'],
])('response code %i without records, options %o: %s', async (rcode, options, outcome) => {
  const found = await ask(await serve(() => ({ rcode })), options);
  expect(found.outcome).toBe(outcome);
  if (outcome === 'fail') expect(found.reason?.code).toBe(rcode === 0 ? 'dns-no-record' : 'dns-rcode');
});

test.each([
  [[{ contains: '192.0.2.2' }], 'pass'],
  [[{ contains: '192.0.2.3' }], 'fail'],
  [[{ 'not-contains': '192.0.2.3' }], 'pass'],
  [[{ 'not-contains': '192.0.2.1' }], 'fail'],
  [[{ equals: ['192.0.2.2', '192.0.2.1'] }], 'pass'],
  [[{ equals: ['192.0.2.1'] }], 'fail'],
  [[{ matches: '^192\\.0\\.2\\.' }, { contains: '192.0.2.9' }], 'fail'],
])('expected %o: %s', async (expected, outcome) => {
  const found = await ask(await truth(), { expect: expected });
  expect(found.outcome).toBe(outcome);
  if (outcome === 'fail') expect(found.reason?.code).toBe('dns-unexpected');
});

test('a mail server may be named without its preference', async () => {
  const found = await ask(await truth(), { 'record-type': 'MX', expect: [{ equals: ['MAIL.example.org.'] }] });
  expect(found.outcome).toBe('pass');
});

test('what is no answer is ignored and counted, and the true answer still comes', async () => {
  const port = await serve((query, udp, from) => {
    const question = query.questions?.[0] ?? { type: 'A', name };
    const bad = (packet: Packet) => udp.send(encode(packet), from.port, from.address);
    bad({ type: 'response', id: ((query.id ?? 0) + 1) & 0xffff, questions: [question] });
    bad({ type: 'response', id: query.id ?? 0, questions: [{ type: 'A', name: 'evil.example.org' }] });
    bad({ type: 'query', id: query.id ?? 0, questions: [question] });
    udp.send(Buffer.from([1, 2, 3]), from.port, from.address);
    const stranger = createSocket('udp4');
    open.push(stranger);
    stranger.send(
      encode({ type: 'response', id: query.id ?? 0, questions: [question] }),
      from.port,
      from.address,
      () => {
        udp.send(
          encode({ type: 'response', id: query.id ?? 0, questions: [question], answers: records['A'] ?? [] }),
          from.port,
          from.address,
        );
      },
    );
    return undefined;
  });
  expect(await ask(port)).toMatchObject({ outcome: 'pass', values: { 'ignored-answers': 5 } });
});

test.each([
  ['wrong id', { id: true }],
  ['wrong question', { question: true }],
])('nothing but a %s is down, and says so', async (what, { id, question }: { id?: boolean; question?: boolean }) => {
  const port = await serve((query) => ({
    ...(id ? { id: ((query.id ?? 0) + 1) & 0xffff } : {}),
    ...(question ? { questions: [{ type: 'A' as const, name: 'other.example.org' }] } : {}),
  }));
  const found = await ask(port, {}, 200);
  expect(found).toMatchObject({
    outcome: 'fail',
    reason: { code: 'invalid-answer', text: `no valid answer within 200ms; ignored 1 with ${what}` },
  });
});

test('a flood of wrong answers ends the exchange', async () => {
  const port = await serve((_, udp, from) => {
    for (let count = 0; count < 250; count++) udp.send(Buffer.alloc(3), from.port, from.address);
    return undefined;
  });
  expect(await ask(port, {}, 5000)).toMatchObject({ outcome: 'fail', reason: { code: 'invalid-answer' } });
});

test('a truncated answer is asked for again over TCP', async () => {
  const port = await serve((_, __, ___, tcp) => (tcp ? { answers: records['A'] ?? [] } : { flags: 0x0200 }));
  const found = await ask(port);
  expect(found).toMatchObject({ outcome: 'pass', values: { 'over-tcp': true, ip: ['192.0.2.1', '192.0.2.2'] } });
});

test('silence, also over TCP, is down and leaves nothing behind', async () => {
  const before = handles();
  const silent = await serve(() => undefined);
  expect(await ask(silent, {}, 200)).toMatchObject({ outcome: 'fail', reason: { code: 'timeout' } });
  const half = await serve((_, __, ___, tcp) => (tcp ? undefined : { flags: 0x0200 }));
  expect(await ask(half, {}, 200)).toMatchObject({ outcome: 'fail', reason: { code: 'timeout' } });
  for (const one of open.splice(0)) one.close();
  await nothingLeft(before);
});

test('the source address is used, and one that is missing is down', async () => {
  const seen = Promise.withResolvers<string>();
  const port = await serve((_, __, from) => {
    seen.resolve(from.address);
    return { answers: records['A'] ?? [] };
  });
  const options = { 'dns-server': '127.0.0.1', port };
  await runProbe(dnsProbe, { host: name, sourceAddress: '127.0.0.7', options });
  expect(await seen.promise).toBe('127.0.0.7');
  const missing = await runProbe(dnsProbe, { host: name, sourceAddress: '192.0.2.77', options });
  expect(missing).toMatchObject({ outcome: 'fail', reason: { code: 'source-address-missing' } });
});

test('a query is bound to its device, or says that it cannot be', async () => {
  const port = await truth();
  const found = await runProbe(dnsProbe, { host: name, device: 'lo', options: { 'dns-server': '127.0.0.1', port } });
  expect(found.outcome === 'pass' || found.reason?.code === 'pinning-impossible').toBe(true);
});
