import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { failoverSchema, QwError, uplinksSchema, type UplinkOrder, type UplinkReceipt } from '../../model/index.ts';
import {
  ManualClock,
  nodeDisk,
  silentLog,
  type LinuxParts,
  type Log,
  type NetlinkRefusal,
  type NetworkChange,
  type Route,
  type Rule,
} from '../../platform/index.ts';
import { createLinuxActor } from './linux-actor.ts';

const uplinks = uplinksSchema.parse([
  { name: 'isp1', device: 'wan1', gateway: '192.168.76.1' },
  { name: 'isp2', device: 'wan2', gateway: '192.168.75.1' },
]);
const order = (serving: string[], leaving: string[] = []): UplinkOrder => ({ family: 4, serving, leaving });

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qw-actor-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A kernel in memory that has routes, rules and devices, and nothing else. */
class Kernel {
  routes: Route[] = [];
  rules: Rule[] = [];
  devices = ['wan1', 'wan2'];

  apply(changes: readonly NetworkChange[]): (NetlinkRefusal | undefined)[] {
    return changes.map((change) => {
      if ('nextHop' in change) return { code: 'EOPNOTSUPP', text: 'not supported' };
      if ('rule' in change) {
        this.rules = this.rules.filter((one) => JSON.stringify(one) !== JSON.stringify(change.rule));
        if (change.do !== 'remove') this.rules.push(change.rule);
        return undefined;
      }
      const { route } = change;
      if (!this.devices.includes(route.device ?? '')) return { code: 'ENODEV', text: 'no such device' };
      this.routes = this.routes.filter((one) => one.table !== route.table || one.metric !== route.metric);
      if (change.do !== 'remove') this.routes.push(route);
      return undefined;
    });
  }
}

function rig(over: Partial<LinuxParts> = {}, log: Partial<Log> = {}) {
  const kernel = new Kernel();
  const refuse = (): never => {
    throw new QwError('UNSUPPORTED', 'conntrack: not supported');
  };
  const parts = {
    limits: [],
    network: {
      method: 'netlink' as const,
      links: () => kernel.devices.map((device, index) => ({ index, device, up: true, carrier: true, mtuBytes: 1500 })),
      addresses: () => [],
      routes: (family: 4 | 6, table?: number) =>
        family === 4 ? kernel.routes.filter((one) => one.table === table) : [],
      rules: (family: 4 | 6) => (family === 4 ? kernel.rules : []),
      lookup: () => undefined,
      counts: () => undefined,
      apply: (changes: readonly NetworkChange[]) => kernel.apply(changes),
      close: () => undefined,
    },
    settings: { read: () => undefined, write: () => undefined },
    conntrack: { list: () => [], flush: () => undefined, remove: () => undefined },
    applyNft: () => Promise.resolve(),
    listNftTable: () => Promise.resolve(undefined),
    openRawSender: () => ({ send: () => true, close: () => undefined }),
    openPacketLog: refuse,
    monitor: () => ({ close: () => undefined }),
    close: () => undefined,
    ...over,
  } satisfies LinuxParts;
  const clock = new ManualClock();
  const interference: string[] = [];
  const repairs: UplinkReceipt[] = [];
  const actor = createLinuxActor({
    uplinks,
    failover: failoverSchema.parse({ act: 'local-evidence' }),
    parts,
    clock,
    disk: nodeDisk,
    folder,
    log: { ...silentLog, ...log },
    stillGone: () => true,
    onInterference: (found) => {
      interference.push(found.text);
      if (found.repair) repairs.push(found.repair);
    },
  });
  return { actor, kernel, clock, interference, repairs };
}

test('without connection tracking the switch is done, and the receipt names the problem', async () => {
  const warnings: string[] = [];
  let broken = false;
  const flush = () => {
    if (broken) throw new QwError('UNSUPPORTED', 'conntrack: not supported');
  };
  const conntrack = { list: () => [], flush, remove: () => undefined };
  const { actor, kernel, clock } = rig({ conntrack }, { warning: (text) => warnings.push(text) });
  await actor.prepare([order(['isp1', 'isp2'])]);
  broken = true;
  const receipt = actor.serve(order(['isp2'], ['isp1']));
  expect(receipt).toMatchObject({ serving: ['isp2'], verified: false, problems: ['conntrack: not supported'] });
  expect(kernel.routes.filter((one) => one.table === 7700).map((one) => one.device)).toEqual(['wan2']);
  clock.advance(2000);
  expect(warnings).toEqual(['uplinks: connections of isp1 cannot be cut: conntrack: not supported']);
});

