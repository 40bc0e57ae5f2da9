import { isMapped, parsePrefix, type Prefix } from './address-words.ts';

/**
 * MaxMind DB files as tests need them (https://maxmind.github.io/MaxMind-DB/, version 2.0): a tree of bits, entries, and
 * what the file says of itself.
 */
export function makeGeoFile(entries: Readonly<Record<string, object>>, recordSize: 24 | 28 | 32 = 24): Buffer {
  const nodes: [Child, Child][] = [[undefined, undefined]];
  const data: Buffer[] = [];
  let dataBytes = 0;
  for (const [text, entry] of Object.entries(entries)) {
    const prefix = parsePrefix(text);
    if (!prefix) throw new Error(`no network: ${text}`);
    const encoded = encode(entry);
    insert(nodes, bitsOf(prefix), { data: dataBytes });
    data.push(encoded);
    dataBytes += encoded.length;
  }
  const valueOf = (child: Child) =>
    child === undefined ? nodes.length : 'node' in child ? child.node : nodes.length + 16 + child.data;
  const tree = Buffer.concat(nodes.map(([left, right]) => nodeOf(valueOf(left), valueOf(right), recordSize)));
  const about = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_800_000_000,
    database_type: 'Test',
    description: { en: 'made by a test' },
    ip_version: 6,
    languages: ['en'],
    node_count: nodes.length,
    record_size: recordSize,
  });
  const marker = Buffer.concat([Buffer.of(0xab, 0xcd, 0xef), Buffer.from('MaxMind.com')]);
  return Buffer.concat([tree, Buffer.alloc(16), ...data, marker, about]);
}

type Child = { node: number } | { data: number } | undefined;

function bitsOf({ words, bits }: Prefix): number[] {
  const isV4 = isMapped(words) && bits >= 96;
  const [first, second, third, fourth] = isV4 ? [0, 0, 0, words[3]] : words;
  const all = [first, second, third, fourth].flatMap((word) =>
    Array.from({ length: 32 }, (_, bit) => (word >>> (31 - bit)) & 1),
  );
  return all.slice(0, bits);
}

function insert(nodes: [Child, Child][], bits: readonly number[], leaf: { data: number }): void {
  let node = 0;
  bits.forEach((bit, index) => {
    const pair = nodes[node] as [Child, Child];
    if (index === bits.length - 1) pair[bit as 0 | 1] = leaf;
    else {
      let child = pair[bit as 0 | 1];
      if (child === undefined) {
        child = { node: nodes.push([undefined, undefined]) - 1 };
        pair[bit as 0 | 1] = child;
      }
      if (!('node' in child)) throw new Error('a network lies in another');
      node = child.node;
    }
  });
}

function nodeOf(left: number, right: number, recordSize: 24 | 28 | 32): Buffer {
  const node = Buffer.alloc(recordSize / 4);
  if (recordSize === 32) {
    node.writeUInt32BE(left, 0);
    node.writeUInt32BE(right, 4);
    return node;
  }
  node.writeUIntBE(left & 0xff_ffff, 0, 3);
  node.writeUIntBE(right & 0xff_ffff, recordSize === 28 ? 4 : 3, 3);
  if (recordSize === 28) node[3] = ((left >>> 24) << 4) | (right >>> 24);
  return node;
}

const types = { text: 2, unsigned: 6, map: 7, list: 11 } as const;

function encode(value: unknown): Buffer {
  if (typeof value === 'string') return withHead(types.text, Buffer.byteLength(value), Buffer.from(value));
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return withHead(types.unsigned, 4, bytes);
  }
  if (Array.isArray(value)) return withHead(types.list, value.length, Buffer.concat(value.map(encode)));
  const pairs = Object.entries(value as object);
  return withHead(types.map, pairs.length, Buffer.concat(pairs.flatMap(([key, one]) => [encode(key), encode(one)])));
}

function withHead(type: number, size: number, body: Buffer): Buffer {
  if (size >= 29) throw new Error('longer than a test needs');
  const head = type > 7 ? Buffer.of(size, type - 7) : Buffer.of((type << 5) | size);
  return Buffer.concat([head, body]);
}
