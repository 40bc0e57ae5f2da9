/**
 * Thrift's compact protocol, as much of it as headers and footers of Parquet need
 * (github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).
 */

/** A value with its type; a struct is a list of [field id, value] in ascending order of ids. */
export type ThriftValue =
  | { i8: number }
  | { i32: number }
  | { i64: number }
  | { bool: boolean }
  | { text: string }
  | { binary: Uint8Array }
  | { list: readonly ThriftValue[] }
  | { struct: readonly ThriftField[] };

export type ThriftField = readonly [id: number, value: ThriftValue];

export function encodeStruct(fields: readonly ThriftField[]): Uint8Array {
  const bytes: number[] = [];
  writeStruct(bytes, fields);
  return Uint8Array.from(bytes);
}

/** Seven bits a byte, lowest first; exact below 2^53. */
export function writeVarint(bytes: number[], value: number): void {
  while (value >= 128) {
    bytes.push((value % 128) | 128);
    value = Math.floor(value / 128);
  }
  bytes.push(value);
}

/** So that small negative numbers are short too. */
export function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function typeOf(value: ThriftValue): number {
  if ('bool' in value) return value.bool ? 1 : 2;
  if ('i8' in value) return 3;
  if ('i32' in value) return 5;
  if ('i64' in value) return 6;
  if ('list' in value) return 9;
  if ('struct' in value) return 12;
  return 8;
}

function writeStruct(bytes: number[], fields: readonly ThriftField[]): void {
  let last = 0;
  for (const [id, value] of fields) {
    // Ids of Parquet are near each other: the difference always fits the four bits of the short form.
    bytes.push(((id - last) << 4) | typeOf(value));
    last = id;
    writeValue(bytes, value);
  }
  bytes.push(0);
}

function writeValue(bytes: number[], value: ThriftValue): void {
  if ('i8' in value) bytes.push(value.i8 & 255);
  else if ('i32' in value) writeVarint(bytes, zigzag(value.i32));
  else if ('i64' in value) writeVarint(bytes, zigzag(value.i64));
  else if ('text' in value) writeBinary(bytes, Buffer.from(value.text));
  else if ('binary' in value) writeBinary(bytes, value.binary);
  else if ('struct' in value) writeStruct(bytes, value.struct);
  else if ('list' in value) {
    const [first] = value.list;
    const type = first ? typeOf(first) : 12;
    if (value.list.length < 15) bytes.push((value.list.length << 4) | type);
    else {
      bytes.push(0xf0 | type);
      writeVarint(bytes, value.list.length);
    }
    for (const item of value.list) writeValue(bytes, item);
  }
}

function writeBinary(bytes: number[], content: Uint8Array): void {
  writeVarint(bytes, content.length);
  for (const byte of content) bytes.push(byte);
}
