import { expect, test } from 'vitest';
import { samplingSources } from '../../../model/index.ts';
import { describeDatagram, TemplateMemory } from './describe.ts';
import { dataSet, message, templateSet, type MadeField, type MadeHeader } from './message.fixture.ts';
import type { NameOption } from './options.ts';
import {
  bytesOf,
  exportedAt,
  field,
  octets,
  octetsRecord,
  open,
  optionsTemplate,
  textOf,
  u16,
} from './pitfalls.fixture.ts';

/** Where the framing of flow records leads decoders astray; docs/guide/flow-formats.md names each place with its test. */

test('records stand before and behind their template in one message', () => {
  for (const version of [9, 10] as const) {
    const { decode, rows, decoder } = open();
    decode(message(version, [octetsRecord(1), templateSet(version, 300, octets), octetsRecord(2)]));
    expect(rows().map(({ bytes }) => bytes)).toEqual([1n, 2n]);
    expect(decoder.counts).toMatchObject({ parkedSets: 1, discardedSets: 0 });
  }
});

test('an exporter that begins anew says its templates again, loses nothing by it, and has times of its new uptime', () => {
  const { decode, rows, decoder } = open();
  const before = [field(22, 4), field(21, 4), field(1, 4)];
  const after = [field(1, 4), field(21, 4), field(22, 4)];
  const header: MadeHeader = { uptimeMs: 9_000_000, sequence: 4711 };
  decode(
    message(9, [templateSet(9, 300, before)], header),
    message(9, [dataSet(300, before, [[1, 2, 7].map((value) => bytesOf(value, 4))])], { ...header, sequence: 4712 }),
  );
  expect(rows()).toMatchObject([{ bytes: 7n, ts: BigInt(exportedAt - 8_999_998) }]);
  const anew: MadeHeader = { uptimeMs: 5000, sequence: 0 };
  const record = [9, 4000, 1000].map((value) => bytesOf(value, 4));
  decode(message(9, [templateSet(9, 300, after), dataSet(300, after, [record])], anew));
  expect(rows()).toMatchObject([{ bytes: 9n, ts: BigInt(exportedAt - 1000), duration_ms: 3000 }]);
  expect([...decoder.sessions].map(({ sequence: { lost, restarts } }) => ({ lost, restarts }))).toEqual([
    { lost: 0, restarts: 1 },
  ]);
});

test('a template without fields is none, and nothing ends by it', () => {
  const { decode, rows, problems } = open();
  decode(message(9, [templateSet(9, 300, []), templateSet(9, 300, octets), octetsRecord(5)]));
  expect(rows()).toMatchObject([{ bytes: 5n }]);
  expect(problems()).toEqual({ 'bad-template': 1 });
  // In IPFIX it withdraws one that is not there.
  const ipfix = open();
  ipfix.decode(message(10, [templateSet(10, 300, []), templateSet(10, 300, octets), octetsRecord(5)]));
  expect(ipfix.rows()).toMatchObject([{ bytes: 5n }]);
  expect(ipfix.problems()).toEqual({});
});

test('of names that options give, the last one counts', () => {
  const names: NameOption[] = [];
  const { decode } = open({ onName: (_session, name) => names.push(name) });
  const fields = [field(2, 4), field(82, 16)];
  const said = (name: string) => dataSet(400, fields, [[bytesOf(7, 4), textOf(name, 16)]]);
  decode(message(9, [optionsTemplate(9, 400, fields, 1), said('Gi0/1'), said('uplink')]));
  expect(names).toEqual([
    { of: 'interface', number: 7, name: 'Gi0/1' },
    { of: 'interface', number: 7, name: 'uplink' },
  ]);
});

test('a name of an exporter cannot move a cursor, end a line or turn what follows around', () => {
  const names: string[] = [];
  const { decode } = open({ onName: (_session, { name }) => names.push(name) });
  const fields = [field(2, 4), { id: 82, length: 0xffff }];
  for (const name of ['\u001b[2Jeth0', 'a\r\nb', '\u202eabc', 'up\0link', '<b>x</b>', '\u009b31m']) {
    decode(message(10, [optionsTemplate(10, 400, [field(10, 4), ...fields.slice(1)], 1)]));
    decode(message(10, [dataSet(400, [field(10, 4), ...fields.slice(1)], [[bytesOf(7, 4), textOf(name, 20)]])]));
  }
  decode(
    message(10, [dataSet(400, [field(10, 4), ...fields.slice(1)], [[bytesOf(7, 4), Uint8Array.of(0xff, 0xfe, 65)]])]),
  );
  const shown = '\ufffd';
  expect(names).toEqual([
    `${shown}[2Jeth0`,
    `a${shown}${shown}b`,
    `${shown}abc`,
    'up',
    '<b>x</b>',
    `${shown}31m`,
    `${shown}${shown}A`,
  ]);
});

