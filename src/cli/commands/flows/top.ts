import { Command } from 'commander';
import type { FlowAnswer } from '../../../model/index.ts';
import { Output } from '../../output.ts';
import { filled } from '../../text/filled.ts';
import { say } from '../../text/speech.ts';
import { askFlows, percent, short, trustLines, valueCells, withQuestion, type AskOptions } from './asking.ts';

interface TopOptions extends AskOptions {
  csv?: boolean;
}

export function topCommand(): Command {
  const command = new Command('top').description('Who and what has the most traffic');
  return withQuestion(command, { by: ['source'], limit: 10 })
    .option('--json', 'print JSON')
    .option('--csv', 'print a row for each value')
    .action(async (options: TopOptions) => {
      const answer = await askFlows(options);
      if (options.csv) {
        const { flowsCsv } = await import('../../../watcher/index.ts');
        process.stdout.write(flowsCsv(answer));
        return;
      }
      const output = new Output(options.json ?? false);
      output.result(answer, () => [...tableOf(output, answer, options), ...trustLines(answer)]);
    });
}

function tableOf(output: Output, answer: FlowAnswer, { measure }: AskOptions): string[] {
  const all = answer.total[measure];
  const rows = answer.rows.map((row) => [
    ...valueCells(row, answer.groupBy),
    short(row.bytes),
    short(row.packets),
    short(row.flows),
    all === 0 ? '' : percent(row[measure] / all),
    row.error === undefined ? '?' : row.error === 0 ? '' : percent(row.error),
  ]);
  const { bytes, packets, flows } = answer.total;
  const blanks = answer.groupBy.slice(1).map(() => '');
  const total = [say('all'), ...blanks, short(bytes), short(packets), short(flows), '', ''];
  const keys = answer.groupBy as readonly string[];
  const columns = ['bytes', 'packets', 'flows', 'share', '±'];
  return [
    ...output.table([...keys, ...columns], [...rows, ...(keys.length > 0 ? [total] : [])]),
    ...(answer.omitted > 0 ? [filled(say('and {0} more rows'), answer.omitted)] : []),
  ];
}
