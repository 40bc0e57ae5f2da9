import { Command } from 'commander';
import type { ExportedFile } from '../../watcher/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';
import { writeExport } from '../write-export.ts';

type Options = ClientOptions & { json?: boolean };

export function statusPageCommand(): Command {
  const command = new Command('status-page').description('The public status page');
  command.addCommand(
    withClient(
      new Command('export')
        .description('Write all pages, feeds and figures into a folder that any web server can serve')
        .argument('<dir>', 'a folder that is empty, new, or of an earlier export'),
    )
      .option('--json', 'print JSON')
      .action(async (directory: string, options: Options) => {
        const client = await Client.open(options);
        const { items } = await client.get<{ items: ExportedFile[] }>('/status-page/export');
        const { written, removed } = await writeExport(directory, items);
        new Output(options.json ?? false).result({ directory, files: items.length, written, removed }, () => [
          `${items.length} files in ${directory}: ${written} are new or changed, ${removed} were removed`,
        ]);
      }),
  );
  return command;
}
