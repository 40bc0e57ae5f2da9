import { Tally, type Comparison } from './comparison.ts';
import { datagramsOf } from './fixtures.ts';
import { listed, packetsOf, textIn, trees, tsharkPairs, type Tree } from './tshark.ts';
import { describeSflow, type DescribedSflow } from '../../src/observe/flows/decode/sflow/describe.ts';

/** sFlow as tshark reads it: headers, samples, records, and the packets within. */
export function compareSflowWithTshark(): Comparison[] {
  return tsharkPairs().flatMap(({ vendor, capture, oracle }) => {
    const packets = packetsOf(oracle);
    if (!packets.some((packet) => packet['sflow'] !== undefined)) return [];
    const tally = new Tally(vendor, 'tshark', capture);
    // Others may be among them, which tshark passes over too.
    const datagrams = datagramsOf(capture).flatMap(({ payload }) => describeSflow(payload) ?? []);
    tally.value('file', 'datagrams', datagrams.length, packets.length);
    packets.forEach((packet, index) => {
      for (const tree of trees(packet['sflow'])) {
        const ours = datagrams[index];
        const place = `datagram ${index + 1}`;
        if (ours) compareDatagram(tally, place, ours, tree);
      }
    });
    return [tally];
  });
}

function compareDatagram(tally: Tally, place: string, ours: DescribedSflow, tree: Tree): void {
  tally.value(place, 'agent', ours.agent, textIn(tree, 'sflow_245.agent') || textIn(tree, 'sflow_245.agent.v6'));
  tally.value(place, 'sub-agent', ours.subAgent, textIn(tree, 'sflow_245.sub_agent_id'));
  tally.value(place, 'sequence', ours.sequence, textIn(tree, 'sflow_245.sequence_number'));
  tally.value(place, 'uptime', ours.uptimeMs, textIn(tree, 'sflow_245.sysuptime'));
  const samples = Object.values(tree).flatMap((value) =>
    trees(value).filter((one) => one['sflow_245.sampletype'] !== undefined),
  );
  tally.value(place, 'samples', ours.samples.length, samples.length);
  const rest: Own[] = [...ours.samples];
  samples.forEach((sample, index) => {
    // What has the same number stands together there, whatever is between.
    const at = rest.findIndex((own) => isSame(own, sample));
    const [own] = rest.splice(Math.max(0, at), 1);
    if (own) compareSample(tally, `${place} sample ${index + 1}`, own, sample);
  });
}

type Own = Readonly<Record<string, unknown>>;

function isSame(own: Own, sample: Tree): boolean {
  const name = (rest: string) =>
    textIn(sample, `sflow.flow_sample.${rest}`) || textIn(sample, `sflow.counters_sample.${rest}`);
  return (
    String(own['sequence']) === name('sequence_number') &&
    String(own['sourceIndex']) === (name('index') || name('source_id_index'))
  );
}

/** Formats of samples: plain and expanded ones of the same kind, and packets that were dropped. */
const kinds: Readonly<Record<string, string>> = { 1: 'flow', 3: 'flow', 2: 'counters', 4: 'counters', 5: 'drop' };
/** All bits that a number of an interface may have. */
const internal = '1073741823';

function compareSample(tally: Tally, place: string, own: Own, tree: Tree): void {
  const format = textIn(tree, 'sflow_245.sampletype');
  const isOfStandard = textIn(tree, 'sflow.enterprise') === '0';
  tally.value(place, 'kind', own['kind'], isOfStandard ? (kinds[format] ?? 'unknown') : 'unknown');
  // tshark knows no notifications of drops.
  if (own['kind'] !== 'flow' && own['kind'] !== 'counters') return;
  tally.records++;
  const isFlow = own['kind'] === 'flow';
  const name = (rest: string) => `sflow.${isFlow ? 'flow_sample' : 'counters_sample'}.${rest}`;
  const value = (field: string, ours: unknown, theirs: string) => {
    if (theirs !== '') tally.value(place, field, ours, theirs);
  };
  value('sequence', own['sequence'], textIn(tree, name('sequence_number')));
  value(
    'source type',
    own['sourceType'],
    textIn(tree, name('source_id_class')) || textIn(tree, name('source_id_type')),
  );
  value('source', own['sourceIndex'], textIn(tree, name('index')) || textIn(tree, name('source_id_index')));
  if (isFlow) {
    value('rate', own['rate'], textIn(tree, name('sampling_rate')));
    value('pool', own['pool'], textIn(tree, name('sample_pool')));
    value('drops', own['drops'], textIn(tree, name('dropped_packets')));
    const output = trees(tree[name('output_interface_tree')])[0] ?? tree;
    value(
      'input',
      interfaceText(own['input']),
      textIn(tree, name('input_interface')) || textIn(tree, name('input_interface_value')),
    );
    value('output', interfaceText(own['output']), textIn(output, name('output_interface_value')));
  }
  const formatKey = isFlow ? 'sflow_245.flow_record_format' : 'sflow_245.counters_record_format';
  const records = Object.values(tree).flatMap((one) => trees(one).filter((record) => record[formatKey] !== undefined));
  const ours = listOf(own['records']);
  tally.value(place, 'records', ours.length, records.length);
  records.forEach((record, index) => {
    const mine = ours[index];
    if (mine) compareRecord(tally, `${place} record ${index + 1}`, mine, textIn(record, formatKey), record);
  });
}

