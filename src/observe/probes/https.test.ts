import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { httpsGetProbe } from './https-get.ts';
import { handles, nothingLeft, runProbe, type Probing } from './probing.fixture.ts';

const haveOpenssl = spawnSync('openssl', ['version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'qw-https-'));
const file = (name: string) => join(folder, name);
const servers: Server[] = [];
const sockets = new Set<Socket>();

afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

function openssl(...args: string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
}

/** An authority, and certificates that it signed for so many days from a day on. */
function makeAuthority(): void {
  openssl('ecparam', '-genkey', '-name', 'prime256v1', '-out', 'ca.key');
  openssl('req', '-x509', '-new', '-key', 'ca.key', '-days', '30', '-subj', '/CN=Test authority', '-out', 'ca.pem');
  writeFileSync(file('ca.srl'), '01');
}

function sign(name: string, dnsName: string, days: number): void {
  openssl('ecparam', '-genkey', '-name', 'prime256v1', '-out', `${name}.key`);
  openssl('req', '-new', '-key', `${name}.key`, '-subj', `/CN=${dnsName}`, '-out', `${name}.csr`);
  writeFileSync(file(`${name}.ext`), `subjectAltName=DNS:${dnsName},IP:127.0.0.2`);
  const signing = ['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAserial', 'ca.srl'];
  openssl(...signing, '-days', String(days), '-extfile', `${name}.ext`, '-out', `${name}.pem`);
}

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function serve(name: string): Promise<number> {
  const server = createServer({ cert: readFileSync(file(`${name}.pem`)), key: readFileSync(file(`${name}.key`)) });
  server.on('request', (_, response) => response.end('secret'));
  return listen(server);
}

function get(port: number, options: Record<string, unknown> = {}, rest: Probing = {}) {
  return runProbe(httpsGetProbe, { ...rest, options: { port, ...options } });
}

const trusted = () => ({ 'check-certificate': true, certificate: file('ca.pem') });

describe.skipIf(!haveOpenssl)(`certificates${haveOpenssl ? '' : ' (skipped: openssl is not installed)'}`, () => {
  beforeAll(() => {
    makeAuthority();
    sign('good', 'www.example.org', 20);
    sign('old', 'www.example.org', -1);
  });

  test('a trusted certificate is up, with the days left and the time of the handshake', async () => {
    const found = await get(await serve('good'), { ...trusted(), 'server-name': 'www.example.org' });
    expect(found).toMatchObject({
      outcome: 'pass',
      values: { 'http-status-code': 200, 'certificate-days': 19, 'certificate-issuer': 'CN=Test authority' },
    });
    expect(found.values['tls-version']).toMatch(/^TLSv1\.[23]$/);
    expect(Number(found.values['tls-ms'])).toBeGreaterThan(0);
  });

  test('an address is compared with the addresses of the certificate', async () => {
    const port = await serve('good');
    expect(await get(port, trusted(), { host: '127.0.0.2' })).toMatchObject({ outcome: 'pass' });
    const other = await get(port, trusted(), { host: '127.0.0.1' });
    expect(other).toMatchObject({ outcome: 'fail', reason: { code: 'certificate-wrong-name' } });
  });

  test.each([
    ['old', { 'server-name': 'www.example.org' }, 'certificate-expired'],
    ['good', { 'server-name': 'other.example.org' }, 'certificate-wrong-name'],
    ['good', { 'server-name': 'www.example.org', certificate: 'none' }, 'certificate-untrusted'],
    ['ca', { 'server-name': 'Test authority'.replace(' ', ''), certificate: 'none' }, 'certificate-self-signed'],
  ])('certificate %s with %o: down only if certificates are checked', async (name, options, code) => {
    const port = await serve(name);
    const checked = await get(port, { ...trusted(), ...options });
    expect(checked).toMatchObject({ outcome: 'fail', reason: { code } });
    expect(await get(port, { ...options, certificate: 'none' })).toMatchObject({ outcome: 'pass' });
  });

  test('few days left are degraded', async () => {
    const found = await get(await serve('good'), { 'thr-certificate-days': 21 });
    expect(found).toMatchObject({
      outcome: 'degraded',
      reason: { code: 'certificate-days', text: 'the certificate has 19 days left, fewer than 21' },
    });
  });

  test('authorities that cannot be read are unknown, not down', async () => {
    const found = await get(await serve('good'), { ...trusted(), certificate: file('missing.pem') });
    expect(found).toMatchObject({ outcome: 'unknown', reason: { code: 'file-unreadable' } });
  });
});

test.each<[string, (socket: Socket) => void, string]>([
  ['never answers the handshake', () => undefined, 'timeout'],
  ['stops within the handshake', (socket) => socket.write(Buffer.from([22, 3, 3, 0, 100, 2])), 'timeout'],
  ['speaks plain HTTP', (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'), 'tls-failed'],
  ['resets', (socket) => socket.resetAndDestroy(), 'connection-reset'],
  ['closes', (socket) => socket.end(), 'connection-reset'],
])('a server that %s makes it down and leaves nothing behind', async (_, answer, code) => {
  const before = handles();
  const port = await listen(createTcpServer((socket) => socket.once('data', () => answer(socket))));
  const found = await get(port, {}, { timeoutMs: 300 });
  expect(found).toMatchObject({ outcome: 'fail', reason: { code } });
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
  await nothingLeft(before);
});
