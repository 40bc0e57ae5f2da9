import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RouterosAction } from '../../model/index.ts';
import { systemClock } from '../../platform/index.ts';
import { startHttpServer, type Received } from '../testing/http-server.ts';
import { actOnRouter } from './act.ts';

type Row = Record<string, string>;

/** A router of our own: the part of RouterOS's REST API that is used, and the faults that real ones show. */
class MockRouter {
  routes: Row[] = [];
  connections: Row[] = [];
  scripts: Row[] = [{ '.id': '*5', name: 'flip' }];
  ran: string[] = [];
  /** Called before each answer; true when it answered itself. */
  fault: (request: Received, response: ServerResponse) => boolean = () => false;

  answer(request: Received, response: ServerResponse): void {
    if (this.fault(request, response)) return;
    const reply = (status: number, value?: unknown) =>
      response.writeHead(status).end(value === undefined ? '' : JSON.stringify(value));
    const refuse = (status: number, detail: string) => reply(status, { error: status, message: 'x', detail });
    if (request.headers.authorization !== `Basic ${Buffer.from('qw:router-password').toString('base64')}`)
      return void refuse(401, 'login failure');
    const url = new URL(request.url, 'http://router');
    const [, menu = '', id] =
      /^\/rest\/(ip\/route|ip\/firewall\/connection|system\/script)(?:\/([^/]+))?$/.exec(
        decodeURIComponent(url.pathname),
      ) ?? [];
    const rows = menu === 'ip/route' ? this.routes : menu === 'system/script' ? this.scripts : this.connections;
    const where = [...url.searchParams].filter(([key]) => key !== '.proplist');
    const properties = url.searchParams.get('.proplist')?.split(',');
    const shown = (row: Row) =>
      Object.fromEntries(Object.entries(row).filter(([key]) => properties?.includes(key) ?? true));
    if (request.method === 'GET' && id === undefined)
      return void reply(200, rows.filter((row) => where.every(([key, value]) => row[key] === value)).map(shown));
    const given = request.body === '' ? {} : (JSON.parse(request.body) as Row);
    if (request.method === 'POST') {
      const ids = (given['.id'] ?? '').split(',');
      const missing = ids.filter((one) => !rows.some((row) => row['.id'] === one));
      if (id === 'run') this.ran.push(...ids);
      else this.connections = rows.filter((row) => !ids.includes(row['.id'] ?? ''));
      return void (missing.length > 0 ? refuse(404, 'no such item') : reply(200, []));
    }
    const row = rows.find((one) => one['.id'] === id);
    if (!row) return void refuse(404, 'no such item');
    if (request.method === 'PATCH')
      Object.assign(row, given, 'disabled' in given ? { active: String(given['disabled'] === 'false') } : {});
    reply(200, shown(row));
  }
}

