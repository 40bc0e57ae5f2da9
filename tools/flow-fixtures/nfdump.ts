import { Tally, type Comparison } from './comparison.ts';
import { datagramsOf, filesBelow, isThere, readText } from './fixtures.ts';
import { rowsOf, type PlainRow } from './rows.ts';
import { vendorOf } from './tshark.ts';

/** Rows that go into the store, compared with the records of nfdump. */
export function compareWithNfdump(): Comparison[] {
  return filesBelow('oracle-nfdump-1.7.1', '.json').flatMap((oracle) => {
    const name = oracle.replace(/^.*\//, '').replace(/\.json$/, '');
    const capture = `pcap/${name}.pcap`;
    if (!isThere(capture)) return [];
    const tally = new Tally(vendorOf(name), 'nfdump', capture);
    const theirs = recordsIn(readText(oracle)).map(fieldsOf);
    const ours = rowsOf(datagramsOf(capture)).map(fieldsOfRow);
    tally.unordered(ours, theirs.flatMap(bothWays));
    return [tally];
  });
}

type Record = Readonly<{ [name: string]: string | number }>;

/** One object after the other, with commas behind. */
function recordsIn(text: string): Record[] {
  return (text.match(/\{[\s\S]*?\n\}/g) ?? []).map((one) => JSON.parse(one) as Record);
}

const flags = ['F', 'S', 'R', 'P', 'A', 'U', 'E', 'C'];

/** Fields by our names; what an exporter did not say is 0 there and not compared. */
function fieldsOf(record: Record): Map<string, string> {
  const fields = new Map<string, string>();
  const add = (name: string, value: string | number | undefined) => {
    if (value !== undefined) fields.set(name, String(value));
  };
  add('source', record['src4_addr'] ?? record['src6_addr']);
  add('destination', record['dst4_addr'] ?? record['dst6_addr']);
  // Type and code stand in the port there, and in a column of their own here. Some exporters leave the protocol out.
  const isIcmp = record['proto'] === 1 || record['proto'] === 58 || (record['proto'] === 0 && record['src_port'] === 0);
  if (isIcmp) add('icmp', record['dst_port']);
  else {
    add('source_port', record['src_port']);
    add('destination_port', record['dst_port']);
  }
  add('protocol', record['proto']);
  add('bytes', record['in_bytes']);
  add('packets', record['in_packets']);
  add('back_bytes', record['out_bytes']);
  add('back_packets', record['out_packets']);
  const [first, last] = [Date.parse(`${record['first']}Z`), Date.parse(`${record['last']}Z`)];
  // 0 is what an exporter did not say.
  if (first !== 0 || last !== 0) add('times', `${first} ${last}`);
  add('tos', record['src_tos']);
  add('input', record['input_snmp']);
  add('output', record['output_snmp']);
  add('source_as', record['src_as']);
  add('destination_as', record['dst_as']);
  add('source_mask', record['src_mask']);
  add('destination_mask', record['dst_mask']);
  add('forwarding', record['fwd_status']);
  add('vlan', record['src_vlan']);
  add('next_hop', record['ip4_next_hop'] ?? record['bgp4_next_hop']);
  if (record['icmp_type'] !== undefined) {
    add('icmp', Number(record['icmp_type']) * 256 + Number(record['icmp_code'] ?? 0));
  }
  const letters = String(record['tcp_flags'] ?? '');
  add(
    'tcp_flags',
    flags.reduce((sum, letter, bit) => sum + (letters.includes(letter) ? 1 << bit : 0), 0),
  );
  return fields;
}

/** A record of both directions is two rows here. */
function bothWays(record: Map<string, string>): Map<string, string>[] {
  const [bytes, packets] = [record.get('back_bytes'), record.get('back_packets')];
  const forward = new Map(record);
  forward.delete('back_bytes');
  forward.delete('back_packets');
  if (bytes === undefined || packets === undefined || (bytes === '0' && packets === '0')) return [forward];
  const back = new Map<string, string>([
    ...forward,
    ['bytes', bytes],
    ['packets', packets],
    ['source', record.get('destination') ?? ''],
    ['destination', record.get('source') ?? ''],
    ...(record.has('source_port')
      ? ([
          ['source_port', record.get('destination_port') ?? ''],
          ['destination_port', record.get('source_port') ?? ''],
        ] as const)
      : []),
  ]);
  return [forward, back];
}

function fieldsOfRow(row: PlainRow): Map<string, string> {
  const { narrow } = row;
  return new Map<string, string>([
    ...['protocol', 'tos', 'input', 'output', 'tcp_flags', 'icmp', 'vlan', 'forwarding'].map(column),
    ...['source_port', 'destination_port', 'source_as', 'destination_as', 'source_mask', 'destination_mask'].map(
      column,
    ),
    ['source', row.source],
    ['destination', row.destination],
    ['next_hop', row.nextHop],
    ['bytes', row.bytes],
    ['packets', row.packets],
    ['times', `${Math.floor(row.startMs)} ${Math.floor(row.endMs)}`],
  ]);

  function column(name: string): [string, string] {
    return [name, String(narrow[name])];
  }
}
