import { Command } from 'commander';
import { stringify } from 'yaml';
import type { ApiDashboard, ApiPage } from '../../model/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';
import { baseHeader } from '../base-header.ts';
import { readText } from './check.ts';

type Options = ClientOptions & { json?: boolean };

export function dashboardCommand(): Command {
  const command = new Command('dashboard').description('Dashboards: those that come with the program, and your own');
  const inner = (name: string, description: string) =>
    withClient(new Command(name).description(description)).option('--json', 'print JSON');
  command.addCommand(
    inner('list', 'All dashboards').action(async (options: Options) => {
      const { items } = await (await Client.open(options)).get<ApiPage<ApiDashboard>>('/dashboards');
      const output = new Output(options.json ?? false);
      output.result(
        items.map(({ document: _document, ...rest }) => rest),
        () =>
          output.table(
            ['name', 'source', 'title'],
            items.map(({ name, source, title }) => [name, source, title]),
          ),
      );
    }),
  );
  command.addCommand(
    inner('show', 'One dashboard as YAML, to be edited and applied')
      .argument('<name>')
      .action(async (name: string, options: Options) => {
        const found = await (await Client.open(options)).get<ApiDashboard>(pathOf(name));
        if (options.json) new Output(true).emit(found.document);
        else process.stdout.write(stringify(found.document, { lineWidth: 110 }));
      }),
  );
  command.addCommand(
    inner('apply', 'Save a dashboard of a YAML or JSON file through the ledger; its key `name` says under which name')
      .argument('<file>')
      .option('--base <position>', 'only if its last change is the one at this ledger position; 0 for a new one')
      .action(async (file: string, options: Options & { base?: string }) => {
        const { readDashboard } = await import('../../watcher/index.ts');
        const { dashboard, document } = readDashboard(await readText(file), file);
        const client = await Client.open(options);
        const saved = await client.put<ApiDashboard>(pathOf(dashboard.name), document, baseHeader(options.base));
        new Output(options.json ?? false).result({ name: saved.name, position: saved.position }, () => [
          `${saved.name} saved at ledger position ${saved.position}`,
        ]);
      }),
  );
  command.addCommand(
    inner('delete', 'Remove a dashboard')
      .argument('<name>')
      .action(async (name: string, options: Options) => {
        await (await Client.open(options)).delete(pathOf(name));
        new Output(options.json ?? false).result({ name }, () => [`${name} removed`]);
      }),
  );
  return command;
}

function pathOf(name: string): string {
  return `/dashboards/${encodeURIComponent(name)}`;
}
