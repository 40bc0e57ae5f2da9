import { expect, test } from 'vitest';
import { readLog } from './cloud.fixture.ts';

const connection = { protocol: 6, src_ip: '10.0.0.2', src_port: 5601, dest_ip: '203.0.113.9', dest_port: 443 };
const vpc = { project_id: 'shop', vpc_name: 'net', subnetwork_name: 'front' };
const instance = { project_id: 'shop', vm_name: 'web-1', zone: 'europe-west1-b' };
const flow = {
  connection,
  reporter: 'SRC',
  rtt_msec: '36',
  bytes_sent: '9223372036854775807',
  packets_sent: '7',
  start_time: '2026-06-14T03:45:35.186193305Z',
  end_time: '2026-06-14T03:45:37.301953198Z',
  src_vpc: vpc,
  src_instance: instance,
  dest_location: { asn: 64_500, country: 'deu' },
};
const envelope = (jsonPayload: unknown) => ({
  insertId: 'a',
  timestamp: '2026-06-14T03:50:00.5Z',
  resource: { type: 'gce_subnetwork', labels: { project_id: 'shop', subnetwork_name: 'front' } },
  jsonPayload,
});
const lines = (...entries: unknown[]) => entries.map((entry) => JSON.stringify(entry)).join('\n');

test('a flow, in its envelope or without it', () => {
  const { rows } = readLog('gcp', lines(envelope(flow), flow), { receivedAt: Date.parse('2026-06-14T03:50:37.301Z') });
  expect(rows[0]).toEqual({
    ts: Date.parse('2026-06-14T03:45:37.301Z'),
    duration_ms: 2115,
    lateness_ms: 300_000,
    exporter: 'gcp-vpc shop/front 0',
    kind: 'traffic',
    reporter: 'source',
    direction: 1,
    bytes_of: 'payload',
    sampling: 1,
    sampling_from: 'unknown',
    source: '10.0.0.2',
    destination: '203.0.113.9',
    source_port: 5601,
    destination_port: 443,
    protocol: 6,
    bytes: 2 ** 63,
    packets: 7,
    rtt_us: 36_000,
    source_name: 'shop/web-1',
    source_network: 'shop/net/front',
    destination_as: 64_500,
    destination_country: 'DE',
  });
  expect(rows[1]).toEqual(rows[0]);
});

test('both ends, gateways, drops, pods, and protocols without ports', () => {
  const { rows } = readLog(
    'gcp',
    lines(
      { ...flow, reporter: 'DEST', round_trip_time: { median_msec: 0.25 } },
      { ...flow, reporter: 'DEST_GATEWAY', src_instance: {}, src_gateway: { project_id: 'shop', name: 'vpn-1' } },
      { ...flow, drop_reason: 'FIREWALL_DENY', network_service: { dscp: 46 } },
      {
        ...flow,
        connection: { protocol: 1, src_ip: '10.0.0.2', dest_ip: '2001:db8::9' },
        rtt_msec: undefined,
        src_gke_details: { cluster: { cluster_name: 'c' }, pod: { pod_name: 'p-1', pod_namespace: 'n' } },
        dest_google_service: { type: 'GOOGLE_API' },
      },
    ),
  );
  expect(rows).toMatchObject([
    { reporter: 'destination', rtt_us: 250, kind: 'traffic' },
    { reporter: 'destination-gateway', source_name: 'shop/vpn-1' },
    { kind: 'drop', reason: 'FIREWALL_DENY', forwarding: 130, tos: 184 },
    { protocol: 1, destination: '2001:db8::9', source_name: 'c/n/p-1', destination_name: 'GOOGLE_API' },
  ]);
  // Ingress is 0.
  expect(rows[0]).not.toHaveProperty('direction');
  expect(rows[3]).not.toHaveProperty('source_port');
  expect(rows[3]).not.toHaveProperty('rtt_us');
});

test('translations, and packets for which there was no port', () => {
  const nat = {
    connection: { ...connection, nat_ip: '198.51.100.30', nat_port: 1024 },
    allocation_status: 'OK',
    endpoint: instance,
    vpc,
    gateway_identifiers: { gateway_name: 'gw', router_name: 'router', region: 'europe-west1' },
    destination: { geo_location: { asn: 64_500, country: 'usa' } },
  };
  const dropped = { ...nat, connection, allocation_status: 'DROPPED' };
  const { rows } = readLog('gcp', lines(envelope(nat), envelope(dropped)));
  expect(rows).toMatchObject([
    {
      ts: Date.parse('2026-06-14T03:50:00.500Z'),
      kind: 'nat',
      event: 4,
      exporter: 'gcp-nat shop/europe-west1/router/gw 0',
      nat_source: '198.51.100.30',
      nat_source_port: 1024,
      source_name: 'shop/web-1',
      destination_country: 'US',
    },
    { kind: 'drop', event: 12, reason: 'NAT ports exhausted', packets: 1 },
  ]);
  expect(rows[1]).not.toHaveProperty('nat_source');
});

test('what rules of a firewall allowed and denied', () => {
  const judged = {
    connection,
    disposition: 'DENIED',
    rule_details: { reference: 'network:net/firewall:no-ssh', direction: 'INGRESS' },
    instance,
    vpc,
    remote_location: { country: 'fra' },
  };
  const out = { ...judged, disposition: 'ALLOWED', rule_details: { direction: 'EGRESS' } };
  const { rows } = readLog('gcp', lines(envelope(judged), envelope(out)));
  expect(rows).toMatchObject([
    {
      kind: 'firewall',
      event: 3,
      reason: 'network:net/firewall:no-ssh',
      reporter: 'destination',
      destination_name: 'shop/web-1',
      source_country: 'FR',
    },
    { kind: 'firewall', event: 1, reporter: 'source', direction: 1, source_name: 'shop/web-1' },
  ]);
});

test('a list over many lines, as the command line of the cloud writes it', () => {
  const { rows, malformed } = readLog(
    'gcp',
    JSON.stringify([envelope(flow), { other: 1 }, envelope(flow)], undefined, 2),
  );
  expect(rows).toHaveLength(2);
  expect(malformed).toEqual({ 'not-an-entry': 1 });
});

test('entries that cannot be read are counted, and the others are read', () => {
  const log = [
    '{"connection":',
    JSON.stringify({ textPayload: 'hello' }),
    JSON.stringify({ ...flow, connection: { src_ip: '10.0.0.2' } }),
    JSON.stringify({ ...flow, end_time: 'yesterday' }),
    JSON.stringify({ ...flow, end_time: undefined }),
    JSON.stringify({ ...flow, bytes_sent: '99999999999999999999' }),
    JSON.stringify({ ...flow, packets_sent: 1.5 }),
    JSON.stringify({ ...flow, toString: 'x', reporter: 'constructor', unknown_field: [[1]] }),
    `${'['.repeat(100)}${']'.repeat(100)}`,
  ].join('\n');
  const { rows, malformed } = readLog('gcp', log);
  expect(rows).toMatchObject([{ reporter: 'unknown', direction: 255 }]);
  expect(malformed).toEqual({
    'not-json': 1,
    'not-an-entry': 1,
    'bad-address': 1,
    'bad-time': 1,
    'missing-field': 1,
    'bad-number': 2,
    'too-deep': 1,
  });
});
