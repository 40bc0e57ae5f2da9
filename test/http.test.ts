import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import * as routes from '../src/server/http/routes.ts';
import { problemSchema, type ApiEvent, type ApiIncident, type ApiPage } from '../src/model/index.ts';
import { api, cleanUp, cli, folder, quick, start, webServer } from './support/rig.ts';
import type { Ready } from './support/watcher-process.ts';

/** The API of a real watcher with some history, asked by friends and by others. */

const longName = 'x'.repeat(100);
const names = [
  'a/b',
  'what?',
  'hash#',
  '100%',
  '%2F',
  '...',
  'a&b=c+d e',
  '"quoted"',
  '__proto__',
  'ünï ✓ 日本',
  longName,
];

let cwd: string;
let ready: Ready;
let admin: string;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  cwd = folder();
  const web = await webServer(() => ({ status: 500, body: 'broken' }));
  const watch = [
    ...names.map(
      (name) => `  - { name: ${JSON.stringify(name)}, type: tcp-conn, host: 127.0.0.1, port: ${web.port}, ${quick} }`,
    ),
    `  - { name: web, comment: the shop, labels: { role: shop }, type: http-get, host: 127.0.0.1, port: ${web.port}, ${quick}, down: [{ run: echo hello }] }`,
  ];
  writeFileSync(join(cwd, 'quorumwatch.yaml'), `watch:\n${watch.join('\n')}\n`);
  const watcher = start(cwd);
  ready = await watcher.ready;
  await watcher.until({ web: 'down', [longName]: 'up' });
  await watcher.when(
    () => watcher.events.some((event) => event.kind === 'action-finished'),
    10_000,
    () => 'an action should finish',
  );
  const { call, token } = api(ready);
  admin = token;
  for (const role of ['viewer', 'operator', 'admin']) {
    const made = await call('POST', '/tokens', { name: `t-${role}`, role });
    tokens[role] = (made.body as { token: string }).token;
  }
  return () => web.close();
});
afterAll(cleanUp);

const bearer = (token: string | undefined) => ({ authorization: `Bearer ${token}` });
const ask = (path: string, init: RequestInit = {}) => fetch(`${ready.url}${path}`, { redirect: 'manual', ...init });
const json = { 'content-type': 'application/json' };

/** Every error is problem details that match their schema and give nothing away. */
async function problemOf(response: Response): Promise<z.output<typeof problemSchema>> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const text = await response.text();
  expect(text).not.toContain(cwd);
  expect(text).not.toMatch(/node_modules|src\/|\.ts:\d|\n\s+at /);
  const problem = problemSchema.strict().parse(JSON.parse(text));
  expect(problem.status).toBe(response.status);
  return problem;
}

interface Description {
  openapi: string;
  paths: Record<string, Record<string, { responses: Record<string, unknown>; security?: unknown[] }>>;
}
const describeApi = async () => (await (await ask('/api/v1/openapi.json')).json()) as Description;

