import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clickhouseDialect } from './clickhouse-dialect.ts';
import { duckdbDialect } from './duckdb-dialect.ts';
import { zooQuery, zooTable } from './random-query.suite.ts';
import { columnsOf, type Expression, type Predicate, type Query } from './query.ts';
import { toSql } from './sql.ts';
import { validateQuery } from './validate.ts';

const dialects = [duckdbDialect, clickhouseDialect(86_400_000)];

test('a statement quotes declared names and names of the answer, and holds no other text than numbers', () => {
  fc.assert(
    fc.property(zooQuery({ wideSums: true }), fc.constantFrom(...dialects), (query, dialect) => {
      const sql = toSql(query, 'zoo', dialect);
      const names = new Set([...Object.keys(zooTable.columns), ...columnsOf(query)]);
      for (const [, name = ''] of sql.matchAll(/"([^"]*)"/g)) {
        if (!/^_(\d+|map\d+|from|to|rows)$/.test(name)) expect(names).toContain(name);
      }
      for (const [, text] of sql.matchAll(/'([^']*)'/g)) expect(text).toMatch(/^[-+\d.,e[\]]*$/);
      expect(sql.replaceAll(/"[^"]*"|'[^']*'/g, '')).toMatch(/^[\w\s()[\],.<>=!*/+-]*$/);
    }),
  );
});

test('a range names the partitions of ClickHouse that it touches, its end excluded', () => {
  const query: Query = {
    table: zooTable,
    from: 86_400_000,
    to: 3 * 86_400_000,
    select: [{ name: 'n', value: { aggregate: 'count' } }],
  };
  const sql = toSql(query, 'zoo', clickhouseDialect(86_400_000));
  expect(sql).toContain('intDiv(ts, 86400000) >= 1 AND intDiv(ts, 86400000) <= 2');
});

const deep = (levels: number): Expression =>
  levels === 0 ? { literal: 1 } : { left: deep(levels - 1), operator: '+', right: { literal: 1 } };
const ask = (where: Predicate): Query => ({
  table: zooTable,
  from: 0,
  to: 1,
  where,
  select: [{ name: 'n', value: { aggregate: 'count' } }],
});
const is = (left: Expression): Predicate => ({ left, is: '=', right: { literal: 1 } });
const together = (of: readonly Expression[]): Query => ({
  ...ask({ all: [] }),
  select: [{ name: 'n', value: { aggregate: 'distinct', of } }],
});
const values = (count: number) => Array.from({ length: count }, (_, at) => at);

test.each([
  ['too many levels', ask(is(deep(65))), 'at most 64 levels'],
  ['too many parts', ask({ all: values(2000).map(() => is({ literal: 1 })) }), 'at most 5000 parts'],
  ['too long a list', ask({ in: { column: 'ts' }, values: values(50_001) }), 'at most 50000 values'],
  [
    'too many lists',
    ask({ any: values(5).map(() => ({ in: { column: 'ts' }, values: values(49_999) })) }),
    'at most 200000 values in all lists',
  ],
  ['too much counted together', together(values(17).map((literal) => ({ literal }))), '1 to 16 expressions'],
  ['a pair twice', ask(is({ map: { column: 'ts' }, from: [1, 1], to: [2, 3], otherwise: 0 })), 'each value once'],
])('refused before it runs: %s', (_, query, expected) => {
  expect(() => validateQuery(query)).toThrow(expected);
});

test('what is just small enough is not refused', () => {
  expect(() => validateQuery(ask(is(deep(62))))).not.toThrow();
  expect(() => validateQuery(ask({ in: { column: 'ts' }, values: values(50_000) }))).not.toThrow();
});
