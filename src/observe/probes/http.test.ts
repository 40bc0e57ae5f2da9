import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createResolver, systemClock } from '../../platform/index.ts';
import { httpGetProbe } from './http-get.ts';
import { handles, nothingLeft, runProbe, type Probing } from './probing.fixture.ts';

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const web = (handler: RequestListener) => listen(createHttpServer(handler));
/** A server that sends whatever bytes it likes once it was asked. */
const raw = (answer: (socket: Socket) => void) =>
  listen(createServer((socket) => socket.once('data', () => answer(socket))));

function get(port: number, options: Record<string, unknown> = {}, rest: Probing = {}) {
  return runProbe(httpGetProbe, { ...rest, options: { port, ...options } });
}

test('a good status is up, with the timing of each step', async () => {
  const port = await web((_, response) => response.end('hello'));
  const found = await get(port);
  expect(found).toMatchObject({ outcome: 'pass', values: { 'http-status-code': 200, 'body-bytes': 5 } });
  const { 'connect-ms': connect, 'first-byte-ms': first, 'total-ms': total } = found.values;
  expect(Number(total)).toBeGreaterThanOrEqual(Number(connect) + Number(first) - 0.002);
  expect(found.latencyMs).toBe(found.values['http-resp-time']);
});

test.each([
  [302, {}, 'fail'],
  [302, { 'http-codes': '100-299,302' }, 'pass'],
  [404, {}, 'fail'],
  [204, {}, 'pass'],
  [500, { 'http-codes': '500' }, 'pass'],
])('status %i with %o: %s', async (status, options, outcome) => {
  const port = await web((_, response) => response.writeHead(status).end());
  expect(await get(port, options)).toMatchObject({ outcome, values: { 'http-status-code': status } });
});

test('a bad status names what was expected', async () => {
  const port = await web((_, response) => response.writeHead(503).end());
  const { reason } = await get(port, { 'http-codes': '200-299,301' });
  expect(reason).toEqual({ code: 'http-status', text: 'status 503 is not among 200-299,301' });
});

test('method, path, headers, body and credentials arrive; Host carries the name', async () => {
  const seen = Promise.withResolvers<Record<string, unknown>>();
  const port = await web((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      seen.resolve({ method: request.method, url: request.url, headers: request.headers, body });
      response.end();
    });
  });
  await get(port, {
    method: 'POST',
    path: '/a?b=c',
    body: 'dé',
    headers: { 'X-One': '1' },
    user: 'ann',
    'server-name': 'www.example.org',
  });
  expect(await seen.promise).toMatchObject({
    method: 'POST',
    url: '/a?b=c',
    body: 'dé',
    headers: {
      host: `www.example.org:${port}`,
      'x-one': '1',
      'content-length': '3',
      authorization: `Basic ${Buffer.from('ann:').toString('base64')}`,
      connection: 'close',
    },
  });
});

test('a variable in a header is filled in; a missing one is unknown, not down', async () => {
  const seen: unknown[] = [];
  const port = await web((request, response) => {
    seen.push(request.headers['authorization']);
    response.end();
  });
  process.env['QW_TEST_TOKEN'] = 'hush';
  const headers = { Authorization: 'Bearer ${QW_TEST_TOKEN}' };
  expect(await get(port, { headers })).toMatchObject({ outcome: 'pass' });
  delete process.env['QW_TEST_TOKEN'];
  expect(await get(port, { headers })).toMatchObject({
    outcome: 'unknown',
    reason: { code: 'secret-unreadable', text: 'the variable QW_TEST_TOKEN is not set' },
  });
  expect(seen).toEqual(['Bearer hush']);
  expect(() => get(port, { headers: { authorization: 'Bearer literal' } })).toThrow(/from the environment/);
});

test('an unreadable password is unknown, not down', async () => {
  const found = await get(9, { user: 'a', 'password-file': '/nowhere/at/all' });
  expect(found).toMatchObject({ outcome: 'unknown', reason: { code: 'secret-unreadable' } });
});

