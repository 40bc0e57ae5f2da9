import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../platform/index.ts';
import { startHttpServer, type Received } from '../testing/http-server.ts';
import { sampleBody } from '../testing/sample.ts';
import { renderMessage } from './message.ts';
import { notifierSuite } from './notifier.suite.ts';
import { retryAfterMs } from './retry-after.ts';
import { webhook } from './webhook.ts';

const message = renderMessage('1.0', sampleBody(), { pageUrl: 'http://watch.example/' });
let answer: (request: Received, response: ServerResponse) => void;
let server: Awaited<ReturnType<typeof startHttpServer>>;
let folder = '';
beforeAll(async () => {
  server = await startHttpServer((request, response) => answer(request, response));
  folder = await mkdtemp(join(tmpdir(), 'qw-webhook-'));
  await writeFile(join(folder, 'key'), 'sesame-key\n', { mode: 0o600 });
  process.env['QW_TEST_TOKEN'] = 'path-token-1';
});
afterEach(() => {
  server.received.length = 0;
});
afterAll(async () => {
  delete process.env['QW_TEST_TOKEN'];
  await server.stop();
  await rm(folder, { recursive: true });
});

const schema = z.strictObject(webhook.options);
const send = (given: Record<string, unknown>, signal = new AbortController().signal) =>
  webhook.send(message, schema.parse(given), { clock: systemClock, signal, warn: () => {}, delivered: new Set() });
const answerWith = (status: number, headers: Record<string, string> = {}) => {
  answer = (_, response) => response.writeHead(status, headers).end();
};

test('sends the message as JSON with a signature that the receiver can verify', async () => {
  answerWith(204);
  const given = {
    url: `${server.url}/hook/\${QW_TEST_TOKEN}`,
    'secret-file': join(folder, 'key'),
    headers: { Authorization: 'Bearer ${QW_TEST_TOKEN}' },
  };
  expect(await send(given)).toEqual({
    outcome: 'done',
    text: expect.stringMatching(/^127\.0\.0\.1:\d+ answered 204$/) as string,
  });
  const [request] = server.received;
  expect(request).toMatchObject({ method: 'POST', url: '/hook/path-token-1' });
  expect(request?.headers).toMatchObject({ authorization: 'Bearer path-token-1', 'x-quorumwatch-id': message.id });
  const t = request?.headers['x-quorumwatch-timestamp'] as string;
  const expected = createHmac('sha256', 'sesame-key')
    .update(`${t}.${request?.body ?? ''}`)
    .digest('hex');
  expect(request?.headers['x-quorumwatch-signature']).toBe(`t=${t},v1=${expected}`);
  expect(JSON.parse(request?.body ?? '')).toMatchObject({
    version: 1,
    id: message.id,
    message: 'firing',
    incident: { id: '12', openedAt: '2026-03-28T21:00:00.000Z', link: 'http://watch.example/incidents/12' },
    transition: { from: 'up', to: 'down', since: '2026-03-28T21:00:00.000Z' },
  });
});

test.each([
  [400, 'failed'],
  [404, 'failed'],
  [408, 'retry'],
  [425, 'retry'],
  [429, 'retry'],
  [500, 'retry'],
  [302, 'failed'],
])('%i means %s', async (status, outcome) => {
  answerWith(status, { location: `${server.url}/elsewhere`, 'retry-after': '7' });
  const result = await send({ url: server.url });
  expect(result.outcome).toBe(outcome);
  expect(result.afterMs).toBe(outcome === 'retry' ? 7000 : undefined);
  expect(server.received).toHaveLength(1);
});

test('survives answers without end, and servers that say nothing, hang up or are not there', async () => {
  answer = (_, response) => {
    response.on('error', () => {});
    const more = () => {
      if (!response.destroyed) response.write(Buffer.alloc(65_536), () => setImmediate(more));
    };
    more();
  };
  expect((await send({ url: server.url })).outcome).toBe('done');
  answer = (_, response) => response.destroy();
  expect(await send({ url: server.url })).toMatchObject({
    outcome: 'retry',
    text: expect.stringContaining('closed the connection') as string,
  });
  const controller = new AbortController();
  answer = () => controller.abort();
  expect((await send({ url: server.url }, controller.signal)).outcome).toBe('retry');
  expect(await send({ url: 'http://127.0.0.1:1/secret-path' })).toEqual({
    outcome: 'retry',
    text: '127.0.0.1:1 refused the connection',
    undelivered: true,
  });
  expect(await send({ url: server.url, secret: '${QW_TEST_NONE}' })).toEqual({
    outcome: 'retry',
    text: 'the variable QW_TEST_NONE is not set',
    undelivered: true,
  });
});

test('secrets have no place in the configuration', () => {
  const problems = (given: object) =>
    schema.safeParse({ url: 'http://a', ...given }).error?.issues.map((issue) => issue.message);
  expect(problems({ secret: 'plain' })?.[0]).toContain('expected ${NAME}');
  expect(problems({ headers: { Authorization: 'Bearer plain' } })).toEqual([
    'expected ${NAME} in it: secrets are not kept here',
  ]);
  expect(problems({ headers: { Host: 'other' } })).toEqual(['Host is set by the program']);
  expect(problems({ headers: { A: 'x\r\nB: y' } })).toEqual(['expected a header value on one line']);
});

test('reads Retry-After as seconds and as a date', () => {
  const now = Date.UTC(2026, 0, 1);
  expect(retryAfterMs('3', now)).toBe(3000);
  expect(retryAfterMs('Thu, 01 Jan 2026 00:00:10 GMT', now)).toBe(10_000);
  expect(retryAfterMs('soon', now)).toBeUndefined();
});

notifierSuite({
  notifier: webhook,
  secrets: { QW_TEST_HOOK: 'signing-key-of-the-hook' },
  options: (url) => ({ url: `${url}/hook`, secret: '${QW_TEST_HOOK}', headers: { 'X-Token': '${QW_TEST_HOOK}' } }),
  success: { status: 204 },
  refusal: { status: 410 },
  busy: { status: 429, headers: { 'retry-after': '7' }, afterMs: 7000 },
  mostBytes: 200_000,
  markup: [],
});
