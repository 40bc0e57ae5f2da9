import { Command } from 'commander';
import { QwError, type ApiSnooze } from '../../model/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';
import { futureInstant } from '../time-arguments.ts';

type Options = ClientOptions & { json?: boolean };

interface AddOptions extends Options {
  policy?: string;
  check?: string;
  select?: string;
  incident?: string;
  until: number;
  comment: string;
}

export function snoozeCommand(): Command {
  const command = new Command('snooze').description('Quiet for a while: no new incidents, and nobody new is told');
  const inner = (name: string, description: string) =>
    withClient(new Command(name).description(description)).option('--json', 'print JSON');
  command.addCommand(
    inner('list', 'Snoozes that act now').action(async (options: Options) => {
      const { items } = await (await Client.open(options)).get<{ items: ApiSnooze[] }>('/snoozes');
      const output = new Output(options.json ?? false);
      const rows = items.map((one) => [
        one.id,
        scopeOf(one),
        one.until.slice(0, 19).replace('T', ' '),
        one.by,
        one.comment,
      ]);
      output.result(items, () =>
        rows.length === 0 ? ['nothing is snoozed'] : output.table(['id', 'what', 'until (UTC)', 'by', 'comment'], rows),
      );
    }),
  );
  command.addCommand(
    inner('add', 'Keep one policy, check, selection of checks, or incident quiet')
      .option('--policy <name>', 'a policy, with all its resources')
      .option('--check <name>')
      .option('--select <labels>', 'checks whose labels match, such as site=office')
      .option('--incident <id>')
      .requiredOption('--until <time>', '2h for so long from now, or 2026-01-31T12:00:00Z', futureInstant)
      .option('--comment <text>', 'why', '')
      .action(async (options: AddOptions) => {
        const { policy, check, select, incident, until, comment } = options;
        const scope = { policy, check, select, incident };
        const given = Object.values(scope).filter((one) => one !== undefined).length;
        if (given !== 1) {
          throw new QwError('BAD_INPUT', `expected one of --policy, --check, --select and --incident, found ${given}`);
        }
        const body = { ...scope, until: new Date(until).toISOString(), comment };
        const made = await (await Client.open(options)).post<ApiSnooze>('/snoozes', body);
        new Output(options.json ?? false).result(made, () => [
          `${scopeOf(made)} is quiet until ${made.until} (${made.id})`,
        ]);
      }),
  );
  command.addCommand(
    inner('end', 'End a snooze before its time')
      .argument('<id>')
      .action(async (id: string, options: Options) => {
        await (await Client.open(options)).delete(`/snoozes/${encodeURIComponent(id)}`);
        new Output(options.json ?? false).result({ id }, () => [`snooze ${id} has ended`]);
      }),
  );
  return command;
}

function scopeOf({ policy, check, select, incident }: ApiSnooze): string {
  if (policy !== undefined) return `policy ${policy}`;
  if (check !== undefined) return `check ${check}`;
  return select === undefined ? `incident ${incident ?? ''}` : `checks ${select}`;
}
