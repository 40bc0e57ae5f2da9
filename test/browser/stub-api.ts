import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { ApiCheckSummary, ApiDemonstration, ApiEvent, ApiIncident, ApiPlan } from '../../src/model/index.ts';
import { parse } from 'yaml';
import * as data from './data.ts';
import { createAlertsStub, type AlertsStub } from './stub-alerts.ts';
import { createFlowsStub, type FlowsStub } from './stub-flows.ts';
import { createMirrorsStub, type MirrorsStub } from './stub-mirrors.ts';
import { createNatStub, type NatStub } from './stub-nat.ts';
import { createViewsStub, type ViewsStub } from './stub-views.ts';
import { createIncidentsStub, type IncidentsStub } from './stub-incidents.ts';
import { createMetricsStub, type MetricsStub } from './stub-metrics.ts';
import { createUplinksStub, type UplinksStub } from './stub-uplinks.ts';

/** The API of a watcher, as the page sees it, in one process with the test: it can be cut off and told what happens. */

const token = 'right-token';
/** What the product's server sends too: the page must do without inline code and outside sources. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export interface Stub {
  url: string;
  token: string;
  checks: ApiCheckSummary[];
  incidents: ApiIncident[];
  /** What is done about incidents, and what is snoozed. */
  handling: IncidentsStub;
  /** Of those who sign in. */
  role: 'viewer' | 'operator' | 'admin';
  /** Policies, who is on call, receivers. */
  alerting: AlertsStub;
  uplinks: UplinksStub;
  metrics: MetricsStub;
  flows: FlowsStub;
  views: ViewsStub;
  nat: NatStub;
  mirrors: MirrorsStub;
  /** Requests that changed something. */
  changes: { method: string; path: string; body: unknown; header: string | undefined }[];
  /** Commits an event and sends it to every open stream. */
  emit: (event: Omit<ApiEvent, 'position' | 'time'>) => void;
  /** Says on the live streams that an uplink has changed. */
  tellUplinks: () => void;
  /** While true every request is refused and no stream lives. */
  offline: boolean;
  cutStreams: () => void;
  /** Another configuration is in force. */
  configure: (yaml: string) => void;
  close: () => Promise<void>;
}