describe('who may do what', () => {
  /** The least role for what changes something; everything else is for viewers. */
  const needs: Readonly<Record<string, string>> = {
    'post /incidents/{id}/acknowledge': 'operator',
    'post /incidents/{id}/notes': 'operator',
    'post /incidents/{id}/status': 'operator',
    'put /incidents/{id}/assignee': 'operator',
    'put /incidents/{id}/cause': 'operator',
    'put /incidents/{id}/postmortem': 'operator',
    'put /incidents/{id}/impact': 'operator',
    'post /incidents/{id}/same-cause': 'operator',
    'post /snoozes': 'operator',
    'delete /snoozes/{id}': 'operator',
    'post /receivers/{name}/test': 'operator',
    'post /on-call/overrides': 'operator',
    'delete /on-call/overrides/{id}': 'operator',
    'put /configuration': 'admin',
    'post /membership': 'admin',
    'post /demonstration': 'operator',
    'get /tokens': 'admin',
    'post /tokens': 'admin',
    'delete /tokens/{name}': 'admin',
    'get /users': 'admin',
    'post /users': 'admin',
    'put /users/{name}': 'admin',
    'put /users/{name}/password': 'admin',
    'delete /users/{name}': 'admin',
    'get /audit': 'admin',
    'post /uplinks/switch': 'operator',
    'post /uplinks/drill': 'operator',
    'put /dashboards/{name}': 'operator',
    'delete /dashboards/{name}': 'operator',
    'get /flows/names': 'operator',
    'post /flows/query': 'operator',
    'post /flows/latency': 'operator',
    'post /flows/records': 'operator',
    'post /flows/sql': 'operator',
    'get /flows/insights': 'operator',
    'get /flows/costs': 'operator',
    'post /flows/delete': 'admin',
    'get /flows/views': 'operator',
    'get /flows/views/{name}': 'operator',
    'put /flows/views/{name}': 'operator',
    'delete /flows/views/{name}': 'operator',
    'get /nat/log': 'operator',
    'get /nat/holders': 'operator',
    'post /mirrors': 'operator',
    'post /mirrors/plan': 'operator',
    'post /mirrors/{id}/approve': 'operator',
    'post /mirrors/{id}/stop': 'operator',
    'post /mirrors/{id}/read': 'operator',
  };
  const open = new Set(['post /session', 'delete /session', 'get /session/methods']);

  test('every documented path refuses strangers, and each role what is above it', async () => {
    const { paths } = await describeApi();
    const order = ['viewer', 'operator', 'admin'];
    let asked = 0;
    for (const [path, methods] of Object.entries(paths)) {
      for (const method of Object.keys(methods)) {
        const name = `${method} ${path}`;
        if (open.has(name)) continue;
        const url = `/api/v1${path.replaceAll(/\{\w+\}/g, 'none')}`;
        const init = { method: method.toUpperCase(), headers: json, ...(method === 'get' ? {} : { body: '{}' }) };
        const stranger = await ask(url, init);
        expect(stranger.status, name).toBe(401);
        expect(await problemOf(stranger)).toMatchObject({ code: 'UNAUTHORIZED' });
        const wrong = await ask(url, { ...init, headers: { ...json, ...bearer('qw_wrong') } });
        expect([401, 503], name).toContain(wrong.status);
        await wrong.body?.cancel();
        const least = order.indexOf(needs[name] ?? 'viewer');
        for (const [rank, role] of order.entries()) {
          const answer = await ask(url, { ...init, headers: { ...json, ...bearer(tokens[role]) } });
          if (rank < least) expect(answer.status, `${name} by ${role}`).toBe(403);
          else expect([401, 403], `${name} by ${role}`).not.toContain(answer.status);
          if (!answer.ok) await problemOf(answer);
          else await answer.body?.cancel();
          asked++;
        }
      }
    }
    expect(asked).toBeGreaterThan(50);
  });

  test('what is not documented is closed too; health, metrics and the page are open', async () => {
    for (const path of ['/api/v1/live', '/api/v1/', '/api/v1/nothing', '/api/v1/checks/web/nothing']) {
      const answer = await ask(path);
      expect(answer.status, path).toBe(401);
      await problemOf(answer);
    }
    for (const path of ['/healthz', '/readyz', '/metrics', '/api/v1/openapi.json']) {
      const answer = await ask(path);
      expect(answer.status, path).toBe(200);
      await answer.body?.cancel();
    }
  });

  test('a HEAD request needs what the GET needs, and never hangs', async () => {
    for (const path of ['/api/v1/status', '/api/v1/live', '/api/v1/checks/web']) {
      expect((await ask(path, { method: 'HEAD' })).status).toBe(401);
      const headers = { ...bearer(tokens['viewer']), accept: 'text/event-stream' };
      expect((await ask(path, { method: 'HEAD', headers })).status, path).toBe(200);
    }
  });

  test('many wrong tokens do not lock out right ones', async () => {
    for (let i = 0; i < 60; i++) await (await ask('/api/v1/status', { headers: bearer(`qw_${i}`) })).body?.cancel();
    const limited = await ask('/api/v1/status', { headers: bearer('qw_more') });
    expect(limited.status).toBe(503);
    expect(await problemOf(limited)).toMatchObject({ code: 'OVERLOADED' });
    const right = await ask('/api/v1/status', { headers: bearer(admin) });
    expect(right.status).toBe(200);
    await right.body?.cancel();
  });
});