test.each([
  [{ contains: 'up' }, 'pass'],
  [{ contains: 'gone' }, 'fail'],
  [{ 'not-contains': 'gone' }, 'pass'],
  [{ 'not-contains': 'status' }, 'fail'],
  [{ matches: '"count":\\s*\\d+' }, 'pass'],
  [{ matches: '^no$' }, 'fail'],
  [{ 'not-matches': 'err(or)?' }, 'pass'],
  [{ 'not-matches': 'u[p]' }, 'fail'],
  [{ 'json-path': '$.parts[?@.name=="db"].status', equals: 'up' }, 'pass'],
  [{ 'json-path': '$.parts[*].status', equals: 'down' }, 'fail'],
  [{ 'json-path': '$.count' }, 'pass'],
  [{ 'json-path': '$.missing' }, 'fail'],
  [{ 'json-path': '$.parts[0]', equals: { status: 'up', name: 'db' } }, 'pass'],
])('content %o: %s', async (rule, outcome) => {
  const port = await web((_, response) => response.end('{"count": 3, "parts": [{"name":"db","status":"up"}]}'));
  const found = await get(port, { match: [rule] });
  expect(found.outcome).toBe(outcome);
  if (outcome === 'fail') expect(found.reason?.code).toBe('content');
});

test('a wrong pattern or path is an error of the configuration', () => {
  expect(() => get(9, { match: [{ matches: '(' }] })).toThrow(/RE2/);
  expect(() => get(9, { match: [{ 'json-path': '$[' }] })).toThrow(/JSONPath/);
  expect(() => get(9, { headers: { a: 'b\r\nc: d' } })).toThrow(/header value/);
});

test('a pattern that would take for ever elsewhere, and JSON nested without end', async () => {
  const port = await web((request, response) =>
    response.end(request.url === '/deep' ? '['.repeat(200_000) : 'a'.repeat(50_000)),
  );
  expect(await get(port, { match: [{ matches: '^(a+)+$b' }] })).toMatchObject({ outcome: 'fail' });
  const deep = await get(port, { path: '/deep', match: [{ 'json-path': '$..x' }] });
  expect(deep).toMatchObject({ outcome: 'fail', reason: { code: 'content' } });
});

test('redirects are followed when asked for, up to the limit, and not in circles', async () => {
  const port = await web((request, response) => {
    const steps = Number(/^\/(\d+)$/.exec(request.url ?? '')?.[1] ?? 0);
    if (request.url === '/circle') response.writeHead(301, { location: '/back' }).end();
    else if (request.url === '/back') response.writeHead(302, { location: '/circle' }).end();
    else if (request.url === '/mail') response.writeHead(302, { location: 'mailto:a@example.org' }).end();
    else if (request.url === '/bare') response.writeHead(302).end();
    else if (steps > 0) response.writeHead(307, { location: `/${steps - 1}` }).end();
    else response.end();
  });
  const found = await get(port, { path: '/3', 'follow-redirects': 3 });
  expect(found).toMatchObject({ outcome: 'pass', values: { redirects: 3, 'final-url': `http://127.0.0.1:${port}/0` } });
  const reasons = await Promise.all(
    ['/4', '/circle', '/mail', '/bare'].map(
      async (path) => (await get(port, { path, 'follow-redirects': 3 })).reason?.code,
    ),
  );
  expect(reasons).toEqual(['too-many-redirects', 'redirect-loop', 'redirect-invalid', 'redirect-invalid']);
});

