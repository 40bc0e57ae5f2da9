import { Command, Option } from 'commander';
import { parseDuration, QwError, type ApiTokenEntry } from '../../model/index.ts';
import type { Role } from '../../watcher/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';

const roles: readonly Role[] = ['viewer', 'operator', 'admin'];

type Options = ClientOptions & { json?: boolean };

export function tokenCommand(): Command {
  const command = new Command('token').description('Tokens for the HTTP API');
  const inner = (name: string, description: string) =>
    withClient(new Command(name).description(description)).option('--json', 'print JSON');
  command.addCommand(
    inner('create', 'Make a token; it is shown once')
      .argument('<name>')
      .addOption(new Option('--role <role>').choices([...roles]).default('viewer'))
      .option('--expires <duration>', 'how long it counts, such as 90d; without, until it is revoked')
      .action(async (name: string, options: Options & { role: string; expires?: string }) => {
        const body = { name, role: options.role, ...expiry(options.expires) };
        const made = await (await Client.open(options)).post<{ token: string }>('/tokens', body);
        new Output(options.json ?? false).result(made, () => [made.token]);
      }),
  );
  command.addCommand(
    inner('list', 'Tokens, without their secrets').action(async (options: Options) => {
      const { items } = await (await Client.open(options)).get<{ items: ApiTokenEntry[] }>('/tokens');
      const output = new Output(options.json ?? false);
      output.result(items, () =>
        output.table(
          ['name', 'role', 'created', 'used', 'ends'],
          items.map((one) => [
            one.owner === undefined ? one.name : `${one.owner}/${one.name}`,
            one.role,
            one.createdAt,
            one.lastUsedAt ?? '-',
            one.expiresAt ?? '-',
          ]),
        ),
      );
    }),
  );
  command.addCommand(
    inner('revoke', 'End a token')
      .argument('<name>', 'as the list shows it: `USER/NAME` for the token of a user')
      .action(async (name: string, options: Options) => {
        const [last = '', owner] = name.split('/').toReversed();
        const of = owner === undefined ? '' : `?owner=${encodeURIComponent(owner)}`;
        await (await Client.open(options)).delete(`/tokens/${encodeURIComponent(last)}${of}`);
        new Output(options.json ?? false).result({ name, revoked: true }, () => [`revoked ${name}`]);
      }),
  );
  return command;
}

function expiry(given: string | undefined): { expiresAt?: string } {
  if (given === undefined) return {};
  const ms = parseDuration(given);
  if (ms === undefined || ms <= 0)
    throw new QwError('BAD_INPUT', `expected a duration such as 90d or 12h, found ${given}`, { where: '--expires' });
  return { expiresAt: String(Date.now() + ms) };
}
