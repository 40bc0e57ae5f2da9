import { expect, test } from 'vitest';
import { flowKinds, samplingSources } from '../../../model/index.ts';
import { dataSet, message, templateSet } from './message.fixture.ts';
import type { NameOption } from './options.ts';
import { bytesOf, exportedAt, field, oneRecord, open, optionsTemplate, textOf, u16, u32 } from './pitfalls.fixture.ts';

/** Where values of flow records lead decoders astray; docs/guide/flow-formats.md names each place with its test. */

const fromHeader = samplingSources.indexOf('header');
const fromOptions = samplingSources.indexOf('options');
const [ofNat, ofFirewall] = [flowKinds.indexOf('nat'), flowKinds.indexOf('firewall')];

/** Seconds since 1900, and a fraction of 2^32. */
const ntp = (ms: number) => ((BigInt(ms / 1000 - 0.5) + 2_208_988_800n) << 32n) | 0x8000_0000n;

test('times of IPFIX: relative to the beginning of the exporter, in the format of NTP, before the export', () => {
  // Without element 160 nobody knows when uptime began.
  expect(
    oneRecord([
      [22, 4, 1000],
      [21, 4, 3000],
    ]),
  ).toMatchObject({ ts: BigInt(exportedAt), duration_ms: 0 });
  const bootAt = exportedAt - 60_000;
  const { decode, rows } = open();
  const options = [field(149, 4), field(160, 8)];
  const fields = [field(21, 4), field(1, 4), field(22, 4)];
  decode(
    message(10, [
      optionsTemplate(10, 400, options, 1),
      dataSet(400, options, [[bytesOf(1, 4), bytesOf(bootAt, 8)]]),
      templateSet(10, 300, fields),
      dataSet(300, fields, [[3000, 1, 1000].map((value) => bytesOf(value, 4))]),
    ]),
  );
  expect(rows()).toMatchObject([{ ts: BigInt(bootAt + 3000), duration_ms: 2000 }]);
  for (const [first, last] of [
    [154, 155],
    [156, 157],
  ] as const) {
    const row = oneRecord([
      [first, 8, ntp(exportedAt - 9500)],
      [last, 8, ntp(exportedAt - 500)],
    ]);
    expect(row, `${first}`).toMatchObject({ ts: BigInt(exportedAt - 500), duration_ms: 9000 });
  }
  const deltas = oneRecord([
    [158, 4, 4_000_000],
    [159, 4, 1_500_000],
  ]);
  expect(deltas).toMatchObject({ ts: BigInt(exportedAt - 1500), duration_ms: 2500 });
  const seconds = oneRecord([
    [150, 4, exportedAt / 1000 - 20],
    [151, 4, exportedAt / 1000 - 10],
  ]);
  expect(seconds).toMatchObject({ ts: BigInt(exportedAt - 10_000), duration_ms: 10_000 });
  const duration = oneRecord([
    [153, 8, exportedAt],
    [161, 4, 1234],
  ]);
  expect(duration).toMatchObject({ ts: BigInt(exportedAt), duration_ms: 1234 });
  // The end before the beginning is a beginning that nobody believes.
  expect(
    oneRecord([
      [152, 8, exportedAt],
      [153, 8, exportedAt - 5000],
    ]),
  ).toMatchObject({
    ts: BigInt(exportedAt - 5000),
    duration_ms: 0,
  });
});

function version5(samplingWord: number, { count = 1, records = 1 } = {}): Uint8Array {
  const head = [...u16(5), ...u16(count), ...u32(60_000), ...u32(exportedAt / 1000), ...u32(0), ...u32(0)];
  const record = [
    ...[0x0a00_0001, 0xc000_0209, 0, 0x0001_0002, 3, 700, 50_000, 60_000].flatMap(u32),
    ...u16(0),
    ...u16(0x0301),
    0,
    0,
    1,
    0,
    ...Array<number>(8).fill(0),
  ];
  return Uint8Array.from([
    ...head,
    ...u16(0x0102),
    ...u16(samplingWord),
    ...Array.from({ length: records }, () => record).flat(),
  ]);
}

test('two bits of the sampling word of version 5 are a mode, which some leave at 0 although they sample', () => {
  for (const [word, rate] of [
    [0x03e8, 1000],
    [0x43e8, 1000],
    [0xbfff, 0x3fff],
    [0x4000, 0],
    [0, 0],
  ] as const) {
    const { decode, rows } = open();
    decode(version5(word));
    expect(rows()).toMatchObject([{ sampling: rate, sampling_from: rate > 0 ? fromHeader : 0 }]);
  }
});

test('a count of version 5 beyond the datagram is that of the records that are there', () => {
  const { decode, rows, problems } = open();
  decode(version5(0, { count: 0xd91e, records: 3 }), version5(0, { count: 0, records: 0 }));
  expect(rows()).toHaveLength(3);
  expect(problems()).toEqual({ 'truncated-record': 1 });
});

