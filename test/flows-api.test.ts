import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { FlowAnswer, FlowRecordsAnswer, FlowSqlAnswer, FlowStatus } from '../src/model/index.ts';
import { dataSet, message, templateSet, type MadeField } from '../src/observe/flows/decode/message.fixture.ts';
import { freePorts, openDatagrams } from '../src/platform/index.ts';
import { api, cleanUp, cli, folder, start, type Ended } from './support/rig.ts';

/** Questions about traffic to a watcher that collects it. */

const patience = { timeout: 60_000, interval: 300 };
const fields: MadeField[] = [
  { id: 8, length: 4 },
  { id: 12, length: 4 },
  { id: 7, length: 2 },
  { id: 11, length: 2 },
  { id: 4, length: 1 },
  { id: 1, length: 4 },
  { id: 2, length: 4 },
  { id: 152, length: 8 },
  { id: 153, length: 8 },
];
const bytesOf = (value: number, length: number) =>
  Uint8Array.from({ length }, (_, index) => Math.floor(value / 256 ** (length - 1 - index)) % 256);
const record = (last: number, port: number, bytes: number, at: number): Uint8Array[] => [
  Uint8Array.of(10, 0, 0, last),
  Uint8Array.of(192, 0, 2, 9),
  bytesOf(40_000, 2),
  bytesOf(port, 2),
  bytesOf(6, 1),
  bytesOf(bytes, 4),
  bytesOf(10, 4),
  bytesOf(at - 1000, 8),
  bytesOf(at, 8),
];

let watcher: ReturnType<typeof api>;
let url: string;
let tokenFile: string;
let cwd: string;
let viewer: string;
let range: { from: string; to: string };

beforeAll(async () => {
  cwd = folder();
  const [port = 0] = await freePorts(1);
  const flows = `flows:\n  listen: ['udp:127.0.0.1:${port}']\n  exporters: [{ name: edge, addresses: [127.0.0.1], sampling: 1 }]\n  prices: { currency: EUR, per-GiB: [{ to: dst port 22, price: 2 }], otherwise: 1 }\n`;
  writeFileSync(join(cwd, 'quorumwatch.yaml'), `site: office\n${flows}`);
  const ready = await start(cwd).ready;
  ({ url, tokenFile } = ready);
  watcher = api(ready);
  viewer = ((await watcher.call('POST', '/tokens', { name: 'guest', role: 'viewer' })).body as { token: string }).token;
  await vi.waitFor(async () => {
    expect((await watcher.get<FlowStatus>('/flows/status')).listening).toEqual([`udp:127.0.0.1:${port}`]);
  }, patience);
  const at = Date.now();
  range = { from: new Date(at - 600_000).toISOString(), to: new Date(at + 60_000).toISOString() };
  const socket = await openDatagrams({ host: '127.0.0.1', port: 0, onDatagram: () => undefined });
  const exportSeconds = Math.floor(at / 1000);
  const send = (set: number[], sequence: number) =>
    socket.send({ address: '127.0.0.1', port }, message(10, [set], { exportSeconds, sequence, domain: 1 }));
  send(templateSet(10, 300, fields), 0);
  const sent = [record(1, 443, 5000, at), record(2, 443, 3000, at), record(2, 22, 1000, at)];
  send(dataSet(300, fields, sent), 0);
  await vi.waitFor(async () => expect((await ask({})).total.flows).toBe(3), patience);
  return () => socket.close();
}, 120_000);
afterAll(cleanUp);

async function ask(given: object): Promise<FlowAnswer> {
  const { status, body } = await watcher.call('POST', '/flows/query', { ...range, ...given });
  expect(status, JSON.stringify(body)).toBe(200);
  return body as FlowAnswer;
}

test('rows, a course for each, how much they can be trusted, and the question as SQL', async () => {
  const answer = await ask({ groupBy: ['source', 'service'], filter: 'dst net 192.0.2.0/24 and exporter edge' });
  expect(answer.rows.map(({ values, labels, bytes }) => [...values, labels[1], bytes])).toEqual([
    ['10.0.0.1', 'tcp/443', 'https', 5000],
    ['10.0.0.2', 'tcp/443', 'https', 3000],
    ['10.0.0.2', 'tcp/22', 'ssh', 1000],
  ]);
  expect(answer.courses).toHaveLength(3);
  expect(answer.trust).toMatchObject({ unknownSampling: 0, error: 0, dropped: 0 });
  expect(answer.sql).toContain('FROM "flows"');
  const drilled = await ask({ filter: answer.rows[2]?.filter });
  expect(drilled.total).toMatchObject({ bytes: 1000, flows: 1 });
});

