import { expect, test } from 'vitest';
import { flowsSchema, QwError } from '../../model/index.ts';
import { FlowRows, NameBook, type ConntrackMachine } from '../../observe/index.ts';
import { ManualClock, type ConntrackEntry, type ConntrackTap } from '../../platform/index.ts';
import { openConntrack } from './conntrack-source.ts';

const labels = new Map<string, number>();
const names = new NameBook({
  series: {
    entries: () => new Map().entries(),
    labelsOf: () => undefined,
    idOf: (given: Record<string, string>) => {
      const key = JSON.stringify(given);
      if (!labels.has(key)) labels.set(key, labels.size + 1);
      return labels.get(key);
    },
  } as never,
});

const ended: ConntrackEntry = {
  key: 'one',
  family: 4,
  protocol: 6,
  addresses: Uint32Array.from([0x0a000005, 0xc0000250, 0xc0000250, 0xc6336401].flatMap((one) => [0, 0, 0xffff, one])),
  ports: Uint16Array.of(40_000, 443, 443, 1030),
  icmp: 0,
  status: 408,
  zone: 0,
  tcpState: 7,
  original: { packets: 3, bytes: 180 },
  reply: { packets: 2, bytes: 3000 },
};

function machine(settings: Record<string, string>, events: ConntrackEntry[] = []) {
  const written: string[] = [];
  const tap: ConntrackTap = {
    events: (onEvent) => {
      for (const entry of events.splice(0)) onEvent('end', entry);
      return true;
    },
    beginDump: () => undefined,
    dump: () => true,
    statistics: () => ({
      insertFailed: [0],
      dropped: [0],
      earlyDropped: [0],
      chainTooLong: [0],
      connections: 1,
      most: 100,
    }),
    close: () => undefined,
  };
  const made: ConntrackMachine = {
    openTap: () => tap,
    openNatParts: () => ({
      readNftRuleset: () => Promise.reject(new QwError('UNSUPPORTED', 'no nft here')),
      applyNft: () => Promise.reject(new QwError('UNSUPPORTED', 'no nft here')),
      openPacketLog: () => ({ read: () => true, close: () => undefined }),
    }),
    settings: {
      read: (path) => settings[path],
      write: (path, value) => {
        written.push(`${path}=${value}`);
        settings[path] = value;
      },
    },
    addresses: () => ['10.0.0.5'],
  };
  return { made, written };
}

const both = { 'netfilter/nf_conntrack_acct': '0', 'netfilter/nf_conntrack_timestamp': '0' };

async function opened(flows: object, given: ReturnType<typeof machine>) {
  const taken: FlowRows[] = [];
  const clock = new ManualClock();
  const sink = { take: (rows: FlowRows) => void taken.push(rows) };
  const source = await openConntrack(flowsSchema.parse(flows), 'here', { names, sink, clock }, given.made);
  return { source, taken, clock };
}

test('nothing is opened where nothing is wanted', async () => {
  const given = machine({});
  given.made.openTap = () => {
    throw new Error('not wanted');
  };
  const { source } = await opened({}, given);
  expect([source.problems(), source.nat(), source.enrich]).toEqual([[], undefined, []]);
  await source.close();
});

test('a machine that does not tell of its connections is a problem, and the collector goes on', async () => {
  const given = machine({});
  given.made.openTap = () => {
    throw new QwError('UNSUPPORTED', 'operation not permitted');
  };
  const { source } = await opened({ conntrack: {} }, given);
  expect(source.problems()).toEqual(['connections of this machine are not recorded: operation not permitted']);
});

test('settings of the kernel are named with their command, and changed only when that is wished for', async () => {
  const given = machine({ ...both }, [ended]);
  const { source } = await opened({ conntrack: {} }, given);
  expect(source.problems()).toEqual([
    expect.stringContaining('`sysctl -w net.netfilter.nf_conntrack_acct=1`'),
    expect.stringContaining('`sysctl -w net.netfilter.nf_conntrack_timestamp=1`'),
  ]);
  expect(given.written).toEqual([]);
  await source.close();
  const wished = machine({ ...both }, [ended]);
  const turned = await opened({ conntrack: { 'set-sysctls': true } }, wished);
  expect([turned.source.problems(), wished.written.length]).toEqual([[], 2]);
  await turned.source.close();
});

test('a kernel that tracks nothing is a problem until it does', async () => {
  const events: ConntrackEntry[] = [];
  const on = { 'netfilter/nf_conntrack_acct': '1', 'netfilter/nf_conntrack_timestamp': '1' };
  const { source, clock } = await opened({ conntrack: {} }, machine(on, events));
  expect(source.problems()).toEqual([expect.stringContaining('the kernel has tracked no connection yet')]);
  expect(source.exporters()).toEqual([]);
  events.push(ended);
  clock.advance(200);
  expect(source.problems()).toEqual([]);
  expect(source.exporters()).toMatchObject([
    { address: 'here', protocol: 'conntrack', records: 2, lost: 0, sampling: 1 },
  ]);
  await source.close();
});

test('without nftables translations are still logged, and what is missing is said', async () => {
  const given = machine({}, [ended]);
  const { source, taken, clock } = await opened({ nat: { 'name-victims': true } }, given);
  clock.advance(200);
  expect(source.nat()).toMatchObject({ enabled: true, ended: 1, namesVictims: false });
  expect(source.problems()).toEqual([
    'victims have no names: no nft here',
    'pools of ports are not known: no nft here',
  ]);
  await source.close();
  expect(taken.flatMap(({ rows, narrow }) => [rows, narrow.event[0]])).toEqual([1, 2]);
});

test('rows have what was asked for of metadata, and rows of others keep theirs', async () => {
  const on = { 'netfilter/nf_conntrack_acct': '1', 'netfilter/nf_conntrack_timestamp': '1' };
  const { source, taken, clock } = await opened({ conntrack: { metadata: ['networks'] } }, machine(on, [ended]));
  clock.advance(200);
  await source.close();
  const [rows] = taken;
  if (!rows) throw new Error('expected rows');
  expect([rows.rows, rows.narrow.nat_source_port[0], rows.wide.nat_source_low[0]]).toEqual([2, 0, 0n]);
  rows.narrow.source_name.fill(5);
  rows.narrow.source_network.fill(6);
  const others = new FlowRows(1);
  others.rows = 1;
  others.narrow.exporter[0] = 99;
  others.narrow.source_name[0] = 5;
  for (const pass of source.enrich) for (const one of [rows, others]) pass(one);
  expect([rows.narrow.source_name[1], rows.narrow.source_network[1], others.narrow.source_name[0]]).toEqual([0, 6, 5]);
});
