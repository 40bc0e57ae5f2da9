import { Command } from 'commander';
import { stringify } from 'yaml';
import {
  QwError,
  type ApiAlertDetail,
  type ApiAlertSummary,
  type ApiBacktest,
  type ApiBacktestProgress,
  type ApiPage,
  type ApiProblem,
} from '../../model/index.ts';
import { Client, errorOfProblem, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';
import { pastInstant } from '../time-arguments.ts';
import { readText } from './check.ts';

type Options = ClientOptions & { json?: boolean };

/** What a back-test answers with, a line each. */
type BacktestLine =
  | ApiBacktestProgress
  | { event: 'result'; result: ApiBacktest }
  | { event: 'problem'; problem: ApiProblem };

const weekMs = 7 * 86_400_000;

export function alertCommand(): Command {
  const command = new Command('alert').description('Alerting policies, now and over the past');
  const inner = (name: string, description: string) =>
    withClient(new Command(name).description(description)).option('--json', 'print JSON');
  command.addCommand(
    inner('list', 'All policies with their state').action(async (options: Options) => {
      const { items } = await (await Client.open(options)).get<ApiPage<ApiAlertSummary>>('/alerts?limit=1000');
      const output = new Output(options.json ?? false);
      output.result(items, () => listLines(items, output));
    }),
  );
  command.addCommand(
    inner('show', 'One policy with its resources')
      .argument('<name>')
      .action(async (name: string, options: Options) => {
        const found = await (await Client.open(options)).get<ApiAlertDetail>(`/alerts/${encodeURIComponent(name)}`);
        const output = new Output(options.json ?? false);
        output.result(found, () => showLines(found, output));
      }),
  );
  command.addCommand(
    inner('backtest', 'Incidents that the policies of a file would have opened in the past')
      .argument('<file>', 'one policy, a list of them, or a whole configuration')
      .option(
        '--from <time>',
        'such as 6h for so long ago, or 2026-01-31T12:00:00Z; a week ago by default',
        pastInstant,
      )
      .option('--to <time>', 'the same; now by default', pastInstant)
      .action(async (file: string, options: Options & { from?: number; to?: number }) => {
        const { to = Date.now(), from = to - weekMs } = options;
        const yaml = await readText(file);
        const body = { yaml, from: new Date(from).toISOString(), to: new Date(to).toISOString() };
        const output = new Output(options.json ?? false);
        const result = await backtest(await Client.open(options), body, output);
        output.result(result, () => backtestLines(result, output));
      }),
  );
  return command;
}

async function backtest(client: Client, body: object, output: Output): Promise<ApiBacktest> {
  let saidPercent = 0;
  for await (const line of client.postLines<BacktestLine>('/alerts/backtest', body)) {
    if (line.event === 'result') return line.result;
    if (line.event === 'problem') throw errorOfProblem(line.problem);
    const percent = Math.floor(line.share * 100);
    if (percent < saidPercent + 10) continue;
    saidPercent = percent;
    output.note(`${percent} %, at ${shortTime(line.at)}`);
  }
  throw new QwError('UNREACHABLE', 'the watcher ended the back-test before its answer');
}

const shortTime = (text: string | undefined) => text?.slice(0, 19).replace('T', ' ') ?? '-';

function listLines(items: readonly ApiAlertSummary[], output: Output): string[] {
  if (items.length === 0) return ['no policies: add a section `alerts` to the configuration (docs/guide/alerts.md)'];
  return output.table(
    ['policy', 'state', 'since (UTC)', 'severity', 'firing', 'incidents', 'evaluated (UTC)'],
    items.map(({ name, state, since, severity, firing, incidents, here }) => [
      name,
      state,
      shortTime(since),
      severity,
      String(firing),
      incidents.join(',') || '-',
      here?.error ?? shortTime(here?.at),
    ]),
  );
}

function showLines(alert: ApiAlertDetail, output: Output): string[] {
  const { name, state, severity, conditions, resources, findings, here, omittedResources, configuration } = alert;
  const resourceOf = (labels: Readonly<Record<string, string>>) =>
    Object.entries(labels)
      .map(([label, value]) => `${label}=${value}`)
      .join(' ') || 'all';
  return [
    `${name}: ${state} (${severity})`,
    ...conditions.map((condition) => `  ${condition}`),
    ...(here?.error === undefined ? [] : [`cannot be evaluated: ${here.error}`]),
    ...(resources.length === 0
      ? ['nothing of it is in trouble']
      : output.table(
          ['resource', 'state', 'since (UTC)', 'incident', 'opinions'],
          resources.map(({ labels, state: each, since, incident, opinions }) => [
            resourceOf(labels),
            each,
            shortTime(since),
            incident ?? '-',
            Object.entries(opinions)
              .map(([watcher, opinion]) => `${watcher} ${opinion}`)
              .join(', '),
          ]),
        )),
    ...(omittedResources > 0 ? [`and ${omittedResources} more`] : []),
    ...(findings.length === 0
      ? []
      : output.table(
          ['seen here', 'state', 'since (UTC)', 'by'],
          findings.map(({ labels, state: each, since, met }) => [
            resourceOf(labels),
            each,
            shortTime(since),
            met
              .map(({ condition, value }) => (value === undefined ? condition : `${condition}: ${value}`))
              .join('; ') || '-',
          ]),
        )),
    ...stringify(configuration, { lineWidth: 110 }).trimEnd().split('\n'),
  ];
}

function backtestLines(result: ApiBacktest, output: Output): string[] {
  const { policies, incidents, from, to, complete, evaluations, omittedIncidents, problems, elapsedMs } = result;
  const took = `${evaluations} evaluations in ${(elapsedMs / 1000).toFixed(1)} s`;
  return [
    `${policies.join(', ')} from ${shortTime(from)} to ${shortTime(to)}: ${took}`,
    ...(complete ? [] : ['not finished: time was up']),
    ...problems,
    ...(incidents.length === 0
      ? ['no incident']
      : output.table(
          ['from (UTC)', 'to (UTC)', 'severity', 'incident', 'told'],
          incidents.map(({ openedAt, resolvedAt, severity, title, notices }) => [
            shortTime(openedAt),
            shortTime(resolvedAt),
            severity ?? '-',
            title,
            [...new Set(notices.map(({ receiver }) => receiver))].join(', ') || 'nobody',
          ]),
        )),
    ...(omittedIncidents > 0 ? [`and ${omittedIncidents} more`] : []),
  ];
}