test('a rate that is told later counts from then on, for its own sampler', () => {
  const { decode, rows } = open();
  const options = [field(1, 0), field(48, 2), field(49, 1), field(50, 4)];
  const fields = [field(48, 2), field(1, 4)];
  const said = (sampler: number, rate: number) =>
    dataSet(400, options, [[new Uint8Array(), bytesOf(sampler, 2), bytesOf(2, 1), bytesOf(rate, 4)]]);
  const data = dataSet(300, fields, [
    [bytesOf(1, 2), bytesOf(10, 4)],
    [bytesOf(2, 2), bytesOf(20, 4)],
  ]);
  const rates = () => rows().map(({ sampling, sampling_from }) => [sampling, sampling_from]);
  decode(message(9, [templateSet(9, 300, fields), data]));
  expect(rates()).toEqual([
    [0, 0],
    [0, 0],
  ]);
  decode(message(9, [optionsTemplate(9, 400, options, 1), said(1, 30_000), said(2, 10)]), message(9, [data]));
  expect(rates()).toEqual([
    [30_000, fromOptions],
    [10, fromOptions],
  ]);
  decode(message(9, [said(2, 100)]), message(9, [data]));
  expect(rates()).toEqual([
    [30_000, fromOptions],
    [100, fromOptions],
  ]);
});

test('a selector whose number has more than 32 bits is found again, and outlives a restart', () => {
  const { decode, rows, decoder } = open();
  const options = [field(302, 8), field(305, 4)];
  const fields = [field(302, 8), field(1, 4)];
  const selector = 0x0001_0203_0405_0607n;
  decode(
    message(10, [
      optionsTemplate(10, 400, options, 1),
      dataSet(400, options, [[bytesOf(selector, 8), bytesOf(64, 4)]]),
      templateSet(10, 300, fields),
      dataSet(300, fields, [[bytesOf(selector, 8), bytesOf(10, 4)]]),
    ]),
  );
  expect(rows()).toMatchObject([{ sampling: 64, sampling_from: fromOptions }]);
  expect(decoder.save()).toMatchObject([{ samplers: [[0x0405_0607, 64]] }]);
});

test('an interface whose number has more bytes than any has in rows keeps its name under that number', () => {
  const names: NameOption[] = [];
  const { decode } = open({ onName: (_session, name) => names.push(name) });
  const options = [field(10, 8), field(82, 4)];
  const said = dataSet(400, options, [[bytesOf(0x1_0000_0007n, 8), textOf('wan1')]]);
  decode(message(10, [optionsTemplate(10, 400, options, 1), said]));
  expect(names).toEqual([{ of: 'interface', number: 7, name: 'wan1' }]);
  expect(oneRecord([[10, 8, 0x1_0000_0007n]])).toMatchObject({ input: 7 });
});

test('the only sampler that an exporter told of is that of records that name none', () => {
  const { decode, rows } = open();
  const options = [field(1, 4), field(48, 1), field(50, 4)];
  const said = (sampler: number, rate: number) =>
    dataSet(400, options, [[bytesOf(0, 4), bytesOf(sampler, 1), bytesOf(rate, 4)]]);
  const named = [field(48, 1), field(1, 4)];
  const plain = [field(1, 4)];
  const templates = [optionsTemplate(9, 400, options, 1), templateSet(9, 300, plain), templateSet(9, 301, named)];
  const data = [dataSet(300, plain, [[bytesOf(10, 4)]]), dataSet(301, named, [[bytesOf(9, 1), bytesOf(20, 4)]])];
  decode(message(9, [...templates, said(1, 2000), ...data]));
  expect(rows().map(({ sampling }) => sampling)).toEqual([2000, 0]);
  // Of two, nobody knows which.
  decode(message(9, [said(2, 100), ...data]));
  expect(rows().map(({ sampling }) => sampling)).toEqual([0, 0]);
});

test('an interval with a space is the rate of both', () => {
  const { decode, rows } = open();
  const options = [field(302, 8), field(305, 4), field(306, 4)];
  const fields = [field(302, 8), field(1, 4)];
  decode(
    message(10, [
      optionsTemplate(10, 400, options, 1),
      dataSet(400, options, [[bytesOf(9, 8), bytesOf(1, 4), bytesOf(511, 4)]]),
      templateSet(10, 300, fields),
      dataSet(300, fields, [[bytesOf(9, 8), bytesOf(10, 4)]]),
    ]),
  );
  expect(rows()).toMatchObject([{ sampling: 512 }]);
});

