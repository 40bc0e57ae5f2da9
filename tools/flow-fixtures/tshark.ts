import { Tally, type Comparison } from './comparison.ts';
import {
  describedMessages,
  datagramsOf,
  filesBelow,
  isThere,
  readText,
  recordsOf,
  type OurRecord,
} from './fixtures.ts';
import { type Mapping, bytesAsNumber, hexBytes, instant, mappings, milliseconds } from './tshark-names.ts';
import { elementOf } from '../../src/observe/flows/decode/element.ts';

/** NetFlow and IPFIX as tshark reads them: every header, template and field that it names. */

export interface Tree {
  [key: string]: Value;
}
export type Value = string | Tree | Value[];

const oracleFolder = 'oracle-tshark-4.0.17';

/** Whose messages a capture holds, by how its name begins. */
export function vendorOf(name: string): string {
  return /^(python-netflow|[a-zA-Z0-9]+)/.exec(name)?.[0] ?? name;
}

/** Captures and what tshark says of them. */
export function tsharkPairs(): { vendor: string; capture: string; oracle: string }[] {
  return [
    ...filesBelow('pcap', '.pcap'),
    ...filesBelow('lab-exporters', '.pcap'),
    ...filesBelow('tcpdump', '.pcap'),
  ].flatMap((capture) => {
    const name = capture.replace(/^.*\//, '').replace(/\.pcap$/, '');
    const folder = capture.split('/')[0] ?? '';
    const vendor = folder === 'tcpdump' ? folder : vendorOf(name);
    const prefix = { pcap: '', 'lab-exporters': 'lab-', tcpdump: 'tcpdump-' }[folder] ?? '';
    const oracle = `${oracleFolder}/${prefix}${name}.json`;
    return isThere(oracle) ? [{ vendor, capture, oracle }] : [];
  });
}

export function packetsOf(oracle: string): Tree[] {
  return JSON.parse(readText(oracle)) as Tree[];
}

export const listed = (value: Value | undefined): Value[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
export const trees = (value: Value | undefined): Tree[] => listed(value).filter((one): one is Tree => isTree(one));
const isTree = (value: Value): value is Tree => typeof value === 'object' && !Array.isArray(value);
export const textIn = (tree: Tree, key: string): string => {
  const value = tree[key];
  return typeof value === 'string' ? value : '';
};

export function compareWithTshark(): Comparison[] {
  return tsharkPairs().flatMap(({ vendor, capture, oracle }) => {
    const packets = packetsOf(oracle);
    if (!packets.some((packet) => packet['cflow'] !== undefined)) return [];
    const tally = new Tally(vendor, 'tshark', capture);
    const messages = describedMessages(datagramsOf(capture));
    tally.value('file', 'datagrams', messages.length, packets.length);
    packets.forEach((packet, index) => {
      const ours = messages[index] ?? [];
      const theirs = trees(packet['cflow']);
      tally.value(`datagram ${index + 1}`, 'messages', ours.filter(({ version }) => version > 0).length, theirs.length);
      theirs.forEach((tree, at) => {
        const message = ours[at];
        if (message) compareMessage(tally, `datagram ${index + 1}`, message, tree);
      });
    });
    return [tally];
  });
}

type Message = ReturnType<typeof describedMessages>[number][number];

function compareMessage(tally: Tally, place: string, message: Message, tree: Tree): void {
  const stamp = trees(tree['cflow.timestamp_tree'])[0] ?? {};
  const seconds = textIn(stamp, 'cflow.unix_secs') || textIn(stamp, 'cflow.exporttime');
  tally.value(place, 'version', message.version, textIn(tree, 'cflow.version'));
  if (seconds !== '') tally.value(place, 'export time', Math.floor(Date.parse(message.exportedAt) / 1000), seconds);
  const uptime = textIn(tree, 'cflow.sysuptime');
  if (uptime !== '') tally.value(place, 'uptime', message.uptimeMs, milliseconds(uptime));
  const sequence = textIn(tree, 'cflow.sequence');
  if (sequence !== '') tally.value(place, 'sequence', message.sequence, sequence);
  const engine = textIn(tree, 'cflow.engine_type');
  const domain =
    engine === ''
      ? textIn(tree, 'cflow.od_id') || textIn(tree, 'cflow.source_id')
      : String(Number(engine) * 256 + Number(textIn(tree, 'cflow.engine_id')));
  if (domain !== '') tally.value(place, 'domain', message.domain, domain);
  const rate = textIn(tree, 'cflow.samplerate');
  if (rate !== '') tally.value(place, 'sampling', message.samplingInterval ?? 0, rate);
  const sets = Object.entries(tree).flatMap(([name, value]) =>
    /^(FlowSet|Set) \d+ /.test(name) ? trees(value) : name.startsWith('pdu ') ? [{ [name]: value }] : [],
  );
  compareTemplates(tally, place, message, sets);
  const records = recordsOf(message);
  const theirs = sets.flatMap((set) =>
    Object.entries(set).flatMap(([name, value]) => (/^(Flow \d+$|pdu )/.test(name) ? trees(value) : [])),
  );
  tally.value(place, 'records', records.length, theirs.length);
  theirs.forEach((flow, at) => {
    const record = records[at];
    if (!record) return;
    tally.records++;
    compareFlow(tally, `${place} record ${at + 1}`, record, flow);
  });
}

function compareTemplates(tally: Tally, place: string, message: Message, sets: readonly Tree[]): void {
  const ours = message.sets.flatMap((set) => ('template' in set ? [set] : []));
  const theirs = sets.flatMap((set) =>
    Object.entries(set).flatMap(([name, value]) => (/^(Options )?Template \(/.test(name) ? trees(value) : [])),
  );
  tally.value(place, 'templates', ours.length, theirs.length);
  theirs.forEach((tree, at) => {
    const template = ours[at];
    if (!template) return;
    const where = `${place} template ${template.template}`;
    tally.value(where, 'id', template.template, textIn(tree, 'cflow.template_id'));
    const fields = Object.entries(tree).flatMap(([name, value]) => (name.startsWith('Field (') ? trees(value) : []));
    const scoped = template.fields.slice(template.fields.length - fields.length);
    fields.forEach((field, index) => {
      const known = scoped[index];
      const length = textIn(field, 'cflow.template_field_length') || textIn(field, 'cflow.scope_field_length');
      if (length !== '') tally.value(where, 'length', known?.length === 'variable' ? '65535' : known?.length, length);
      const name = templateName(field);
      if (name !== undefined) tally.value(where, 'element', known?.name, name);
    });
  });
}

/** Of a field's numbers the name that IANA gives it. */
function templateName(field: Tree): string | undefined {
  const number = Object.entries(field).find(([key]) => /template(_\w+)?_field_type(_enterprise)?$/.test(key))?.[1];
  if (typeof number !== 'string') return undefined;
  const pen = Number(textIn(field, 'cflow.template_ipfix_field_pen'));
  const id = Number(number) & 0x7fff;
  return elementOf({ pen, id, length: 0 })?.name ?? (pen === 0 ? `element${id}` : `enterprise${pen}.element${id}`);
}

/** What tshark derives, or shows once more in parts. */
const derived =
  /^cflow\.(timedelta|tcpflags_tree|tcpflags\.\w+|string_len_\w+|forwarding_status_\w+|enterprise_private_entry(_tree)?|pie\.ntop)$/;

function compareFlow(tally: Tally, place: string, record: OurRecord, flow: Tree): void {
  const forward = (name: string) => record[name] !== undefined;
  for (const [key, value] of Object.entries(flow)) {
    if (key === 'cflow.timedelta_tree') {
      for (const times of trees(value)) compareTimes(tally, place, record, times);
    } else if (key === 'Forwarding Status') {
      // Two bits of status, and six that say why.
      const [status, code] = trees(value).flatMap((tree) =>
        Object.values(tree).filter((one) => typeof one === 'string'),
      );
      if (forward('forwardingStatus')) {
        tally.value(place, 'forwardingStatus', record['forwardingStatus'], (Number(status) << 6) | Number(code));
      }
    } else if (key === 'cflow.icmp_ipv6_type' || key === 'cflow.icmp_ipv6_code') {
      compareIcmpPart(tally, place, record, key.endsWith('type'), value);
    } else if (isFiller(key, record)) continue;
    else if (key.startsWith('cflow.appl_id')) compareApplication(tally, place, record, key, value);
    else if (!derived.test(key) && key.startsWith('cflow.')) {
      const mapping = mappings[key.slice(6)];
      if (mapping) compareMapped(tally, place, record, mapping, value);
      else tally.value(place, key, 'nothing', JSON.stringify(value));
    }
  }
}

/** Of formats without templates, whose unused bytes are no fields. */
function isFiller(key: string, record: OurRecord): boolean {
  return (key === 'cflow.padding' || key === 'cflow.reserved') && record['paddingOctets'] === undefined;
}

/** One element holds both. */
function compareIcmpPart(tally: Tally, place: string, record: OurRecord, isType: boolean, value: Value): void {
  listed(value).forEach((one, index) => {
    const name = index === 0 ? 'icmpTypeCodeIPv6' : 'reverseIcmpTypeCodeIPv6';
    const both = Number(record[name]);
    tally.value(place, name, isType ? both >>> 8 : both & 255, one);
  });
}

/** Of a list the second is the other direction's, or what comes twice. */
function compareMapped(tally: Tally, place: string, record: OurRecord, [names, convert]: Mapping, value: Value): void {
  const name = names.find((one) => record[one] !== undefined) ?? names[0] ?? '';
  const reverse = `reverse${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  listed(value).forEach((one, index) => {
    if (typeof one !== 'string') return;
    const own = record[name];
    const found = Array.isArray(own) ? own[index] : index === 0 ? (own ?? record[reverse]) : record[reverse];
    // What nobody named here is shown as its bytes.
    const isBare = name.startsWith('enterprise') && typeof found === 'string';
    tally.value(place, name, isBare ? bytesAsNumber(found) : timeless(found), convert(one));
  });
}

/** Times are compared as milliseconds. */
function timeless(value: unknown): unknown {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? String(Date.parse(value)) : value;
}

const timeNames = {
  'cflow.timestart': ['flowStartSysUpTime'],
  'cflow.timeend': ['flowEndSysUpTime'],
  'cflow.abstimestart': ['flowStartMilliseconds', 'flowStartSeconds', 'flowStartMicroseconds', 'flowStartNanoseconds'],
  'cflow.abstimeend': ['flowEndMilliseconds', 'flowEndSeconds', 'flowEndMicroseconds', 'flowEndNanoseconds'],
} as const;

function compareTimes(tally: Tally, place: string, record: OurRecord, times: Tree): void {
  for (const [key, names] of Object.entries(timeNames)) {
    const text = textIn(times, key);
    if (text === '') continue;
    const isAbsolute = key.includes('.abs');
    const wanted = isAbsolute ? instant(text) : milliseconds(text);
    const found = names.filter((name) => record[name] !== undefined);
    // A record may say the same time in several units: one of them is this one.
    const equal = found.find((name) => String(timeless(record[name])) === wanted) ?? found[0] ?? names[0];
    tally.value(place, equal, timeless(record[equal]), wanted);
  }
}

/** One byte of engine, and a selector (RFC 6759, section 4). */
function compareApplication(tally: Tally, place: string, record: OurRecord, key: string, value: Value): void {
  const id = record['applicationId'];
  const text = typeof id === 'string' ? id : '';
  if (typeof value !== 'string') return;
  if (key.endsWith('engine_id')) tally.value(place, 'applicationId', Number(`0x${text.slice(0, 2)}`), value);
  else if (key.endsWith('selector_id')) tally.value(place, 'applicationId', text.slice(2), hexBytes(value));
}
