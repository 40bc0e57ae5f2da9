import { Tally, type Comparison } from './comparison.ts';
import { datagramsOf } from './fixtures.ts';
import { telegrafCases } from './telegraf.ts';
import { describeSflow } from '../../src/observe/flows/decode/sflow/describe.ts';

/** sFlow as Telegraf's own tests expect it: a record is a sample. */
export function compareSflowWithTelegraf(): Comparison[] {
  return telegrafCases()
    .filter(({ name }) => name.startsWith('sflow'))
    .map(({ lines, capture }) => {
      const tally = new Tally('telegraf', 'telegraf', capture);
      const ours = datagramsOf(capture).flatMap(({ payload }) => {
        const datagram = describeSflow(payload);
        if (!datagram) return [];
        const { agent, subAgent, uptimeMs, samples } = datagram;
        const head = { agent_ip: agent, agent_subid: String(subAgent), sys_uptime: String(uptimeMs) };
        return samples.map((sample) => new Map([...Object.entries(head), ...fieldsOf(sample)]));
      });
      const theirs = lines.map(
        (fields) => new Map([...fields].filter(([name]) => !notRead.has(name)).map(([name, value]) => [name, value])),
      );
      tally.unordered(ours, theirs);
      return tally;
    });
}

/** What stands in parts of packets and records that flows are not made of, or is derived from the others. */
const notRead = new Set(
  (
    'collision_frames_multi collision_frames_single collisions_excessive collisions_late deferred errors_alignment ' +
    'errors_carrier_sense errors_fcs errors_frame_too_long errors_internal_mac_rx errors_internal_mac_tx errors_sqetest ' +
    'errors_symbols in_unknown_protocol promiscuous type port_name ip_version fragment_flags fragment_offset in_src_mac ' +
    'out_dst_mac ip_total_len ipv4_id ipv4_inet_header_len ipv6_total_len l2_protocol ttl vlan_dst_priority ' +
    'vlan_src_priority datalink_frame_type direction protocol'
  ).split(' '),
);

type Own = Readonly<Record<string, unknown>>;

const ofSample: Readonly<Record<string, string>> = {
  sequence: 'seq_number',
  rate: 'sampling_interval',
  drops: 'sampling_drops',
  pool: 'in_total_packets',
  reason: 'reason',
};
const ofRecord: Readonly<Record<string, string>> = {
  index: 'interface',
  type: 'interface_type',
  speed: 'speed',
  inBytes: 'in_bytes',
  inPackets: 'in_unicast_packets_total',
  inMulticast: 'in_mcast_packets_total',
  inBroadcast: 'in_broadcast_packets_total',
  inDiscards: 'in_dropped_packets',
  inErrors: 'in_errors',
  outBytes: 'out_bytes',
  outPackets: 'out_unicast_packets_total',
  outMulticast: 'out_mcast_packets_total',
  outBroadcast: 'out_broadcast_packets_total',
  outDiscards: 'out_dropped_packets',
  outErrors: 'out_errors',
  frameBytes: 'l2_bytes',
  sourceVlan: 'vlan_src',
  destinationVlan: 'vlan_dst',
  queue: 'out_queue',
};
const ofPacket: Readonly<Record<string, string>> = {
  source: 'src',
  destination: 'dst',
  sourcePort: 'src_port',
  destinationPort: 'dst_port',
  tos: 'src_tos',
  totalBytes: 'ipv4_total_len',
};

function fieldsOf(sample: Own): [string, string][] {
  const fields: [string, string][] = [];
  const add = (from: Own, names: Readonly<Record<string, string>>) => {
    for (const [name, field] of Object.entries(names)) {
      const value = from[name];
      if (typeof value === 'string' || typeof value === 'number') fields.push([field, String(value)]);
    }
  };
  add(sample, ofSample);
  for (const record of sample['records'] as Own[]) {
    add(record, ofRecord);
    add((record['headers'] as Own | undefined) ?? {}, ofPacket);
    if (record['kind'] === 'interface') {
      fields.push(['in_snmp', String(record['index'])], ['status', Number(record['status']) === 3 ? 'up' : 'down']);
    }
  }
  for (const [end, field] of [
    ['input', 'in_snmp'],
    ['output', 'out_snmp'],
  ] as const) {
    const found = sample[end] as { is: string; index?: number } | undefined;
    if (found?.is === 'interface') fields.push([field, String(found.index)]);
  }
  return fields;
}
