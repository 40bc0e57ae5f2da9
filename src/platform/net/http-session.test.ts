import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { HttpUnanswered, openHttpSession, type HttpSession } from './http-session.ts';

const open: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

async function listen(server: Server): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
function session(options: { ca?: string; publicOnly?: boolean } = {}): HttpSession {
  const opened = openHttpSession(options);
  open.push(opened);
  return opened;
}
const get = (url: string, from = session(), timeoutMs = 5000) =>
  from.request({ url, method: 'GET', timeoutMs, limitBytes: 1000 });

/** A certificate that signs itself, or nothing where this machine has no openssl. */
function selfSigned(): { key: string; cert: string } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'qw-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    const request = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
    ];
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert];
    execFileSync('openssl', [...request, ...subject], { stdio: 'ignore' });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
const pair = selfSigned();

test.skipIf(!pair)(`trusts only the given authority${pair ? '' : ' (skipped: openssl is not installed)'}`, async () => {
  const port = await listen(createHttpsServer({ ...pair }, (_, response) => response.end('yes')));
  const url = `https://127.0.0.1:${port}/`;
  await expect(get(url)).rejects.toThrow('has a certificate that it signed itself; name it with ca-file');
  const answer = await get(url, session(pair ? { ca: pair.cert } : {}));
  expect([answer.status, answer.body.toString(), answer.complete]).toEqual([200, 'yes', true]);
});

test('names host and port, never the path, and says what went wrong', async () => {
  const silent = await listen(createServer(() => {}));
  await expect(get(`http://127.0.0.1:${silent}/secret`, session(), 100)).rejects.toThrow(
    new HttpUnanswered(`127.0.0.1:${silent} did not answer within 100 ms`, false),
  );
  const garbage = await listen(createServer((socket) => socket.on('error', () => {}).end('SSH-2.0-x\r\n')));
  await expect(get(`http://127.0.0.1:${garbage}/secret`)).rejects.toThrow(
    `127.0.0.1:${garbage} does not answer in HTTP`,
  );
  const headers = `HTTP/1.1 200 OK\r\n${'x: yyyyyyyyyyyyyyyy\r\n'.repeat(5000)}`;
  const long = await listen(createServer((socket) => socket.on('error', () => {}).end(headers)));
  await expect(get(`http://127.0.0.1:${long}/`)).rejects.toThrow('answered with headers that are too long');
  const cut = await listen(
    createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc')),
  );
  await expect(get(`http://127.0.0.1:${cut}/`)).rejects.toThrow('closed the connection');
});

test('says whether the other side can have got the request', async () => {
  const unsent = (url: string, from = session(), timeoutMs = 300) =>
    get(url, from, timeoutMs).then(
      () => undefined,
      (error: unknown) => (error instanceof HttpUnanswered ? error.unsent : undefined),
    );
  expect(await unsent('http://127.0.0.1:1/')).toBe(true);
  expect(await unsent('http://name.invalid/', session(), 5000)).toBe(true);
  const hangsUp = await listen(
    createServer((socket) => socket.on('error', () => {}).on('data', () => socket.destroy())),
  );
  expect(await unsent(`http://127.0.0.1:${hangsUp}/`)).toBe(false);
  const silent = await listen(createServer(() => {}));
  expect(await unsent(`http://127.0.0.1:${silent}/`)).toBe(false);
  if (!pair) return;
  const selfSigned = await listen(createHttpsServer({ ...pair }, (_, response) => response.end('yes')));
  expect(await unsent(`https://127.0.0.1:${selfSigned}/`)).toBe(true);
});

test.each(['127.0.0.1', 'localhost', '[::1]', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]'])(
  'asks nobody at %s when only public addresses may be asked',
  async (host) => {
    let connections = 0;
    const port = await listen(createServer(() => connections++));
    const asked = get(`http://${host}:${port}/`, session({ publicOnly: true }));
    await expect(asked).rejects.toThrow('has an address that is not of the public Internet');
    expect(connections).toBe(0);
  },
);