test('octets and packets are where an exporter has them, in as many bytes as it takes', () => {
  const large = 2n ** 63n + 1n;
  for (const [bytes, packets] of [
    [1, 2],
    [85, 86],
    [23, 24],
  ] as const) {
    expect(
      oneRecord([
        [bytes, 8, large],
        [packets, 3, 0xfedcba],
      ]),
    ).toMatchObject({ bytes: large, packets: 0xfedcban });
  }
  // Of who opened the connection and who answered, as firewalls have it.
  const fields = [
    [8, 4, 0x0a00_0001],
    [12, 4, 0x0a00_0002],
    [231, 8, 100],
    [232, 8, 5000],
    [298, 4, 2],
    [299, 4, 4],
  ] as const;
  const { decode, rows } = open();
  const template = fields.map(([id, length]) => field(id, length));
  decode(
    message(9, [
      templateSet(9, 300, template),
      dataSet(300, template, [fields.map(([, length, value]) => bytesOf(value, length))]),
    ]),
  );
  expect(
    rows().map(({ bytes, packets, source_low: low }) => [bytes, packets, Number(BigInt(low ?? 0) & 255n)]),
  ).toEqual([
    [100n, 2n, 1],
    [5000n, 4n, 2],
  ]);
  // Of an element that comes twice, the first is what was observed.
  expect(
    oneRecord([
      [1, 4, 7],
      [1, 4, 8],
    ]),
  ).toMatchObject({ bytes: 7n });
});

test('numbers may be shorter or longer than usual, and IPv4 within IPv6 is IPv4', () => {
  const row = oneRecord([
    [16, 2, 64_500],
    [17, 4, 4_200_000_000],
    [10, 2, 12],
    [14, 4, 0x0102_0304],
    [27, 16, 0xffff_c000_0201n],
    [58, 2, 100],
  ]);
  expect(row).toMatchObject({
    source_as: 64_500,
    destination_as: 4_200_000_000,
    input: 12,
    output: 0x0102_0304,
    vlan: 100,
  });
  expect(row).toMatchObject({ source_high: 0n, source_low: 0xffff_c000_0201n });
  expect(oneRecord([[8, 4, 0xc000_0201]])).toMatchObject({ source_high: 0n, source_low: 0xffff_c000_0201n });
});

test('type and code of ICMP, wherever an exporter has them, are in one column', () => {
  const expected = { icmp: 0x0301, source_port: 0, destination_port: 0 };
  const { decode, rows } = open();
  decode(version5(0));
  const icmpOf5 = rows();
  expect(icmpOf5).toMatchObject([{ ...expected, protocol: 1 }]);
  expect(
    oneRecord(
      [
        [4, 1, 1],
        [7, 2, 0],
        [11, 2, 0x0301],
      ],
      9,
    ),
  ).toMatchObject(expected);
  expect(
    oneRecord([
      [4, 1, 1],
      [32, 2, 0x0301],
    ]),
  ).toMatchObject(expected);
  expect(
    oneRecord([
      [4, 1, 1],
      [176, 1, 3],
      [177, 1, 1],
    ]),
  ).toMatchObject(expected);
  expect(
    oneRecord([
      [4, 1, 58],
      [139, 2, 0x8100],
    ]),
  ).toMatchObject({ icmp: 0x8100 });
  expect(
    oneRecord([
      [4, 1, 58],
      [179, 1, 0],
      [178, 1, 129],
    ]),
  ).toMatchObject({ icmp: 0x8100 });
});

test('the status of forwarding has one byte or four, and a direction that nobody says is none', () => {
  expect(
    oneRecord([
      [89, 1, 0x80],
      [61, 1, 1],
    ]),
  ).toMatchObject({ forwarding: 0x80, direction: 1 });
  expect(oneRecord([[89, 4, 0x80]])).toMatchObject({ forwarding: 0x80, direction: 255 });
});

test('events of NAT and of firewalls are no traffic', () => {
  const nat = oneRecord([
    [8, 4, 1],
    [225, 4, 0xc633_6401],
    [227, 2, 4000],
    [230, 1, 4],
    [323, 8, exportedAt - 5],
  ]);
  expect(nat).toMatchObject({ kind: ofNat, event: 4, nat_source_low: 0xffff_c633_6401n, nat_source_port: 4000 });
  expect(nat).toMatchObject({ ts: BigInt(exportedAt - 5) });
  expect(
    oneRecord(
      [
        [8, 4, 1],
        [233, 1, 3],
      ],
      9,
    ),
  ).toMatchObject({ kind: ofFirewall, event: 3 });
  // What Cisco's appliances said before there were numbers for it.
  expect(
    oneRecord(
      [
        [8, 4, 1],
        [40_005, 1, 2],
        [40_001, 4, 0xc633_6401],
      ],
      9,
    ),
  ).toMatchObject({
    kind: ofFirewall,
    event: 2,
    nat_source_low: 0xffff_c633_6401n,
  });
});