describe('sessions of a browser', () => {
  const signIn = async (token: string | undefined, cookie?: string) => {
    const headers = { ...json, ...(cookie ? { cookie } : {}) };
    const answer = await ask('/api/v1/session', { method: 'POST', headers, body: JSON.stringify({ token }) });
    expect(answer.status).toBe(200);
    const set = answer.headers.get('set-cookie') ?? '';
    await answer.body?.cancel();
    return { set, cookie: set.split(';')[0] ?? '' };
  };

  test('a cookie of its own, http-only, same-site; never one that was handed in', async () => {
    const prepared = `qw_session_${new URL(ready.url).port}=prepared`;
    const { set, cookie } = await signIn(tokens['viewer'], prepared);
    expect(set).toMatch(/HttpOnly/);
    expect(set).toMatch(/SameSite=Strict/);
    expect(cookie.split('=')[0]).toBe(prepared.split('=')[0]);
    expect(cookie).not.toContain('prepared');
    expect((await ask('/api/v1/status', { headers: { cookie: prepared } })).status).toBe(401);
    expect((await ask('/api/v1/status', { headers: { cookie } })).status).toBe(200);
  });

  test('a change needs the header that only the own page sends', async () => {
    const { cookie } = await signIn(tokens['operator']);
    const change = (more: Record<string, string>) =>
      ask('/api/v1/incidents/1/acknowledge', { method: 'POST', headers: { cookie, ...more } });
    expect((await change({})).status).toBe(403);
    expect((await change({ 'x-quorumwatch-request': '1' })).status).toBe(200);
  });

  test('ends by signing out, and with its token', async () => {
    const out = await signIn(tokens['viewer']);
    const headers = { cookie: out.cookie, 'x-quorumwatch-request': '1' };
    expect((await ask('/api/v1/session', { method: 'DELETE', headers })).status).toBe(200);
    expect((await ask('/api/v1/status', { headers: out })).status).toBe(401);

    const { call } = api(ready);
    const made = (await call('POST', '/tokens', { name: 'short', role: 'admin' })).body as { token: string };
    const { cookie } = await signIn(made.token);
    expect((await ask('/api/v1/session', { headers: { cookie } })).status).toBe(200);
    await call('DELETE', '/tokens/short');
    expect((await ask('/api/v1/session', { headers: { cookie } })).status).toBe(401);
  });
});

