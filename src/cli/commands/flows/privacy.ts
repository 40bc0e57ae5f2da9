import { Command, Option } from 'commander';
import { flowKinds, type FlowKind } from '../../../model/index.ts';
import { Client, withClient, type ClientOptions } from '../../client.ts';
import { Output } from '../../output.ts';
import { filled } from '../../text/filled.ts';
import { say } from '../../text/speech.ts';
import { pastInstant } from '../../time-arguments.ts';

interface KeyOptions {
  keyFile: string;
  json?: boolean;
}

/** Commands about what of people is kept in records. */
export function privacyCommands(): Command[] {
  return [keyCommand(), pseudonymCommand(), revealCommand(), deleteCommand()];
}

function keyCommand(): Command {
  return new Command('privacy-key')
    .description('Make a key for pseudonyms of addresses')
    .argument('<file>', 'the new file; one that is there stays as it is')
    .option('--json', 'print JSON')
    .action(async (file: string, { json = false }: { json?: boolean }) => {
      const { makePrivacyKey } = await import('../../../watcher/index.ts');
      await makePrivacyKey(file);
      new Output(json).result({ file }, () => [
        filled(say('{0} is the key: keep a copy of it, and let nobody else have it'), file),
      ]);
    });
}

function pseudonymCommand(): Command {
  return translation('pseudonym', 'What is kept instead of an address', async (address, keyFile) => {
    const { pseudonymOf } = await import('../../../watcher/index.ts');
    const pseudonym = await pseudonymOf(address, keyFile);
    return { address, pseudonym, shown: pseudonym };
  });
}

function revealCommand(): Command {
  return translation('reveal', 'The address that a pseudonym was made of', async (pseudonym, keyFile) => {
    const { revealed } = await import('../../../watcher/index.ts');
    const address = await revealed(pseudonym, keyFile);
    return { address, pseudonym, shown: address };
  });
}

interface Translated {
  address: string;
  pseudonym: string;
  shown: string;
}

function translation(
  name: string,
  description: string,
  translate: (address: string, keyFile: string) => Promise<Translated>,
): Command {
  return new Command(name)
    .description(description)
    .argument('<address>', 'an IPv4 or IPv6 address')
    .requiredOption('--key-file <file>', 'the key of the pseudonyms')
    .option('--json', 'print JSON')
    .action(async (given: string, { keyFile, json = false }: KeyOptions) => {
      const { shown, ...result } = await translate(given, keyFile);
      new Output(json).result(result, () => [shown]);
    });
}

interface DeleteOptions extends ClientOptions {
  before: number;
  class: FlowKind;
  json?: boolean;
}

interface Deleted {
  kind: FlowKind;
  from: string;
  to: string;
  rows: number;
  files: string[];
}

function deleteCommand(): Command {
  const command = new Command('delete')
    .description('Delete single records of one kind; the ledger says what was deleted')
    .requiredOption('--before <time>', 'those that ended before, such as 90d ago or 2026-01-31T12:00:00Z', pastInstant)
    .addOption(new Option('--class <kind>', 'which records').choices(flowKinds).makeOptionMandatory());
  return withClient(command)
    .option('--json', 'print JSON')
    .action(async ({ before, class: records, json = false, ...options }: DeleteOptions) => {
      const client = await Client.open(options);
      const body = { records, before: new Date(before).toISOString() };
      const { items } = await client.post<{ items: Deleted[] }>('/flows/delete', body);
      const output = new Output(json);
      const columns = ['records of', 'from (UTC)', 'to (UTC)', 'rows', 'files'];
      output.result(items, () =>
        items.length === 0
          ? ['nothing is as old; files that also hold later records stay until these are as old']
          : output.table(
              columns,
              items.map(({ kind, from, to, rows, files }) => [kind, from, to, String(rows), String(files.length)]),
            ),
      );
    });
}
