import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { FlowAnswer, FlowRecordsAnswer, FlowStatus } from '../../src/model/index.ts';
import { api, cleanUp, cli, folder, start } from '../support/rig.ts';

/** Flow logs of clouds that a running watcher takes: posted to it, and from a folder. */

const patience = { timeout: 60_000, interval: 300 };
const token = 'push-token-of-twenty-and-more';
const end = new Date(Date.now() - 60_000);
const entry = {
  jsonPayload: {
    connection: { src_ip: '10.0.0.2', src_port: 5601, dest_ip: '203.0.113.9', dest_port: 443, protocol: 6 },
    reporter: 'SRC',
    bytes_sent: '1776',
    packets_sent: '7',
    start_time: new Date(end.getTime() - 5000).toISOString(),
    end_time: end.toISOString(),
    src_instance: { project_id: 'shop', vm_name: 'web-1' },
    src_vpc: { project_id: 'shop', vpc_name: 'net', subnetwork_name: 'front' },
  },
};
const posted = (messageId: string, log: unknown) =>
  JSON.stringify({
    message: { data: Buffer.from(JSON.stringify(log)).toString('base64'), messageId },
    subscription: 'projects/shop/subscriptions/flows',
  });

let watcher: ReturnType<typeof api>;
let url: string;
let cwd: string;

beforeAll(async () => {
  cwd = folder();
  mkdirSync(join(cwd, 'logs'));
  writeFileSync(join(cwd, 'token'), `${token}\n`);
  writeFileSync(
    join(cwd, 'quorumwatch.yaml'),
    [
      'site: office',
      'flows:',
      `  push: [{ name: vpc, format: gcp, token-file: ${join(cwd, 'token')} }]`,
      `  cloud: [{ name: mirror, format: aws, folder: ${join(cwd, 'logs')} }]`,
    ].join('\n'),
  );
  const ready = await start(cwd).ready;
  ({ url } = ready);
  watcher = api(ready);
  await vi.waitFor(async () => {
    const { problems, enabled } = await watcher.get<FlowStatus>('/flows/status');
    expect({ enabled, problems }).toEqual({ enabled: true, problems: [] });
  }, patience);
}, 120_000);
afterAll(cleanUp);

async function push(
  body: string | ReadableStream,
  { name = 'vpc', secret = token, header = false } = {},
): Promise<number> {
  const response = await fetch(`${url}/api/v1/flows/push/${name}${header ? '' : `?token=${secret}`}`, {
    method: 'POST',
    body,
    // Clouds may say by a token of their own who they are. A body that is refused ends its connection.
    headers: { authorization: `Bearer ${header ? secret : 'of.a.cloud'}`, connection: 'close' },
    duplex: 'half',
  });
  return response.status;
}

const range = {
  from: new Date(end.getTime() - 600_000).toISOString(),
  to: new Date(end.getTime() + 600_000).toISOString(),
};

test('what was answered with success is there, once, with names', async () => {
  expect(await push(posted('1', entry))).toBe(204);
  expect(await push(posted('1', entry))).toBe(204);
  expect(await push(JSON.stringify(entry), { header: true })).toBe(204);
  const { body } = await watcher.call('POST', '/flows/query', { ...range, groupBy: ['source-name', 'reporter'] });
  const { rows, bytesOf, total } = body as FlowAnswer;
  expect(total.flows).toBe(2);
  expect(bytesOf).toBe('payload');
  expect(rows.map(({ values, bytes }) => [...values, bytes])).toEqual([['shop/web-1', 'source', 3552]]);
});

test('whoever has no token for this address posts nothing', async () => {
  expect(await push(posted('2', entry), { secret: 'wrong' })).toBe(403);
  expect(await push(posted('2', entry), { secret: '' })).toBe(403);
  expect(await push(posted('2', entry), { name: 'other' })).toBe(403);
  expect(await push('x'.repeat(16 * 1024 * 1024))).toBe(413);
  const chunked = new Blob(['x'.repeat(16 * 1024 * 1024)]).stream();
  expect(await push(chunked)).toBe(413);
  const audit = await watcher.get<{ items: { what: string }[] }>('/audit');
  expect(audit.items.filter(({ what }) => what.includes('push'))).toEqual([]);
});

test('entries that cannot be read are told, and taken off the hands of whoever posts', async () => {
  expect(await push(posted('3', { textPayload: 'hello' }))).toBe(204);
  await vi.waitFor(async () => {
    const { problems } = await watcher.get<FlowStatus>('/flows/status');
    expect(problems).toEqual(['entries of the log vpc cannot be read: 1 not-an-entry']);
  }, patience);
});

test('files that appear in a folder are read', async () => {
  const seconds = Math.floor(end.getTime() / 1000);
  const line = `2 1234 eni-1 172.16.0.1 203.0.113.12 49761 22 6 20 4249 ${seconds - 60} ${seconds} REJECT OK\n`;
  writeFileSync(join(cwd, 'logs/part-1.log'), line);
  await vi.waitFor(async () => {
    const { body } = await watcher.call('POST', '/flows/records', { ...range, filter: 'src host 172.16.0.1' });
    const { items } = body as FlowRecordsAnswer;
    expect(items.map(({ kind, destination, bytes }) => [kind, destination, bytes])).toEqual([
      ['drop', '203.0.113.12', '4249'],
    ]);
  }, patience);
});

test('a token that is too short opens nothing', async () => {
  writeFileSync(join(cwd, 'token'), 'short');
  expect(await push(posted('4', entry), { secret: 'short' })).toBe(500);
  writeFileSync(join(cwd, 'token'), token);
});

test('files are imported without a watcher', async () => {
  writeFileSync(join(cwd, 'flows.json'), `${JSON.stringify(entry)}\nbroken\n`);
  const done = await cli(cwd, 'flows', 'import', 'gcp', 'flows.json', '--dir', 'imported');
  expect(done).toMatchObject({ code: 0 });
  expect(done.stdout).toContain('records: 1 (entries 2, files 1)\nentries that cannot be read, not-json: 1');
  expect((await cli(cwd, 'flows', 'import', 'aws', 'flows.json', '--dir', 'imported')).code).toBe(1);
});
