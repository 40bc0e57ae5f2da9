import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import { ManualClock, sleep, systemClock } from '../../clock.ts';
import type { NetFailure } from '../failure.ts';
import { selfSignedCertificate } from './certificate.ts';
import { openLinks, type Links, type LinksOptions } from './links.ts';
import type { SecureLink } from './secure-link.ts';

const clock = new ManualClock();
const [serverKey, memberKey, strangerKey] = [1, 2, 3].map(() => generateKeyPairSync('ed25519').privateKey) as [
  KeyObject,
  KeyObject,
  KeyObject,
];
const publicKey = (key: KeyObject) => createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32);

const opened: Links[] = [];
const sockets: Socket[] = [];
const taken: SecureLink[] = [];
afterEach(() => {
  for (const links of opened.splice(0)) links.close();
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const link of taken.splice(0)) link.close();
});

/** One side, and what happened at it. It knows the member only. */
async function open(privateKey: KeyObject, more: Partial<LinksOptions> = {}) {
  const refused: string[] = [];
  const links = await openLinks({
    privateKey,
    clock,
    handshakeMs: 5000,
    knows: (key) => key.equals(publicKey(memberKey)),
    expects: () => false,
    onLink: (link) => taken.push(link),
    onRefused: (_address, { code }) => refused.push(code),
    ...more,
  });
  opened.push(links);
  return { links, refused, port: links.port ?? 0 };
}
const openServer = (more: Partial<LinksOptions> = {}) =>
  open(serverKey, { listen: { host: '127.0.0.1', port: 0 }, ...more });

function call(links: Links, address: string, key: KeyObject): Promise<SecureLink | NetFailure> {
  return new Promise((resolve) => {
    links.call(address, publicKey(key), (result) => {
      if (!('kind' in result)) taken.push(result);
      resolve(result);
    });
  });
}

async function until(holds: () => boolean): Promise<void> {
  for (let turns = 0; !holds(); turns++) {
    if (turns > 5000) throw new Error('it never came');
    await sleep(systemClock, 1);
  }
}

/** Node's own client, which can be made to offer what ours never would. */
function tlsClient(
  port: number,
  options: ConnectionOptions,
): Promise<{ socket: TLSSocket; error: string | undefined }> {
  return new Promise((resolve) => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
    sockets.push(socket);
    let error: string | undefined;
    socket.on('error', (thrown: NodeJS.ErrnoException) => {
      error = thrown.code;
    });
    socket.on('close', () => resolve({ socket, error }));
    socket.on('data', () => undefined);
  });
}
const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' });

it('links two that know each other, and carries bytes and last words', async () => {
  const server = await openServer();
  const { links } = await open(memberKey);
  const ours = await call(links, `127.0.0.1:${server.port}`, serverKey);
  if ('kind' in ours) throw new Error(ours.text);
  await until(() => taken.length === 2);
  const theirs = taken.find((link) => !link.calledByUs);
  expect(theirs?.peerKey.equals(publicKey(memberKey))).toBe(true);
  expect(ours.peerKey.equals(publicKey(serverKey))).toBe(true);
  expect(theirs?.address).toBe('127.0.0.1');
  const heard: string[] = [];
  let sent = 0;
  theirs?.start({ onData: (bytes) => heard.push(bytes.toString()), onClosed: ({ code }) => heard.push(code) });
  ours.start({ onData: () => undefined, onClosed: () => heard.push('not of our own close') });
  ours.write(Buffer.from('first words, '), () => (sent += 1));
  await until(() => heard.length === 1 && sent === 1);
  ours.close(Buffer.from('last words'));
  await until(() => heard.length === 3);
  expect(heard).toEqual(['first words, ', 'last words', 'CLOSED']);
});

it('refuses a key that it does not know, before anything is read', async () => {
  const server = await openServer();
  const { links } = await open(strangerKey);
  const result = await call(links, `127.0.0.1:${server.port}`, serverKey);
  // TLS 1.3 lets the caller finish first; then it is cut off.
  let closed = false;
  if (!('kind' in result)) result.start({ onData: () => undefined, onClosed: () => (closed = true) });
  await until(() => closed && server.refused.length === 1);
  expect(server.refused).toEqual(['UNKNOWN_KEY']);
  expect(taken.some((link) => !link.calledByUs)).toBe(false);
});

it('does not stay with another key than it called', async () => {
  const server = await openServer();
  const { links } = await open(memberKey);
  const result = await call(links, `127.0.0.1:${server.port}`, strangerKey);
  expect(result).toMatchObject({ kind: 'failure', code: 'WRONG_KEY' });
});

