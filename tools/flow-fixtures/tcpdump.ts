import { Tally, type Comparison } from './comparison.ts';
import { datagramsOf, filesBelow, isThere, readText } from './fixtures.ts';
import { describeSflow } from '../../src/observe/flows/decode/sflow/describe.ts';

/** sFlow as tcpdump prints it: headers, samples, interface counters. */
export function compareWithTcpdump(): Comparison[] {
  return filesBelow('tcpdump', '.pcap').flatMap((capture) => {
    const printed = capture.replace('.pcap', '.out');
    if (!isThere(printed)) return [];
    const tally = new Tally('tcpdump', 'tcpdump', capture);
    const datagrams = datagramsOf(capture).map(({ payload }) => describeSflow(payload));
    const theirs = readText(printed)
      .split(/\n(?= +\d+ {2}\d{4}-)/)
      .map((text) => parse(text));
    tally.value('file', 'datagrams', datagrams.length, theirs.length);
    theirs.forEach((expected, index) => {
      const ours = datagrams[index];
      const place = `datagram ${index + 1}`;
      tally.value(place, 'sFlow', ours !== undefined, expected !== undefined);
      if (!ours || !expected) return;
      const { agent, subAgent, sequence, uptimeMs, samples } = ours;
      tally.value(place, 'header', `${agent} ${subAgent} ${sequence} ${uptimeMs}`, expected.header);
      tally.value(place, 'samples', samples.length, expected.samples.length);
      expected.samples.forEach((wanted, at) => {
        const sample = samples[at];
        if (!sample) return;
        tally.records++;
        const found = sampleFields(sample);
        for (const [field, value] of wanted) tally.value(`${place} sample ${at + 1}`, field, found.get(field), value);
      });
    });
    return [tally];
  });
}

interface Printed {
  header: string;
  samples: Map<string, string>[];
}

/** Undefined for what tcpdump takes for no sFlow of version 5. */
function parse(text: string): Printed | undefined {
  const header = /sFlowv5, IPv[46] agent (\S+), agent-id (\d+), seqnum (\d+), uptime (\d+)/.exec(text);
  if (!header) return undefined;
  const [, agent, subAgent, sequence, uptime] = header;
  const samples = text
    .split(/\n\t(?=\S)/)
    .slice(1)
    .map(parseSample);
  return { header: `${agent} ${subAgent} ${sequence} ${uptime}`, samples };
}

const patterns: Readonly<Record<string, RegExp>> = {
  sequence: /seqnum (\d+)/,
  sourceType: /type (\d+), idx/,
  sourceIndex: /idx (\d+)/,
  records: /records (\d+)/,
  rate: /rate (\d+)/,
  pool: /pool (\d+)/,
  drops: /drops (\d+)/,
  frameBytes: /protocol \S+ \(\d+\), length (\d+)/,
  strippedBytes: /stripped bytes (\d+)/,
  sourceVlan: /src vlan (\d+)/,
  destinationVlan: /dst vlan (\d+)/,
  index: /ifindex (\d+)/,
  type: /iftype (\d+)/,
  speed: /ifspeed (\d+)/,
  direction: /ifdirection (\d+)/,
  status: /ifstatus (\d+)/,
  inBytes: /In octets (\d+)/,
  inPackets: /In octets \d+, unicast pkts (\d+)/,
  inMulticast: /In octets .*multicast pkts (\d+)/,
  inBroadcast: /In octets .*broadcast pkts (\d+)/,
  inDiscards: /In octets .*discards (\d+)/,
  inErrors: /In errors (\d+)/,
  outBytes: /Out octets (\d+)/,
  outPackets: /Out octets \d+, unicast pkts (\d+)/,
  outMulticast: /Out octets .*multicast pkts (\d+)/,
  outBroadcast: /Out octets .*broadcast pkts (\d+)/,
  outDiscards: /Out octets .*discards (\d+)/,
  outErrors: /Out errors (\d+)/,
};

function parseSample(text: string): Map<string, string> {
  const [first = ''] = text.split('\n');
  const fields = new Map<string, string>([['kind', first.includes('counter') ? 'counters' : 'flow']]);
  for (const [field, pattern] of Object.entries(patterns)) {
    const value = pattern.exec(text)?.[1];
    if (value !== undefined) fields.set(field, value);
  }
  return fields;
}

function sampleFields(sample: Readonly<Record<string, unknown>>): Map<string, string> {
  const fields = new Map<string, string>();
  const records = Array.isArray(sample['records']) ? (sample['records'] as Record<string, unknown>[]) : [];
  for (const record of [...records, sample]) {
    for (const [name, value] of Object.entries(record)) {
      if (typeof value === 'string' || typeof value === 'number') fields.set(name, String(value));
    }
  }
  fields.set('records', String(records.length));
  return fields;
}
