import { Tally, type Comparison } from './comparison.ts';
import { datagramsOf, describedMessages, filesBelow, readText, recordsOf } from './fixtures.ts';
import type { DescribedMessage, DescribedValue } from '../../src/observe/flows/decode/describe.ts';

/**
 * Every set, template and field of NetGauze's captures, as NetGauze itself reads them. It names values of enumerations,
 * which this decoder leaves as numbers: those are compared by the numbers of their registries.
 */
export function compareWithNetGauze(): Comparison[] {
  return filesBelow('netgauze', '.pcap').map((capture) => {
    const tally = new Tally('netgauze', 'netgauze', capture);
    const oracle = capture.endsWith('srv6.pcap')
      ? capture.replace('srv6.pcap', 'srv6-flow.json')
      : capture.replace('.pcap', '-flow.json');
    const rest = describedMessages(datagramsOf(capture))
      .flat()
      .filter(({ version }) => version !== 0);
    for (const message of messagesIn(readText(oracle))) {
      const domain = message.observation_domain_id ?? message.source_id;
      // Of several exporters the order in the file is not that of the capture.
      const at = rest.findIndex(
        (one) => one.version === message.version && one.sequence === message.sequence_number && one.domain === domain,
      );
      const [ours] = at < 0 ? [] : rest.splice(at, 1);
      const place = `message ${message.sequence_number} of ${domain}`;
      tally.value(place, 'message', ours === undefined ? 'nothing' : 'there', 'there');
      if (ours) compareMessage(tally, place, ours, message);
    }
    return tally;
  });
}

interface Field {
  [name: string]: unknown;
}

interface Message {
  version: number;
  export_time?: string;
  unix_time?: string;
  sys_up_time?: number;
  sequence_number: number;
  observation_domain_id?: number;
  source_id?: number;
  sets: {
    Template?: Template[];
    OptionsTemplate?: Template[];
    Data?: { id: number; records: { scope_fields: Field[]; fields: Field[] }[] };
  }[];
}

interface Template {
  id: number;
  field_specifiers?: { length: number }[];
  option_fields?: { length: number }[];
  scope_field_specifiers?: { length: number }[];
}

function messagesIn(text: string): Message[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => Object.values(JSON.parse(line) as Record<string, Message>).slice(0, 1));
}

function compareMessage(tally: Tally, place: string, ours: DescribedMessage, theirs: Message): void {
  const exported = Date.parse(theirs.export_time ?? theirs.unix_time ?? '');
  tally.value(place, 'export time', Date.parse(ours.exportedAt), exported);
  if (theirs.sys_up_time !== undefined) tally.value(place, 'uptime', ours.uptimeMs, theirs.sys_up_time);
  const templates = theirs.sets.flatMap((set) => [...(set.Template ?? []), ...(set.OptionsTemplate ?? [])]);
  const known = ours.sets.flatMap((set) => ('template' in set ? [set] : []));
  tally.value(
    place,
    'templates',
    known.map(({ template }) => template),
    templates.map(({ id }) => id),
  );
  templates.forEach((template, index) => {
    const specifiers = [
      ...(template.scope_field_specifiers ?? []),
      ...(template.field_specifiers ?? template.option_fields ?? []),
    ];
    const lengths = known[index]?.fields.map(({ length }) => (length === 'variable' ? 65_535 : length));
    tally.value(
      `${place} template ${template.id}`,
      'lengths',
      lengths,
      specifiers.map(({ length }) => length),
    );
  });
  const records = recordsOf(ours);
  const wanted = theirs.sets.flatMap(({ Data }) => Data?.records ?? []);
  tally.value(place, 'records', records.length, wanted.length);
  wanted.forEach(({ scope_fields: scopes, fields }, index) => {
    const record = records[index];
    if (!record) return;
    tally.records++;
    const turns = new Map<string, number>();
    for (const field of [...scopes, ...fields]) {
      const [name, value] = named(field);
      const own = record[name];
      // Of what comes twice ours is a list, theirs one after the other.
      const turn = turns.get(name) ?? 0;
      turns.set(name, turn + 1);
      const found = Array.isArray(own) ? own[turn] : own;
      const [left, right] = comparable(name, found, value);
      tally.value(`${place} record ${index + 1}`, name, left, right);
    }
  });
}

/** An element of an enterprise is said by its number there. */
function named(field: Field): [name: string, value: unknown] {
  const [name = '', value] = Object.entries(field)[0] ?? [];
  const unknown = (value as { Unknown?: { id?: number; value?: unknown } } | null)?.Unknown;
  if (enterprises[name] === undefined || unknown?.id === undefined) return [name, value];
  return [`enterprise${enterprises[name]}.element${unknown.id}`, unknown.value];
}

const enterprises: Readonly<Record<string, number>> = { Huawei: 2011 };

/** Numbers of what NetGauze names, of each element that its captures have. */
const numbers: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  protocolIdentifier: {
    ICMP: 1,
    IPv4: 4,
    TCP: 6,
    UDP: 17,
    IPv6ICMP: 58,
    VRRP: 112,
    OSPFIGP: 89,
    IPv6: 41,
  },
  flowEndReason: { idletimeout: 1, activetimeout: 2, endofFlowdetected: 3, forcedend: 4, lackofresources: 5 },
  flowDirection: { ingress: 0, egress: 1 },
  mplsTopLabelType: { Unknown: 0, LDP: 5 },
  selectorAlgorithm: { RandomnoutofNSampling: 3 },
  // Two bits of status, and why.
  forwardingStatus: { 'Forwarded Unknown': 64, 'Consumed Forus': 195, 'Unknown Unassigned': 0 },
};
const flags = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];

/** `{"Consumed":"Forus"}` and `{"Unknown":{"Unassigned":0}}` in words. */
function wordsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null
    ? Object.entries(value)
        .map(([word, inner]) => `${word} ${wordsOf(inner)}`.trim())
        .join(' ')
    : '';
}

/** Both in the same words. */
function comparable(name: string, ours: DescribedValue | undefined, theirs: unknown): [unknown, unknown] {
  if (typeof theirs === 'number') return [Number(ours), theirs];
  if (Array.isArray(theirs)) {
    // Shorter numbers than their type are filled up there.
    return [String(ours).padStart(2 * theirs.length, '0'), Buffer.from(theirs as number[]).toString('hex')];
  }
  if (name === 'tcpControlBits') {
    const bits = flags.reduce((sum, flag, bit) => sum + ((theirs as Record<string, boolean>)[flag] ? 1 << bit : 0), 0);
    return [Number(ours) & 0xff, bits];
  }
  const number = numbers[name]?.[wordsOf(theirs)];
  if (number !== undefined) return [ours, number];
  if (typeof theirs !== 'string') return [ours, Object.values(theirs as Field)[0]];
  return /^\d{4}-\d\d-\d\dT/.test(theirs) ? [Date.parse(String(ours)), Date.parse(theirs)] : [ours, theirs];
}
