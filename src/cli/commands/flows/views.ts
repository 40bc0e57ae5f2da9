import { Command } from 'commander';
import { stringify } from 'yaml';
import type { ApiFlowView, ApiPage } from '../../../model/index.ts';
import { baseHeader } from '../../base-header.ts';
import { Client, withClient, type ClientOptions } from '../../client.ts';
import { Output } from '../../output.ts';
import { readText } from '../check.ts';

type Options = ClientOptions & { json?: boolean };

/** Views of traffic that people have saved, as files. */
export function viewsCommand(): Command {
  const command = new Command('views').description(
    'Views of traffic: those that come with the program, and saved ones',
  );
  const inner = (name: string, description: string) =>
    withClient(new Command(name).description(description)).option('--json', 'print JSON');
  command.addCommand(
    inner('list', 'All views, who saved them, and what can no longer be read').action(async (options: Options) => {
      const { items } = await (await Client.open(options)).get<ApiPage<ApiFlowView>>('/flows/views');
      const output = new Output(options.json ?? false);
      output.result(
        items.map(({ document: _document, ...rest }) => rest),
        () =>
          output.table(
            ['name', 'source', 'title', 'by', 'time', 'problem'],
            items.map(({ name, source, title, by = '', at = '', problem = '' }) => [
              name,
              source,
              title,
              by,
              at,
              problem,
            ]),
          ),
      );
    }),
  );
  command.addCommand(
    inner('export', 'One view as YAML, to be kept, edited and applied')
      .argument('<name>')
      .action(async (name: string, options: Options) => {
        const found = await (await Client.open(options)).get<ApiFlowView>(pathOf(name));
        if (options.json) new Output(true).emit(found.document);
        else process.stdout.write(stringify(found.document, { lineWidth: 110 }));
      }),
  );
  command.addCommand(
    inner('apply', 'Save a view of a YAML or JSON file through the ledger; its key `name` says under which name')
      .argument('<file>')
      .option('--base <position>', 'only if its last change is the one at this ledger position; 0 for a new one')
      .option('--was <name>', 'its name before: the view is renamed')
      .action(async (file: string, options: Options & { base?: string; was?: string }) => {
        const { readFlowView } = await import('../../../watcher/index.ts');
        const { view, document } = readFlowView(await readText(file), file);
        const client = await Client.open(options);
        const was = options.was === undefined ? '' : `?was=${encodeURIComponent(options.was)}`;
        const path = `${pathOf(view.name)}${was}`;
        const saved = await client.put<ApiFlowView>(path, document, baseHeader(options.base));
        new Output(options.json ?? false).result({ name: saved.name, position: saved.position }, () => [
          `${saved.name} saved at ledger position ${saved.position}`,
        ]);
      }),
  );
  command.addCommand(
    inner('delete', 'Remove a view')
      .argument('<name>')
      .action(async (name: string, options: Options) => {
        await (await Client.open(options)).delete(pathOf(name));
        new Output(options.json ?? false).result({ name }, () => [`${name} removed`]);
      }),
  );
  return command;
}

function pathOf(name: string): string {
  return `/flows/views/${encodeURIComponent(name)}`;
}
