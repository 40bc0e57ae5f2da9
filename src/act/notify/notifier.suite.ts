import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { NotificationBody } from '../../model/index.ts';
import { systemClock } from '../../platform/index.ts';
import { startHttpServer, type Received } from '../testing/http-server.ts';
import { sampleBody } from '../testing/sample.ts';
import { renderMessage, type OutgoingMessage } from './message.ts';
import type { Notifier, SendContext } from './notifier.ts';

/** What a service answers, as it was recorded or as its documentation shows it. */
interface ServiceAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface ServiceCase {
  /** Told apart where one notifier knows several services. */
  name?: string;
  notifier: Notifier;
  /** Options for a service at this address (without a slash at the end); secrets are the variables of `secrets`. */
  options: (url: string) => Record<string, unknown>;
  /** By variable of the environment; `{url}` in them stands for the address. */
  secrets: Record<string, string>;
  success: ServiceAnswer;
  /** It will not take this one, ever. */
  refusal: ServiceAnswer;
  /** It asks for patience, and for how long. */
  busy: ServiceAnswer & { afterMs?: number };
  /** Markup of the service that a hostile name may not turn into: what must not stand in the request as it is. */
  markup: readonly string[];
  /** Of a request about something with long names; 28,000, which the strictest service takes, without this. */
  mostBytes?: number;
  /** The parts of a request that the service reads as markup; all of it without this. */
  interpreted?: (body: string) => string;
}

const hostile = [
  '<b>bold</b> <script>alert(1)</script> & "quoted" \'so\'',
  '@everyone <!channel> <@U0123456> <#C0123> [link](http://evil.example) **strong** `code`',
  '\r\nInjected: header\n\n{"json": "\\u0000"} ${HOME} ${title} $(id) {{x}} %0a \u202egpj.exe',
].join(' ');

