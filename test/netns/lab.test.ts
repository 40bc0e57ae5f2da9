import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from '../support/lab.ts';
import { labMissing } from '../support/shared.ts';
import { WatcherProcess } from '../support/watcher-process.ts';

/**
 * One watcher on the office router, its probes pinned to the first ISP, and every fault that ISP can have. The table is
 * the measured matrix of which kind of probe sees which fault; answers of DNS and HTTP are judged by content.
 */

const probes = ['gw', 'icmp', 'icmp6', 'big', 'tcp', 'http', 'page', 'dns-isp', 'dns-8888'] as const;
const matrix: [fault: string, ...verdicts: (0 | 1)[]][] = [
  ['upstream', 1, 0, 0, 0, 0, 0, 0, 0, 0],
  ['upstream-unreach', 1, 0, 0, 0, 0, 0, 0, 1, 0],
  ['access', 0, 0, 0, 0, 0, 0, 0, 0, 0],
  ['link', 0, 0, 0, 0, 0, 0, 0, 0, 0],
  ['dns-dead', 1, 1, 1, 1, 1, 1, 1, 0, 1],
  ['v6-dead', 1, 1, 0, 1, 1, 1, 1, 1, 1],
  ['dns-block', 1, 1, 1, 1, 1, 1, 1, 0, 1],
  ['dns-hijack', 1, 1, 1, 1, 1, 1, 1, 0, 0],
  ['captive', 1, 1, 1, 1, 1, 0, 0, 0, 0],
  ['icmp-dead', 1, 0, 0, 0, 1, 1, 1, 1, 1],
  ['tcp-dead', 1, 1, 1, 1, 0, 0, 0, 1, 1],
  ['mtu 1300', 1, 1, 1, 0, 1, 1, 0, 1, 1],
];

const common = {
  interval: '300ms',
  'retry-interval': '200ms',
  timeout: '250ms',
  'start-delay': '0s',
  device: 'wan1',
  settle: { down: '2/3', up: '2/3' },
};
const train = { 'packet-count': 2, 'packet-interval': '50ms', 'thr-loss-percent': 60 };
const web = { match: [{ contains: 'ok ' }] };
const configuration = {
  site: 'office',
  watch: [
    { name: 'gw', type: 'icmp', host: '192.168.76.1', ...train, ...common },
    { name: 'icmp', type: 'icmp', host: '1.1.1.1', ...train, ...common },
    { name: 'icmp6', type: 'icmp', host: '2606:4700:4700::1111', ...train, ...common },
    { name: 'big', type: 'icmp', host: '1.1.1.1', ...train, 'packet-size': 1428, ...common },
    { name: 'tcp', type: 'tcp-conn', host: '203.0.113.80', ...common },
    { name: 'http', type: 'http-get', host: '203.0.113.80', ...web, ...common },
    {
      name: 'page',
      type: 'http-get',
      host: '203.0.113.80',
      path: '/bytes/50000',
      match: [{ matches: '^q+$' }],
      ...common,
      timeout: '1s',
      interval: '1200ms',
    },
    {
      name: 'dns-isp',
      type: 'dns',
      host: 'blocked.example.test',
      'dns-server': '192.0.2.53',
      expect: [{ equals: ['203.0.113.81'] }],
      ...common,
    },
    {
      name: 'dns-8888',
      type: 'dns',
      host: 'blocked.example.test',
      'dns-server': '8.8.8.8',
      expect: [{ equals: ['203.0.113.81'] }],
      ...common,
    },
  ],
};

const missing = labMissing();
if (missing !== undefined) process.stderr.write(`lab tests: ${missing}\n`);

describe.skipIf(missing !== undefined)('one watcher in the lab', () => {
  const lab = new Lab();
  const folder = mkdtempSync(join(tmpdir(), 'qw-lab-test-'));
  let watcher: WatcherProcess;

  beforeAll(async () => {
    lab.up();
    writeFileSync(join(folder, 'quorumwatch.yaml'), JSON.stringify(configuration));
    const prefix = ['nsenter', `--net=/run/netns/${lab.namespace('rtr')}`];
    watcher = new WatcherProcess(['--data', join(folder, 'data')], { cwd: folder, prefix });
    await watcher.ready;
  });

  afterAll(async () => {
    expect(await watcher.stop()).toBe(0);
    lab.down();
    rmSync(folder, { recursive: true, force: true });
  });

  const verdicts = (row: readonly (0 | 1)[]) =>
    Object.fromEntries(probes.map((probe, i) => [probe, row[i] === 1 ? 'up' : 'down']));
  const allUp = verdicts(probes.map(() => 1 as const));

  test('without a fault everything is up', () => watcher.until(allUp));

  test.each(matrix)('%s is seen by exactly the probes that can see it', async (fault, ...row) => {
    lab.fault('isp1', ...fault.split(' '));
    await watcher.until(verdicts(row));
    // What cannot see the fault must go on not seeing it.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(Object.fromEntries(watcher.verdicts)).toEqual(verdicts(row));
    lab.clear();
    await watcher.until(allUp);
  });

  test('one percent of loss is no outage', async () => {
    await watcher.until(allUp);
    const before = watcher.events.length;
    lab.fault('isp1', 'loss', '1');
    await new Promise((resolve) => setTimeout(resolve, 5000));
    const changes = watcher.events.slice(before).filter((event) => event.event === 'transition');
    expect(changes.filter((event) => (event.body as { to: string }).to === 'down')).toEqual([]);
    lab.clear();
  });
});