let mock = new MockRouter();
let server: Awaited<ReturnType<typeof startHttpServer>>;
let folder = '';
beforeAll(async () => {
  server = await startHttpServer((request, response) => mock.answer(request, response));
  folder = await mkdtemp(join(tmpdir(), 'qw-router-'));
  await writeFile(join(folder, 'password'), 'router-password\n', { mode: 0o600 });
});
beforeEach(() => {
  mock = new MockRouter();
  mock.routes = [
    {
      '.id': '*1',
      comment: 'To-ISP1',
      'dst-address': '0.0.0.0/0',
      gateway: '192.0.2.1',
      disabled: 'false',
      active: 'true',
      distance: '1',
    },
    {
      '.id': '*2',
      comment: 'To-ISP2',
      'dst-address': '0.0.0.0/0',
      gateway: '192.0.2.2',
      disabled: 'false',
      active: 'false',
      distance: '2',
    },
  ];
  server.received.length = 0;
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const act = (action: Partial<RouterosAction>, given: { 'dry-run'?: boolean; url?: string } = {}) =>
  actOnRouter(
    { kind: 'routeros', router: 'edge', do: 'disable-route', comment: 'To-ISP1', delayMs: 0, ...action },
    {
      name: 'edge',
      url: server.url,
      user: 'qw',
      'password-file': join(folder, 'password'),
      'dry-run': false,
      ...given,
    },
    { clock: systemClock, signal: new AbortController().signal, warn: () => {} },
  );
const writes = () => server.received.filter((request) => request.method !== 'GET');

test('disables, enables and moves the routes with the comment, and no others', async () => {
  expect(await act({})).toEqual({ outcome: 'done', text: 'edge: 0.0.0.0/0 via 192.0.2.1 is disabled now, not active' });
  expect(mock.routes.map((row) => row['disabled'])).toEqual(['true', 'false']);
  expect(JSON.parse(writes()[0]?.body ?? '')).toEqual({ disabled: 'true' });
  expect((await act({})).text).toBe('edge: 0.0.0.0/0 via 192.0.2.1 was disabled already');
  expect((await act({ do: 'enable-route' })).text).toBe('edge: 0.0.0.0/0 via 192.0.2.1 is enabled now, active');
  expect((await act({ do: 'set-route-distance', distance: 9 })).text).toBe(
    'edge: 0.0.0.0/0 via 192.0.2.1 is at distance 9 now, active',
  );
  expect(await act({ comment: 'none' })).toEqual({
    outcome: 'failed',
    text: 'edge: has no route with the comment none',
  });
});

test('a dry run only reads', async () => {
  mock.connections = [{ '.id': '*A' }];
  const dryRun = { 'dry-run': true };
  expect((await act({}, dryRun)).text).toBe('dry run: edge: 0.0.0.0/0 via 192.0.2.1 would become disabled');
  expect((await act({ do: 'remove-connections' }, dryRun)).text).toBe(
    'dry run: edge: 1 tracked connections would be removed',
  );
  expect((await act({ do: 'run-script', script: 'flip' }, dryRun)).text).toBe(
    'dry run: edge: the script flip would run',
  );
  expect(writes()).toEqual([]);
});

test('an id that changed is looked up once more', async () => {
  let moved = false;
  mock.fault = (request) => {
    if (request.method === 'PATCH' && !moved) {
      moved = true;
      Object.assign(mock.routes[0] ?? {}, { '.id': '*7' });
    }
    return false;
  };
  expect((await act({})).outcome).toBe('done');
  expect(mock.routes[0]).toMatchObject({ '.id': '*7', disabled: 'true' });
  mock.fault = (request) => {
    if (request.method === 'PATCH') Object.assign(mock.routes[0] ?? {}, { '.id': `*F${server.received.length}` });
    return false;
  };
  expect(await act({ do: 'enable-route' })).toEqual({ outcome: 'failed', text: 'edge: answered 404: no such item' });
});

test('a router that takes the change and does not make it is found out', async () => {
  mock.fault = (request, response) => {
    if (request.method !== 'PATCH') return false;
    response.end('{}');
    return true;
  };
  expect((await act({})).text).toBe('edge: took the change, but reads back disabled=false active=true distance=1');
});

test('removes the connections of now, while some end by themselves and new ones come', async () => {
  mock.connections = Array.from({ length: 450 }, (_, i) => ({ '.id': `*${i.toString(16)}` }));
  let first = true;
  mock.fault = (request) => {
    if (request.method === 'POST' && first) {
      first = false;
      mock.connections = [...mock.connections.slice(3), { '.id': '*NEW' }];
    }
    return false;
  };
  expect((await act({ do: 'remove-connections' })).text).toBe('edge: 450 tracked connections were removed');
  expect(mock.connections).toEqual([{ '.id': '*NEW' }]);
});

test('runs a script by name, once', async () => {
  expect((await act({ do: 'run-script', script: 'flip' })).text).toBe('edge: the script flip ran');
  mock.fault = (request, response) => {
    if (request.method !== 'POST') return false;
    response.destroy();
    return true;
  };
  const cut = await act({ do: 'run-script', script: 'flip' });
  expect(cut).toMatchObject({ outcome: 'failed', text: expect.stringContaining('closed the connection') as string });
  expect(mock.ran).toEqual(['*5']);
  expect(writes()).toHaveLength(2);
});

test('a router that does not answer once is asked again; garbage, refusals and endless answers are said plainly', async () => {
  let dropped = false;
  mock.fault = (_, response) => {
    if (dropped) return false;
    dropped = true;
    response.destroy();
    return true;
  };
  expect((await act({})).outcome).toBe('done');
  const answers = async (send: (response: ServerResponse) => void) => {
    mock.fault = (_, response) => {
      send(response);
      return true;
    };
    return (await act({})).text;
  };
  expect(await answers((response) => response.end('<html>'))).toBe('edge: did not answer in JSON');
  expect(await answers((response) => response.end('{"a":1}'))).toBe('edge: did not answer with a list of rows');
  expect(await answers((response) => response.end('[{"comment":"To-ISP1","gateway":7}]'))).toBe(
    'edge: did not answer with a list of rows',
  );
  expect(await answers((response) => response.writeHead(301, { location: 'http://127.0.0.1:1/' }).end())).toBe(
    'edge: answered 301; redirects are not followed',
  );
  expect(await answers((response) => response.end('['.padEnd(5_000_000, ' ')))).toBe(
    'edge: answered with more than 4194304 bytes',
  );
  await writeFile(join(folder, 'password'), 'wrong-password', { mode: 0o600 });
  mock.fault = () => false;
  expect((await act({})).text).toBe('edge: answered 401: login failure');
  await writeFile(join(folder, 'password'), 'router-password', { mode: 0o600 });
  expect((await act({}, { url: 'http://127.0.0.1:1' })).text).toBe('edge: 127.0.0.1:1 refused the connection');
});
