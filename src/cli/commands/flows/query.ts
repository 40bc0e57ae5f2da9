import { Command } from 'commander';
import type { FlowAnswer } from '../../../model/index.ts';
import { Output } from '../../output.ts';
import { filled } from '../../text/filled.ts';
import { say } from '../../text/speech.ts';
import { askFlows, short, shortRate, trustLines, valueCells, withQuestion, type AskOptions } from './asking.ts';

export function queryCommand(): Command {
  const command = new Command('query').description('Rates of traffic over the time in which there was some');
  return withQuestion(command, { by: ['source', 'destination'], limit: 20 })
    .option('--json', 'print JSON, with the courses of the first rows and the question as SQL')
    .action(async (options: AskOptions) => {
      const answer = await askFlows(options, { charted: 5 });
      const output = new Output(options.json ?? false);
      output.result(answer, () => [...tableOf(output, answer, options), ...trustLines(answer)]);
    });
}

function tableOf(output: Output, answer: FlowAnswer, { measure }: AskOptions): string[] {
  const columns = ['total', 'average', 'median', '95 %', 'most', 'filter'];
  const rows = answer.rows.map((row) => {
    const { total, average, median, p95, max } = row.statistics;
    return [
      ...valueCells(row, answer.groupBy),
      short(total),
      ...[average, median, p95, max].map((rate) => shortRate(rate, measure)),
      row.filter,
    ];
  });
  return [
    ...output.table([...(answer.groupBy as readonly string[]), ...columns], rows),
    ...(answer.omitted > 0 ? [filled(say('and {0} more rows'), answer.omitted)] : []),
  ];
}
