import { Command } from 'commander';
import type { ApiObjective, ApiObjectiveBundle, ApiObjectiveDetail } from '../../model/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';
import { say } from '../text/speech.ts';
import { writeExport } from '../write-export.ts';

type Options = ClientOptions & { json?: boolean };

export function sloCommand(): Command {
  const command = new Command('slo').description('Service level objectives and their error budgets');
  const inner = (name: string, description: string) =>
    withClient(new Command(name).description(description)).option('--json', 'print JSON');
  command.addCommand(
    inner('list', 'All objectives with what is left of their budgets').action(async (options: Options) => {
      const client = await Client.open(options);
      const { items } = await client.get<{ items: ApiObjective[] }>('/objectives?limit=200');
      const output = new Output(options.json ?? false);
      output.result(items, () =>
        items.length === 0
          ? ['no objectives: add a section `objectives` to the configuration (docs/guide/service-levels.md)']
          : output.table(
              ['objective', 'state', 'goal', 'reached', 'budget left', 'burn rate', 'firing'],
              items.map(row),
            ),
      );
    }),
  );
  command.addCommand(
    inner('show', 'One objective with its burn rates, outages and months')
      .argument('<name>')
      .action(async (name: string, options: Options) => {
        const client = await Client.open(options);
        const found = await client.get<ApiObjectiveDetail>(`/objectives/${encodeURIComponent(name)}`);
        const output = new Output(options.json ?? false);
        output.result(found, () => [
          ...output.table(
            ['objective', 'state', 'goal', 'reached', 'budget left', 'burn rate', 'firing'],
            [row(found)],
          ),
          ...(found.problem === undefined ? [] : [found.problem]),
          '',
          ...output.table(
            ['policy', 'state', 'fires above', 'long window', 'short window'],
            found.alerts.map(({ policy, state, factor, longBurnRate, shortBurnRate }) => [
              policy,
              say(state),
              String(factor),
              rate(longBurnRate),
              rate(shortBurnRate),
            ]),
          ),
          '',
          ...output.table(
            ['month', 'reached', 'budget left'],
            found.months.map(({ month, compliance, leftPercent }) => [
              month,
              percent(compliance),
              percent(leftPercent),
            ]),
          ),
          '',
          ...output.table(
            ['check', 'from (UTC)', 'to (UTC)', 'minutes', 'incident'],
            found.outages.map(({ check, from, to, durationMs, incident }) => [
              check,
              from.slice(0, 19),
              to?.slice(0, 19) ?? '',
              (durationMs / 60_000).toFixed(1),
              incident ?? '',
            ]),
          ),
        ]);
      }),
  );
  command.addCommand(
    inner('report', 'A calendar month with the certificates that prove its outages, as a folder')
      .argument('<name>')
      .requiredOption('--month <month>', 'such as 2026-10')
      .requiredOption('--out <folder>', 'a folder that is empty, new, or of an earlier export')
      .action(async (name: string, options: Options & { month: string; out: string }) => {
        const client = await Client.open(options);
        const path = `/objectives/${encodeURIComponent(name)}/report?month=${encodeURIComponent(options.month)}`;
        const { report, files } = await client.get<ApiObjectiveBundle>(path);
        await writeExport(options.out, files);
        const proved = report.outages.filter(({ certificate }) => certificate !== undefined).length;
        const result = { folder: options.out, files: files.length, outages: report.outages.length, proved };
        new Output(options.json ?? false).result({ ...result, report }, () => [
          `${name} ${report.month}: ${percent(report.compliance)} (${report.objective.goal} %)`,
          `${report.outages.length} outages, ${proved} with a certificate; ${files.length} files in ${options.out}`,
        ]);
      }),
  );
  return command;
}

const states: Readonly<Record<ApiObjective['state'], string>> = {
  met: 'met',
  'at-risk': 'at risk',
  missed: 'missed',
  unknown: 'unknown',
};
const percent = (value: number | undefined) => (value === undefined ? '-' : `${value.toFixed(3)} %`);
const rate = (value: number | undefined) => (value === undefined ? '-' : value.toFixed(2));

function row({ name, state, goal, compliance, budget, burnRate, firing }: ApiObjective): string[] {
  return [
    name,
    say(states[state]),
    `${goal} %`,
    percent(compliance),
    percent(budget.leftPercent),
    rate(burnRate),
    firing.join(', '),
  ];
}
