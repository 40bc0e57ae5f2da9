import { spawnSync } from 'node:child_process';
import { openLibc } from '../../src/platform/linux/ffi.ts';
import { Conntrack } from '../../src/platform/linux/netlink/conntrack.ts';
import { IpNetwork } from '../../src/platform/linux/netlink/ip-network.ts';
import { NetlinkNetwork, type KernelNetwork } from '../../src/platform/linux/netlink/kernel-network.ts';
import type { NetworkChange } from '../../src/platform/linux/netlink/objects.ts';

/** Runs inside a network namespace: does the same by netlink and by `ip`, and prints what both see. */
const libc = openLibc();
const netlink = new NetlinkNetwork(libc);
const ip = new IpNetwork();

const way = { destination: 'default', table: 7701, protocol: 113 };
const changes: NetworkChange[] = [
  { do: 'add', route: { ...way, family: 4, metric: 10, gateway: '192.0.2.1', device: 'one' } },
  { do: 'add', route: { ...way, family: 6, metric: 10, gateway: '2001:db8:1::1', device: 'one' } },
  { do: 'add', route: { ...way, family: 4, metric: 10, gateway: '198.51.100.1', device: 'two' } },
  { do: 'replace', route: { ...way, family: 4, metric: 10, gateway: '198.51.100.1', device: 'two' } },
  {
    do: 'add',
    route: {
      ...way,
      family: 4,
      destination: '203.0.113.0/24',
      metric: 0,
      hops: [
        { gateway: '192.0.2.1', device: 'one', weight: 30 },
        { gateway: '198.51.100.1', device: 'two', weight: 1 },
      ],
    },
  },
  { do: 'add', rule: { family: 4, priority: 50, table: 7701, protocol: 113, mark: 0x10000, markMask: 0x7f0000 } },
  { do: 'add', rule: { family: 6, priority: 51, table: 7701, protocol: 113, outgoing: 'one' } },
  { do: 'add', rule: { family: 4, priority: 52, table: 254, protocol: 113, suppressPrefixLength: 0 } },
  { do: 'add', rule: { family: 4, priority: 53, table: 7701, protocol: 113, from: '192.0.2.2/32' } },
  { do: 'remove', route: { ...way, family: 4, metric: 99, gateway: '192.0.2.1', device: 'one' } },
];
const undo: NetworkChange[] = changes
  .filter((change) => change.do === 'add' && !('route' in change && change.route.gateway === '192.0.2.1'))
  .map((change) => ({ ...change, do: 'remove' }));

const view = (network: KernelNetwork) => ({
  links: network.links(),
  addresses: sorted(network.addresses()),
  routes: sorted([...network.routes(4), ...network.routes(6)]),
  rules: sorted([...network.rules(4), ...network.rules(6)]),
  lookup: network.lookup({ family: 4, destination: '8.8.8.8', mark: 0x10000 }),
  lookup6: network.lookup({ family: 6, destination: '2001:db8:9::9', outgoing: 'one' }),
  noWay: network.lookup({ family: 4, destination: '8.8.8.8', mark: 0x20000 }) ?? null,
});
const sorted = (list: readonly object[]) => list.map((one) => JSON.stringify(one)).sort();

const before = view(netlink);
const oneTable = [netlink.routes(4, 255), ip.routes(4, 255), netlink.routes(4, 4711), ip.routes(4, 4711)];
const rounds = [netlink, ip].map((network) => {
  const codes = network.apply(changes).map((refusal) => refusal?.code ?? 'done');
  const seen = { byNetlink: view(netlink), byIp: view(ip) };
  const undone = network.apply(undo).map((refusal) => refusal?.code ?? 'done');
  return { codes, ...seen, undone };
});
const after = view(netlink);

netlink.apply([
  { do: 'add', nextHop: { id: 1, family: 4, protocol: 113, gateway: '192.0.2.1', device: 'one' } },
  { do: 'add', nextHop: { id: 2, family: 4, protocol: 113, gateway: '198.51.100.1', device: 'two' } },
  {
    do: 'add',
    nextHop: {
      id: 3,
      family: 4,
      protocol: 113,
      group: [
        { id: 1, weight: 3 },
        { id: 2, weight: 1 },
      ],
    },
  },
  { do: 'replace', nextHop: { id: 3, family: 4, protocol: 113, group: [{ id: 2, weight: 1 }] } },
]);
const nextHops = netlink.nextHops();
const nextHopsOfIp: unknown = JSON.parse(spawnSync('ip', ['-json', '-N', 'nexthop'], { encoding: 'utf8' }).stdout);

const conntrack = new Conntrack(libc);
const tool = (...words: string[]) => spawnSync('conntrack', words, { encoding: 'utf8' }).stdout;
const state = ['--state', 'ESTABLISHED', '-u', 'SEEN_REPLY', '-t', '100'];
for (const [port, mark] of [
  [1001, 0x10000],
  [1002, 0x810000],
  [1003, 0x20000],
] as const) {
  const tuple = ['-s', '192.0.2.2', '-d', '203.0.113.9', '--sport', String(port), '--dport', '80'];
  tool('-I', '-p', 'tcp', ...tuple, ...state, '-m', String(mark));
}
tool('-I', '-p', 'udp', '-s', '2001:db8:1::2', '-d', '2001:db8::9', '--sport', '7', '--dport', '53', '-t', '50');
const listed = conntrack.list(4);
const listedByTool = tool('-L', '-f', 'ipv4');
const filtered = conntrack.list(4, { mark: 0x10000, mask: 0x7f0000 });
conntrack.mark(filtered, 0x30000);
const marked = conntrack.list(4, { mark: 0x30000, mask: 0x7f0000 });
conntrack.remove(marked.slice(0, 1));
const removed = conntrack.list(4);
conntrack.flush(6, { mark: 0x30000, mask: 0x7f0000 });
const spared = conntrack.list(4);
conntrack.flush(4, { mark: 0x30000, mask: 0x7f0000 });
const flushed = conntrack.list(4);
const others = conntrack.list(6);

console.log(
  JSON.stringify({
    before,
    oneTable,
    after,
    rounds,
    nextHops,
    nextHopsOfIp,
    conntrack: { listed, listedByTool, filtered, marked, removed, spared, flushed, others },
  }),
);
