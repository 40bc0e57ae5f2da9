import type { Milliseconds } from '../../model/index.ts';
import type { Aggregate } from './query.ts';
import type { Kind } from './kind.ts';
import type { Dialect } from './sql.ts';

const literal = (value: number | string, kind: Kind): string =>
  kind === 'double' ? `toFloat64(${Number(value)})` : `toUInt64(${BigInt(value)})`;

const functions: Record<Aggregate['aggregate'], string> = {
  count: 'count',
  sum: 'sum',
  min: 'min',
  max: 'max',
  distinct: 'uniqExact',
  last: 'argMax',
};

/** Bare numbers: a function around each of thousands takes the parser seconds. */
const list = (values: readonly (number | string)[], kind: Kind): string =>
  values.map((value) => (kind === 'double' ? bareDouble(Number(value)) : String(BigInt(value)))).join(', ');

const bareDouble = (value: number): string => (/[.e]|N|I/.test(String(value)) ? String(value) : `${value}e0`);

const isWhole = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** `transform` of 18.16 finds no doubles: their bits are looked up instead, where minus zero is zero. */
function bitsOf(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value + 0);
  return String(bytes.readBigUInt64LE());
}

/**
 * ClickHouse from 18.16 on, which has no parameters, hence literals; of nothing its aggregates are 0 by themselves. Tables
 * are partitioned by `intDiv(ts, partitionMs)`: a range of `ts` alone would read them all. A sum above 2^64 wraps there.
 */
export function clickhouseDialect(partitionMs: Milliseconds): Dialect {
  return {
    literal,
    toDouble: (text) => `toFloat64(${text})`,
    floor: (text, width, kind) =>
      kind === 'double' ? `(floor(${text} / ${width}) * ${width})` : `(intDiv(${text}, ${width}) * ${width})`,
    timeRange: (from, to, range) => {
      const partitions = [range.from, Math.max(range.from, range.to - 1)].map((at) => Math.floor(at / partitionMs));
      return `ts >= ${from} AND ts < ${to} AND intDiv(ts, ${partitionMs}) >= ${partitions[0]} AND intDiv(ts, ${partitionMs}) <= ${partitions[1]}`;
    },
    inList: (text, values, kind) => `(${text} IN (${list(values, kind)}))`,
    map: (text, { from, to, otherwise, kind, input }) => {
      const pairs = from.flatMap((one, at) => (input === 'double' || isWhole(one) ? [[one, to[at] ?? otherwise]] : []));
      if (pairs.length === 0) return literal(otherwise, kind);
      const values = list(
        pairs.map(([, value = otherwise]) => value),
        kind,
      );
      const keys = pairs.map(([key = 0]) => (input === 'double' ? bitsOf(key) : String(key)));
      const subject = input === 'double' ? `reinterpretAsUInt64(reinterpretAsString(${text} + 0))` : text;
      return `transform(${subject}, [${list(keys, 'wide')}], [${values}], ${literal(otherwise, kind)})`;
    },
    aggregate: (name, args, where) =>
      where ? `${functions[name]}If(${[...args, where].join(', ')})` : `${functions[name]}(${args.join(', ')})`,
    present: (text, kind) => (kind === 'wide' ? text : `toFloat64(${text})`),
  };
}
