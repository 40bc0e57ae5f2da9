import { expect, test } from 'vitest';
import type { ApiCluster, ApiUplinks } from '../../model/index.ts';
import { createMetrics } from '../metrics.ts';
import { findMetric, metrics } from './catalogue.ts';
import { ownFigures, uplinkFigures } from './own-figures.ts';

const members = [
  { id: 'w1', link: 'self' },
  { id: 'w2', link: 'up', roundTripMs: 12, heardMs: 250 },
  { id: 'w3', link: 'down' },
] as unknown as ApiCluster['members'];
const wan = { exporter: 'edge', interface: 'wan', direction: 'out' } as const;
const pool = (protocol: number, used: number, share: number) => ({
  rule: 'ip nat post: masquerade to :1024-1033',
  address: '192.0.2.1',
  protocol,
  ports: 10,
  used,
  share,
  destination: '192.0.2.2',
  destinationPort: 53,
  translations: used,
  peakShare: share,
  peakAt: '2026-01-01T00:00:00.000Z',
});
const own = ownFigures({
  counts: () => ({ counts: { up: 3, degraded: 0, partial: 0, down: 1, unknown: 0, disabled: 2 }, openIncidents: 1 }),
  ledger: () => ({ entries: 42, durable: true }),
  engine: () => ({ probesPerSecond: 7, latenessP99Ms: 3 }),
  signIns: () => ({ done: 4, refused: 2, delayed: 1 }),
  cluster: () => ({ epoch: 1, view: 2, sequence: 9, active: true, voting: false, members }),
  alerts: () => ({ policies: 2, evaluations: 40, firing: 1, latenessMs: 20 }),
  windows: () => ({ series: 12, bytes: 4096, lateRows: 3, droppedRows: 0, refusedSeries: 0 }),
  flows: () => ({
    messages: 50,
    records: 700,
    stored: 650,
    refused: 2,
    waiting: 48,
    kernelDrops: 3,
    malformed: { 'bad-length': 1 },
    exporters: 2,
    templates: 5,
    residentBytes: 2_000_000,
    traffic: {
      interfaces: [
        { ...wan, counts: 'packets', bytes: 1500, packets: 3, flows: 1 },
        { ...wan, counts: 'payload', bytes: 400, packets: 2, flows: 1 },
      ],
      exporters: [{ exporter: 'edge', records: 2 }],
      lost: [{ exporter: 'edge', of: 'messages', count: 7 }],
    },
  }),
  insights: () => new Map([['port-scan', 2]]),
  nat: () => ({
    enabled: true,
    created: 40,
    ended: 30,
    refused: { ports: 30, clashes: 1, room: 0 },
    named: 30,
    namesVictims: true,
    connections: 50,
    mostConnections: 200,
    pools: [pool(17, 8, 0.8), pool(17, 10, 1), pool(6, 1, 0.1)],
    insights: [],
    problems: [],
  }),
  memoryBytes: () => 1_000_000,
  telemetry: () => ({
    written: 100,
    dropped: 1,
    waiting: 5,
    health: { ready: true, problems: [], tables: { samples: { rows: 10, bytes: 40 } } },
  }),
});
const uplink = (family: number, state: string, serving: boolean | null) =>
  ({ uplink: 'isp1', family, state, lossPercent: 2, rttMs: 10, serving }) as unknown;
const uplinks = {
  here: { judges: true },
  uplinks: [{ families: [uplink(4, 'up', true), uplink(6, 'dead', null)] }],
} as unknown as ApiUplinks;

test('everything a watcher says of itself stands in the catalogue, with its labels', () => {
  for (const { metric, labels } of [...own, ...uplinkFigures(uplinks)]) {
    expect(findMetric(metric)?.labels, metric).toEqual(expect.arrayContaining(Object.keys(labels)));
  }
  const said = new Set([...own, ...uplinkFigures(uplinks)].map(({ metric }) => metric));
  const points = metrics.filter(({ name, source }) => source === 'points' && !/_(path|location)_/.test(name));
  const unsaid = points.map(({ name }) => name).filter((name) => !said.has(name));
  // Verdicts come from the ledger; nothing was measured of jitter here, and nothing was hidden from sight.
  expect(unsaid).toEqual([
    'quorumwatch_alert_blind_seconds',
    'quorumwatch_check_up',
    'quorumwatch_check_verdict',
    'quorumwatch_uplink_jitter_seconds',
  ]);
});

