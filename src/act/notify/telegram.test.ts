import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../platform/index.ts';
import { startHttpServer, type Received } from '../testing/http-server.ts';
import { sampleBody } from '../testing/sample.ts';
import { renderMessage } from './message.ts';
import { telegram } from './telegram.ts';

const token = '123456:AAtoken-of-the-bot';
const body = sampleBody();
const message = renderMessage('1.0', { ...body, incident: { ...body.incident, title: '<b>a & b' } });
let answer: (request: Received, response: ServerResponse) => void;
let server: Awaited<ReturnType<typeof startHttpServer>>;
beforeAll(async () => {
  server = await startHttpServer((request, response) => answer(request, response));
  process.env['QW_TEST_BOT'] = token;
});
afterAll(async () => {
  delete process.env['QW_TEST_BOT'];
  await server.stop();
});

const schema = z.strictObject(telegram.options);
const send = () =>
  telegram.send(message, schema.parse({ chat: -100123, token: '${QW_TEST_BOT}', 'api-root': `${server.url}/` }), {
    clock: systemClock,
    signal: new AbortController().signal,
    warn: () => {},
  });
const answerWith = (status: number, value: object) => {
  answer = (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
};

test('calls sendMessage with escaped HTML', async () => {
  answerWith(200, { ok: true, result: { message_id: 77 } });
  expect(await send()).toEqual({ outcome: 'done', text: 'Telegram took the message as number 77' });
  const request = server.received.at(-1);
  expect(request?.url).toBe(`/bot${token}/sendMessage`);
  const sent = JSON.parse(request?.body ?? '') as Record<string, unknown>;
  expect(sent).toMatchObject({ chat_id: -100123, parse_mode: 'HTML' });
  expect(sent['text']).toContain('<b>FIRING: &lt;b&gt;a &amp; b</b>');
});

test('waits as long as it is told, gives up where trying again cannot help, and never shows the token', async () => {
  const refuse = (status: number, description: string, parameters?: object) =>
    answerWith(status, { ok: false, error_code: status, description, ...(parameters ? { parameters } : {}) });
  refuse(429, 'Too Many Requests: retry after 35', { retry_after: 35 });
  expect(await send()).toMatchObject({ outcome: 'retry', afterMs: 35_000 });
  refuse(400, `Bad Request: chat not found ${token}`);
  expect(await send()).toEqual({
    outcome: 'failed',
    text: 'Telegram answered 400: Bad Request: chat not found [secret]',
  });
  refuse(401, 'Unauthorized');
  expect((await send()).outcome).toBe('retry');
  answer = (_, response) => response.end('<html>');
  expect(await send()).toEqual({ outcome: 'retry', text: 'the Bot API server did not answer as one' });
  answer = (_, response) => response.writeHead(302, { location: `${server.url}/x` }).end();
  expect((await send()).outcome).toBe('retry');
  answer = (_, response) => response.destroy();
  const cut = await send();
  expect(cut.outcome).toBe('retry');
  expect(cut.text).not.toContain(token);
});
