import { Command } from 'commander';
import { stringify } from 'yaml';
import type { ApiPage } from '../model/index.ts';
import { baseHeader } from './base-header.ts';
import { Client, withClient, type ClientOptions } from './client.ts';
import { readText } from './commands/check.ts';
import { Output } from './output.ts';

/** Of a document that the ledger keeps, what all kinds have. */
interface Listed {
  name: string;
  position?: number | undefined;
  document: unknown;
}

/** What tells one kind of document from another on the command line. */
export interface DocumentKind<Item extends Listed> {
  /** Of the API, such as `/dashboards`. */
  path: string;
  /** What each command says it does. */
  list: string;
  /** The command that prints one, and what it says it does. */
  print: { name: string; description: string };
  apply: string;
  remove: string;
  /** Of the table: what stands above a column, and what is in it. */
  columns: Readonly<Record<string, keyof Item & string>>;
  /** Throws where the file is none of this kind; which name it has, and what is to be sent. */
  read(text: string, file: string): Promise<{ name: string; document: unknown }>;
  /** Saved under another name than before. */
  renames?: boolean;
}

type Options = ClientOptions & { json?: boolean };

/** Adds `list`, one that prints, `apply` and `delete`: documents that go through the ledger, as files. */
export function addDocumentCommands<Item extends Listed>(command: Command, kind: DocumentKind<Item>): Command {
  const inner = (name: string, description: string) =>
    withClient(new Command(name).description(description)).option('--json', 'print JSON');
  const pathOf = (name: string) => `${kind.path}/${encodeURIComponent(name)}`;
  command.addCommand(
    inner('list', kind.list).action(async (options: Options) => {
      const { items } = await (await Client.open(options)).get<ApiPage<Item>>(kind.path);
      const output = new Output(options.json ?? false);
      output.result(
        items.map(({ document: _document, ...rest }) => rest),
        () =>
          output.table(
            Object.keys(kind.columns),
            items.map((item) => Object.values(kind.columns).map((column) => String(item[column] ?? ''))),
          ),
      );
    }),
  );
  command.addCommand(
    inner(kind.print.name, kind.print.description)
      .argument('<name>')
      .action(async (name: string, options: Options) => {
        const { document } = await (await Client.open(options)).get<Item>(pathOf(name));
        if (options.json) new Output(true).emit(document);
        else process.stdout.write(stringify(document, { lineWidth: 110 }));
      }),
  );
  const apply = inner('apply', kind.apply)
    .argument('<file>')
    .option('--base <position>', 'only if its last change is the one at this ledger position; 0 for a new one');
  if (kind.renames) apply.option('--was <name>', 'its name before: the view is renamed');
  command.addCommand(
    apply.action(async (file: string, options: Options & { base?: string; was?: string }) => {
      const { name, document } = await kind.read(await readText(file), file);
      const client = await Client.open(options);
      const was = options.was === undefined ? '' : `?was=${encodeURIComponent(options.was)}`;
      const saved = await client.put<Item>(`${pathOf(name)}${was}`, document, baseHeader(options.base));
      new Output(options.json ?? false).result({ name: saved.name, position: saved.position }, () => [
        `${saved.name} saved at ledger position ${saved.position}`,
      ]);
    }),
  );
  command.addCommand(
    inner('delete', kind.remove)
      .argument('<name>')
      .action(async (name: string, options: Options) => {
        await (await Client.open(options)).delete(pathOf(name));
        new Output(options.json ?? false).result({ name }, () => [`${name} removed`]);
      }),
  );
  return command;
}