test('what was done, and what would be, can be given to a shell', async () => {
  const { actor } = rig();
  const lines = await actor.prepare([order(['isp1', 'isp2'])]);
  const shell = /^(ip -4 (route|rule) add |sysctl -w net\/|nft -f - <<'END'\n[^]*\nEND$)/;
  expect(lines.filter((line) => !shell.test(line))).toEqual([]);
  expect(lines.some((line) => line.startsWith('nft '))).toBe(true);
  const commands = [
    'ip -4 route del default via 192.168.76.1 dev wan1 table 7700 proto 113 metric 10 onlink',
    'conntrack -D -f ipv4 -m 0x810000/0xff0000',
  ];
  expect(actor.foresee(order(['isp2'], ['isp1'])).commands).toEqual(commands);
  expect(actor.serve(order(['isp2'], ['isp1'])).commands).toEqual(commands);
});

test('connection tracking that is missing from the start is told once, and switching goes on', async () => {
  const warnings: string[] = [];
  const flush = () => {
    throw new QwError('UNSUPPORTED', 'conntrack: not supported');
  };
  const conntrack = { list: () => [], flush, remove: () => undefined };
  const { actor } = rig({ conntrack }, { warning: (text) => warnings.push(text) });
  await actor.prepare([order(['isp1', 'isp2'])]);
  expect(warnings).toEqual(['uplinks: connections will neither be moved nor cut: conntrack: not supported']);
  expect(actor.serve(order(['isp2'], ['isp1'])).serving).toEqual(['isp2']);
});

test('a device that vanished without a word is no obstacle to the switch', async () => {
  const { actor, kernel } = rig();
  await actor.prepare([order(['isp1', 'isp2'])]);
  kernel.devices = ['wan2'];
  kernel.routes = kernel.routes.filter((route) => route.device === 'wan2');
  expect(actor.serve(order(['isp2'], ['isp1']))).toMatchObject({ verified: true, problems: [] });
});

test('what somebody else changed is repaired and told; what a device changed is followed', async () => {
  const told: string[] = [];
  const { actor, kernel, clock, interference, repairs } = rig({}, { info: (text) => told.push(text) });
  await actor.prepare([order(['isp1', 'isp2'])]);
  kernel.routes = kernel.routes.filter((route) => route.table !== 7700);
  actor.notice({ kind: 'lost' });
  clock.advance(100);
  expect(interference).toHaveLength(1);
  expect(interference[0]).toContain('changed by somebody else, repaired: ip -4 route add default via 192.168.76.1');
  expect(repairs).toMatchObject([{ family: 4, serving: ['isp1', 'isp2'], verified: true, problems: [] }]);
  expect(repairs[0]?.commands[0]).toContain('ip -4 route add default via 192.168.76.1');
  kernel.devices = ['wan2'];
  kernel.routes = kernel.routes.filter((route) => route.device === 'wan2');
  actor.notice({ kind: 'lost' });
  clock.advance(100);
  kernel.devices = ['wan1', 'wan2'];
  actor.notice({ kind: 'lost' });
  clock.advance(100);
  expect(interference).toHaveLength(1);
  expect(told.at(-1)).toContain('followed a device, an address or a gateway: ip -4 route add default via 192.168.76.1');
  expect(kernel.routes.filter((route) => route.table === 7700)).toHaveLength(2);
  await actor.release();
  expect([kernel.routes, kernel.rules]).toEqual([[], []]);
});

test('what cannot be set up now leaves nothing, and is set up by the next attempt', async () => {
  let missing = true;
  const written: string[] = [];
  const settings = {
    read: (path: string) => (path.endsWith('linkdown') ? (written.includes(path) ? '1' : '0') : undefined),
    write: (path: string, value: string) => {
      if (value === '1') written.push(path);
      else written.splice(written.indexOf(path), 1);
    },
  };
  const applyNft = (script: string) =>
    missing && script.includes('chain') ? Promise.reject(new Error('nft: busy')) : Promise.resolve();
  const { actor, kernel } = rig({ settings, applyNft });
  await expect(actor.prepare([order(['isp1', 'isp2'])])).rejects.toThrow('nft: busy');
  expect([kernel.routes, kernel.rules, written]).toEqual([[], [], []]);
  expect(await readdir(folder)).toEqual([]);
  missing = false;
  await actor.prepare([order(['isp2'])]);
  expect(kernel.routes.filter((one) => one.table === 7700).map((one) => one.device)).toEqual(['wan2']);
  expect(actor.serve(order(['isp1', 'isp2']))).toMatchObject({ verified: true, problems: [] });
  await actor.release();
  expect([kernel.routes, kernel.rules, written]).toEqual([[], [], []]);
});
