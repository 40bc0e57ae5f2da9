import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { QwError } from '../../model/index.ts';
import { ManualClock, type Log } from '../../platform/index.ts';
import { tokenHash, type Accounts, type Principal, type Watcher } from '../../watcher/index.ts';
import { Access } from './access.ts';
import { recorded, startS } from './prometheus-requests.fixture.ts';
import { createPrometheusApi } from './prometheus.ts';

type Source = Watcher['telemetry']['series'];

const stored = [
  { labels: { __name__: 'quorumwatch_check_up', check: 'web', watcher: 'w1' }, values: [1, 1, 1] },
  { labels: { __name__: 'quorumwatch_check_up', check: 'd"n\\s', watcher: 'w1' }, values: [1, 0, 1] },
  { labels: { __name__: 'quorumwatch_samples_total', outcome: 'pass' }, values: [5, 6, 7] },
].map(({ labels, values }) => ({
  labels,
  at: Float64Array.from(values, (_, index) => (startS + index * 60) * 1000),
  values: Float64Array.from(values),
}));
type Matchers = Parameters<Source['select']>[0];
const fits = (labels: Record<string, string>, matchers: Matchers) =>
  matchers.every(({ label, is, value }) => {
    const found = labels[label] ?? '';
    return is === '=' ? found === value : is === '=~' ? new RegExp(`^(${value})$`).test(found) : found !== value;
  });
let failure: unknown;
const series: Source = {
  select: (matchers, from, to) => {
    if (failure !== undefined) return Promise.reject(failure);
    const found = stored.filter(({ labels }) => fits(labels, matchers));
    const inside = (time: number) => time >= from && time <= to;
    return Promise.resolve(
      found.map(({ labels, at, values }) => ({
        labels,
        at: at.filter(inside),
        values: values.filter((_, index) => inside(at[index] ?? 0)),
      })),
    );
  },
  series: (lists) => {
    const all = stored.map(({ labels }) => labels as Record<string, string>);
    return Promise.resolve(
      all.filter((labels) => lists.length === 0 || lists.some((matchers) => fits(labels, matchers))),
    );
  },
  metadata: () =>
    Promise.resolve([{ metric: 'quorumwatch_check_up', type: 'gauge', unit: 'state', help: 'Whether it is up.' }]),
};

const clock = new ManualClock((startS + 60) * 1000);
const viewer: Principal = { name: 'grafana', role: 'viewer', identity: 'token' };
const tokens = { byHash: (sha256: string) => (sha256 === tokenHash('right') ? viewer : undefined) };
const accounts = { tokens, user: () => undefined } as unknown as Accounts;
const problems: string[] = [];
const log = { error: (text: string) => problems.push(text) } as unknown as Log;
const access = new Access(accounts, clock, { secure: false, port: 1 });
const app = new Hono().route(
  '/prometheus/api/v1',
  createPrometheusApi({ access, series, clock, log, version: '1.2.3' }),
);

interface Asked {
  status: number;
  type: string | null;
  body: { status: string; errorType?: string; error?: string; data?: unknown; warnings?: string[] };
}

async function ask(
  path: string,
  {
    fields = [],
    method = 'GET',
    token = 'right',
  }: { fields?: Iterable<readonly [string, string]>; method?: string; token?: string } = {},
): Promise<Asked> {
  const form = new URLSearchParams(Array.from(fields, ([name, value]): [string, string] => [name, value]));
  const address = `http://localhost/prometheus/api/v1${path}${method === 'GET' ? `?${form.toString()}` : ''}`;
  const response = await app.request(address, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(method === 'POST' && { body: form }),
  });
  const body = (await response.json()) as Asked['body'];
  return { status: response.status, type: response.headers.get('content-type'), body };
}

it.each(recorded)('Grafana $name', async ({ path, method, fields = [], data }) => {
  expect(await ask(path, { method, fields })).toEqual({
    status: 200,
    type: 'application/json',
    body: { status: 'success', data },
  });
});

it('tells nothing without a token', async () => {
  for (const path of ['/query?query=1', '/labels', '/metadata', '/status/buildinfo', '/anything']) {
    expect(await ask(path, { token: 'wrong' })).toMatchObject({
      status: 401,
      body: { status: 'error', errorType: 'unauthorized' },
    });
  }
});

