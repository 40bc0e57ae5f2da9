import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { join } from 'node:path';
import { Namespace, whyNoNamespaces } from './namespace.ts';

/** What netlink says and does, against the programs that everybody trusts: `ip` and `conntrack`. */

interface View {
  links: unknown[];
  addresses: string[];
  routes: string[];
  rules: string[];
  lookup: unknown;
  lookup6: unknown;
  noWay: unknown;
}
interface Flow {
  original: { sourcePort: number };
  mark: number;
}
interface Answer {
  before: View;
  oneTable: { table: number }[][];
  after: View;
  rounds: { codes: string[]; byNetlink: View; byIp: View; undone: string[] }[];
  nextHops: unknown[];
  nextHopsOfIp: unknown[];
  conntrack: Record<'listed' | 'filtered' | 'marked' | 'removed' | 'spared' | 'flushed' | 'others', Flow[]> & {
    listedByTool: string;
  };
}

const missing = whyNoNamespaces();
if (missing !== undefined) process.stderr.write(`netlink tests skipped: ${missing}\n`);

describe.skipIf(missing !== undefined)('netlink beside ip and conntrack', () => {
  let namespace: Namespace;
  let answer: Answer;

  beforeAll(async () => {
    namespace = new Namespace();
    namespace.sysctl('net.ipv6.conf.default.accept_dad=0');
    namespace.ip('link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'one-far');
    namespace.ip('link', 'add', 'two', 'type', 'veth', 'peer', 'name', 'two-far');
    for (const device of ['one', 'one-far', 'two', 'two-far']) namespace.ip('link', 'set', device, 'up');
    namespace.ip('address', 'add', '192.0.2.2/24', 'dev', 'one');
    namespace.ip('address', 'add', '198.51.100.2/24', 'dev', 'two');
    namespace.ip('-6', 'address', 'add', '2001:db8:1::2/64', 'dev', 'one', 'nodad');
    answer = (await namespace.run(join(import.meta.dirname, 'netlink-child.ts'), [])) as Answer;
  });

  afterAll(() => namespace.close());

  test.each([0, 1])('both ways do the same and see the same (%i)', (round) => {
    const { codes, byNetlink, byIp } = answer.rounds[round] ?? { codes: [] };
    expect(codes).toEqual(['done', 'done', 'EEXIST', 'done', 'done', 'done', 'done', 'done', 'done', 'ESRCH']);
    expect(byIp).toEqual(byNetlink);
    expect(byNetlink?.routes.length).toBe(answer.before.routes.length + 3);
    expect(byNetlink?.rules.length).toBe(answer.before.rules.length + 4);
    expect(byNetlink?.lookup).toEqual({ table: 7701, gateway: '198.51.100.1', device: 'two' });
    expect(byNetlink?.lookup6).toEqual({ table: 7701, gateway: '2001:db8:1::1', device: 'one' });
    expect(byNetlink?.noWay).toBeNull();
  });

  test('what was added was removed', () => {
    for (const { undone } of answer.rounds) expect(new Set(undone)).toEqual(new Set(['done']));
    expect(answer.after.rules).toEqual(answer.before.rules);
    expect(answer.after.routes).toEqual(answer.before.routes);
  });

  test('one table is asked for alone, and one that nobody made is empty', () => {
    const [byNetlink = [], byIp, ...empty] = answer.oneTable;
    expect(byNetlink.length).toBeGreaterThan(3);
    expect(new Set(byNetlink.map((route) => route.table))).toEqual(new Set([255]));
    expect(byIp).toEqual(byNetlink);
    expect(empty).toEqual([[], []]);
  });

  test('next hops and groups of them', () => {
    expect(answer.nextHops).toEqual([
      { id: 1, family: 4, protocol: 113, gateway: '192.0.2.1', device: 'one' },
      { id: 2, family: 4, protocol: 113, gateway: '198.51.100.1', device: 'two' },
      { id: 3, family: 4, protocol: 113, group: [{ id: 2, weight: 1 }] },
    ]);
    expect(answer.nextHopsOfIp).toHaveLength(3);
  });

  test('flows are listed, marked, removed and flushed by their mark', () => {
    const ports = (flows: Flow[]) => flows.map((flow) => flow.original.sourcePort).sort((a, b) => a - b);
    const { listed, listedByTool, filtered, marked, removed, spared, flushed, others } = answer.conntrack;
    expect(ports(listed)).toEqual([1001, 1002, 1003]);
    for (const { original, mark } of listed) {
      expect(listedByTool).toMatch(new RegExp(`sport=${original.sourcePort} .*mark=${mark}`));
    }
    expect(ports(filtered)).toEqual([1001, 1002]);
    expect(ports(marked)).toEqual([1001, 1002]);
    expect(removed).toHaveLength(2);
    expect(spared).toEqual(removed);
    expect(ports(flushed)).toEqual([1003]);
    expect(others).toHaveLength(1);
  });
});