test('single records, and names to filter by', async () => {
  const { body } = await watcher.call('POST', '/flows/records', { ...range, filter: 'port 22' });
  expect((body as FlowRecordsAnswer).items).toMatchObject([
    { source: '10.0.0.2', protocol: 'tcp', bytes: '1000', exporter: 'edge' },
  ]);
  expect(await watcher.get('/flows/names?prefix=ED')).toEqual({ items: [{ kind: 'exporter', text: 'edge' }] });
});

test('latency of what nobody measured is an empty answer', async () => {
  const { status, body } = await watcher.call('POST', '/flows/latency', { ...range });
  expect([status, body]).toMatchObject([200, { rows: [], omitted: 0 }]);
});

test('a table for spreadsheets', async () => {
  const headers = { authorization: `Bearer ${watcher.token}`, 'content-type': 'application/json', accept: 'text/csv' };
  const body = JSON.stringify({ ...range, groupBy: ['source'] });
  const answer = await fetch(`${url}/api/v1/flows/query`, { method: 'POST', headers, body });
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  const lines = (await answer.text()).split('\r\n');
  expect(lines[0]).toMatch(/^source,source-label,bytes,packets,flows,average/);
  expect(lines[1]).toMatch(/^10\.0\.0\.1,,5000,10,1,/);
});

test('the question as SQL goes on from there, and nothing else than reading does', async () => {
  const { sql } = await ask({ groupBy: ['source'], limit: 2 });
  const { status, body } = await watcher.call('POST', '/flows/sql', { sql });
  expect([status, (body as FlowSqlAnswer).rows.map((row) => row[2])]).toEqual([200, [5000, 4000]]);
  const named = await watcher.call('POST', '/flows/sql', {
    sql: 'SELECT DISTINCT address(source_high, source_low) AS source, n.text AS exporter FROM flows JOIN names n ON n.number = exporter ORDER BY 1',
    limit: 1,
  });
  expect(named.body).toMatchObject({ columns: ['source', 'exporter'], rows: [['10.0.0.1', '127.0.0.1']], more: true });
  expect(await watcher.call('POST', '/flows/sql', { sql: 'DROP VIEW flows' })).toMatchObject({ status: 400 });
});

test('what is pointed out, and what it costs', async () => {
  const query = `from=${range.from}&to=${range.to}`;
  expect(await watcher.get(`/flows/insights?${query}`)).toEqual({ items: [] });
  expect(await watcher.get(`/flows/costs?${query}`)).toMatchObject({
    currency: 'EUR',
    items: [
      { to: 'dst port 22', pricePerGiB: 2, bytes: 1000, cost: (1000 / 2 ** 30) * 2 },
      { to: '', pricePerGiB: 1, bytes: 8000 },
    ],
    total: { bytes: 9000 },
  });
});

test('a filter that is none says where', async () => {
  const { status, body } = await watcher.call('POST', '/flows/query', { ...range, filter: 'src hots 10.0.0.1' });
  expect([status, body]).toMatchObject([
    400,
    {
      code: 'BAD_INPUT',
      detail: expect.stringContaining('filter, column 5') as unknown,
      filter: { column: 5, expected: 'field-of-end', values: {}, found: 'hots', nearest: 'host' },
    },
  ]);
});

test('who talks to whom is not for viewers, but how the collector does is', async () => {
  const headers = { authorization: `Bearer ${viewer}`, 'content-type': 'application/json' };
  const asked = await fetch(`${url}/api/v1/flows/query`, { method: 'POST', headers, body: JSON.stringify(range) });
  expect(asked.status).toBe(403);
  expect((await fetch(`${url}/api/v1/flows/status`, { headers })).status).toBe(200);
});

