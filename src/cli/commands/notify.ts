import { Command } from 'commander';
import type { ApiReceiver, ApiReceiverTest } from '../../model/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';

type Options = ClientOptions & { json?: boolean };

export function notifyCommand(): Command {
  const command = new Command('notify').description('Receivers of notifications: who is told, and whether it works');
  const inner = (name: string, description: string) =>
    withClient(new Command(name).description(description)).option('--json', 'print JSON');
  command.addCommand(
    inner('list', 'Receivers with their channels and what came of the last message').action(
      async (options: Options) => {
        const { items } = await (await Client.open(options)).get<{ items: ApiReceiver[] }>('/receivers');
        const output = new Output(options.json ?? false);
        output.result(items, () =>
          items.length === 0
            ? ['no receivers: add a section `notify` to the configuration (docs/guide/notifications.md)']
            : output.table(['receiver', 'channel', 'to', 'last here', 'last message'], items.flatMap(rows)),
        );
      },
    ),
  );
  command.addCommand(
    inner('test', 'Send a test message over every channel of a receiver')
      .argument('<receiver>')
      .action(async (name: string, options: Options) => {
        const client = await Client.open(options);
        const result = await client.post<ApiReceiverTest>(`/receivers/${encodeURIComponent(name)}/test`, {});
        new Output(options.json ?? false).result(result, () =>
          result.channels.map(({ channel, outcome, text }) => `${channel}: ${outcome}, ${text}`),
        );
        if (!result.ok) process.exitCode = 1;
      }),
  );
  return command;
}

function rows({ name, channels, last }: ApiReceiver): string[][] {
  return channels.map(({ channel, destination, last: here }, index) => [
    index === 0 ? name : '',
    channel,
    destination,
    here ? `${here.outcome}: ${here.text}` : '-',
    index === 0 && last ? `${last.message} of incident ${last.incident}: ${last.outcome}` : '',
  ]);
}
