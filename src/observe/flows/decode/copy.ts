import type { FlowRows, NarrowColumn, WideColumn } from './flow-rows.ts';

/**
 * Copies one field of many records into a column: from `at`, every `stride` bytes, `count` times, to the rows from `row`
 * on. A loop for each width and type of column, so that each sees arrays of one kind only and compiles to machine code
 * for them.
 */
export type Copy = (bytes: Uint8Array, at: number, stride: number, count: number, rows: FlowRows, row: number) => void;

/** Plans are many and copies few: the same one serves all of them. */
const copies = new Map<string, Copy>();

function shared(what: string, length: number, make: () => Copy): Copy {
  const key = `${what} ${length}`;
  const known = copies.get(key) ?? make();
  copies.set(key, known);
  return known;
}

/** A number of so many bytes; the lowest ones where the column is narrower. */
export function copyNumber(column: NarrowColumn, length: number): Copy {
  return shared(column, length, () => numberCopy(column, length));
}

function numberCopy(column: NarrowColumn, length: number): Copy {
  if (length === 1) return oneByte(column);
  if (length === 2) return twoBytes(column);
  if (length === 4) return fourBytes(column);
  return (bytes, at, stride, count, rows, row) => {
    const into = rows.narrow[column];
    for (let end = row + count; row < end; row++, at += stride) {
      let value = 0;
      // What does not fit 32 bits does not fit the column either.
      for (let index = Math.max(0, length - 4); index < length; index++) {
        value = (value << 8) | (bytes[at + index] as number);
      }
      into[row] = value;
    }
  };
}

function oneByte(column: NarrowColumn): Copy {
  return (bytes, at, stride, count, rows, row) => {
    const into = rows.narrow[column];
    for (let end = row + count; row < end; row++, at += stride) into[row] = bytes[at] as number;
  };
}

function twoBytes(column: NarrowColumn): Copy {
  return (bytes, at, stride, count, rows, row) => {
    const into = rows.narrow[column];
    for (let end = row + count; row < end; row++, at += stride) {
      into[row] = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
    }
  };
}

function fourBytes(column: NarrowColumn): Copy {
  return (bytes, at, stride, count, rows, row) => {
    const into = rows.narrow[column];
    for (let end = row + count; row < end; row++, at += stride) into[row] = word(bytes, at);
  };
}

/** Signed: arrays of unsigned numbers take it as it is. */
function word(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}

/** A number of up to eight bytes (RFC 7011, section 6.2: any unsigned number may be shorter than its type). */
export function copyWide(column: WideColumn, length: number): Copy {
  return shared(column, length, () => wideCopy(column, length));
}

function wideCopy(column: WideColumn, length: number): Copy {
  if (length === 8) {
    return (bytes, at, stride, count, rows, row) => {
      const into = rows.words[column];
      for (let end = row + count; row < end; row++, at += stride) {
        into[2 * row] = word(bytes, at + 4);
        into[2 * row + 1] = word(bytes, at);
      }
    };
  }
  if (length === 4) {
    return (bytes, at, stride, count, rows, row) => {
      const into = rows.words[column];
      for (let end = row + count; row < end; row++, at += stride) {
        into[2 * row] = word(bytes, at);
        into[2 * row + 1] = 0;
      }
    };
  }
  return (bytes, at, stride, count, rows, row) => {
    const into = rows.words[column];
    for (let end = row + count; row < end; row++, at += stride) {
      let low = 0;
      let high = 0;
      for (let index = 0; index < length; index++) {
        high = (high << 8) | (low >>> 24);
        low = (low << 8) | (bytes[at + index] as number);
      }
      into[2 * row] = low;
      into[2 * row + 1] = high;
    }
  };
}

type Address = 'source' | 'destination' | 'next_hop' | 'nat_source' | 'nat_destination';
const mapped = 0xffff;

export function copyIpv4(address: Address): Copy {
  const [low, high] = [`${address}_low`, `${address}_high`] as const;
  return (bytes, at, stride, count, rows, row) => {
    const into = rows.words[low];
    const upper = rows.words[high];
    for (let end = row + count; row < end; row++, at += stride) {
      into[2 * row] = word(bytes, at);
      into[2 * row + 1] = mapped;
      upper[2 * row] = 0;
      upper[2 * row + 1] = 0;
    }
  };
}

export function copyIpv6(address: Address): Copy {
  const high = copyWide(`${address}_high`, 8);
  const low = copyWide(`${address}_low`, 8);
  return (bytes, at, stride, count, rows, row) => {
    high(bytes, at, stride, count, rows, row);
    low(bytes, at + 8, stride, count, rows, row);
  };
}
