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

const list = (values: readonly (number | string)[], kind: Kind): string =>
  values.map((value) => literal(value, kind)).join(', ');

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
    map: (text, { from, to, otherwise, kind }) =>
      from.length === 0
        ? literal(otherwise, kind)
        : `transform(toFloat64(${text}), [${list(from, 'double')}], [${list(to, kind)}], ${literal(otherwise, kind)})`,
    aggregate: (name, args, where) =>
      where ? `${functions[name]}If(${[...args, where].join(', ')})` : `${functions[name]}(${args.join(', ')})`,
    present: (text, kind) => (kind === 'wide' ? text : `toFloat64(${text})`),
  };
}