const listOf = (value: unknown): Own[] => (Array.isArray(value) ? (value as Own[]) : []);

function interfaceText(value: unknown): string {
  const { is, index, reason, count } = value as { is: string; index?: number; reason?: number; count?: number };
  return is === 'internal' ? internal : String(index ?? reason ?? count);
}

const recordKinds: Readonly<Record<string, string>> = {
  1: 'header',
  2: 'ethernet',
  1001: 'switch',
  1002: 'router',
  1003: 'gateway',
};

function compareRecord(tally: Tally, place: string, own: Own, format: string, tree: Tree): void {
  const isCounters = tree['sflow_245.counters_record_format'] !== undefined;
  if (own['kind'] === 'unknown') {
    tally.value(
      place,
      'format',
      `${String(own['enterprise'])}:${String(own['format'])}`,
      `${textIn(tree, 'sflow.enterprise')}:${format}`,
    );
    return;
  }
  tally.value(place, 'kind', own['kind'], isCounters ? 'interface' : recordKinds[format]);
  for (const [field, key] of Object.entries(isCounters ? counterFields : (recordFields[String(own['kind'])] ?? {}))) {
    const theirs = textIn(tree, key);
    if (theirs !== '') tally.value(place, field, own[field], theirs);
  }
  if (isCounters) {
    const status =
      Number(textIn(tree, 'sflow_245.ifadmin_status')) | (Number(textIn(tree, 'sflow_245.ifoper_status')) << 1);
    tally.value(place, 'status', own['status'], status);
  }
  if (own['kind'] === 'gateway') {
    const path = trees(tree['sflow.as_type_tree']).flatMap((one) => listed(one['sflow_245.dstAS']));
    tally.value(place, 'path', (own['path'] as number[]).map(String), path);
  }
  const header = trees(tree['sflow_245.header_tree'])[0];
  if (header && own['headers'] !== undefined) comparePacket(tally, place, own['headers'] as Own, header);
}

const recordFields: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  header: {
    protocol: 'sflow_245.header_protocol',
    frameBytes: 'sflow_245.header.frame_length',
    strippedBytes: 'sflow_245.header.payload_stripped',
  },
  ethernet: { bytes: 'sflow_245.ethernet.length', etherType: 'sflow_245.ethernet.packet_type' },
  switch: { sourceVlan: 'sflow_245.vlan.in', destinationVlan: 'sflow_245.vlan.out' },
  router: { sourceMask: 'sflow_245.nexthop.src_mask', destinationMask: 'sflow_245.nexthop.dst_mask' },
  gateway: { own: 'sflow_245.as', source: 'sflow_245.srcAS', nextHop: 'sflow_245.nexthop' },
};
const counterFields: Readonly<Record<string, string>> = {
  index: 'sflow_245.ifindex',
  type: 'sflow_245.iftype',
  speed: 'sflow_245.ifspeed',
  direction: 'sflow_245.ifdirection',
  inBytes: 'sflow_245.ifinoct',
  inPackets: 'sflow_245.ifinpkt',
  inMulticast: 'sflow_245.ifinmcast',
  inBroadcast: 'sflow_245.ifinbcast',
  inDiscards: 'sflow_245.ifindisc',
  inErrors: 'sflow_245.ifinerr',
  outBytes: 'sflow_245.ifoutoct',
  outPackets: 'sflow_245.ifoutpkt',
  outMulticast: 'sflow_245.ifoutmcast',
  outBroadcast: 'sflow_245.ifoutbcast',
  outDiscards: 'sflow_245.ifoutdisc',
  outErrors: 'sflow_245.ifouterr',
};

/** The packet's headers; what a tunnel carries is not looked into, since tshark puts it under the same names. */
function comparePacket(tally: Tally, place: string, own: Own, header: Tree): void {
  const layer = (name: string): Tree => trees(header[name])[0] ?? {};
  const [ip, ipv6] = [layer('ip'), layer('ipv6')];
  const isIpv6 = header['ip'] === undefined;
  const value = (field: string, theirs: string, convert = (text: string) => text) => {
    if (theirs !== '') tally.value(place, field, own[field], convert(theirs));
  };
  value('source', textIn(ip, 'ip.src') || textIn(ipv6, 'ipv6.src'));
  value('destination', textIn(ip, 'ip.dst') || textIn(ipv6, 'ipv6.dst'));
  value('totalBytes', textIn(ip, 'ip.len') || textIn(ipv6, 'ipv6.plen'), (text) =>
    String(Number(text) + (isIpv6 ? 40 : 0)),
  );
  value('tos', textIn(ip, 'ip.dsfield') || textIn(ipv6, 'ipv6.tclass'), (text) => String(Number(text)));
  if (!isIpv6) value('protocol', textIn(ip, 'ip.proto'));
  for (const name of ['tcp', 'udp']) {
    value('sourcePort', textIn(layer(name), `${name}.srcport`));
    value('destinationPort', textIn(layer(name), `${name}.dstport`));
  }
  value('tcpFlags', textIn(layer('tcp'), 'tcp.flags'), (text) => String(Number(text)));
  const vlans = trees(header['vlan']).map((tree) => textIn(tree, 'vlan.id'));
  if (vlans.length > 0) tally.value(place, 'vlans', ((own['vlans'] as number[] | undefined) ?? []).map(String), vlans);
}