it.each<[string, () => ConnectionOptions]>([
  ['TLS 1.2', () => ({ maxVersion: 'TLSv1.2', key: pem(memberKey), cert: selfSignedCertificate(memberKey) })],
  ['no certificate', () => ({})],
  ["another's certificate", () => ({ key: pem(strangerKey), cert: selfSignedCertificate(strangerKey) })],
])('turns away who comes with %s', async (_name, options) => {
  const server = await openServer();
  const { socket } = await tlsClient(server.port, options());
  expect(socket.destroyed).toBe(true);
  await until(() => server.refused.length === 1);
  expect(taken).toEqual([]);
});

it('resumes no session', async () => {
  const server = await openServer();
  const mine = { key: pem(memberKey), cert: selfSignedCertificate(memberKey), minVersion: 'TLSv1.3' } as const;
  const sessions: Buffer[] = [];
  const first = connectTls({ host: '127.0.0.1', port: server.port, rejectUnauthorized: false, ...mine });
  sockets.push(first);
  first.on('session', (session) => sessions.push(session)).on('data', () => undefined);
  await until(() => taken.length === 1);
  taken[0]?.start({ onData: () => undefined, onClosed: () => undefined });
  taken[0]?.write(Buffer.from('so that a ticket would have come before'), () => undefined);
  await until(() => first.bytesRead > 0);
  const [session] = sessions;
  expect(session).toBeDefined();
  const again = connectTls({
    host: '127.0.0.1',
    port: server.port,
    rejectUnauthorized: false,
    ...mine,
    ...(session ? { session } : {}),
  });
  sockets.push(again);
  await until(() => taken.length === 2 || again.destroyed);
  expect(again.isSessionReused()).toBe(false);
});

it('ends a handshake with garbage, and one that takes too long', async () => {
  const server = await openServer();
  const garbage = connectTcp(server.port, '127.0.0.1', () => garbage.write('GET / HTTP/1.1\r\n\r\n'));
  const silent = connectTcp(server.port, '127.0.0.1');
  sockets.push(garbage, silent);
  for (const socket of [garbage, silent]) socket.on('error', () => undefined).resume();
  await until(() => garbage.destroyed);
  expect(silent.destroyed).toBe(false);
  await until(() => server.refused.length === 1);
  clock.advance(5000);
  await until(() => silent.destroyed);
  expect(server.refused).toEqual([expect.stringMatching(/^ERR_SSL/), 'TIMEOUT']);
});

it('lets members in through a flood of strangers, which takes bounded room', async () => {
  const server = await openServer({ expects: (address) => address === '127.0.0.1' });
  let reset = 0;
  for (let at = 0; at < 300; at++) {
    const socket = connectTcp({ host: '127.0.0.1', port: server.port, localAddress: '127.0.0.2' });
    sockets.push(socket);
    socket.on('error', () => undefined).on('close', () => (reset += 1));
  }
  await until(() => reset === 300 - 32);
  expect(new Set(server.refused)).toEqual(new Set(['CROWDED']));
  const { links } = await open(memberKey);
  expect(await call(links, `127.0.0.1:${server.port}`, serverKey)).not.toHaveProperty('kind');
  await until(() => taken.length === 2);
});

it('says why a call came to nothing', async () => {
  const { links } = await open(memberKey);
  const server = await openServer();
  server.links.close();
  expect(await call(links, `127.0.0.1:${server.port}`, serverKey)).toMatchObject({ code: 'ECONNREFUSED' });
  for (const address of ['nowhere', 'host:', 'host:0', 'host:65536', '::1:5', '']) {
    expect(await call(links, address, serverKey)).toMatchObject({ code: 'BAD_ADDRESS' });
  }
});

it('gives up a call in time, and does not answer a cancelled one', async () => {
  const { links } = await open(memberKey);
  const { createServer } = await import('node:net');
  const mute = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const { port } = mute.address() as { port: number };
  let answers = 0;
  links.call(`127.0.0.1:${port}`, publicKey(serverKey), () => (answers += 1)).cancel();
  const waiting = call(links, `127.0.0.1:${port}`, serverKey);
  await until(() => sockets.length > 0);
  clock.advance(5000);
  expect(await waiting).toMatchObject({ code: 'TIMEOUT' });
  expect(answers).toBe(0);
  mute.close();
});

it('says when it cannot listen', async () => {
  const server = await openServer();
  await expect(openServer({ listen: { host: '127.0.0.1', port: server.port } })).rejects.toMatchObject({
    code: 'LISTEN_FAILED',
    where: `127.0.0.1:${server.port}`,
  });
});
