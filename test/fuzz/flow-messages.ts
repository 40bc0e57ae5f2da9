import { message, templateSet, type MadeField } from '../../src/observe/flows/decode/message.fixture.ts';

/**
 * Messages of exporters that nobody sells: each is built of parts that are right in themselves, with numbers that lie at
 * the edge of something. What is mutated of real ones seldom comes so far as to be believed.
 */

type Pick = (below: number) => number;

const oneOf = <Value>(pick: Pick, values: readonly Value[]): Value => values[pick(values.length)] as Value;

/** Elements that the decoder does something with, and some that it does not. */
const elements = [
  1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 21, 22, 23, 27, 28, 32, 34, 48, 49, 50, 56, 58, 61, 62, 82, 83, 84,
  85, 89, 95, 96, 136, 139, 150, 151, 152, 153, 154, 156, 158, 160, 161, 162, 176, 177, 210, 225, 227, 230, 231, 232,
  233, 234, 236, 281, 291, 292, 293, 302, 305, 306, 309, 310, 311, 323, 335, 361, 466, 40_001, 0x7fff,
];
const lengths = [0, 1, 2, 3, 4, 4, 4, 5, 6, 7, 8, 8, 9, 16, 16, 32, 255, 1500, 0xfffe, 0xffff, 0xffff];
const pens = [0, 0, 0, 0, 29_305, 29_305, 9, 35_632, 0xffff_ffff];
const counts = [0, 1, 1, 2, 3, 5, 10, 20, 40, 65, 400];
/** Few, so that they are said again and otherwise. */
const templates = 6;

const u16 = (value: number) => [(value >>> 8) & 255, value & 255];
const u32 = (value: number) => [...u16(value >>> 16), ...u16(value & 0xffff)];

function field(pick: Pick, version: 9 | 10): MadeField {
  const id = pick(8) === 0 ? pick(0x10000) : oneOf(pick, elements);
  const length = pick(16) === 0 ? pick(0x10000) : oneOf(pick, lengths);
  return { id, length, pen: version === 10 ? oneOf(pick, pens) : 0 };
}

function fieldsOf(pick: Pick, version: 9 | 10): MadeField[] {
  // Some templates are of one field again and again, as many as a datagram holds.
  const count = pick(200) === 0 ? oneOf(pick, [1999, 2000, 2001, 8000]) : oneOf(pick, counts);
  if (pick(10) > 0) return Array.from({ length: count }, () => field(pick, version));
  const same = field(pick, version);
  return Array.from({ length: count }, () => same);
}

const idOf = (pick: Pick): number => (pick(20) === 0 ? pick(0x10000) : 256 + pick(templates));

function options(pick: Pick, version: 9 | 10): number[] {
  const fields = fieldsOf(pick, version);
  const scopes = pick(4) === 0 ? pick(0x10000) : pick(fields.length + 1);
  const specifiers = templateSet(version, 0, fields).slice(8);
  const head =
    version === 9
      ? [...u16(idOf(pick)), ...u16(4 * scopes), ...u16(4 * (fields.length - scopes))]
      : [...u16(idOf(pick)), ...u16(fields.length), ...u16(scopes)];
  return [...u16(version === 9 ? 1 : 3), ...u16(4 + head.length + specifiers.length), ...head, ...specifiers];
}

function content(pick: Pick): number[] {
  const length = pick(30) === 0 ? pick(60_000) : pick(300);
  const value = pick(3);
  return Array.from({ length }, () => (value === 0 ? 0 : value === 1 ? 255 : pick(256)));
}

function set(pick: Pick, version: 9 | 10): number[] {
  switch (pick(10)) {
    case 0:
    case 1:
    case 2:
      return templateSet(version, idOf(pick), fieldsOf(pick, version));
    case 3:
      return options(pick, version);
    case 4:
      // Withdrawals, of one template or all; and in v9 what means nothing.
      return [...u16(version === 9 ? 0 : 2 + pick(2)), ...u16(8), ...u16(oneOf(pick, [2, 3, idOf(pick)])), ...u16(0)];
    case 5: {
      // A template that promises fields that are not there.
      const made = templateSet(version, idOf(pick), fieldsOf(pick, version));
      return [...made.slice(0, 6), ...u16(0xffff), ...made.slice(8)];
    }
    case 6:
      return [...u16(pick(0x10000)), ...u16(pick(0x10000)), ...content(pick)];
    default: {
      const bytes = content(pick);
      return [...u16(256 + pick(templates)), ...u16(4 + bytes.length), ...bytes];
    }
  }
}

