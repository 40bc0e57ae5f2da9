import { DuckDBInstance } from '@duckdb/node-api';
import { copyTo } from '../../src/store/duckdb/statements.ts';
import type { Table } from '../../src/store/table.ts';
import type { PlannedOutput } from '../../src/store/segments/segment-store.ts';

/** Files for a benchmark, made by DuckDB in this process: gigabytes of rows in seconds. */
export interface Writer {
  copy(rows: string, table: Table, output: PlannedOutput, name: string): Promise<void>;
  close(): void;
}

export async function writeWithDuckDb(directory: string): Promise<Writer> {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '2GB' })).connect();
  return {
    copy: async (rows, table, output, name) => {
      await connection.run(copyTo(rows, table, output, `${directory}/${name}`));
    },
    close: () => connection.closeSync(),
  };
}