test('bytes of two kinds stay apart, and packets of both are added up', () => {
  const traffic = own.filter(({ metric }) => metric.startsWith('quorumwatch_flow_traffic_'));
  expect(traffic).toEqual([
    { metric: 'quorumwatch_flow_traffic_bytes_total', labels: { ...wan, counts: 'packets' }, value: 1500 },
    { metric: 'quorumwatch_flow_traffic_bytes_total', labels: { ...wan, counts: 'payload' }, value: 400 },
    { metric: 'quorumwatch_flow_traffic_packets_total', labels: wan, value: 5 },
    { metric: 'quorumwatch_flow_traffic_flows_total', labels: wan, value: 2 },
  ]);
});

test('of two pools that share an address and a protocol the fuller one counts', () => {
  const pools = own.filter(({ metric }) => metric === 'quorumwatch_nat_pool_used_ratio');
  const { rule, address } = pool(0, 0, 0);
  expect(pools.map(({ labels, value }) => [labels, value])).toEqual([
    [{ address, protocol: 'udp', rule }, 1],
    [{ address, protocol: 'tcp', rule }, 0.1],
  ]);
});

test('an uplink has a figure for each family; whether it carries is said by the one who knows', () => {
  expect(uplinkFigures(uplinks)).toEqual([
    { metric: 'quorumwatch_uplink_state', labels: { uplink: 'isp1', family: 'ipv4' }, value: 1 },
    { metric: 'quorumwatch_uplink_loss_ratio', labels: { uplink: 'isp1', family: 'ipv4' }, value: 0.02 },
    { metric: 'quorumwatch_uplink_rtt_seconds', labels: { uplink: 'isp1', family: 'ipv4' }, value: 0.01 },
    { metric: 'quorumwatch_uplink_carries', labels: { uplink: 'isp1', family: 'ipv4' }, value: 1 },
    { metric: 'quorumwatch_uplink_state', labels: { uplink: 'isp1', family: 'ipv6' }, value: 0 },
    { metric: 'quorumwatch_uplink_loss_ratio', labels: { uplink: 'isp1', family: 'ipv6' }, value: 0.02 },
    { metric: 'quorumwatch_uplink_rtt_seconds', labels: { uplink: 'isp1', family: 'ipv6' }, value: 0.01 },
  ]);
  expect(uplinkFigures({ ...uplinks, here: { ...uplinks.here, judges: false } })).toEqual([]);
});

test('the text for Prometheus has the same names, help and values, each family once', async () => {
  const text = createMetrics({
    version: '1',
    verdicts: () => [{ check: { name: 'a "b"\\\n', type: 'icmp' }, verdict: 'down' }],
    latencyMs: () => 5,
    figures: () => [...own, ...uplinkFigures(uplinks)],
  });
  text.countSample('pass');
  await text.text();
  const lines = (await text.text()).split('\n');
  expect(lines).toContain('quorumwatch_checks{verdict="down"} 1');
  expect(lines).toContain('quorumwatch_telemetry_rows_total 100');
  expect(lines).toContain('quorumwatch_cluster_link_heard_seconds{peer="w2"} 0.25');
  expect(lines).toContain('quorumwatch_uplink_carries{uplink="isp1",family="ipv4"} 1');
  expect(lines).toContain('quorumwatch_samples_total{outcome="pass"} 1');
  expect(lines).toContain('quorumwatch_probe_latency_seconds{check="a \\"b\\"\\\\\\n",type="icmp"} 0.005');
  const families = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]);
  expect(new Set(families).size).toBe(families.length);
  for (const name of families) {
    if (name !== 'quorumwatch_build_info') expect(lines).toContain(`# HELP ${name} ${findMetric(name ?? '')?.help}`);
  }
});