test('credentials do not follow a redirect to another host, and its name is resolved', async () => {
  const seen: (string | undefined)[] = [];
  const port = await web((request, response) => {
    seen.push(request.headers.authorization);
    if (request.url === '/') response.writeHead(302, { location: `http://other.example:${port}/there` }).end();
    else response.end();
  });
  const lookup = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
  const resolver = createResolver({ clock: systemClock, lookup });
  const found = await get(port, { user: 'ann', 'follow-redirects': 1 }, { resolver });
  expect(found).toMatchObject({ outcome: 'pass', values: { 'final-url': `http://other.example:${port}/there` } });
  expect(seen).toEqual([expect.stringMatching(/^Basic /), undefined]);
});

test('a body without end is cut and judged by what was read', async () => {
  const port = await web((_, response) => {
    const more = () => {
      while (response.write('x'.repeat(16_384)));
      response.once('drain', more);
    };
    more();
  });
  const found = await get(port, { 'max-body': '100KiB', match: [{ contains: 'xxx' }] });
  expect(found).toMatchObject({ outcome: 'pass', values: { 'body-bytes': 102_400, 'body-truncated': true } });
});

test.each<[string, (socket: Socket) => void, RegExp, RegExp]>([
  ['ten megabytes of header', flood, /header-too-large/, /above 64 KiB/],
  [
    'one header line without end',
    (s) => s.write(`HTTP/1.1 200 OK\r\nX: ${'y'.repeat(200_000)}`),
    /header-too-large/,
    /64 KiB/,
  ],
  ['no HTTP at all', (s) => s.end('220 mail.example.org ESMTP\r\n'), /http-invalid/, /Expected HTTP/],
  ['a reset', (s) => s.resetAndDestroy(), /connection-reset/, /./],
  ['a close before the status line', (s) => s.end(), /connection-reset/, /hang up/],
  [
    'a half-close in the body',
    (s) => s.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'),
    /connection-reset/,
    /./,
  ],
  ['silence', () => undefined, /timeout/, /no reply within 300ms/],
  ['silence in the header', (s) => s.write('HTTP/1.1 200 OK\r\nA: b\r\n'), /timeout/, /no reply within 300ms/],
  [
    'silence in the body',
    (s) => s.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'),
    /timeout/,
    /did not end within 300ms; 3 bytes came/,
  ],
  ['a byte now and then', drip, /timeout/, /did not end within 300ms/],
  [
    'two lengths',
    (s) => s.write('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'),
    /http-invalid/,
    /./,
  ],
])('a server that sends %s makes it down and leaves nothing behind', async (_, answer, code, text) => {
  const before = handles();
  const port = await raw(answer);
  const found = await get(port, {}, { timeoutMs: 300 });
  expect(found.outcome).toBe('fail');
  expect(found.reason?.code).toMatch(code);
  expect(found.reason?.text).toMatch(text);
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
  await nothingLeft(before);
});

function flood(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\n');
  let left = 10_000;
  const more = () => {
    while (left-- > 0 && socket.writable && socket.write(`X-${left}: ${'y'.repeat(1000)}\r\n`));
    if (left > 0) socket.once('drain', more);
  };
  more();
}

function drip(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
  const timer = setInterval(() => socket.write('1\r\nx\r\n'), 20);
  socket.on('close', () => clearInterval(timer));
}

test('an interim reply and a change of protocol are answers', async () => {
  const early = await raw((s) =>
    s.write('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
  );
  expect(await get(early)).toMatchObject({ outcome: 'pass', values: { 'http-status-code': 200 } });
  const upgrade = await raw((s) => s.write('HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'));
  expect(await get(upgrade)).toMatchObject({ outcome: 'pass', values: { 'http-status-code': 101 } });
});

test('an abort ends the exchange at once', async () => {
  const before = handles();
  const control = new AbortController();
  const asked = Promise.withResolvers<void>();
  const port = await raw(() => asked.resolve());
  const probing = get(port, {}, { signal: control.signal, timeoutMs: 60_000 });
  await asked.promise;
  control.abort();
  expect(await probing).toMatchObject({ outcome: 'unknown', reason: { code: 'canceled' } });
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
  await nothingLeft(before);
});