/** One to a dozen messages, glued together, as one exporter's buffer once came. */
export function madeMessages(pick: Pick): Uint8Array {
  const version = pick(2) === 0 ? 9 : 10;
  const glued = pick(20) === 0 ? 1 + pick(12) : 1;
  const all = Array.from({ length: glued }, () =>
    message(
      version,
      Array.from({ length: 1 + pick(5) }, () => set(pick, version)),
      {
        exportSeconds: oneOf(pick, [0, 1_700_000_000, 1_700_000_000, 2_085_978_496, 0xffff_ffff]),
        uptimeMs: oneOf(pick, [0, 3_600_000, 0xffff_ffff]),
        sequence: oneOf(pick, [0, 1, 0x7fff_ffff, 0xffff_ffff, pick(1000)]),
        domain: pick(3),
      },
    ),
  );
  return asDatagram(all);
}

/** All that UDP carries. */
const mostBytes = 65_507;

function asDatagram(parts: readonly Uint8Array[]): Uint8Array {
  const whole = Buffer.concat(parts);
  return new Uint8Array(whole.subarray(0, mostBytes));
}

/** Types of samples and of their records; 2^12 and above are of enterprises. */
const sampleTypes = [1, 1, 2, 3, 3, 4, 5, 6, 4096, 0xffff_ffff];
const recordTypes = [1, 1, 1, 2, 3, 4, 1001, 1002, 1003, 1007, 1020, 1036, 1037, 1038, 4097, 0];
const numbers = [0, 1, 2, 4, 6, 11, 12, 17, 64, 255, 0x3fff_ffff, 0x4000_0001, 0x8000_0002, 0xffff_ffff];
const etherTypes = [0x0800, 0x86dd, 0x8100, 0x88a8, 0x8847, 0x8864];

function frame(pick: Pick): number[] {
  const tags = Array.from({ length: pick(6) }, () => [...u16(oneOf(pick, etherTypes)), ...u16(pick(0x10000))]).flat();
  const first = oneOf(pick, [0x45, 0x4f, 0x60, 0x00, pick(256)]);
  const rest = Array.from({ length: pick(120) }, () => oneOf(pick, [0, 6, 17, 44, 43, 0x12, 0xb5, pick(256)]));
  return [...Array<number>(12).fill(1), ...tags, ...u16(oneOf(pick, etherTypes)), first, ...rest];
}

function typed(type: number, bytes: readonly number[], said = bytes.length): number[] {
  return [...u32(type), ...u32(said), ...bytes, ...Array<number>(-bytes.length & 3).fill(0)];
}

const wrongLength = (pick: Pick, length: number) => (pick(25) === 0 ? oneOf(pick, [0, 1, ...numbers]) : length);

function record(pick: Pick): number[] {
  const type = oneOf(pick, recordTypes);
  const words = Array.from({ length: pick(30) }, () => oneOf(pick, numbers)).flatMap(u32);
  const head = frame(pick);
  const bytes =
    type === 1 && pick(5) > 0 ? [...[oneOf(pick, [1, 1, 11, 12]), 1518, 4, head.length].flatMap(u32), ...head] : words;
  return typed(type, bytes, wrongLength(pick, bytes.length));
}

function sample(pick: Pick): number[] {
  const type = oneOf(pick, sampleTypes);
  const records = Array.from({ length: pick(5) }, () => record(pick));
  const before = { 1: 7, 2: 2, 3: 10, 4: 3, 5: 7 }[type] ?? pick(8);
  const head = Array.from({ length: before }, () => oneOf(pick, numbers)).flatMap(u32);
  const bytes = [...head, ...u32(wrongLength(pick, records.length)), ...records.flat()];
  return typed(type, bytes, wrongLength(pick, bytes.length));
}

/** A datagram of sFlow with samples and records of every kind. */
export function madeSflow(pick: Pick): Uint8Array {
  const isIpv6 = pick(4) === 0;
  const agent = Array<number>(isIpv6 ? 16 : 4).fill(pick(3));
  const samples = Array.from({ length: pick(8) }, () => sample(pick));
  const count = wrongLength(pick, samples.length);
  const head = [...u32(5), ...u32(isIpv6 ? 2 : 1), ...agent, ...[pick(3), pick(1000), pick(1000), count].flatMap(u32)];
  return asDatagram([Uint8Array.from([...head, ...samples.flat()])]);
}
