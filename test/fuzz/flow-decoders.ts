import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cloudFormats, type CloudFormat } from '../../src/model/index.ts';
import { PlainNames } from '../../src/observe/flows/cloud/cloud.fixture.ts';
import { CloudLogReader } from '../../src/observe/flows/cloud/reader.ts';
import { collectorStateSchema } from '../../src/observe/flows/collect/collector-state.ts';
import { openIntake } from '../../src/observe/flows/collect/intake.fixture.ts';
import { MessageStream } from '../../src/observe/flows/collect/message-stream.ts';
import { sessionLimits } from '../../src/observe/flows/decode/session.ts';
import {
  captureHead,
  capturedDatagram,
  describeDatagram,
  describeSflow,
  generateDatagrams,
  generatedFormats,
  isSflow,
  readCapture,
  TemplateMemory,
} from '../../src/observe/flows/index.ts';
import { fixtures } from '../flows/fixtures.ts';
import { madeMessages, madeSflow } from './flow-messages.ts';
import { mutate } from './mutate.ts';

type Pick = (below: number) => number;

/** Something that reads bytes of strangers, and what strangers may send it. */
export interface FuzzedReader {
  name: string;
  input(pick: Pick): Uint8Array;
  /** Throws what the reader throws, which is a bug. */
  take(bytes: Uint8Array): void;
  /** What came of it, for those who ask whether anything did. */
  counts(): { read: number; refused: number };
  /** What breaks a promise about memory; undefined while nothing does. */
  broken(): string | undefined;
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/** Messages that real exporters sent, where they lie beside the clone, and generated ones. */
function exporterMessages(): Uint8Array[] {
  const generated = generatedFormats.flatMap((format) =>
    [...generateDatagrams({ format, records: 100, startAt: 1_700_000_000_000 })].map(({ bytes }) => bytes),
  );
  const captured = filesBelow(fixtures)
    .filter((path) => path.endsWith('.pcap'))
    .flatMap((path) => [...readCapture(readFileSync(path))].slice(0, 20).map(({ payload }) => payload));
  const alone = filesBelow(fixtures)
    .filter((path) => path.endsWith('.bin') || path.endsWith('.dat'))
    .map((path) => new Uint8Array(readFileSync(path)));
  return [...generated, ...captured, ...alone];
}

/** Made-up messages that are used again, changed: to make one takes longer than to read many. */
const madeAtOnce = 200;

/** Half of the inputs are real messages that were changed; the others are made up, and half of these changed too. */
function messageInput(corpus: readonly Uint8Array[]): (pick: Pick) => Uint8Array {
  const made: Uint8Array[] = [];
  return (pick) => {
    const real = corpus[pick(corpus.length)] ?? new Uint8Array();
    if (pick(2) === 0) return mutate(real, corpus, pick);
    const isNew = made.length < madeAtOnce || pick(8) === 0;
    const place = made.length < madeAtOnce ? made.length : pick(madeAtOnce);
    if (isNew) made[place] = pick(2) === 0 ? madeMessages(pick) : madeSflow(pick);
    const one = made[place] ?? real;
    return isNew || pick(2) === 0 ? one : mutate(one, made, pick);
  };
}

/** Everything between sockets and the store. */
function collector(corpus: readonly Uint8Array[]): FuzzedReader {
  const { intake, clock } = openIntake({ keepRows: false });
  const streams = new Map<number, MessageStream>();
  let taken = 0;
  return {
    name: 'collector',
    input: messageInput(corpus),
    take(bytes) {
      taken++;
      clock.at += 7;
      const from = { address: `192.0.2.${1 + (taken % 50)}`, port: 1 + (taken % 40) };
      intake.take(bytes, from);
      const stream = streams.get(from.port) ?? new MessageStream();
      streams.set(from.port, stream);
      if (!stream.add(bytes)?.every((one) => intake.takeMessage(one, from))) {
        streams.delete(from.port);
        intake.endConnection(from);
      }
      if (taken % 100 === 0) intake.flush();
    },
    counts() {
      const { records, malformed } = intake.figures();
      return { read: records, refused: Object.values(malformed).reduce((sum, count) => sum + count, 0) };
    },
    broken() {
      const state = intake.save({ parked: true });
      const read = collectorStateSchema.safeParse(JSON.parse(JSON.stringify(state)));
      if (!read.success) return `what a restart could not read: ${read.error.message.slice(0, 1000)}`;
      for (const { templates, parked, samplers } of state.sessions) {
        if (templates.length > sessionLimits.templates) return `${templates.length} templates`;
        if (samplers.length > sessionLimits.samplers) return `${samplers.length} samplers`;
        if (parked.length > 1000) return `${parked.length} sets that wait`;
        const waiting = parked.reduce((sum, { bytes }) => sum + (bytes.length * 3) / 4, 0);
        if (waiting > sessionLimits.parkedBytes + 1000) return `${waiting} bytes that wait`;
      }
      return undefined;
    },
  };
}

/** What people look at: `flows decode`, of captures and of files of messages. */
function describer(corpus: readonly Uint8Array[]): FuzzedReader {
  const memory = new TemplateMemory();
  const sums = { read: 0, refused: 0 };
  return {
    name: 'description',
    input: messageInput(corpus),
    take(bytes) {
      const described = isSflow(bytes) ? describeSflow(bytes) : undefined;
      for (const one of described ? [described] : describeDatagram(bytes, '', memory)) {
        if (one.malformed.length > 0) sums.refused++;
        else sums.read++;
        JSON.stringify(one);
      }
    },
    counts: () => sums,
    broken: () => undefined,
  };
}

const awsLines = [
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status',
  '2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK',
  '2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA',
];
const gcpEntry = {
  logName: 'projects/p/logs/compute.googleapis.com%2Fvpc_flows',
  jsonPayload: {
    connection: { src_ip: '10.0.0.1', src_port: 443, dest_ip: '2001:db8::1', dest_port: 50_000, protocol: 6 },
    reporter: 'SRC',
    bytes_sent: '1776',
    packets_sent: '7',
    start_time: '2026-06-14T03:45:32.3Z',
    end_time: '2026-06-14T03:45:37.3Z',
    src_location: { country: 'usa', asn: 1 },
    src_instance: { project_id: 'p', vm_name: 'v' },
  },
};
const azureRecord = {
  resourceId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/n',
  properties: {
    flows: [
      { rule: 'r', flows: [{ mac: 'm', flowTuples: ['1542110377,10.0.0.4,13.67.1.1,44931,443,T,O,A,C,25,4,9,7'] }] },
    ],
  },
};
const texts: Readonly<Record<CloudFormat, string[]>> = {
  aws: [awsLines.join('\n'), awsLines.slice(1).join('\n')],
  gcp: [JSON.stringify(gcpEntry), `${JSON.stringify(gcpEntry)}\n`.repeat(3), JSON.stringify([gcpEntry, gcpEntry])],
  azure: [JSON.stringify({ records: [azureRecord, azureRecord] }), JSON.stringify(azureRecord)],
};
/** What stands where something else was expected. */
const oddities = [
  '-',
  '""',
  'null',
  '[]',
  '{}',
  '-1',
  '1e999',
  '99999999999999999999999',
  '"__proto__"',
  '"constructor"',
  '"\\u0000\\ud800"',
  '"::ffff:1.2.3.4%eth0"',
  '0.0.0.0',
  '999999-99-99T99:99:99Z',
  'true',
  '[[[[[[[[[[[[[[[[[[',
  '\u202e<script>',
  '\r\n',
  '\t',
];

function cloudLog(format: CloudFormat): FuzzedReader {
  const shared = filesBelow(join(fixtures, 'cloud-logs'))
    .filter((path) => path.includes(`/${format}_`) && !path.endsWith('.json'))
    .map((path) => readFileSync(path, 'utf8'));
  const corpus = [...texts[format], ...shared].map((text) => Buffer.from(text));
  const sums = { read: 0, refused: 0 };
  return {
    name: `logs of ${format}`,
    input(pick) {
      const seed = corpus[pick(corpus.length)] ?? Buffer.alloc(0);
      if (pick(2) === 0) return mutate(seed, corpus, pick);
      // One value becomes another one, so that the rest stays what it is.
      const parts = seed.toString().split(/([\s,:{}[\]]+)/);
      for (let changes = 1 + pick(3); changes > 0; changes--) {
        parts[2 * pick(Math.ceil(parts.length / 2))] = oddities[pick(oddities.length)] ?? '';
      }
      return Buffer.from(parts.join(''));
    },
    take(bytes) {
      const reader = new CloudLogReader({ format, names: new PlainNames(), onRows: () => undefined, rowsAtOnce: 16 });
      const middle = bytes.length >>> 1;
      reader.write(bytes.subarray(0, middle), 1_700_000_000_000);
      reader.write(bytes.subarray(middle), 1_700_000_000_000);
      reader.end();
      reader.flush();
      sums.read += reader.counts.rows;
      for (const count of reader.counts.malformed.values()) sums.refused += count;
    },
    counts: () => sums,
    broken: () => undefined,
  };
}

/** Files that `flows decode` and `flows replay` take: what is no capture says so by a SyntaxError. */
function captures(): FuzzedReader {
  const ends = { source: 0xc000_0201, destination: 0xc000_0202, sourcePort: 4, destinationPort: 2055 };
  const made = [...generateDatagrams({ format: 'v5', records: 60, startAt: 1_700_000_000_000 })].map(({ bytes, at }) =>
    capturedDatagram(bytes, at, ends),
  );
  const found = filesBelow(fixtures)
    .filter((path) => path.endsWith('.pcap') && statSync(path).size < 20_000)
    .map((path) => new Uint8Array(readFileSync(path)));
  const corpus = [Buffer.concat([captureHead(), ...made]), pcapng(made[0]?.subarray(16) ?? new Uint8Array()), ...found];
  const sums = { read: 0, refused: 0 };
  return {
    name: 'captures',
    input: (pick) => mutate(corpus[pick(corpus.length)] ?? new Uint8Array(), corpus, pick),
    take(bytes) {
      try {
        for (const { at } of readCapture(bytes)) {
          sums.read++;
          new Date(at).toISOString();
        }
      } catch (problem) {
        if (!(problem instanceof SyntaxError)) throw problem;
        sums.refused++;
      }
    },
    counts: () => sums,
    broken: () => undefined,
  };
}

/** One section, one interface of bare IP with times in nanoseconds, one packet twice: with and without its time. */
function pcapng(packet: Uint8Array): Buffer {
  const block = (type: number, ...parts: (number | Uint8Array)[]) => {
    const bytes = Buffer.concat(parts.map((part) => (typeof part === 'number' ? word(part) : part)));
    const whole = Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
    return Buffer.concat([word(type), word(whole.length + 12), whole, word(whole.length + 12)]);
  };
  const word = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  return Buffer.concat([
    block(0x0a0d_0d0a, 0x1a2b_3c4d, 0x0001_0000, 0xffff_ffff, 0xffff_ffff),
    block(1, 228 << 16, 65_535, Buffer.of(0, 9, 0, 1, 9, 0, 0, 0)),
    block(6, 0, 0x1797_9cfe, 0x3d85_c000, packet.length, packet.length, packet),
    block(3, packet.length, packet),
  ]);
}

export function fuzzedReaders(): FuzzedReader[] {
  const messages = exporterMessages();
  return [collector(messages), describer(messages), ...cloudFormats.map(cloudLog), captures()];
}
