import { Command, InvalidArgumentError, Option } from 'commander';
import { auditOutcomes, type ApiAuditEntry, type ApiPage } from '../../model/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';

interface Options extends ClientOptions {
  json?: boolean;
  by?: string;
  what?: string;
  outcome?: string;
  limit: number;
}

export function auditCommand(): Command {
  const list = withClient(new Command('list').description('Who signed in and who changed what, the newest first'))
    .option('--by <name>', 'of one user or token')
    .option('--what <text>', 'what begins so, such as sign-in or "put /users"')
    .addOption(new Option('--outcome <outcome>').choices([...auditOutcomes]))
    .option('--limit <count>', 'at most so many', count, 50)
    .option('--json', 'print JSON')
    .action(async ({ by, what, outcome, limit, json, ...where }: Options) => {
      const query = new URLSearchParams({ limit: String(limit) });
      for (const [key, value] of Object.entries({ by, what, outcome })) if (value !== undefined) query.set(key, value);
      const { items } = await (await Client.open(where)).get<ApiPage<ApiAuditEntry>>(`/audit?${query.toString()}`);
      const output = new Output(json ?? false);
      output.result(items, () =>
        output.table(
          ['time', 'by', 'from', 'what', 'on', 'outcome'],
          items.map((one) => [
            one.at,
            one.by || '-',
            one.from || '-',
            one.what,
            [one.on, one.text].filter((part) => part !== undefined).join(': ') || '-',
            `${one.code ?? one.outcome}${one.count > 1 ? ` (${one.count} times)` : ''}`,
          ]),
        ),
      );
    });
  return new Command('audit').description('What people and programs did to this watcher').addCommand(list);
}

function count(given: string): number {
  const value = Number(given);
  if (!Number.isInteger(value) || value < 1 || value > 500) throw new InvalidArgumentError('expected 1 to 500.');
  return value;
}
