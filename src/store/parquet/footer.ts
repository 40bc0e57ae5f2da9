import type { ColumnType, Table } from '../table.ts';
import { encodeStruct, type ThriftField, type ThriftValue } from './compact-protocol.ts';
import type { Statistics } from './statistics.ts';

/** What files begin and end with. */
export const magic = Buffer.from('PAR1');

/** Numbers of parquet.thrift. */
export const encodings = { plain: 0, rle: 3, delta: 5, dictionary: 8 } as const;
const physicalTypes = { u8: 1, u16: 1, u32: 1, u64: 2, f64: 5 } as const satisfies Record<ColumnType, number>;
const convertedTypes = { u8: 11, u16: 12, u32: 13, u64: 14 } as const;
const bits = { u8: 8, u16: 16, u32: 32, u64: 64 } as const;
const codecs = { none: 0, zstd: 6 } as const;
const required = 0;
const dataPage = 0;
const dictionaryPage = 2;

/** One column of one row group. */
export interface Chunk {
  name: string;
  type: ColumnType;
  encoding: number;
  isCompressed: boolean;
  rows: number;
  /** Headers of pages included. */
  plainBytes: number;
  storedBytes: number;
  dictionaryOffset?: number;
  dataOffset: number;
  statistics?: Statistics;
}

export interface RowGroup {
  rows: number;
  chunks: readonly Chunk[];
}

export function dataPageHeader(values: number, encoding: number, plainBytes: number, bytes: number): Uint8Array {
  const inner: ThriftField[] = [
    [1, { i32: values }],
    [2, { i32: encoding }],
    [3, { i32: encodings.rle }],
    [4, { i32: encodings.rle }],
  ];
  return encodeStruct([
    [1, { i32: dataPage }],
    [2, { i32: plainBytes }],
    [3, { i32: bytes }],
    [5, { struct: inner }],
  ]);
}

export function dictionaryPageHeader(values: number, plainBytes: number, bytes: number): Uint8Array {
  return encodeStruct([
    [1, { i32: dictionaryPage }],
    [2, { i32: plainBytes }],
    [3, { i32: bytes }],
    [
      7,
      {
        struct: [
          [1, { i32: values }],
          [2, { i32: encodings.plain }],
        ],
      },
    ],
  ]);
}

/** FileMetaData with its length and the closing magic. */
export function encodeFooter(
  table: Table,
  groups: readonly RowGroup[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const columns = Object.entries(table.columns);
  const root: ThriftValue = {
    struct: [
      [4, { text: table.name }],
      [5, { i32: columns.length }],
    ],
  };
  const pairs: ThriftValue[] = Object.entries(metadata).map(([key, value]) => ({
    struct: [
      [1, { text: key }],
      [2, { text: value }],
    ],
  }));
  const body = encodeStruct([
    [1, { i32: 1 }],
    [2, { list: [root, ...columns.map(([name, type]) => schemaElement(name, type))] }],
    [3, { i64: groups.reduce((sum, group) => sum + group.rows, 0) }],
    [4, { list: groups.map(rowGroup) }],
    ...(pairs.length > 0 ? ([[5, { list: pairs }]] satisfies ThriftField[]) : []),
    [6, { text: 'quorumwatch' }],
    // The order of values that the types have: without it readers ignore the statistics.
    [7, { list: columns.map(() => ({ struct: [[1, { struct: [] }]] })) }],
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return Buffer.concat([body, length, magic]);
}

function schemaElement(name: string, type: ColumnType): ThriftValue {
  const fields: ThriftField[] = [
    [1, { i32: physicalTypes[type] }],
    [3, { i32: required }],
    [4, { text: name }],
  ];
  if (type !== 'f64') {
    const integer: ThriftField[] = [
      [1, { i8: bits[type] }],
      [2, { bool: false }],
    ];
    fields.push([6, { i32: convertedTypes[type] }], [10, { struct: [[10, { struct: integer }]] }]);
  }
  return { struct: fields };
}

function rowGroup({ rows, chunks }: RowGroup): ThriftValue {
  const sum = (of: (chunk: Chunk) => number) => chunks.reduce((total, chunk) => total + of(chunk), 0);
  return {
    struct: [
      [1, { list: chunks.map(columnChunk) }],
      [2, { i64: sum(({ plainBytes }) => plainBytes) }],
      [3, { i64: rows }],
      [6, { i64: sum(({ storedBytes }) => storedBytes) }],
    ],
  };
}

function columnChunk(chunk: Chunk): ThriftValue {
  const used = chunk.dictionaryOffset === undefined ? [chunk.encoding] : [encodings.plain, chunk.encoding];
  const fields: ThriftField[] = [
    [1, { i32: physicalTypes[chunk.type] }],
    [2, { list: used.map((encoding) => ({ i32: encoding })) }],
    [3, { list: [{ text: chunk.name }] }],
    [4, { i32: chunk.isCompressed ? codecs.zstd : codecs.none }],
    [5, { i64: chunk.rows }],
    [6, { i64: chunk.plainBytes }],
    [7, { i64: chunk.storedBytes }],
    [9, { i64: chunk.dataOffset }],
  ];
  if (chunk.dictionaryOffset !== undefined) fields.push([11, { i64: chunk.dictionaryOffset }]);
  if (chunk.statistics) {
    const { min, max } = chunk.statistics;
    fields.push([
      12,
      {
        struct: [
          [3, { i64: 0 }],
          [5, { binary: max }],
          [6, { binary: min }],
        ],
      },
    ]);
  }
  return {
    struct: [
      [2, { i64: chunk.dictionaryOffset ?? chunk.dataOffset }],
      [3, { struct: fields }],
    ],
  };
}
