import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEthernet } from '../packet-headers.ts';
import { SflowDecoder } from './decoder.ts';
import { describeSflow } from './describe.ts';
import type { FlowRows } from '../flow-rows.ts';

const u16 = (value: number) => [(value >>> 8) & 255, value & 255];
const u32 = (value: number) => [...u16(value >>> 16), ...u16(value & 0xffff)];
const macs = Array<number>(12).fill(2);

function ipv4(
  protocol: number,
  content: readonly number[],
  { fragment = 0, length = 20 + content.length } = {},
): number[] {
  const head = [0x45, 8, ...u16(length), 0, 0, ...u16(fragment), 64, protocol, 0, 0];
  return [...head, 10, 0, 0, 1, 192, 0, 2, 9, ...content];
}
const tcp = [...u16(40_000), ...u16(443), ...u32(0), ...u32(0), 0x51, 0x12, 0, 0, 0, 0, 0, 0];
const frame = (...content: number[]) => Uint8Array.from([...macs, ...content]);
const read = (bytes: Uint8Array) => readEthernet(bytes, 0, bytes.length);

test('tags, labels and tunnels lead to the packet', () => {
  expect(read(frame(8, 0, ...ipv4(6, tcp)))).toMatchObject({
    networkAt: 14,
    vlans: [],
    network: { family: 4, protocol: 6, tos: 8, totalBytes: 40 },
    transport: { sourcePort: 40_000, destinationPort: 443, tcpFlags: 0x112 },
  });
  const tagged = read(frame(0x88, 0xa8, 0, 7, 0x81, 0, 0x20, 9, 8, 0, ...ipv4(6, tcp)));
  expect(tagged).toMatchObject({ vlans: [7, 9], transport: { destinationPort: 443 } });
  const labelled = read(frame(0x88, 0x47, ...u32((16 << 12) | 64), ...u32((17 << 12) | 0x100 | 64), ...ipv4(6, tcp)));
  expect(labelled).toMatchObject({ labels: [16, 17], transport: { sourcePort: 40_000 } });
  const controlled = [0, 0, 0, 0, ...macs, 0x81, 0, 0, 5, 8, 0, ...ipv4(6, tcp)];
  const wire = read(frame(0x88, 0x47, ...u32((18 << 12) | 0x100), ...controlled));
  expect(wire).toMatchObject({ labels: [18], vlans: [5], transport: { destinationPort: 443 } });
  const vxlan = [0x08, 0, 0, 0, ...u32(4711 << 8), ...macs, 8, 0, ...ipv4(6, tcp)];
  const udp = [...u16(50_000), ...u16(4789), ...u16(8 + vxlan.length), 0, 0, ...vxlan];
  const tunnel = read(frame(8, 0, ...ipv4(17, udp)));
  expect(tunnel).toMatchObject({
    transport: { destinationPort: 4789 },
    inner: { vni: 4711, transport: { destinationPort: 443 } },
  });
});

test('a piece that is not the first has no ports', () => {
  const piece = read(frame(8, 0, ...ipv4(17, [1, 2, 3, 4, 5, 6, 7, 8], { fragment: 185 })));
  expect(piece.network).toMatchObject({ isLaterFragment: true, protocol: 17 });
  expect(piece.transport).toBeUndefined();
});

test('any bytes are headers or none, and lie within what there is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 160 }), fc.constantFrom(0x0800, 0x86dd, 0x8847, 0x8100), (bytes, type) => {
      const all = frame(...u16(type), ...bytes);
      const { network } = read(all);
      if (!network) return;
      const size = network.family === 4 ? 4 : 16;
      expect(network.destinationAt + size).toBeLessThanOrEqual(all.length);
    }),
    { numRuns: Number(process.env['QW_FUZZ_RUNS'] ?? 2000) },
  );
});

function datagram(samples: readonly number[][], sequence = 1): Uint8Array {
  return Uint8Array.from([
    ...u32(5),
    ...u32(1),
    192,
    0,
    2,
    1,
    ...u32(0),
    ...u32(sequence),
    ...u32(1000),
    ...u32(samples.length),
    ...samples.flat(),
  ]);
}

const padding = (bytes: number) => Array<number>(-bytes & 3).fill(0);
const record = (format: number, content: readonly number[]) => [
  ...u32(format),
  ...u32(content.length),
  ...content,
  ...padding(content.length),
];

function flowSample(records: readonly number[][], { output = 3, drops = 0 } = {}): number[] {
  const head = [...u32(1), ...u32(7), ...u32(512), ...u32(1000), ...u32(drops), ...u32(2), ...u32(output)];
  const content = [...head, ...u32(records.length), ...records.flat()];
  return [...u32(1), ...u32(content.length), ...content];
}

function rowsOf(...datagrams: Uint8Array[]) {
  const rows: FlowRows[] = [];
  const decoder = new SflowDecoder({ onRows: (full) => rows.push(full) });
  for (const one of datagrams) decoder.decode(one, { exporter: '192.0.2.77', receivedAt: 1_700_000_000_000 });
  decoder.flush();
  return { decoder, rows };
}

const packet = frame(8, 0, ...ipv4(6, tcp, { length: 1500 }), 0, 0);
const sampledHeader = record(1, [...u32(1), ...u32(1518), ...u32(4), ...u32(packet.length), ...packet]);

