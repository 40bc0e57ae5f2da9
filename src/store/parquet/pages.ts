import type { Column } from '../batch.ts';
import type { ColumnType } from '../table.ts';
import { isConstant } from './constant.ts';
import { compress } from './compress.ts';
import { encodeDelta, isDeltaFit } from './delta.ts';
import { encodeOnePlace, encodePlaces, makeDictionary } from './dictionary.ts';
import { encodings } from './footer.ts';
import type { Workspace } from './workspace.ts';
import { encodePlain, pick } from './plain.ts';
import { rangeOf, type Range } from './range.ts';

/**
 * How the values of a column chunk become bytes: a page at a time, after a dictionary where there is one. A page may lie in
 * the workspace, and is valid until the next one.
 */
export interface Encoder {
  encoding: number;
  dictionary?: { values: number; bytes: Uint8Array };
  page: (fromRow: number, toRow: number) => Uint8Array;
  /** Of the whole column. */
  range: () => Range | undefined;
}

/** What was found best for a column. */
export interface Choice {
  encoding: 'plain' | 'delta' | 'dictionary';
  isCompressed: boolean;
  /** Of a compressed page to a plain one. */
  ratio: number;
}

/** So many values in the middle of a column tell which encoding is the smallest for all of it. */
const sampleRows = 2048;
/** Where compression saves less than this share, it costs more than it gives. */
const leastSaving = 0.05;
/**
 * What the processor time of an encoding is worth, in bytes a value: 50 ns weigh as much as a byte, which is kept for
 * hours only, until files are compacted. Measured with all that belongs to it, on columns of flow records.
 */
const worth = {
  plain: 0,
  compressed: 0.5,
  delta: 0.15,
  places: 0.1,
  hashes: 0.25,
  manyHashes: 0.5,
} as const;
/** A dictionary of more values than this share of its rows is slow: they lie far apart in memory. */
const manyValues = 0.125;

/** Tries each encoding on some of the column. */
export function chooseEncoding(column: Column, type: ColumnType, workspace: Workspace): Choice {
  const from = Math.floor(Math.max(0, column.length - sampleRows) / 2);
  const some = column.subarray(from, Math.min(column.length, from + sampleRows));
  let best: Choice = { encoding: 'plain', isCompressed: false, ratio: 1 };
  let leastCost = Infinity;
  for (const encoding of ['plain', 'delta', 'dictionary'] as const) {
    const encoder = makeEncoder(some, type, encoding, workspace);
    if (!encoder) continue;
    const page = encoder.page(0, some.length);
    const compressedBytes = compress(page, 1).length;
    const { values = 0, bytes: valuesOnce } = encoder.dictionary ?? {};
    // Of few values a long column has as many as a short one, and many become more with it.
    const spread = values > some.length * manyValues ? 1 : some.length / column.length;
    const valuesBytes = (valuesOnce?.length ?? 0) * spread;
    const isCompressed = compressedBytes < page.length * (1 - leastSaving);
    const bytes = (isCompressed ? compressedBytes : page.length) + valuesBytes;
    const cost = bytes + some.length * timeOf(encoding, { isCompressed, values }, some);
    if (cost < leastCost) {
      best = { encoding, isCompressed, ratio: compressedBytes / page.length };
      leastCost = cost;
    }
  }
  return best;
}

function timeOf(
  encoding: Choice['encoding'],
  { isCompressed, values }: { isCompressed: boolean; values: number },
  some: Column,
): number {
  if (encoding === 'plain') return isCompressed ? worth.compressed : worth.plain;
  if (encoding !== 'dictionary') return worth[encoding];
  // Values of up to two bytes are found without hashing.
  if (some.BYTES_PER_ELEMENT <= 2) return worth.places;
  return values > some.length * manyValues ? worth.manyHashes : worth.hashes;
}

/** Undefined where the values do not allow it. */
export function makeEncoder(
  column: Column,
  type: ColumnType,
  encoding: Choice['encoding'],
  workspace: Workspace,
): Encoder | undefined {
  if (encoding === 'plain') {
    return {
      encoding: encodings.plain,
      page: (fromRow, toRow) => {
        const some = column.subarray(fromRow, toRow);
        const isNarrow = some instanceof Uint8Array || some instanceof Uint16Array;
        return encodePlain(isNarrow ? workspace.widened(some) : some);
      },
      range: () => rangeOf(column),
    };
  }
  if (encoding === 'dictionary') {
    if (isConstant(column)) return constantEncoder(column, type).encoder;
    return dictionaryEncoder(column, type, workspace);
  }
  const range = rangeOf(column);
  if (column instanceof Float64Array || !range || !isDeltaFit(column, range)) return undefined;
  return {
    encoding: encodings.delta,
    page: (fromRow, toRow) => encodeDelta(column, fromRow, toRow, workspace),
    range: () => range,
  };
}

/** Of a column whose values are all the same as its first one: a dictionary of one. Any number of rows fits a page. */
export function constantEncoder(column: Column, type: ColumnType): { encoder: Encoder; isCompressed: false; ratio: 1 } {
  const encoder: Encoder = {
    encoding: encodings.dictionary,
    dictionary: { values: 1, bytes: encodePlain(pick(column, type, [0])) },
    page: (fromRow, toRow) => encodeOnePlace(toRow - fromRow),
    range: () => rangeOf(column.subarray(0, 1)),
  };
  return { encoder, isCompressed: false, ratio: 1 };
}

function dictionaryEncoder(column: Column, type: ColumnType, workspace: Workspace): Encoder | undefined {
  const dictionary = makeDictionary(column, workspace);
  if (!dictionary) return undefined;
  const { firstRows, places } = dictionary;
  const values = pick(column, type, firstRows);
  return {
    encoding: encodings.dictionary,
    dictionary: { values: firstRows.length, bytes: encodePlain(values) },
    page: (fromRow, toRow) => encodePlaces(places.subarray(fromRow, toRow), firstRows.length),
    range: () => {
      // Each value is there once, so there are fewer to look at.
      const found = rangeOf(values);
      if (!found) return undefined;
      return { leastRow: firstRows[found.leastRow] ?? 0, greatestRow: firstRows[found.greatestRow] ?? 0 };
    },
  };
}