describe('on the command line', () => {
  const given = (...args: string[]) => [
    ...args,
    '--url',
    url,
    '--token-file',
    tokenFile,
    '--from',
    '10m',
    '--to',
    range.to,
  ];

  test('flows top, to a watcher and to the folder that it keeps', { timeout: 60_000 }, async () => {
    const asked = ['flows', 'top', '--by', 'source,service', '--filter', 'tcp', '--json'];
    const [there, here] = [
      await cli(cwd, ...given(...asked)),
      await cli(cwd, ...asked, '--dir', join(cwd, 'quorumwatch-data', 'flows'), '--from', '10m', '--to', range.to),
    ];
    const rowsOf = ({ stdout, stderr }: Ended): unknown[] => {
      expect(stderr).toBe('');
      return (JSON.parse(stdout) as FlowAnswer).rows.map(({ values, bytes }) => [...values, bytes]);
    };
    expect(rowsOf(there)).toEqual(rowsOf(here));
    expect(rowsOf(there)[0]).toEqual(['10.0.0.1', 'tcp/443', 5000]);
    const { stdout, code } = await cli(cwd, ...given('flows', 'top', '--by', 'source', '-n', '1'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^source +bytes +packets +flows +share +±\n10\.0\.0\.1 +5\.00k +10 +1 +55\.6% *\n/);
    expect(stdout).toContain('and 1 more rows');
  });

  test('flows status, with what was sent and what is kept', { timeout: 60_000 }, async () => {
    const shown = await cli(cwd, 'flows', 'status', '--url', url, '--token-file', tokenFile);
    expect(shown.stdout).toMatch(/^listening at udp:127\.0\.0\.1:\d+; \d+ records a second\nkept: \d+ records/);
    expect(shown.stdout).toContain('dropped by the kernel: 0 datagrams; not read: nothing');
    expect(shown.stdout).toMatch(/^edge +127\.0\.0\.1 +ipfix +1 .* 3 +0 +0\.0% +1:1 +1 +$/m);
    const json = await cli(cwd, 'flows', 'status', '--json', '--url', url, '--token-file', tokenFile);
    expect((JSON.parse(json.stdout) as FlowStatus).exporters).toMatchObject([{ name: 'edge', records: 3, lost: 0 }]);
  });

  test('flows query, chart and sql', { timeout: 60_000 }, async () => {
    const query = await cli(cwd, ...given('flows', 'query'));
    expect(query.stdout).toMatch(/10\.0\.0\.1 +192\.0\.2\.9 +5\.00k .*src host 10\.0\.0\.1 and dst host 192\.0\.2\.9/);
    const chart = await cli(cwd, ...given('flows', 'chart', '--no-unicode'));
    expect(chart.stdout).toMatch(/bit\/s \|.*\|/);
    expect(chart.stdout.split('\n').every((line) => /^[ -~]*$/.test(line) && line.length <= 80)).toBe(true);
    const insights = await cli(cwd, ...given('flows', 'insights'));
    expect(insights).toMatchObject({ code: 0, stdout: 'nothing stands out\n' });
    const sql = await cli(
      cwd,
      'flows',
      'sql',
      'SELECT count(*) AS n FROM flows',
      '--url',
      url,
      '--token-file',
      tokenFile,
      '--json',
    );
    expect(JSON.parse(sql.stdout)).toMatchObject({ columns: ['n'], rows: [[3]] });
  });

  test('what is wrong is said with its place', { timeout: 60_000 }, async () => {
    const bad = await cli(cwd, ...given('flows', 'top', '--filter', 'prot tcp'));
    expect(bad).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('filter, column 1: expected a condition') as unknown,
    });
    const korean = await cli(cwd, ...given('flows', 'top', '--filter', 'prot tcp', '--language', 'ko'));
    expect(korean.stderr).toContain(
      '필터 1번째 글자: 여기에 올 수 있는 것: 조건, 입력된 것: "prot". 혹시 port 아닙니까?',
    );
    expect(korean.stderr).toContain('도움말: 물을 수 있는 것은 안내서 `flow-analyzer.md`에 있습니다');
    const key = await cli(cwd, ...given('flows', 'top', '--by', 'sorce'));
    expect(key).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean source?\n') as unknown });
    const nowhere = await cli(cwd, 'flows', 'top', '--dir', join(cwd, 'nothing'));
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('error: ') as unknown });
  });
});
