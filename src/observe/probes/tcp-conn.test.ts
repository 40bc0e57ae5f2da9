import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { handles, nothingLeft, runProbe } from './probing.fixture.ts';
import { tcpConnProbe } from './tcp-conn.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(host: string, onSocket: (socket: Socket) => void = () => undefined): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.resume();
    onSocket(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

test('an open port is up, with the time of the handshake', async () => {
  const port = await listen('127.0.0.1');
  const found = await runProbe(tcpConnProbe, { options: { port } });
  expect(found).toMatchObject({ outcome: 'pass', lossPercent: 0 });
  expect(found.values['tcp-connect-time']).toBe(found.latencyMs);
});

test('a closed port is down: refused', async () => {
  const found = await runProbe(tcpConnProbe, { options: { port: 9 } });
  expect(found).toMatchObject({ outcome: 'fail', reason: { code: 'connection-refused' } });
});

test('a server that resets at once has still done the handshake', async () => {
  const port = await listen('127.0.0.1', (socket) => socket.resetAndDestroy());
  expect(await runProbe(tcpConnProbe, { options: { port } })).toMatchObject({ outcome: 'pass' });
});

test('IPv6', async ({ skip }) => {
  const port = await listen('::1').catch(() => skip('this machine has no IPv6 loopback'));
  expect(await runProbe(tcpConnProbe, { address: '::1', options: { port } })).toMatchObject({ outcome: 'pass' });
});

test('a source address that this machine does not have is down', async () => {
  const port = await listen('127.0.0.1');
  const found = await runProbe(tcpConnProbe, { sourceAddress: '192.0.2.77', options: { port } });
  expect(found).toMatchObject({ outcome: 'fail', reason: { code: 'source-address-missing' } });
});

test('the source address is used', async () => {
  const peer = Promise.withResolvers<string | undefined>();
  const port = await listen('127.0.0.1', (socket) => peer.resolve(socket.remoteAddress));
  await runProbe(tcpConnProbe, { sourceAddress: '127.0.0.9', options: { port } });
  expect(await peer.promise).toBe('127.0.0.9');
});

test('a connection is bound to its device and mark, or says that it cannot be', async () => {
  const peer = Promise.withResolvers<string | undefined>();
  const port = await listen('127.0.0.1', (socket) => peer.resolve(socket.remoteAddress));
  const pin = { device: 'lo', mark: 7, sourceAddress: '127.0.0.8' };
  const found = await runProbe(tcpConnProbe, { ...pin, options: { port } });
  if (found.outcome === 'unknown') expect(found.reason?.code).toBe('pinning-impossible');
  else expect(await peer.promise).toBe('127.0.0.8');
  const missing = await runProbe(tcpConnProbe, { device: 'nowhere0', options: { port } });
  expect(['device-missing', 'pinning-impossible']).toContain(missing.reason?.code);
});

test('a train counts losses; the threshold decides', async () => {
  let connections = 0;
  const port = await listen('127.0.0.1', () => connections++);
  const options = { port, 'packet-count': 4, 'packet-interval': '1ms' };
  const found = await runProbe(tcpConnProbe, { options });
  expect(found).toMatchObject({ outcome: 'pass', values: { 'sent-count': 4, 'response-count': 4, 'loss-percent': 0 } });
  expect(connections).toBe(4);
});

test('slower than thr-tcp-conn-time is down, slower than that of degraded-when is degraded', async () => {
  const port = await listen('127.0.0.1');
  expect(await runProbe(tcpConnProbe, { options: { port, 'thr-tcp-conn-time': '1us' } })).toMatchObject({
    outcome: 'fail',
    reason: { code: 'tcp-connect-time', text: expect.stringMatching(/connection time .* ms is above 0.001 ms/) },
  });
  const lowered = { port, 'degraded-when': { 'thr-tcp-conn-time': '1us' } };
  expect(await runProbe(tcpConnProbe, { options: lowered })).toMatchObject({ outcome: 'degraded' });
});

test('a failure while this process stood still is unknown', async () => {
  let reading = 0;
  const found = await runProbe(tcpConnProbe, { options: { port: 9 }, stalledMs: () => (reading += 1000) });
  expect(found).toMatchObject({ outcome: 'unknown', reason: { code: 'starved' } });
});

test('an aborted train ends at once and leaves nothing behind', async () => {
  const before = handles();
  const control = new AbortController();
  const port = await listen('127.0.0.1');
  const options = { port, 'packet-count': 100, 'packet-interval': '1s' };
  const probing = runProbe(tcpConnProbe, { options, signal: control.signal });
  control.abort();
  expect(await probing).toMatchObject({ outcome: 'unknown', reason: { code: 'canceled' } });
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  await nothingLeft(before);
});
