/** Messages for tests and measurements. */

export interface MadeField {
  id: number;
  /** 65535: each value says its own length. */
  length: number;
  pen?: number;
}

const u16 = (value: number) => [(value >>> 8) & 255, value & 255];
const u32 = (value: number) => [...u16(value >>> 16), ...u16(value & 0xffff)];

function set(id: number, content: readonly number[]): number[] {
  return [...u16(id), ...u16(content.length + 4), ...content];
}

function specifier({ id, length, pen = 0 }: MadeField): number[] {
  return pen === 0 ? [...u16(id), ...u16(length)] : [...u16(id | 0x8000), ...u16(length), ...u32(pen)];
}

export function templateSet(version: 9 | 10, id: number, fields: readonly MadeField[]): number[] {
  return set(version === 9 ? 0 : 2, [...u16(id), ...u16(fields.length), ...fields.flatMap(specifier)]);
}

/** Values are the bytes of each field. */
export function dataSet(
  id: number,
  fields: readonly MadeField[],
  records: readonly (readonly Uint8Array[])[],
  paddingBytes = 0,
): number[] {
  const content = records.flatMap((values) =>
    values.flatMap((value, place) => {
      if (fields[place]?.length !== 0xffff) return [...value];
      return [...(value.length < 255 ? [value.length] : [255, ...u16(value.length)]), ...value];
    }),
  );
  return set(id, [...content, ...Array<number>(paddingBytes).fill(0)]);
}

export interface MadeHeader {
  exportSeconds?: number;
  uptimeMs?: number;
  sequence?: number;
  domain?: number;
}

export function message(version: 9 | 10, sets: readonly number[][], header: MadeHeader = {}): Uint8Array {
  const { exportSeconds = 1_700_000_000, uptimeMs = 3_600_000, sequence = 0, domain = 1 } = header;
  const content = sets.flat();
  const head =
    version === 9
      ? [...u16(9), ...u16(sets.length), ...u32(uptimeMs), ...u32(exportSeconds), ...u32(sequence), ...u32(domain)]
      : [...u16(10), ...u16(content.length + 16), ...u32(exportSeconds), ...u32(sequence), ...u32(domain)];
  return Uint8Array.from([...head, ...content]);
}