/** What every notifier over HTTP does, whatever the service is. */
export function notifierSuite(given: ServiceCase): void {
  const { notifier, secrets } = given;
  describe(`${notifier.channel}${given.name === undefined ? '' : ` (${given.name})`}`, () => {
    let answer: (request: Received, response: ServerResponse) => void;
    let server: Awaited<ReturnType<typeof startHttpServer>>;
    beforeAll(async () => {
      server = await startHttpServer((request, response) => answer(request, response));
      for (const [name, value] of Object.entries(secrets)) process.env[name] = value.replaceAll('{url}', server.url);
    });
    afterEach(() => {
      server.received.length = 0;
    });
    afterAll(async () => {
      for (const name of Object.keys(secrets)) delete process.env[name];
      await server.stop();
    });

    const says = ({ status, headers = {}, body = '' }: ServiceAnswer, response: ServerResponse) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
    };
    const answerWith = (one: ServiceAnswer) => {
      answer = (_, response) => says(one, response);
    };
    const settings = (url = server.url) => {
      const options = given.options(url);
      expect(notifier.problem?.(options)).toBeUndefined();
      return z.strictObject(notifier.options).parse(options);
    };
    const contextOf = (more: Partial<SendContext> = {}): SendContext => ({
      clock: systemClock,
      signal: new AbortController().signal,
      warn: () => {},
      delivered: new Set(),
      ...more,
    });
    const send = (message: OutgoingMessage = sample(), more: Partial<SendContext> = {}) =>
      notifier.send(message, settings(), contextOf(more));
    const sample = (body: Partial<NotificationBody> = {}) =>
      renderMessage('1.0', sampleBody(body), { pageUrl: 'https://watch.example' });
    const shownSecrets = (text: string) =>
      Object.values(secrets)
        .map((value) => value.replaceAll('{url}', server.url))
        .flatMap((value) => [value, encodeURIComponent(value), Buffer.from(value).toString('base64')])
        .filter((value) => text.includes(value));

    test('success is done, and says who took it', async () => {
      answerWith(given.success);
      const result = await send();
      expect(result).toMatchObject({ outcome: 'done' });
      expect(result.text).not.toBe('');
      expect(server.received.length).toBeGreaterThan(0);
      expect(server.received.map(({ url, body }) => decoded(url) + decoded(body)).join('\n')).toContain('google-dns');
      answerWith(given.success);
      expect((await send(sample({ message: 'resolved' }))).outcome).toBe('done');
    });

    test('a refusal is final, and nobody has got it', async () => {
      answerWith(given.refusal);
      expect(await send()).toMatchObject({ outcome: 'failed', undelivered: true });
    });

    test('what may pass is tried again, as late as the service asks', async () => {
      answerWith(given.busy);
      const busy = await send();
      expect(busy.outcome).toBe('retry');
      expect(busy.afterMs).toBe(given.busy.afterMs);
      for (const status of [500, 503]) {
        answerWith({ status, body: 'broken' });
        expect((await send()).outcome, String(status)).toBe('retry');
      }
    });

    test('redirects are not followed', async () => {
      answerWith({ status: 302, headers: { location: `${server.url}/elsewhere` } });
      expect((await send()).outcome).not.toBe('done');
      expect(server.received.filter(({ url }) => url === '/elsewhere')).toEqual([]);
    });

    test('silence, hanging up, answers without end or sense are survived', async () => {
      const controller = new AbortController();
      answer = () => controller.abort();
      const stopped = await send(sample(), { signal: controller.signal });
      expect(stopped.outcome).toBe('retry');
      expect(stopped.undelivered ?? false).toBe(false);
      answer = (_, response) => response.destroy();
      expect((await send()).outcome).toBe('retry');
      answer = (_, response) => {
        response.on('error', () => {});
        response.writeHead(500);
        const more = () => {
          if (!response.destroyed) response.write(Buffer.alloc(65_536, 'x'), () => setImmediate(more));
        };
        more();
      };
      expect((await send()).outcome).toBe('retry');
      answerWith({ status: 400, body: 'x'.repeat(1_000_000) });
      const long = await send();
      expect(long.outcome).not.toBe('done');
      expect(long.text.length).toBeLessThanOrEqual(300);
      answerWith({ status: 200, body: '\u0000<html>' });
      expect((await send()).text).not.toMatch(/[\u0000-\u001f]/);
    });

    test('where nobody listens, nobody has got it', async () => {
      const [name, url] = Object.entries(secrets).find(([, value]) => value.includes('{url}')) ?? [];
      if (name !== undefined && url !== undefined) process.env[name] = url.replaceAll('{url}', 'http://127.0.0.1:1');
      const result = await notifier.send(sample(), settings('http://127.0.0.1:1'), contextOf());
      if (name !== undefined && url !== undefined) process.env[name] = url.replaceAll('{url}', server.url);
      expect(result).toMatchObject({ outcome: 'retry', undelivered: true });
      expect(result.text).toContain('127.0.0.1:1 refused the connection');
    });

    test('a secret that is not there names its variable, and is tried again', async () => {
      const [name = ''] = Object.keys(secrets);
      const value = process.env[name];
      delete process.env[name];
      const result = await send();
      process.env[name] = value;
      expect(result).toEqual({ outcome: 'retry', text: `the variable ${name} is not set`, undelivered: true });
      expect(server.received).toEqual([]);
    });

    test('a server that repeats all it was sent brings no secret into what is kept', async () => {
      for (const status of [200, 400, 403, 404, 429, 500]) {
        answer = ({ url, headers, body }, response) => {
          const echo = [url, decoded(url), JSON.stringify(headers), body, decoded(body)].join(' ');
          const basic = Buffer.from(headers.authorization?.split(' ')[1] ?? '', 'base64').toString();
          says({ status, body: { ok: false, error: echo, message: echo, description: `${echo} ${basic}` } }, response);
        };
        const { text, handle = '' } = await send();
        expect(shownSecrets(text + handle), `${status}: ${text}`).toEqual([]);
      }
      expect(shownSecrets(notifier.destination(settings()))).toEqual([]);
    });

    test('whatever the names say, it stays text', async () => {
      answerWith(given.success);
      const body = sampleBody();
      const hostileBody: NotificationBody = {
        ...body,
        incident: { ...body.incident, title: hostile, check: hostile, affected: [hostile] },
        transition: { ...body.transition, reason: { code: 'x', text: hostile } },
      };
      const message = renderMessage('1.0', hostileBody, { pageUrl: 'https://watch.example', isPublic: true });
      expect((await send(message)).outcome).toBe('done');
      const [request] = server.received;
      const sent = request?.body ?? '';
      if (request?.headers['content-type']?.startsWith('application/json')) JSON.parse(sent);
      const interpreted = given.interpreted?.(sent) ?? sent;
      expect(interpreted).not.toBe('');
      for (const markup of given.markup) expect(interpreted).not.toContain(markup);
      expect(request?.headers).not.toHaveProperty('injected');
      expect(sent + (request?.url ?? '')).not.toContain(process.env['HOME'] ?? '/root');
    });

    test('long names are cut, not refused', async () => {
      answerWith(given.success);
      const body = sampleBody();
      const long = {
        ...body.incident,
        title: '漢'.repeat(5000),
        affected: Array.from({ length: 500 }, () => 'ü'.repeat(100)),
      };
      expect((await send(renderMessage('1.0', { ...body, incident: long }))).outcome).toBe('done');
      expect(Buffer.byteLength(server.received[0]?.body ?? '')).toBeLessThan(given.mostBytes ?? 28_000);
    });
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
