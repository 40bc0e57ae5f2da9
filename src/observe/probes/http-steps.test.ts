import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { httpStepsProbe } from './http-steps.ts';
import { handles, nothingLeft, runProbe } from './probing.fixture.ts';

interface Asked {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
  vi.unstubAllEnvs();
});

/** A shop that remembers what it was asked. */
async function shop(answer: (asked: Asked, response: ServerResponse) => void) {
  const seen: Asked[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const asked = { method: request.method, url: request.url, headers: request.headers, body };
      seen.push(asked);
      answer(asked, response);
    });
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, seen };
}

const go = (port: number, steps: unknown[], more: Record<string, unknown> = {}) =>
  runProbe(httpStepsProbe, { options: { secure: false, port, steps, ...more } });

test('signs in, opens and orders: cookies go along, what was saved is used', async () => {
  const { port, seen } = await shop((asked, response) => {
    if (asked.url === '/login') response.setHeader('set-cookie', ['session=abc; Path=/; HttpOnly', 'old=1; Max-Age=0']);
    if (asked.url === '/login') response.setHeader('x-token', 'tok"en');
    response.end(asked.url === '/cart' ? '{"items":[{"id":"a b/c"}]}' : 'order 17 placed');
  });
  const found = await go(port, [
    { name: 'login', method: 'POST', path: '/login', body: 'user=ann', save: { token: { header: 'X-Token' } } },
    { name: 'cart', path: '/cart', save: { item: { 'json-path': '$.items[0].id' } } },
    {
      name: 'order',
      method: 'POST',
      path: '/order/{{item}}',
      headers: { 'x-token': '{{token}}' },
      body: '{"token":"{{token}}"}',
      match: [{ contains: 'placed' }],
      save: { number: { matches: 'order (\\d+)' } },
    },
  ]);
  expect(found).toMatchObject({ outcome: 'pass', values: { 'steps-done': 3, 'http-status-code': 200 } });
  expect(found.values['failed-step']).toBeUndefined();
  expect((found.values['step-times'] as string[]).map((text) => text.split(' ')[0])).toEqual([
    'login',
    'cart',
    'order',
  ]);
  expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /login',
    'GET /cart',
    'POST /order/a%20b%2Fc',
  ]);
  expect(seen[0]?.headers.cookie).toBeUndefined();
  expect(seen[1]?.headers.cookie).toBe('session=abc');
  expect(seen[2]?.headers['x-token']).toBe('tok"en');
  expect(JSON.parse(seen[2]?.body ?? '')).toEqual({ token: 'tok"en' });
});

test('the first step that is not as expected ends the run, and is named', async () => {
  const { port, seen } = await shop((asked, response) => response.writeHead(asked.url === '/b' ? 500 : 200).end());
  const found = await go(port, [{ path: '/a' }, { path: '/b' }, { path: '/c' }]);
  expect(found).toMatchObject({
    outcome: 'fail',
    reason: { code: 'http-status', text: 'step 2: status 500 is not among 100-299' },
    values: { 'steps-done': 1, 'failed-step': 'step 2' },
  });
  expect(seen).toHaveLength(2);
});

test('a sign-in that redirects sets its cookie on the way', async () => {
  const { port, seen } = await shop((asked, response) => {
    if (asked.url === '/login') response.writeHead(302, { location: '/home', 'set-cookie': 'id=7' });
    response.end();
  });
  expect(await go(port, [{ path: '/login' }])).toMatchObject({ outcome: 'pass', values: { redirects: 1 } });
  expect(seen[1]?.headers.cookie).toBe('id=7');
});

test('what a server sends is never read as a variable, a header line or a path', async () => {
  vi.stubEnv('QW_TEST_SECRET', 'hidden');
  const hostile = '${QW_TEST_SECRET}/../{{other}}';
  const { port, seen } = await shop((_, response) =>
    response.end(JSON.stringify({ token: `${hostile}\r\nx-evil: 1` })),
  );
  const steps = [
    { path: '/', save: { token: { 'json-path': '$.token' } } },
    { path: '/{{token}}', headers: { 'x-token': 'is {{token}} and ${QW_TEST_SECRET}' } },
  ];
  expect(await go(port, steps)).toMatchObject({ outcome: 'pass' });
  expect(seen[1]?.headers['x-token']).toBe(`is ${hostile}x-evil: 1 and hidden`);
  expect(seen[1]?.headers['x-evil']).toBeUndefined();
  expect(seen[1]?.url).not.toContain('hidden');
  expect(seen[1]?.url).toMatch(/^\/%24%7B/);
});

test.each([
  [{ header: 'x-none' }, 'the header x-none finds nothing'],
  [{ 'json-path': '$.none' }, '$.none finds nothing'],
  [{ matches: 'no(thing)' }, 'no(thing) finds nothing'],
])('nothing to save by %o is a failure', async (rule, text) => {
  const { port } = await shop((_, response) => response.end('plain'));
  const { outcome, reason } = await go(port, [{ path: '/', save: { x: rule } }]);
  expect([outcome, reason?.code]).toEqual(['fail', 'step-save']);
  expect(reason?.text).toContain(text);
});

test('a value that is too long is not kept', async () => {
  const { port } = await shop((_, response) => response.end('y'.repeat(5000)));
  const { reason } = await go(port, [{ path: '/', save: { x: { matches: 'y+' } } }]);
  expect(reason?.text).toContain('5000 characters');
});

test('the time-out is for the whole run', async () => {
  const before = handles();
  const { port } = await shop((_, response) => setTimeout(() => response.end(), 200));
  const steps = [{ path: '/1' }, { path: '/2' }, { path: '/3' }];
  const found = await runProbe(httpStepsProbe, { options: { secure: false, port, steps }, timeoutMs: 300 });
  expect(found).toMatchObject({ outcome: 'fail', reason: { code: 'timeout' }, values: { 'steps-done': 1 } });
  for (const one of open.splice(0)) one.close();
  await nothingLeft(before);
});

test('thresholds are for all steps together', async () => {
  const { port } = await shop((_, response) => setTimeout(() => response.end(), 30));
  const steps = [{ path: '/1' }, { path: '/2' }];
  expect(await go(port, steps, { 'thr-http-time': '50ms' })).toMatchObject({ outcome: 'fail' });
  expect(await go(port, steps, { 'degraded-when': { 'thr-http-time': '50ms' } })).toMatchObject({
    outcome: 'degraded',
    reason: { code: 'http-resp-time' },
  });
});

test('a value that no earlier step saves is a mistake in the configuration', () => {
  const read = (steps: unknown[]) => z.strictObject(httpStepsProbe.options).safeParse({ steps });
  const wrong = read([{ path: '/{{id}}', save: { id: { header: 'x-id' } } }]);
  expect(wrong.error?.issues[0]).toMatchObject({
    path: ['steps', 0],
    message: 'expected a value that an earlier step saves, found {{id}}',
  });
  expect(read([{ path: '/', save: { id: { header: 'x-id' } } }, { path: '/{{id}}' }]).success).toBe(true);
});
