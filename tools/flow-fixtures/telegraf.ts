import { Tally, type Comparison } from './comparison.ts';
import { datagramsOf, describedMessages, filesBelow, readText, recordsOf, type OurRecord } from './fixtures.ts';
import { elementOf, reversePen } from '../../src/observe/flows/decode/element.ts';

/** NetFlow and IPFIX as Telegraf's own tests expect them, its names of fields translated. */
export function compareWithTelegraf(): Comparison[] {
  const protocols = new Map(
    table('layer4_protocol_numbers.csv').map(([id = '', name = '']) => [name.toLowerCase(), id]),
  );
  const ntop = ntopElements();
  return telegrafCases()
    .filter(({ name }) => !name.startsWith('sflow'))
    .map(({ lines, capture }) => {
      const tally = new Tally('telegraf', 'telegraf', capture);
      const messages = describedMessages(datagramsOf(capture)).flat();
      const ours = messages.flatMap((message) => {
        const head: Record<string, string> = {
          seq_number: String(message.sequence),
          sys_uptime: String(message.uptimeMs),
          sampling_interval: String(message.samplingInterval ?? 0),
          head_engine_type: String(message.domain >>> 8),
          head_engine_id: String(message.domain & 255),
          head_flows: String(recordsOf(message).length),
        };
        return recordsOf(message).map((record) => new Map([...Object.entries(head), ...entriesOf(record)]));
      });
      tally.unordered(
        ours,
        lines.map((fields) => translate(fields, protocols, ntop)),
      );
      return tally;
    });
}

export interface TelegrafCase {
  name: string;
  capture: string;
  /** Fields of each record, as they are written. */
  lines: Map<string, string>[];
}

export function telegrafCases(): TelegrafCase[] {
  return filesBelow('telegraf/testcases', 'expected.out').map((file) => {
    const name = file.split('/').at(-2) ?? '';
    const lines = readText(file)
      .split('\n')
      .filter((line) => line.startsWith('netflow'))
      .map(fieldsOfLine);
    return { name, capture: `pcap/telegraf-${name}.pcap`, lines };
  });
}

/** InfluxDB's line protocol: names and tags, fields, and a time that is of no interest here. */
function fieldsOfLine(line: string): Map<string, string> {
  const [, fields = ''] = /^(?:\\.|[^ ])+ (.*)$/.exec(line) ?? [];
  const found = fields.matchAll(/(\w+)=("(?:[^"\\]|\\.)*"|[^,\s]+)/g);
  return new Map(
    [...found].map(([, name = '', value = '']) => [name, value.replace(/^"(.*)"$/, '$1').replace(/^(\d+)[ui]$/, '$1')]),
  );
}

function table(file: string): string[][] {
  return readText(`telegraf/${file}`)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.trim().split(','));
}

/** Of the two upper bits (IPFIX element 89). */
const statuses = ['unknown', 'forwarded', 'dropped', 'consumed'];

function entriesOf(record: OurRecord): [string, string][] {
  return Object.entries(record).flatMap(([name, value]) => {
    const isTime = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value);
    const entry: [string, string] = [name, isTime ? String(Date.parse(value)) : String(value)];
    if (name === 'forwardingStatus') {
      return [entry, ['fwd_status', statuses[Number(value) >> 6] ?? ''] satisfies [string, string]];
    }
    if (!name.startsWith('enterprise')) return [entry];
    return [entry, [`${name} as a number`, String(Number(`0x${entry[1]}`))] satisfies [string, string]];
  });
}

type Translate = (value: string) => string;

const same: Translate = (value) => value;
const seconds: Translate = (value) => String(Number(value) * 1000);
const number: Translate = (value) => String(Number(value));
const bytes: Translate = (value) => value.replace(/^0x/, '');
const letters = '.CEUAPRSF';
/** `...AP.SF`: of eight letters the highest bit comes first. */
const flags: Translate = (value) =>
  String(value.split('').reduce((sum, letter, place) => sum + (letters.indexOf(letter) > 0 ? 1 << (7 - place) : 0), 0));
const oneOf =
  (...values: string[]): Translate =>
  (value) =>
    String(values.indexOf(value));

