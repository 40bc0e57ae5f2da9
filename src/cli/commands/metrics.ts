import { Command, InvalidArgumentError } from 'commander';
import {
  parseDuration,
  QwError,
  type ApiMatcher,
  type ApiMetric,
  type ApiMetricAnswer,
  type ApiMetricsAnswer,
  type ApiPage,
} from '../../model/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';

type Options = ClientOptions & { json?: boolean };

interface QueryOptions extends Options {
  where: ApiMatcher[];
  groupBy: string[];
  aggregate?: string;
  from: number;
  to: number;
  points: number;
  csv?: boolean;
}

const hourMs = 3_600_000;

export function metricsCommand(): Command {
  const command = new Command('metrics').description('What is measured, and its values over time');
  command.addCommand(
    withClient(new Command('list').description('All metrics'))
      .option('--json', 'print JSON')
      .action(async (options: Options) => {
        const { items } = await (await Client.open(options)).get<ApiPage<ApiMetric>>('/metrics');
        const output = new Output(options.json ?? false);
        output.result(items, () =>
          output.table(
            ['name', 'type', 'unit', 'labels', 'meaning'],
            items.map(({ name, type, unit, labels, help }) => [name, type, unit, labels.join(','), help]),
          ),
        );
      }),
  );
  const query = withClient(new Command('query').description('Values of one metric')).argument('<name>');
  command.addCommand(
    query
      .option('--where <condition>', 'label=value, !=, =~ or !~ (RE2); may be given again', matcher, [])
      .option('--group-by <labels>', 'labels that get a line of their own: check,site', labelNames, [])
      .option('--aggregate <how>', 'avg, min, max, sum, count, last, rate, p50, p90, p95, p99 or buckets')
      .option('--from <time>', 'such as 6h for so long ago, or 2026-01-31T12:00:00Z', instant, Date.now() - hourMs)
      .option('--to <time>', 'the same; now by default', instant, Date.now())
      .option('--points <n>', 'steps, about', count, 60)
      .option('--json', 'print JSON')
      .option('--csv', 'print a row for each value')
      .action(async (name: string, options: QueryOptions) => {
        const { where, groupBy, aggregate, from, to, points } = options;
        const asked = {
          from: new Date(from).toISOString(),
          to: new Date(to).toISOString(),
          points,
          queries: [{ metric: name, where, groupBy, ...(aggregate !== undefined && { aggregate }) }],
        };
        const client = await Client.open(options);
        if (options.csv) {
          process.stdout.write(await client.postForText('/metrics/query', asked, 'text/csv'));
          return;
        }
        const answer = await client.post<ApiMetricsAnswer>('/metrics/query', asked);
        const output = new Output(options.json ?? false);
        const [found] = answer.answers;
        if (!found) throw new QwError('INTERNAL', 'broken rule: each query has an answer');
        output.result({ stepMs: answer.stepMs, at: answer.at, ...found }, () => [
          ...output.table(['time (UTC)', 'series', found.unit], rowsOf(answer.at, found)),
          ...(found.omitted > 0 ? [`and ${found.omitted} more series; narrow it with --where`] : []),
          ...(found.partial ? [`not asked: ${found.partial.missing.join(', ')}`] : []),
        ]);
      }),
  );
  return command;
}

function rowsOf(at: readonly number[], { series }: ApiMetricAnswer): string[][] {
  return series.flatMap(({ labels, values }) => {
    const name = Object.entries(labels)
      .map(([label, value]) => `${label}=${value}`)
      .join(' ');
    return values.flatMap((value, step) => {
      if (value === null) return [];
      const time = new Date(at[step] ?? 0).toISOString().slice(0, 19).replace('T', ' ');
      return [[time, name || 'all', String(Number(value.toPrecision(6)))]];
    });
  });
}

function matcher(text: string, before: readonly ApiMatcher[]): ApiMatcher[] {
  const [, label, is, value] = /^([^=!~]+)(=~|!~|!=|=)(.*)$/s.exec(text) ?? [];
  if (label === undefined || value === undefined) throw new InvalidArgumentError('expected label=value.');
  return [...before, { label: label.trim(), is: is as ApiMatcher['is'], value }];
}

function labelNames(text: string, before: readonly string[]): string[] {
  return [...before, ...text.split(',').map((name) => name.trim())].filter((name) => name !== '');
}

function instant(text: string): number {
  const ago = parseDuration(text);
  const at = ago === undefined ? Date.parse(text) : Date.now() - ago;
  if (Number.isNaN(at)) throw new InvalidArgumentError('expected 6h, 2d or 2026-01-31T12:00:00Z.');
  return at;
}

function count(text: string): number {
  const found = Number(text);
  if (!Number.isInteger(found) || found < 1 || found > 2000) throw new InvalidArgumentError('expected 1 to 2000.');
  return found;
}
