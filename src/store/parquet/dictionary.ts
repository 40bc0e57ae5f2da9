import type { Column } from '../batch.ts';
import { bitWidth, packBits } from './bit-packing.ts';
import { writeVarint } from './compact-protocol.ts';
import { isWide, wordsOf } from './words.ts';
import type { Workspace } from './workspace.ts';

/**
 * Distinct values in order of appearance, as rows where each is found first, and for each row the place of its value. Both
 * lie in the workspace.
 */
export interface Dictionary {
  firstRows: Uint32Array;
  places: Uint16Array;
}

/** More distinct values than this are not worth their places. */
const maxValues = 16_384;

/** Undefined when too many values differ. */
export function makeDictionary(column: Column, workspace: Workspace): Dictionary | undefined {
  const limit = Math.min(maxValues, Math.max(1, column.length >>> 1));
  const places = workspace.places(column.length);
  const firstRows = workspace.firstRows(limit);
  if (column instanceof Uint8Array || column instanceof Uint16Array) {
    const table = workspace.slots(2 ** (8 * column.BYTES_PER_ELEMENT));
    return byValue(column, places, firstRows, table);
  }
  const table = workspace.slots(1 << (bitWidth(limit) + 1));
  return byHash(column, places, firstRows, table);
}

function byValue(
  column: Uint8Array | Uint16Array,
  places: Uint16Array,
  firstRows: Uint32Array,
  table: Int32Array,
): Dictionary | undefined {
  let count = 0;
  for (let row = 0; row < column.length; row++) {
    const value = column[row] as number;
    let entry = table[value] as number;
    if (entry === 0) {
      if (count === firstRows.length) return undefined;
      firstRows[count] = row;
      count += 1;
      entry = count;
      table[value] = entry;
    }
    places[row] = entry - 1;
  }
  return { firstRows: firstRows.subarray(0, count), places };
}

function byHash(
  column: Uint32Array | BigUint64Array | Float64Array,
  places: Uint16Array,
  firstRows: Uint32Array,
  table: Int32Array,
): Dictionary | undefined {
  const slots = table.length;
  let count = 0;
  const wide = isWide(column);
  const words = wide ? wordsOf(column) : column;
  const step = wide ? 2 : 1;
  for (let row = 0; row < column.length; row++) {
    const low = words[row * step] as number;
    const high = wide ? (words[row * 2 + 1] as number) : 0;
    // Multiplicative hashing (Knuth, The Art of Computer Programming 3, 6.4): the upper bits are the mixed ones.
    let slot = (Math.imul(low ^ Math.imul(high, 0x85eb_ca6b), 0x9e37_79b1) >>> 12) & (slots - 1);
    for (;;) {
      const entry = table[slot] as number;
      if (entry === 0) {
        if (count === firstRows.length) return undefined;
        places[row] = count;
        firstRows[count] = row;
        count += 1;
        table[slot] = count;
        break;
      }
      const first = firstRows[entry - 1] as number;
      if (words[first * step] === low && (!wide || words[first * 2 + 1] === high)) {
        places[row] = entry - 1;
        break;
      }
      slot = (slot + 1) & (slots - 1);
    }
  }
  return { firstRows: firstRows.subarray(0, count), places };
}

/** RLE_DICTIONARY: packed bits; what repeats in these, the compression finds. */
export function encodePlaces(places: Uint16Array, dictionarySize: number): Uint8Array {
  const width = bitWidth(dictionarySize - 1);
  const header: number[] = [width];
  const groups = Math.ceil(places.length / 8);
  writeVarint(header, groups * 2 + 1);
  const bytes = new Uint8Array(header.length + groups * width + 4);
  bytes.set(header);
  const end = packBits(places, places.length, width, new DataView(bytes.buffer), header.length);
  return bytes.subarray(0, end);
}

/** RLE_DICTIONARY of a dictionary of one value: one run of no bits. */
export function encodeOnePlace(rows: number): Uint8Array {
  const header: number[] = [0];
  writeVarint(header, rows * 2);
  return Uint8Array.from(header);
}
