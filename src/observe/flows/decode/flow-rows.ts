import { flowColumns, type FlowColumn } from '../../../model/index.ts';

type Narrow = Uint8Array | Uint16Array | Uint32Array;

/** Columns of up to 32 bits, and those of 64, which are written as pairs of 32: low word first, as memory has them. */
export type WideColumn = {
  [Name in FlowColumn]: (typeof flowColumns)[Name] extends 'u64' ? Name : never;
}[FlowColumn];
export type NarrowColumn = Exclude<FlowColumn, WideColumn>;

const makers = {
  u8: (rows: number) => new Uint8Array(rows),
  u16: (rows: number) => new Uint16Array(rows),
  u32: (rows: number) => new Uint32Array(rows),
} as const;

/** Decoded records, a column an array. Whoever takes them away puts an empty one in its place. */
export class FlowRows {
  readonly capacity: number;
  readonly narrow: Readonly<Record<NarrowColumn, Narrow>>;
  readonly wide: Readonly<Record<WideColumn, BigUint64Array>>;
  readonly words: Readonly<Record<WideColumn, Uint32Array>>;
  /** Milliseconds since 1970, NaN where a record does not say; what `ts` and `duration_ms` are made of. */
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** Of the selector that chose the packets; 0 where a record does not say. */
  readonly sampler: Uint32Array;
  /** Of the other direction, in records that tell of both. */
  readonly reverseBytes: Float64Array;
  readonly reversePackets: Float64Array;
  rows = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    const names = Object.entries(flowColumns) as [FlowColumn, 'u8' | 'u16' | 'u32' | 'u64'][];
    const narrow: Partial<Record<NarrowColumn, Narrow>> = {};
    const wide: Partial<Record<WideColumn, BigUint64Array>> = {};
    const words: Partial<Record<WideColumn, Uint32Array>> = {};
    for (const [name, type] of names) {
      if (type === 'u64') {
        const column = new BigUint64Array(capacity);
        wide[name as WideColumn] = column;
        words[name as WideColumn] = new Uint32Array(column.buffer);
      } else narrow[name as NarrowColumn] = makers[type](capacity);
    }
    // A copy has its columns at places that compiled code knows; an object that was filled by names has them in a table.
    this.narrow = { ...narrow } as Record<NarrowColumn, Narrow>;
    this.wide = wide as Record<WideColumn, BigUint64Array>;
    this.words = words as Record<WideColumn, Uint32Array>;
    this.start = new Float64Array(capacity);
    this.end = new Float64Array(capacity);
    this.sampler = new Uint32Array(capacity);
    this.reverseBytes = new Float64Array(capacity);
    this.reversePackets = new Float64Array(capacity);
  }

  get room(): number {
    return this.capacity - this.rows;
  }

  /** For a row that was begun and given up; it is beyond those that count. */
  clearRow(row: number): void {
    for (const column of Object.values(this.narrow)) column[row] = 0;
    for (const column of Object.values(this.words)) column.fill(0, 2 * row, 2 * row + 2);
  }

  /** As new: steps of a plan write only columns that its records have. */
  clear(): void {
    const used = this.rows;
    for (const column of Object.values(this.narrow)) column.fill(0, 0, used);
    // A pair of words is filled faster than a whole number of 64 bits.
    for (const column of Object.values(this.words)) column.fill(0, 0, 2 * used);
    for (const scratch of [this.start, this.end, this.sampler, this.reverseBytes, this.reversePackets]) {
      scratch.fill(0, 0, used);
    }
    this.rows = 0;
  }
}
