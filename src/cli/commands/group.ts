import { Command } from 'commander';
import type { ApiGroup, ApiGroupDetail, ApiLocatedCheck, ApiLocation } from '../../model/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';

type Options = ClientOptions & { json?: boolean };

export function groupCommand(): Command {
  const command = new Command('group').description('Groups of targets: how they are, and from where');
  const inner = (name: string, description: string) =>
    withClient(new Command(name).description(description)).option('--json', 'print JSON');
  command.addCommand(
    inner('list', 'Groups with the verdicts in them').action(async (options: Options) => {
      const { items } = await (await Client.open(options)).get<{ items: ApiGroup[] }>('/groups');
      const output = new Output(options.json ?? false);
      output.result(items, () =>
        items.length === 0
          ? ['no groups: add a section `groups` to the configuration (docs/guide/groups.md)']
          : output.table(
              ['group', 'worst', 'up', 'degraded', 'partial', 'down', 'unknown', 'disputed'],
              items.map(row),
            ),
      );
    }),
  );
  command.addCommand(
    inner('show', 'One group: each of its checks from every location, worst first')
      .argument('<name>')
      .action(async (name: string, options: Options) => {
        const client = await Client.open(options);
        const group = await client.get<ApiGroupDetail>(`/groups/${encodeURIComponent(name)}`);
        const output = new Output(options.json ?? false);
        const locations = [...new Set(group.checks.flatMap((check) => check.locations.map(({ watcher }) => watcher)))];
        output.result(group, () => [
          `${group.name}: ${group.members.length} targets, ${group.checks.length + group.omitted} checks (${group.select})`,
          ...output.table(
            ['check', 'verdict', ...locations],
            group.checks.map((check) => [check.check, verdictOf(check), ...locations.map((at) => cell(check, at))]),
          ),
          ...group.checks.flatMap(disagreements),
          ...(group.omitted > 0 ? [`${group.omitted} more checks are not shown`] : []),
        ]);
      }),
  );
  return command;
}

function row({ name, worst, counts, disputed }: ApiGroup): string[] {
  const { up, degraded, partial, down, unknown } = counts;
  return [name, worst ?? '-', ...[up, degraded, partial, down, unknown, disputed].map(String)];
}

const verdictOf = ({ disabled, verdict }: ApiLocatedCheck): string => (disabled ? 'disabled' : verdict);

function cell({ locations }: ApiLocatedCheck, watcher: string): string {
  const location = locations.find((one) => one.watcher === watcher);
  if (!location) return '';
  const latency = location.latencyMs === undefined ? '' : ` ${location.latencyMs.toFixed(1)} ms`;
  return `${location.stand === 'unheard' ? 'not heard' : (location.state ?? 'unknown')}${latency}`;
}

/** Who says something else than what was decided, and why. */
function disagreements({ check, locations }: ApiLocatedCheck): string[] {
  const why = ({ reason }: ApiLocation) => (reason === undefined ? '' : `: ${reason.text}`);
  return locations
    .filter(({ stand }) => stand === 'against')
    .map((location) => `${check}: ${location.watcher} says ${location.state ?? 'unknown'}${why(location)}`);
}
