import { duckdbDialect } from './duckdb-dialect.ts';
import type { Query } from './query.ts';
import { quote, toSql } from './sql.ts';
import { validateQuery } from './validate.ts';

/** A question as people can go on with it, in the SQL of DuckDB over tables that go by their names. */
export function sqlText(query: Query): string {
  validateQuery(query);
  return toSql(query, quote(query.table.name), duckdbDialect);
}