describe('answers are what the description says', () => {
  test('an OpenAPI 3.1 document whose parts hang together', async () => {
    const text = await (await ask('/api/v1/openapi.json')).text();
    const description = JSON.parse(text) as Description & { components: { schemas?: Record<string, unknown> } };
    expect(description.openapi).toBe('3.1.0');
    for (const [, reference = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      expect(description.components.schemas).toHaveProperty([reference]);
    }
    for (const [path, methods] of Object.entries(description.paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      for (const operation of Object.values(methods)) {
        const { parameters = [] } = operation as { parameters?: { in: string; name: string; required?: boolean }[] };
        const declared = parameters.filter((one) => one.in === 'path');
        expect(declared.map((one) => one.name)).toEqual(inPath);
        expect(declared.every((one) => one.required)).toBe(true);
        expect(Object.keys(operation.responses)).toEqual(['200', 'default']);
      }
    }
  });

  test('each GET validates, with no field that is not described', async () => {
    const { get } = api(ready);
    const incident = (await get<ApiPage<ApiIncident>>('/incidents')).items[0]?.id ?? '';
    let validated = 0;
    for (const route of Object.values(routes)) {
      if (route.method !== 'get') continue;
      const answerSchema: z.ZodType = route.responses[200].content['application/json'].schema;
      const subjects = route.path.includes('{name}') ? [...names, 'web'] : [incident];
      for (const subject of subjects) {
        const path = route.path.replace(/\{\w+\}/, encodeURIComponent(subject));
        const body = await get<unknown>(path);
        expect(answerSchema.parse(body), route.path).toEqual(body);
        validated++;
      }
    }
    expect(validated).toBeGreaterThan(50);
  });

  test('checks are found under any name that the configuration allows', async () => {
    const { get } = api(ready);
    for (const name of names) {
      expect(await get(`/checks/${encodeURIComponent(name)}`)).toMatchObject({ name });
      const found = await get<ApiPage<{ name: string }>>(`/checks?search=${encodeURIComponent(name)}`);
      expect(found.items.map((item) => item.name)).toContain(name);
    }
    const { stdout } = await cli(cwd, 'status');
    for (const name of names) expect(stdout).toContain(name);
  });
});

describe('bad requests', () => {
  const post = (path: string, body: string, headers: Record<string, string> = json) =>
    ask(`/api/v1${path}`, { method: 'POST', headers: { ...headers, ...bearer(admin) }, body });

  test.each([
    ['malformed JSON', '/incidents/1/notes', '{"text":'],
    ['no JSON at all', '/incidents/1/notes', ''],
    ['a wrong type', '/incidents/1/notes', '{"text":5}'],
    ['nothing in it', '/incidents/1/notes', '{"text":"  "}'],
    ['a list', '/tokens', '[]'],
    ['an unknown role', '/tokens', '{"name":"x","role":"root"}'],
    ['a name that drives the terminal', '/tokens', '{"name":"\\u001b[2J","role":"viewer"}'],
    ['an endless text', '/incidents/1/notes', JSON.stringify({ text: 'x'.repeat(5000) })],
  ])('%s: 400', async (_, path, body) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(400);
    expect(await problemOf(answer)).toMatchObject({ code: 'BAD_INPUT' });
  });

  test('a body of another type is not taken for JSON', async () => {
    const answer = await post('/incidents/1/notes', '{"text":"x"}', { 'content-type': 'text/plain' });
    expect(answer.status).toBe(400);
    await problemOf(answer);
  });

  test.each([
    ['/checks?limit=0', 400],
    ['/checks?limit=x', 400],
    ['/checks?verdict=sideways', 400],
    [`/checks?search=${'x'.repeat(5000)}`, 400],
    ['/events?since=-1', 400],
    ['/checks/web/series?from=soon', 400],
    ['/checks/web/series?from=99999999999999999&to=999999999999999999', 400],
    ['/checks/none', 404],
    ['/checks/%zz', 404],
    ['/incidents/none', 404],
    ['/nothing', 404],
  ])('%s: %i', async (path, status) => {
    const answer = await ask(`/api/v1${path}`, { headers: bearer(admin) });
    expect(answer.status).toBe(status);
    await problemOf(answer);
  });

  test('a configuration with errors names each place', async () => {
    const answer = await post('/configuration/plan', JSON.stringify({ yaml: 'watch:\n  - { name: a, hots: b }\n' }));
    expect(answer.status).toBe(422);
    expect((await problemOf(answer)).errors?.[0]).toMatchObject({
      line: 2,
      path: expect.stringContaining('watch[0]') as string,
    });
  });

  test('a body without a length is read, and one without an end is not', async () => {
    const chunked = (chunks: Iterable<Uint8Array>, path: string) =>
      ask(`/api/v1${path}`, {
        method: 'POST',
        headers: { ...json, ...bearer(admin) },
        body: ReadableStream.from(chunks),
        duplex: 'half',
      });
    const noted = await chunked([Buffer.from('{"text":'), Buffer.from('"in pieces"}')], '/incidents/1/notes');
    expect(noted.status).toBe(200);
    expect(await noted.text()).toContain('in pieces');
    function* endless() {
      for (let i = 0; i < 40; i++) yield Buffer.alloc(1024 * 1024, 0x20);
    }
    const refused = await chunked(endless(), '/incidents/1/notes').catch((thrown: unknown) => thrown);
    if (refused instanceof Response) expect(refused.status).toBe(413);
    // Strangers have less room.
    const stranger = await ask('/api/v1/session', {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ token: 'x'.repeat(20_000) }),
    });
    expect(stranger.status).toBe(413);
    await problemOf(stranger);
  });

  test('POST, OPTIONS and PATCH without a body are answered', async () => {
    const raw = (method: string, path: string) =>
      rawRequest(
        `${method} /api/v1${path} HTTP/1.1\r\nHost: ${new URL(ready.url).host}\r\nAuthorization: Bearer ${admin}\r\nConnection: close\r\n\r\n`,
      );
    expect(await raw('POST', '/ledger/verify')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await raw('POST', '/incidents/1/acknowledge')).toMatch(/^HTTP\/1\.1 (200|409) /);
    expect(await raw('OPTIONS', '/status')).toMatch(/^HTTP\/1\.1 404 /);
    expect(await raw('PATCH', '/status')).toMatch(/^HTTP\/1\.1 404 /);
  });

  test('a foreign host name is not served, so that no other page can be pointed here', async () => {
    expect(await rawRequest('GET /api/v1/status HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 403 /,
    );
    expect(await rawRequest('GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 403 /,
    );
    expect(await rawRequest('GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 40[03] /);
    expect(await rawRequest(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
  });

  test('the page serves its own files only', async () => {
    for (const path of [
      '/../../package.json',
      '/%2e%2e/%2e%2e/package.json',
      '/assets/..%2f..%2f..%2fpackage.json',
      '/..%5c..%5cpackage.json',
      '/%00/package.json',
      '/%zz',
    ]) {
      const answer = await rawRequest(
        `GET ${path} HTTP/1.1\r\nHost: ${new URL(ready.url).host}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer, path).not.toContain('"dependencies"');
    }
  });
});

describe('live streams', () => {
  /** Ids of the stream's events until there are enough. */
  async function positions(headers: Record<string, string>, path: string, enough: number): Promise<number[]> {
    const ended = new AbortController();
    const answer = await ask(path, {
      headers: { ...bearer(admin), accept: 'text/event-stream', ...headers },
      signal: ended.signal,
    });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const seen: number[] = [];
    let text = '';
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString();
      for (const [, id] of text.matchAll(/^id: (\d+)$/gm)) seen.push(Number(id));
      text = text.slice(text.lastIndexOf('\n') + 1);
      if (seen.length >= enough) break;
    }
    ended.abort();
    return seen;
  }

  test('resumes by Last-Event-ID: everything once, nothing twice', async () => {
    const { get } = api(ready);
    const { total = 0 } = await get<ApiPage<ApiEvent>>('/events?limit=1');
    expect(await positions({ 'last-event-id': '4' }, '/api/v1/events?since=0', total - 5)).toEqual(
      Array.from({ length: total - 5 }, (_, i) => i + 5),
    );
    // While changes come in.
    const noting = (async () => {
      for (let i = 0; i < 20; i++) await api(ready).call('POST', '/incidents/1/notes', { text: `note ${i}` });
    })();
    const during = await positions({}, '/api/v1/events?since=0', total + 20);
    await noting;
    expect(during.slice(0, total + 20)).toEqual(Array.from({ length: total + 20 }, (_, i) => i));
  });

  test('a position that is yet to come does not silence the stream', async () => {
    const waiting = positions({ 'last-event-id': '999999' }, '/api/v1/events', 2);
    await delay(300);
    await api(ready).call('POST', '/incidents/1/notes', { text: 'after' });
    // The request, and what became of it.
    expect(await waiting).toHaveLength(2);
  });
});

test(
  'connections that never ask for anything are closed, and others get through meanwhile',
  { timeout: 40_000 },
  async () => {
    const { hostname, port } = new URL(ready.url);
    const idle = Array.from({ length: 500 }, () => {
      const socket = connect(Number(port), hostname);
      const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
      socket.on('error', () => undefined);
      socket.resume();
      return { socket, closed };
    });
    // One that goes on sending, a byte of a header at a time.
    const slow = connect(Number(port), hostname);
    const slowClosed = new Promise<void>((resolve) => slow.on('close', () => resolve()));
    slow.on('error', () => undefined);
    slow.resume();
    slow.write('GET / HTTP/1.1\r\nX-Slow: ');
    const drip = setInterval(() => slow.write('x'), 500);
    const answer = await ask('/healthz');
    expect(answer.status).toBe(200);
    await answer.body?.cancel();
    await Promise.all([...idle.map((one) => one.closed), slowClosed]);
    clearInterval(drip);
  },
);

function rawRequest(text: string): Promise<string> {
  const { hostname, port } = new URL(ready.url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
    socket.on('close', () => resolve(answer));
    socket.on('error', (thrown) => (answer === '' ? reject(thrown) : resolve(answer)));
    socket.setTimeout(10_000, () => socket.destroy());
  });
}
