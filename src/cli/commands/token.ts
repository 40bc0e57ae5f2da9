import { Command, Option } from 'commander';
import type { Role } from '../../watcher/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';

const roles: readonly Role[] = ['viewer', 'operator', 'admin'];

type Options = ClientOptions & { json?: boolean };

interface Listed {
  name: string;
  role: string;
  createdAt: string;
}

export function tokenCommand(): Command {
  const command = new Command('token').description('Tokens for the HTTP API');
  const inner = (name: string, description: string) =>
    withClient(new Command(name).description(description)).option('--json', 'print JSON');
  command.addCommand(
    inner('create', 'Make a token; it is shown once')
      .argument('<name>')
      .addOption(new Option('--role <role>').choices([...roles]).default('viewer'))
      .action(async (name: string, options: Options & { role: string }) => {
        const made = await (
          await Client.open(options)
        ).post<{ token: string }>('/tokens', { name, role: options.role });
        new Output(options.json ?? false).result(made, () => [made.token]);
      }),
  );
  command.addCommand(
    inner('list', 'Tokens, without their secrets').action(async (options: Options) => {
      const { items } = await (await Client.open(options)).get<{ items: Listed[] }>('/tokens');
      const output = new Output(options.json ?? false);
      output.result(items, () =>
        output.table(
          ['name', 'role', 'created'],
          items.map((one) => [one.name, one.role, one.createdAt]),
        ),
      );
    }),
  );
  command.addCommand(
    inner('revoke', 'End a token')
      .argument('<name>')
      .action(async (name: string, options: Options) => {
        await (await Client.open(options)).delete(`/tokens/${encodeURIComponent(name)}`);
        new Output(options.json ?? false).result({ name, revoked: true }, () => [`revoked ${name}`]);
      }),
  );
  return command;
}
