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

/** Tries each encoding on some of the column. */
export function chooseEncoder(column: Column, type: ColumnType): Encoder {
  const plain: Encoder = {
    encoding: encodings.plain,
    page: (fromRow, toRow) => encodePlain(column.subarray(fromRow, toRow)),
  };
  const from = Math.max(0, (column.length - sampleRows) >>> 1);
  const to = Math.min(column.length, from + sampleRows);
  const sampled = (encoder: Encoder | undefined) =>
    encoder
      ? ((encoder.dictionary?.bytes.length ?? 0) * (to - from)) / column.length +
        zstdCompressSync(encoder.page(from, to), zstdOptions).length
      : Infinity;
  const candidates = [plain, dictionaryEncoder(column, type, from, to), deltaEncoder(column)];
  const sizes = candidates.map(sampled);
  return candidates[sizes.indexOf(Math.min(...sizes))] ?? plain;
}

function dictionaryEncoder(column: Column, type: ColumnType, from: number, to: number): Encoder | undefined {
  // A look at the sample spares most columns of many values the long way.
  if (!makeDictionary(column.subarray(from, to))) return undefined;
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
