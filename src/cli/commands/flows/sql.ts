import { Command } from 'commander';
import { Output } from '../../output.ts';
import { filled } from '../../text/filled.ts';
import { say } from '../../text/speech.ts';
import { askSql, rows, withFolder, type AskOptions } from './asking.ts';

interface SqlOptions extends AskOptions {
  csv?: boolean;
}

export function sqlCommand(): Command {
  const command = new Command('sql')
    .description('One SELECT statement (DuckDB) over flows, flow_accounts, flows_1m, flows_1h and names')
    .argument('<statement>', 'such as SELECT address(source_high, source_low), sum(bytes) FROM flows GROUP BY ALL');
  return withFolder(command)
    .option('-n, --limit <n>', 'rows', rows, 1000)
    .option('--json', 'print JSON')
    .option('--csv', 'print a row for each value')
    .action(async (statement: string, options: SqlOptions) => {
      const answer = await askSql(options, statement);
      if (options.csv) {
        const { flowSqlCsv } = await import('../../../watcher/index.ts');
        process.stdout.write(flowSqlCsv(answer));
        return;
      }
      const output = new Output(options.json ?? false);
      const cells = answer.rows.map((row) => row.map((cell) => (cell === null ? '-' : String(cell))));
      output.result(answer, () => [
        ...output.table(answer.columns, cells),
        ...(answer.more ? [filled(say('and more than {0} rows'), answer.rows.length)] : []),
      ]);
    });
}