export async function startStub(folder: string): Promise<Stub> {
  const streams = new Set<{ response: ServerResponse; kind: 'events' | 'live'; check: string | null }>();
  const events = data.events();
  let faults: ApiDemonstration['faults'] = [];
  let inForce = { yaml: data.yaml, position: 7, source: 'file' };

  const send = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) => {
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(body === undefined ? '' : JSON.stringify(body));
  };
  const problem = (response: ServerResponse, status: number, code: string, detail: string, more: object = {}) =>
    send(response, status, { type: 'about:blank', title: detail, status, code, detail, ...more });

  const sse = (response: ServerResponse, kind: 'events' | 'live', check: string | null) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': open\n\n');
    const stream = { response, kind, check };
    streams.add(stream);
    response.on('close', () => streams.delete(stream));
    if (kind === 'live') tell(stream);
  };
  const tell = ({ response, check }: { response: ServerResponse; check: string | null }) => {
    const open = stub.incidents.filter((incident) => incident.status !== 'resolved').length;
    const status = { now: new Date().toISOString(), counts: data.counts(stub.checks), openIncidents: open };
    response.write(`event: status\ndata: ${JSON.stringify(status)}\n\n`);
    const found = stub.checks.find(({ name }) => name === check);
    if (!found) return;
    const sample = { ...data.sample(found, 0), startedAt: new Date().toISOString() };
    response.write(`event: sample\ndata: ${JSON.stringify(sample)}\n\n`);
  };
  const ticking = setInterval(() => {
    for (const stream of streams) if (stream.kind === 'live') tell(stream);
  }, 1000);

  const page = <Item>(list: readonly Item[], url: URL) => {
    const from = Number(url.searchParams.get('cursor') ?? 0);
    const limit = Number(url.searchParams.get('limit') ?? 100);
    const end = from + limit;
    return { items: list.slice(from, end), total: list.length, ...(end < list.length ? { next: String(end) } : {}) };
  };

  const check = (response: ServerResponse, url: URL, parts: string[]) => {
    const found = stub.checks.find(({ name }) => name === decodeURIComponent(parts[1] ?? ''));
    if (!found) return problem(response, 404, 'NOT_FOUND', 'There is no such check');
    const { searchParams } = url;
    switch (parts[2]) {
      case undefined:
        return send(response, 200, data.detail(found));
      case 'samples':
        return send(response, 200, { items: Array.from({ length: 30 }, (_, i) => data.sample(found, i * 10_000 + 1)) });
      case 'series':
        return send(
          response,
          200,
          data.series(
            found,
            Date.parse(searchParams.get('from') ?? ''),
            Date.parse(searchParams.get('to') ?? ''),
            Number(searchParams.get('points')),
          ),
        );
      case 'actions':
        return send(response, 200, { items: data.actions.filter((action) => action.check === found.name) });
      case 'locations':
        return send(response, 200, data.located(found));
      default:
        return problem(response, 404, 'NOT_FOUND', 'There is no such thing');
    }
  };

  const plan = (response: ServerResponse, text: string) => {
    if (text.includes('intervall')) {
      const line = text.split('\n').findIndex((one) => one.includes('intervall')) + 1;
      const message = 'unknown key intervall; did you mean interval?';
      const errors = [{ path: 'watch[0].intervall', message, line, column: 5 }];
      return problem(response, 422, 'CONFIG_INVALID', 'The configuration has 1 error', { errors });
    }
    const fields = [{ path: 'interval', before: '5s', after: '2s' }];
    const answer: ApiPlan = { basedOn: 7, changes: [{ section: 'watch', name: 'gateway', change: 'change', fields }] };
    return send(response, 200, answer);
  };

  const api = (request: IncomingMessage, response: ServerResponse, url: URL, body: Record<string, string>) => {
    const parts = url.pathname.slice('/api/v1/'.length).split('/');
    const signedIn = (request.headers.cookie ?? '').includes('qw=1');
    const method = request.method ?? 'GET';
    if (method !== 'GET') {
      const header = request.headers['x-quorumwatch-request'];
      stub.changes.push({ method, path: url.pathname, body, header: typeof header === 'string' ? header : undefined });
    }
    if (parts[0] === 'session' && method === 'POST') {
      if (body['token'] !== token) return problem(response, 401, 'UNAUTHORIZED', 'This token is not valid');
      return send(response, 200, {}, { 'set-cookie': 'qw=1; HttpOnly; SameSite=Strict; Path=/' });
    }
    if (!signedIn) return problem(response, 401, 'UNAUTHORIZED', 'A token is needed');
    if (method !== 'GET' && request.headers['x-quorumwatch-request'] !== '1')
      return problem(response, 403, 'FORBIDDEN', 'The request header is missing');
    const { searchParams } = url;
    const wantsStream = request.headers.accept?.includes('text/event-stream') === true;
    switch (parts[0]) {
      case 'session':
        if (method === 'DELETE') return send(response, 200, {}, { 'set-cookie': 'qw=; Max-Age=0; Path=/' });
        return send(response, 200, { name: 'maria', role: stub.role });
      case 'live':
        return sse(response, 'live', searchParams.get('check'));
      case 'events': {
        if (wantsStream) return sse(response, 'events', null);
        const since = Number(searchParams.get('since') ?? 0);
        const items = events.slice(since, since + Number(searchParams.get('limit') ?? 100));
        return send(response, 200, { items, total: events.length });
      }
      case 'checks':
        return parts.length > 1 ? check(response, url, parts) : send(response, 200, page(stub.checks, url));
      case 'incidents':
      case 'snoozes': {
        const answer = stub.handling.answer(parts, method, body, searchParams);
        if (!('detail' in answer)) return send(response, 200, answer);
        return problem(response, answer.status, answer.code, answer.detail);
      }
      case 'ledger':
        if (method === 'POST')
          return send(response, 200, { ok: true, entries: events.length, root: 'ab'.repeat(32), notes: [] });
        return send(response, 200, {
          mode: 'pbft',
          entries: events.length,
          root: '8f14e45fceea167a5a36dedd4bea2543fa1c9f4b2e2f1d2c77b1a3d85be1c0de',
          durable: true,
          checkpointEntries: Math.max(0, events.length - 60),
        });
      case 'uplinks': {
        const answer = stub.uplinks.answer(parts[1], method, body, searchParams);
        if (!('detail' in answer)) return send(response, 200, answer);
        return problem(response, answer.status, answer.code, answer.detail);
      }
      case 'alerts':
      case 'on-call':
      case 'receivers': {
        const answer = stub.alerting.answer(parts, method, body, searchParams);
        if ('lines' in answer) {
          response.writeHead(200, { 'content-type': 'application/x-ndjson' });
          return response.end((answer.lines as object[]).map((line) => `${JSON.stringify(line)}\n`).join(''));
        }
        return send(response, 'detail' in answer ? (answer as unknown as { status: number }).status : 200, answer);
      }
      case 'metrics':
      case 'dashboards': {
        const answer = stub.metrics.answer(parts, method, body, searchParams, request.headers);
        return send(response, 'status' in answer ? (answer.status as number) : 200, answer);
      }
      case 'flows': {
        const answer =
          parts[1] === 'views' && !stub.flows.refused
            ? stub.views.answer({ parts, method, body, headers: request.headers, query: searchParams })
            : stub.flows.answer(parts, method, body);
        if (!answer) return problem(response, 404, 'NOT_FOUND', 'There is no such thing');
        return send(response, 'detail' in answer ? (answer as unknown as { status: number }).status : 200, answer);
      }
      case 'mirrors': {
        const answer = stub.mirrors.answer(parts, method, body);
        if (!answer) return problem(response, 404, 'NOT_FOUND', 'There is no such thing');
        return send(response, 'detail' in answer ? (answer as unknown as { status: number }).status : 200, answer);
      }
      case 'nat':
        return send(response, 200, stub.nat.answer(parts[1], searchParams));
      case 'status':
        return send(response, 200, { watcher: { id: 'office-1', site: 'office', version: '0.1.0' } });
      case 'cluster':
        return send(response, 200, data.cluster());
      case 'demonstration': {
        const { watcher = '', fault } = body;
        if (method === 'POST') faults = faults.filter((one) => one.watcher !== watcher);
        if (fault === 'lie' || fault === 'stop' || fault === 'cut') faults = [...faults, { watcher, fault }];
        return send(response, 200, { faults });
      }
      case 'configuration':
        if (method === 'POST') return plan(response, body['yaml'] ?? '');
        if (method === 'PUT') {
          inForce = { yaml: body['yaml'] ?? '', position: inForce.position + 1, source: 'api' };
          return send(response, 200, { position: inForce.position });
        }
        return send(response, 200, { document: parse(inForce.yaml) as unknown, ...inForce });
      default:
        return problem(response, 404, 'NOT_FOUND', 'There is no such thing');
    }
  };

  const file = async (response: ServerResponse, path: string) => {
    // Names of checks may end like files: only what the build made is a file.
    const asset = ['/assets/', '/icon-', '/guide/'].some((start) => path.startsWith(start))
      ? normalize(path)
      : '/index.html';
    try {
      const content = await readFile(join(folder, asset));
      response.writeHead(200, {
        'content-type': types[extname(asset)] ?? 'application/octet-stream',
        'content-security-policy': policy,
      });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://stub');
    if (!url.pathname.startsWith('/api/')) return file(response, url.pathname);
    if (stub.offline) return request.socket.destroy();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const yaml = request.headers['content-type']?.includes('yaml') === true;
    const body = text === '' ? {} : yaml ? text : (JSON.parse(text) as unknown);
    return api(request, response, url, body as Record<string, string>);
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const stub: Stub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    checks: data.checks,
    incidents: data.incidents(),
    handling: createIncidentsStub({
      incidents: () => stub.incidents,
      actions: data.actions,
      transition: (position) =>
        data.detail(data.checks[0] as ApiCheckSummary).transitions.find((one) => one.position === position),
    }),
    role: 'admin',
    alerting: createAlertsStub(),
    configure: (yaml) => {
      inForce = { yaml, position: inForce.position + 1, source: 'file' };
    },
    uplinks: createUplinksStub(),
    metrics: createMetricsStub(data.checks.map(({ name }) => name)),
    flows: createFlowsStub(),
    views: createViewsStub(),
    nat: createNatStub(),
    mirrors: createMirrorsStub(),
    changes: [],
    offline: false,
    emit: (event) => {
      const whole = { ...event, position: events.length, time: new Date().toISOString() };
      events.push(whole);
      for (const { response, kind } of streams) {
        if (kind === 'events')
          response.write(`id: ${whole.position}\nevent: ${whole.kind}\ndata: ${JSON.stringify(whole)}\n\n`);
      }
    },
    tellUplinks: () => {
      for (const { response, kind } of streams)
        if (kind === 'live') response.write(`event: uplinks\ndata: ${JSON.stringify(stub.uplinks.status)}\n\n`);
    },
    cutStreams: () => {
      for (const { response } of streams) response.destroy();
    },
    close: async () => {
      clearInterval(ticking);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return stub;
}