const names: Readonly<Record<string, readonly [name: string, translate: Translate]>> = {
  src: ['sourceIPv4Address', same],
  dst: ['destinationIPv4Address', same],
  src_port: ['sourceTransportPort', same],
  dst_port: ['destinationTransportPort', same],
  next_hop: ['ipNextHopIPv4Address', same],
  in_bytes: ['octetDeltaCount', same],
  in_packets: ['packetDeltaCount', same],
  in_total_bytes: ['octetTotalCount', same],
  in_total_packets: ['packetTotalCount', same],
  in_snmp: ['ingressInterface', same],
  out_snmp: ['egressInterface', same],
  src_mask: ['sourceIPv4PrefixLength', same],
  dst_mask: ['destinationIPv4PrefixLength', same],
  src_tos: ['ipClassOfService', number],
  dst_tos: ['postIpClassOfService', number],
  tcp_flags: ['tcpControlBits', flags],
  ip_version: ['ipVersion', (value) => value.replace('IPv', '')],
  direction: ['flowDirection', oneOf('ingress', 'egress')],
  flow_start_ms: ['flowStartMilliseconds', same],
  flow_end_ms: ['flowEndMilliseconds', same],
  flow_start: ['flowStartSeconds', seconds],
  flow_end: ['flowEndSeconds', seconds],
  first_switched: ['flowStartSysUpTime', same],
  last_switched: ['flowEndSysUpTime', same],
  flow_end_reason: [
    'flowEndReason',
    oneOf('', 'idle timeout', 'active timeout', 'end of flow', 'forced end', 'lack of resources'),
  ],
  flows: ['deltaFlowCount', same],
  vlan_src: ['vlanId', same],
  bgp_src_as: ['bgpSourceAsNumber', same],
  bgp_dst_as: ['bgpDestinationAsNumber', same],
  in_src_mac: ['sourceMacAddress', same],
  out_dst_mac: ['postDestinationMacAddress', same],
  engine_type: ['engineType', number],
  engine_id: ['engineId', number],
  interface: ['interfaceName', same],
  interface_desc: ['interfaceDescription', same],
  app_id: ['applicationId', bytes],
  app_name: ['applicationName', same],
  app_desc: ['applicationDescription', (value) => value.trim()],
  event_time: ['observationTimeSeconds', seconds],
  exporter: ['exporterIPv4Address', same],
  exporting_pid: ['exportingProcessId', same],
  ignored_packet_total: ['ignoredPacketTotalCount', same],
  notsent_packet_total: ['notSentPacketTotalCount', same],
  dropped_packets_total: ['droppedPacketTotalCount', same],
  observation_domain_id: ['observationDomainId', same],
  system_init_ms: ['systemInitTimeMilliseconds', same],
  total_flows_exported: ['exportedFlowRecordTotalCount', same],
  padding: ['paddingOctets', bytes],
};
/** Of headers of messages, which a record does not have. */
const ofHeader = new Set(['seq_number', 'sys_uptime', 'sampling_interval']);
/** Shown from the same byte as something else. */
const shownTwice = new Set(['fwd_reason', 'icmp_type', 'icmp_code']);

/** Elements of ntop by the names of the table that the case is configured with. */
function ntopElements(): ReadonlyMap<string, readonly [element: string, isNumber: boolean]> {
  return new Map(
    table('mappings_ipfix_pen/ntop-35632.csv').flatMap(([id = '', name = '', type = '']) =>
      id.startsWith('35632.')
        ? [[name, [`enterprise35632.element${id.slice(6)}`, type === 'uint'] as const] as const]
        : [],
    ),
  );
}

/** `type_PEN_ID`, an element that nobody named: bytes, or the element of the other direction. */
function ofNumbers([, pen, reverse, id]: RegExpExecArray, value: string): [string, string] {
  const number = Number(id) & 0x7fff;
  const known = Number(pen) === reversePen ? elementOf({ pen: reversePen, id: number, length: 0 }) : undefined;
  if (known) return [known.name, String(Number(value))];
  // CERT marks the other direction with a bit of the element's number.
  return [`enterprise${pen}.element${reverse === undefined ? number : number | 0x4000}`, bytes(value)];
}

function translate(
  fields: ReadonlyMap<string, string>,
  protocols: ReadonlyMap<string, string>,
  ntop: ReturnType<typeof ntopElements>,
): Map<string, string> {
  const translated = new Map<string, string>();
  const isVersion5 = fields.has('seq_number');
  for (const [field, value] of fields) {
    const unnamed = /^type_(\d+)_(rev_)?(\d+)$/.exec(field);
    const known = names[field];
    if (ofHeader.has(field)) translated.set(field, value);
    else if (isVersion5 && /^(engine_(type|id)|flows)$/.test(field)) translated.set(`head_${field}`, number(value));
    else if (unnamed) translated.set(...ofNumbers(unnamed, value));
    else if (field === 'protocol') translated.set('protocolIdentifier', protocols.get(value) ?? value);
    else if (/^(src|dst|next_hop)$/.test(field) && value.includes(':')) {
      translated.set((known?.[0] ?? field).replace('IPv4', 'IPv6'), value);
    } else if (known) translated.set(known[0], known[1](value));
    else if (ntop.has(field)) {
      const [element = '', isNumber = false] = ntop.get(field) ?? [];
      translated.set(isNumber ? `${element} as a number` : element, value);
    } else if (!shownTwice.has(field)) translated.set(field, value);
  }
  return translated;
}