test('sets say where records end: neither the count of the header, nor padding, nor zeroes at the end', () => {
  const fields = [field(1, 4), field(2, 4)];
  const record = [bytesOf(1, 4), bytesOf(2, 4)];
  for (const version of [9, 10] as const) {
    for (let padding = 0; padding < 8; padding++) {
      const { decode, rows, problems } = open();
      const whole = message(version, [
        templateSet(version, 300, fields),
        dataSet(300, fields, [record, record], padding),
        // Behind it stands another one.
        dataSet(300, fields, [record], padding % 4),
        [0, 0, 0, 0, 0, 0, 0, 0],
      ]);
      // Of NetFlow v9, which counts records and templates where IPFIX has a length.
      if (version === 9) whole.set(u16(padding * 9000), 2);
      decode(whole);
      expect(rows().map(({ bytes, packets }) => [bytes, packets])).toEqual(Array.from({ length: 3 }, () => [1n, 2n]));
      expect(problems()).toEqual({});
    }
  }
});

test('a set that is shorter than its own head, or longer than its message, ends the message and nothing before it', () => {
  for (const length of [0, 1, 3, 5000, 0xffff]) {
    const { decode, rows, problems } = open();
    const sets = [
      templateSet(9, 300, octets),
      octetsRecord(5),
      [...u16(300), ...u16(length), 0, 0, 0, 1],
      octetsRecord(6),
    ];
    decode(message(9, sets));
    expect(rows().map(({ bytes }) => bytes)).toEqual([5n]);
    expect(problems()).toEqual({ 'bad-set-length': 1 });
  }
});

test('scopes of version 9 have numbers of their own, may have no length, and their lengths are bytes', () => {
  const options = [field(1, 0), field(34, 4), field(82, 4)];
  const bytes = message(9, [
    optionsTemplate(9, 400, options, 1),
    dataSet(400, options, [[new Uint8Array(), bytesOf(64, 4), textOf('ge-1')]], 3),
    templateSet(9, 300, octets),
    octetsRecord(5),
  ]);
  const { decode, rows } = open();
  decode(bytes);
  expect(rows()).toMatchObject([{ bytes: 5n, sampling: 64, sampling_from: samplingSources.indexOf('options') }]);
  const [described] = describeDatagram(bytes, 'a', new TemplateMemory());
  expect(described?.sets.slice(0, 2)).toEqual([
    {
      template: 400,
      scopes: 1,
      fields: [
        { name: 'scopeSystem', length: 0 },
        { name: 'samplingInterval', length: 4 },
        { name: 'interfaceName', length: 4 },
      ],
    },
    { records: 400, values: [{ scopeSystem: '', samplingInterval: 64, interfaceName: 'ge-1' }], paddingBytes: 3 },
  ]);
});

test('lists within a record, and what only an enterprise knows, are passed over by their length', () => {
  const fields: MadeField[] = [
    { id: 291, length: 0xffff },
    { id: 7, length: 2 },
    { id: 123, length: 0xffff, pen: 35_632 },
    { id: 5, length: 3, pen: 9 },
    { id: 0x7ffe, length: 2 },
    { id: 1, length: 5 },
  ];
  const { decode, rows, problems } = open();
  const record = (list: number, text: number) => [
    new Uint8Array(list).fill(7),
    bytesOf(443, 2),
    new Uint8Array(text).fill(8),
    bytesOf(0, 3),
    bytesOf(0, 2),
    bytesOf(0x01_0000_0002n, 5),
  ];
  const lengths = [
    [0, 0],
    [1, 254],
    [255, 256],
    [3000, 1],
  ] as const;
  const data = dataSet(
    300,
    fields,
    lengths.map(([list, text]) => record(list, text)),
  );
  decode(message(10, [templateSet(10, 300, fields), data]));
  const row = { source_port: 443, bytes: 0x1_0000_0002n };
  expect(rows()).toMatchObject([row, row, row, row]);
  expect(problems()).toEqual({});
});

test('a record that says it is longer than its set ends the set, and is counted', () => {
  const fields: MadeField[] = [{ id: 82, length: 0xffff }, field(1, 4)];
  const { decode, rows, problems } = open();
  const good = dataSet(300, fields, [[textOf('a'), bytesOf(1, 4)]]);
  const cut = [...u16(300), ...u16(4 + 8), 255, 0xff, 0xff, 0, 0, 0, 0, 0];
  decode(message(10, [templateSet(10, 300, fields), good, cut, good]));
  expect(rows().map(({ bytes }) => bytes)).toEqual([1n, 1n]);
  expect(problems()).toEqual({ 'truncated-record': 1 });
});
