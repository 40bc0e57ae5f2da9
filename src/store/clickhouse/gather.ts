import {
  expressionsOf,
  isAggregate,
  type Aggregate,
  type Predicate,
  type Query,
  type Selected,
} from '../query/query.ts';

/**
 * One question to several shards, and one answer of theirs. Every shard is asked for itself, so that it is known which of
 * them answered; what they say is put together here. What cannot be added up (distinct values, the last of a group) is
 * asked with what makes it so: the values themselves, their time, their number.
 */

export type Row = readonly (number | string)[];

export interface GatherPlan {
  /** To be asked of every shard; the first for the rows of the answer, the others for one `distinct` each. */
  queries: readonly Query[];
  /** Answers of all shards that did, for each of the queries. */
  gather: (answers: readonly (readonly Row[])[]) => Row[];
}

export function planGather(query: Query): GatherPlan {
  const aggregates = query.select.flatMap(({ value }, at) => (isAggregate(value) ? [{ at, value }] : []));
  if (aggregates.length === 0) {
    return { queries: [query], gather: ([rows = []]) => finish(query, rows) };
  }
  const keys = query.select.filter(({ value }) => !isAggregate(value));
  const { orderBy: _, limit: __, countAs: ___, ...unordered } = query;
  // A hidden count with each aggregate: a shard without such a row has nothing to say about its minimum.
  const select: Selected[] = [...keys];
  const fields = aggregates.map(({ at, value }) => {
    const field = { at, value, column: select.length };
    if (value.aggregate === 'distinct') return field;
    const name = `a${at}`;
    select.push({ name, value }, { name: `${name}_rows`, value: countOf(value) });
    if (value.aggregate === 'last')
      select.push({ name: `${name}_by`, value: { ...value, aggregate: 'max', of: value.by } });
    return field;
  });
  // A group is one where it has a row, whatever the conditions of its aggregates leave of it.
  select.push({ name: 'rows_of_group', value: { aggregate: 'count' } });
  const distinct = fields.flatMap(({ at, value }) => (value.aggregate === 'distinct' ? [{ at, value }] : []));
  const queries: Query[] = [
    { ...unordered, select },
    ...distinct.map(({ value }): Query => {
      const of = expressionsOf(value).map((one, at): Selected => ({ name: `distinct_value_${at}`, value: one }));
      const where = both(query.where, value.where);
      return {
        ...unordered,
        select: [...keys, ...of, { name: 'value_rows', value: { aggregate: 'count' } }],
        ...(where && { where }),
      };
    }),
  ];
  return {
    queries,
    gather: ([rows = [], ...values]) => {
      const groups = new Map<string, Row[]>();
      for (const row of rows) {
        const key = keyOf(row.slice(0, keys.length));
        const found = groups.get(key);
        if (found) found.push(row);
        else groups.set(key, [row]);
      }
      const sets = values.map((list) => countDistinct(list, keys.length));
      const merged = [...groups].map(([key, parts]): Row => {
        let nextKey = 0;
        const first = parts[0] ?? [];
        return query.select.map(({ value }, at) => {
          if (!isAggregate(value)) return first[nextKey++] ?? 0;
          if (value.aggregate === 'distinct') {
            const which = distinct.findIndex((one) => one.at === at);
            return sets[which]?.get(key) ?? 0;
          }
          const column = fields.find((field) => field.at === at)?.column ?? 0;
          return merge(value, parts, column);
        });
      });
      const rowsOf = finish(query, merged);
      return query.countAs === undefined ? rowsOf : rowsOf.map((row) => [...row, merged.length]);
    },
  };
}

const countOf = ({ where }: Aggregate): Aggregate => ({ aggregate: 'count', ...(where && { where }) });

function both(a: Predicate | undefined, b: Predicate | undefined): Predicate | undefined {
  return a && b ? { all: [a, b] } : (a ?? b);
}

const keyOf = (values: Row): string => values.join('\u0000');

function countDistinct(rows: readonly Row[], keys: number): Map<string, number> {
  const seen = new Map<string, Set<string>>();
  for (const row of rows) {
    // A group that a shard has none of is still a row where there are no keys.
    if (Number(row.at(-1)) === 0) continue;
    const key = keyOf(row.slice(0, keys));
    let values = seen.get(key);
    if (!values) seen.set(key, (values = new Set()));
    values.add(keyOf(row.slice(keys, -1)));
  }
  return new Map([...seen].map(([key, values]) => [key, values.size]));
}

function merge({ aggregate }: Aggregate, rows: readonly Row[], column: number): number | string {
  if (aggregate === 'count' || aggregate === 'sum') {
    return rows.map((row) => row[column] ?? 0).reduce(add);
  }
  // Of the aggregates that are left, only those with a row behind them count.
  const said = rows.filter((row) => Number(row[column + 1]) > 0);
  const [first] = said;
  if (first === undefined) return rows[0]?.[column] ?? 0;
  const pick = (better: (a: Row, b: Row) => boolean) => said.reduce((best, row) => (better(row, best) ? row : best));
  if (aggregate === 'min') return pick((a, b) => compare(a[column], b[column]) < 0)[column] ?? 0;
  if (aggregate === 'max') return pick((a, b) => compare(a[column], b[column]) > 0)[column] ?? 0;
  return pick((a, b) => compare(a[column + 2], b[column + 2]) > 0)[column] ?? 0;
}

function add(a: number | string, b: number | string): number | string {
  return typeof a === 'string' || typeof b === 'string' ? String(BigInt(a) + BigInt(b)) : a + b;
}

/** Decimal strings are whole numbers of 64 bits or more. */
function compare(a: number | string = 0, b: number | string = 0): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function finish({ select, orderBy = [], limit }: Query, rows: readonly Row[]): Row[] {
  const order = orderBy.map(({ name, descending }) => ({
    at: select.findIndex((one) => one.name === name),
    sign: descending === true ? -1 : 1,
  }));
  const sorted =
    order.length === 0
      ? [...rows]
      : rows.toSorted((a, b) => {
          for (const { at, sign } of order) {
            const difference = compare(a[at], b[at]) * sign;
            if (difference !== 0) return difference;
          }
          return 0;
        });
  return limit === undefined ? sorted : sorted.slice(0, limit);
}
