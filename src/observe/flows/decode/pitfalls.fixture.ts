import { expect } from 'vitest';
import { FlowDecoder } from './decoder.ts';
import type { FlowDecoderOptions } from './decoder-options.ts';
import type { FlowRows } from './flow-rows.ts';
import { dataSet, message, templateSet, type MadeField } from './message.fixture.ts';

/** Messages and what comes of them, for tests of the places where formats of flow records lead astray. */

const receivedAt = 1_700_000_001_000;
export const exportedAt = 1_700_000_000_000;
const origin = { exporter: '192.0.2.1', receivedAt };

type Row = Record<string, number | bigint>;

export function open(options: Partial<FlowDecoderOptions> = {}) {
  const found: Row[] = [];
  const onRows = ({ narrow, wide, rows }: FlowRows) => {
    for (let row = 0; row < rows; row++) {
      const columns = [...Object.entries(narrow), ...Object.entries(wide)];
      found.push(Object.fromEntries(columns.map(([name, column]) => [name, column[row] ?? 0])));
    }
  };
  const decoder = new FlowDecoder({ onRows, ...options });
  return {
    decoder,
    decode: (...messages: readonly Uint8Array[]) => {
      for (const one of messages) decoder.decode(one, origin);
    },
    rows: () => {
      decoder.flush();
      return found.splice(0);
    },
    problems: () => Object.fromEntries(decoder.counts.malformed),
  };
}

export const u16 = (value: number) => [(value >>> 8) & 255, value & 255];
export const u32 = (value: number) => [...u16(value >>> 16), ...u16(value & 0xffff)];
export function bytesOf(value: number | bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = length - 1, rest = BigInt(value); at >= 0; at--, rest >>= 8n) bytes[at] = Number(rest & 255n);
  return bytes;
}
export const textOf = (text: string, length = text.length) => {
  const bytes = new Uint8Array(length);
  bytes.set(new TextEncoder().encode(text));
  return bytes;
};
export const field = (id: number, length: number): MadeField => ({ id, length });

/** One record of these elements, each with its length and value, by IPFIX or NetFlow v9. */
export function oneRecord(
  values: readonly [id: number, length: number, value: number | bigint][],
  version: 9 | 10 = 10,
): Row {
  const fields = values.map(([id, length]) => field(id, length));
  const record = values.map(([, length, value]) => bytesOf(value, length));
  const { decode, rows } = open();
  decode(message(version, [templateSet(version, 300, fields), dataSet(300, fields, [record])]));
  const [row, ...others] = rows();
  expect(others).toEqual([]);
  return row ?? {};
}

/** An options template: `scopes` of its fields say what the others are about. */
export function optionsTemplate(version: 9 | 10, id: number, fields: readonly MadeField[], scopes: number): number[] {
  const specifiers = templateSet(version, id, fields).slice(8);
  const counts =
    version === 9
      ? [...u16(4 * scopes), ...u16(4 * (fields.length - scopes))]
      : [...u16(fields.length), ...u16(scopes)];
  const content = [...u16(id), ...counts, ...specifiers];
  return [...u16(version === 9 ? 1 : 3), ...u16(4 + content.length), ...content];
}

export const octets = [field(1, 4)];
export const octetsRecord = (value: number) => dataSet(300, octets, [[bytesOf(value, 4)]]);
