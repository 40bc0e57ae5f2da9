import type { Aggregate } from './query.ts';
import type { Kind } from './kind.ts';
import { quote, type Dialect } from './sql.ts';

const types: Record<Kind, string> = { small: 'UBIGINT', wide: 'UBIGINT', double: 'DOUBLE' };
/** A longer list is one text that DuckDB splits, since it takes long to read thousands of expressions. */
const inlineValues = 50;

function literal(value: number | string, kind: Kind): string {
  return kind === 'double' ? `CAST('${Number(value)}' AS DOUBLE)` : `CAST(${BigInt(value)} AS UBIGINT)`;
}

const list = (values: readonly (number | string)[], kind: Kind): string =>
  `unnest(CAST('[${values.map((value) => (kind === 'double' ? String(Number(value)) : String(BigInt(value)))).join(',')}]' AS ${types[kind]}[]))`;

const names: Record<Aggregate['aggregate'], (args: readonly string[]) => string> = {
  count: () => 'count(*)',
  sum: ([of]) => `sum(${of})`,
  min: ([of]) => `min(${of})`,
  max: ([of]) => `max(${of})`,
  distinct: (args) => `count(DISTINCT ${args.length === 1 ? args[0] : `(${args.join(', ')})`})`,
  last: ([of, by]) => `arg_max(${of}, ${by})`,
};

/** DuckDB since 1.1. */
export const duckdbDialect: Dialect = {
  literal,
  toDouble: (text) => `CAST(${text} AS DOUBLE)`,
  floor: (text, width, kind) =>
    kind === 'double'
      ? `(floor(${text} / ${width}) * ${width})`
      : // Without `greatest` it moves the width to the other side of a comparison, and fails for numbers above 2^63 (1.5.5).
        `greatest(CAST(${text} AS UBIGINT) // ${width} * ${width}, CAST(0 AS UBIGINT))`,
  timeRange: (from, to) => `"ts" >= ${from} AND "ts" < ${to}`,
  inList: (text, values, kind) => {
    if (values.length <= inlineValues) return `(${text} IN (${values.map((one) => literal(one, kind)).join(', ')}))`;
    // Whoever reads files skips by the ends of a list, not by what is in it.
    const [first, last] = ends(values);
    return `(${text} BETWEEN ${literal(first, kind)} AND ${literal(last, kind)} AND ${text} IN (SELECT ${list(values, kind)}))`;
  },
  map: (text, { from, to, otherwise, kind }, joins) => {
    const name = quote(`_map${joins.length}`);
    joins.push(
      ` LEFT JOIN (SELECT ${list(from, 'double')} AS "_from", ${list(to, kind)} AS "_to") AS ${name} ON ${name}."_from" = CAST(${text} AS DOUBLE)`,
    );
    return `coalesce(${name}."_to", ${literal(otherwise, kind)})`;
  },
  aggregate: (name, args, where) => `coalesce(${names[name](args)}${where ? ` FILTER (WHERE ${where})` : ''}, 0)`,
  present: (text, kind) => (kind === 'wide' ? text : `CAST(${text} AS DOUBLE)`),
};

function ends(values: readonly (number | string)[]): [number | string, number | string] {
  let [first = 0, last = 0] = [values[0], values[0]];
  for (const value of values) {
    if (typeof value === 'number' && typeof first === 'number' && typeof last === 'number') {
      if (value < first) first = value;
      if (value > last) last = value;
    } else if (isLess(value, first)) first = value;
    else if (isLess(last, value)) last = value;
  }
  return [first, last];
}

/** Strings are whole numbers, which need not fit a double. */
const isLess = (a: number | string, b: number | string): boolean =>
  (typeof a === 'string' ? BigInt(a) : a) < (typeof b === 'string' ? BigInt(b) : b);