const whole = { query: 'quorumwatch_check_up', start: `${startS}`, end: `${startS + 60}`, step: '60' };
it.each([
  ['/query', {}, 'invalid parameter "query"'],
  ['/query', { query: 'sum(' }, '1:5: parse error'],
  ['/query', { query: '1', time: 'now' }, 'cannot parse "now" to a valid timestamp'],
  ['/query', { query: '1', time: '1e300' }, 'to a valid timestamp'],
  ['/query', { query: '1', time: '2026-13-01T00:00:00Z' }, 'to a valid timestamp'],
  ['/query', { query: '1', timeout: 'long' }, 'to a valid duration'],
  ['/query', { query: '1', limit: '-1' }, 'limit must be a non-negative number'],
  ['/query_range', { ...whole, step: '0' }, 'zero or negative query resolution step widths'],
  ['/query_range', { ...whole, step: '5 minutes' }, 'to a valid duration'],
  ['/query_range', { ...whole, end: '5' }, 'end timestamp must not be before start time'],
  ['/query_range', { ...whole, end: `${startS + 11_000}`, step: '1' }, 'exceeded maximum resolution of 11,000 points'],
  ['/query_range', { ...whole, step: '1e-9' }, 'zero or negative query resolution'],
  ['/query_range', { ...whole, query: 'x[5m]' }, 'invalid expression type "range vector" for range query'],
  ['/query_range', { query: '1' }, 'invalid parameter "start"'],
  ['/series', {}, 'no match[] parameter provided'],
  ['/series', { 'match[]': 'sum(x)' }, 'expected a selector'],
  ['/series', { 'match[]': '{a=~".*"}' }, 'at least one non-empty matcher'],
  ['/label/a-b/values', {}, 'invalid label name'],
])('refuses %s with %j', async (path, fields, why) => {
  const { status, body } = await ask(path, { fields: Object.entries(fields) });
  expect([status, body.status, body.errorType]).toEqual([400, 'error', 'bad_data']);
  expect(body.error).toContain(why);
});

it.each([
  [new QwError('TELEMETRY_LIMIT', 'too many'), 422, 'execution', 'too many'],
  [new QwError('TELEMETRY_DEADLINE', 'too late'), 503, 'timeout', 'too late'],
  [new QwError('TELEMETRY_UNAVAILABLE', 'gone'), 503, 'unavailable', 'gone'],
  [new Error('no such file: /secret'), 500, 'internal', 'something unexpected; the log of the watcher tells more'],
])('says in the words of Prometheus what went wrong: %s', async (thrown, status, errorType, error) => {
  failure = thrown;
  const answer = await ask('/query', { fields: [['query', 'x']] });
  failure = undefined;
  expect(answer).toMatchObject({ status, body: { status: 'error', errorType, error } });
  expect(problems.splice(0)).toHaveLength(status === 500 ? 1 : 0);
});

it('keeps to the limit of a request, and says so', async () => {
  const truncated = ['results truncated due to limit'];
  const one = await ask('/query', { fields: Object.entries({ query: 'quorumwatch_check_up', limit: '1' }) });
  expect(one.body).toMatchObject({ data: { result: [{ value: [startS + 60, '1'] }] }, warnings: truncated });
  expect((await ask('/labels', { fields: [['limit', '2']] })).body).toEqual({
    status: 'success',
    data: ['__name__', 'check'],
    warnings: truncated,
  });
  expect((await ask('/labels', { fields: [['limit', '0']] })).body.warnings).toBeUndefined();
});

it('writes what no number of JSON can be', async () => {
  const value = async (query: string) =>
    ((await ask('/query', { fields: [['query', query]] })).body.data as { result: [number, string] }).result[1];
  expect(await Promise.all(['0/0', '1/0', '-1/0', '1e-9', '1e21'].map(value))).toEqual([
    'NaN',
    '+Inf',
    '-Inf',
    '1e-09',
    '1e+21',
  ]);
});

it('refuses a form that is too large', async () => {
  const answer = await ask('/query', { method: 'POST', fields: [['query', 'x'.repeat(300_000)]] });
  expect(answer).toMatchObject({ body: { status: 'error', errorType: 'bad_data' } });
});

it('knows no other path', async () => {
  expect(await ask('/rules')).toMatchObject({ status: 404, body: { status: 'error', errorType: 'not_found' } });
});
