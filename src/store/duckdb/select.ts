import type { DuckDBConnection, DuckDBExtractedStatements, StatementType } from '@duckdb/node-api';
import { messageOf } from '../../model/index.ts';

/** One statement of a person, run where nothing can be written and only one folder be read. */

type SelectedCell = string | number | null;

export interface SelectedRows {
  columns: readonly string[];
  rows: readonly (readonly SelectedCell[])[];
  /** There were more than asked for. */
  more: boolean;
}

/** As duckdb.h numbers kinds of statements. */
const selectStatement: StatementType = 1;
const whole = /^U?(BIG|HUGE)INT$/;

/** Begins what is thrown for a statement that is none of these; the rest is for people. */
export const refusal = 'Statement Error: ';

/** `setup` makes the views that the statement reads. The connection is of no use to others afterwards. */
export async function runSelect(
  connection: DuckDBConnection,
  { setup, sql, limit }: { setup: readonly string[]; sql: string; limit: number },
): Promise<SelectedRows> {
  for (const statement of setup) await connection.run(statement);
  const statements = await statementsOf(connection, sql);
  if (statements.count !== 1) throw new Error(`${refusal}expected one statement, found ${statements.count}`);
  const prepared = await statements.prepare(0);
  if (prepared.statementType !== selectStatement) throw new Error(`${refusal}expected a SELECT statement`);
  const reader = await prepared.streamAndReadUntil(limit + 1);
  const types = reader.columnTypes().map(String);
  const rows = reader.getRowsJson().slice(0, limit);
  return {
    columns: reader.columnNames(),
    rows: rows.map((row) => row.map((value, at) => cellOf(value, types[at] ?? ''))),
    more: reader.currentRowCount > limit,
  };
}

async function statementsOf(connection: DuckDBConnection, sql: string): Promise<DuckDBExtractedStatements> {
  try {
    return await connection.extractStatements(sql);
  } catch (problem) {
    const told = /^Failed to extract statements: (.*)/s.exec(messageOf(problem))?.[1];
    // Of a text without any statement DuckDB says nothing that helps.
    throw new Error(told ?? `${refusal}expected a statement`, { cause: problem });
  }
}

/** Whole numbers come as text where they might not fit; most do. */
function cellOf(value: unknown, type: string): SelectedCell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return JSON.stringify(value);
  return whole.test(type) && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
