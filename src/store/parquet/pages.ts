import { zstdCompressSync } from 'node:zlib';
import type { Column } from '../batch.ts';
import type { ColumnType } from '../table.ts';
import { encodeDelta } from './delta.ts';
import { encodePlaces, makeDictionary } from './dictionary.ts';
import { encodings } from './footer.ts';
import { encodePlain, pick } from './plain.ts';
import { zstdOptions } from './zstd-options.ts';
import { wholeNumbers } from './words.ts';

/** How the values of a column chunk become bytes: a page at a time, after a dictionary where there is one. */
export interface Encoder {
  encoding: number;
  dictionary?: { values: number; bytes: Uint8Array };
  page: (fromRow: number, toRow: number) => Uint8Array;
}

/** So many values in the middle of a column tell which encoding is the smallest for all of it. */
const sampleRows = 2048;
/** Signed 32 bits: readers differ in how differences wrap above. */
const narrowLimit = 0x8000_0000;

/** Tries each encoding on some of the column, and takes the long way only where that promises the smallest. */
export function chooseEncoder(column: Column, type: ColumnType): Encoder {
  const plain = plainEncoder(column);
  const from = Math.floor(Math.max(0, column.length - sampleRows) / 2);
  const some = column.subarray(from, Math.min(column.length, from + sampleRows));
  const share = some.length / column.length;
  const sizes = {
    plain: pageBytes(plainEncoder(some)),
    delta: pageBytes(deltaEncoder(some)),
    dictionary: sampledDictionary(some, type),
  };
  if (sizes.dictionary < Math.min(sizes.plain, sizes.delta)) {
    const dictionary = dictionaryEncoder(column, type);
    if (dictionary && sizes.dictionary + valueBytes(dictionary) * share < Math.min(sizes.plain, sizes.delta)) {
      return dictionary;
    }
  }
  return (sizes.delta < sizes.plain && deltaEncoder(column)) || plain;
}

function pageBytes(encoder: Encoder | undefined): number {
  return encoder ? zstdCompressSync(encoder.page(0, sampleRows), zstdOptions).length : Infinity;
}

/** Places alone: what the values of the whole column add is known when they are. */
function sampledDictionary(some: Column, type: ColumnType): number {
  return pageBytes(dictionaryEncoder(some, type));
}

function valueBytes({ dictionary }: Encoder): number {
  return dictionary?.bytes.length ?? 0;
}

function plainEncoder(column: Column): Encoder {
  return {
    encoding: encodings.plain,
    page: (fromRow, toRow) => encodePlain(column.subarray(fromRow, toRow)),
  };
}

function dictionaryEncoder(column: Column, type: ColumnType): Encoder | undefined {
  const dictionary = makeDictionary(column);
  if (!dictionary) return undefined;
  const { firstRows, places } = dictionary;
  return {
    encoding: encodings.dictionary,
    dictionary: { values: firstRows.length, bytes: encodePlain(pick(column, type, firstRows)) },
    page: (fromRow, toRow) => encodePlaces(places.subarray(fromRow, toRow), firstRows.length),
  };
}

function deltaEncoder(column: Column): Encoder | undefined {
  if (column instanceof Float64Array) return undefined;
  const values = wholeNumbers(column, narrowLimit);
  if (!values || !spansFewBits(values)) return undefined;
  return {
    encoding: encodings.delta,
    page: (fromRow, toRow) => encodeDelta(values.subarray(fromRow, toRow)),
  };
}

/** Differences between any two differences fit 32 bits. */
function spansFewBits(values: Float64Array): boolean {
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return values.length > 0 && most - least <= narrowLimit / 2;
}