test('a sample is one packet that stands for many, in bytes of its network layer', () => {
  const gateway = record(1003, [
    ...u32(1),
    192,
    0,
    2,
    254,
    ...u32(64500),
    ...u32(64501),
    ...u32(64502),
    ...u32(1),
    ...u32(2),
    ...u32(2),
    ...u32(64510),
    ...u32(64511),
    ...u32(0),
    ...u32(100),
  ]);
  const { rows, decoder } = rowsOf(datagram([flowSample([sampledHeader, gateway])]));
  const [full] = rows;
  expect(full?.rows).toBe(1);
  expect(full?.wide.bytes[0]).toBe(1500n);
  expect(full?.wide.packets[0]).toBe(1n);
  expect(full?.narrow.sampling[0]).toBe(512);
  expect(full?.narrow.input[0]).toBe(2);
  expect([full?.narrow.source_as[0], full?.narrow.destination_as[0]]).toEqual([64_501, 64_511]);
  expect([...decoder.sessions][0]).toMatchObject({ exporter: '192.0.2.77', agent: '192.0.2.1', subAgent: 0 });
});

test('a packet that was dropped says so, and an interface that is none has no number', () => {
  const { rows } = rowsOf(datagram([flowSample([sampledHeader], { output: 0x4000_0000 | 102 })]));
  expect([rows[0]?.narrow.kind[0], rows[0]?.narrow.event[0], rows[0]?.narrow.output[0]]).toEqual([3, 102, 0]);
});

test('both widths of a sample say the same, behind records that nobody knows', () => {
  const records = [record(4097, [1, 2, 3]), record(77, [9]), sampledHeader];
  const wideHead = [1, 0, 7, 512, 1000, 0, 0, 2, 0, 3, records.length].flatMap(u32);
  const wideSample = [...wideHead, ...records.flat()];
  const unknownSample = [...u32((9 << 12) | 1), ...u32(5), 1, 2, 3, 4, 5, 0, 0, 0];
  const wide = [...u32(3), ...u32(wideSample.length), ...wideSample];
  const { rows, decoder } = rowsOf(datagram([flowSample(records), unknownSample, wide]));
  expect(decoder.counts).toMatchObject({ rows: 2, unknownSamples: 1, malformed: 0 });
  const [full] = rows;
  for (const column of [...Object.values(full?.narrow ?? {}), ...Object.values(full?.wide ?? {})]) {
    expect(column[0]).toBe(column[1]);
  }
  expect([full?.narrow.input[1], full?.narrow.output[1], full?.narrow.destination_port[1]]).toEqual([2, 3, 443]);
});

test('interfaces that are none: several, the device itself, an unknown one', () => {
  const outputs = [0x8000_0005, 0x3fff_ffff, 0];
  const { rows } = rowsOf(datagram(outputs.map((output) => flowSample([sampledHeader], { output: output >>> 0 }))));
  expect([...(rows[0]?.narrow.output.subarray(0, 3) ?? [])]).toEqual([0, 0, 0]);
  expect([...(rows[0]?.narrow.kind.subarray(0, 3) ?? [])]).toEqual([0, 0, 0]);
});

test('a sample without its packet leaves nothing behind', () => {
  const router = record(1002, [...u32(1), 10, 9, 9, 9, ...u32(24), ...u32(16)]);
  const cutOff = record(1, [...u32(1), ...u32(1518)]);
  const { rows, decoder } = rowsOf(datagram([flowSample([router, cutOff]), flowSample([sampledHeader])]));
  expect(decoder.counts).toMatchObject({ rows: 1, malformed: 0 });
  const [full] = rows;
  expect([full?.narrow.source_mask[0], full?.narrow.destination_mask[0]]).toEqual([0, 0]);
  expect(full?.wide.next_hop_low[0]).toBe(0n);
  expect(full?.narrow.destination_port[0]).toBe(443);
});

test('of two records that name the addresses the last one counts, whole', () => {
  const v6 = record(4, [...u32(60), ...u32(6), ...Array<number>(32).fill(0x20), ...[1, 2, 3, 4].flatMap(u32)]);
  const { rows } = rowsOf(datagram([flowSample([v6, sampledHeader]), flowSample([sampledHeader, v6])]));
  const [full] = rows;
  expect(full?.rows).toBe(2);
  expect([full?.wide.source_high[0], full?.wide.source_low[0]]).toEqual([0n, 0xffff_0a00_0001n]);
  expect([full?.wide.source_high[1], full?.wide.source_low[1]]).toEqual([
    0x2020_2020_2020_2020n,
    0x2020_2020_2020_2020n,
  ]);
});

test('what an agent gave up and what got lost on the way is counted', () => {
  const { decoder } = rowsOf(
    datagram([flowSample([sampledHeader], { drops: 10 })], 5),
    datagram([flowSample([sampledHeader], { drops: 14 })], 9),
  );
  const [session] = decoder.sessions;
  expect(session?.sequence.lost).toBe(3);
  expect(session?.drops.get(7)).toEqual({ last: 14, total: 4 });
});

test('datagrams of any bytes are counted or decoded', () => {
  const seed = datagram([
    flowSample([sampledHeader]),
    flowSample([record(1002, [...u32(1), 1, 2, 3, 4, ...u32(24), ...u32(16)])]),
  ]);
  const mutated = fc
    .tuple(
      fc.array(fc.tuple(fc.nat(seed.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
      fc.nat(seed.length),
    )
    .map(([changes, length]) => {
      const copy = Uint8Array.from(seed);
      for (const [at, value] of changes) copy[at] = value;
      return length % 3 === 0 ? copy.subarray(0, length) : copy;
    });
  const decoder = new SflowDecoder({ onRows: () => undefined });
  fc.assert(
    fc.property(mutated, (bytes) => {
      decoder.decode(bytes, { exporter: 'a', receivedAt: 0 });
      describeSflow(bytes);
    }),
    { numRuns: Number(process.env['QW_FUZZ_RUNS'] ?? 3000) },
  );
  expect(decoder.counts.malformed).toBeGreaterThan(50);
});
