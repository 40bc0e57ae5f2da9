import { Command } from 'commander';
import type { ApiOnCall, ApiOnCallOverride } from '../../model/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';
import { futureInstant } from '../time-arguments.ts';

type Options = ClientOptions & { json?: boolean };

export function onCallCommand(): Command {
  const command = new Command('on-call').description('Whose turn it is, and who takes it for another');
  const inner = (name: string, description: string) =>
    withClient(new Command(name).description(description)).option('--json', 'print JSON');
  command.addCommand(
    inner('list', 'Who is on call now and next, by rota').action(async (options: Options) => {
      const onCall = await (await Client.open(options)).get<ApiOnCall>('/on-call');
      const output = new Output(options.json ?? false);
      output.result(onCall, () => linesOf(onCall, output));
    }),
  );
  command.addCommand(
    inner('override', 'Somebody takes a turn for another')
      .argument('<rota>')
      .argument('<receiver>', 'who is on call instead')
      .option('--from <time>', 'now by default; 2h for so long from now, or 2026-01-31T12:00:00Z', futureInstant)
      .requiredOption('--until <time>', '8h for so long from now, or 2026-01-31T12:00:00Z', futureInstant)
      .action(async (rota: string, receiver: string, options: Options & { from?: number; until: number }) => {
        const { from, until } = options;
        const body = {
          rota,
          receiver,
          ...(from !== undefined && { from: new Date(from).toISOString() }),
          to: new Date(until).toISOString(),
        };
        const made = await (await Client.open(options)).post<ApiOnCallOverride>('/on-call/overrides', body);
        new Output(options.json ?? false).result(made, () => [
          `${made.receiver} is on call in ${made.rota} from ${made.from} to ${made.to} (${made.id})`,
        ]);
      }),
  );
  command.addCommand(
    inner('end', 'Take an override back before its time')
      .argument('<id>')
      .action(async (id: string, options: Options) => {
        await (await Client.open(options)).delete(`/on-call/overrides/${encodeURIComponent(id)}`);
        new Output(options.json ?? false).result({ id }, () => [`override ${id} no longer counts`]);
      }),
  );
  return command;
}

function linesOf({ items, overrides }: ApiOnCall, output: Output): string[] {
  if (items.length === 0) return ['no rotas: add a section `rotas` to the configuration (docs/guide/notifications.md)'];
  const time = (text: string) => text.slice(0, 19).replace('T', ' ');
  return [
    ...output.table(
      ['rota', 'on call now', 'until (UTC)', 'next'],
      items.map(({ rota, now, next }) => [
        rota,
        `${now.receiver ?? 'nobody'}${now.override === undefined ? '' : ` (override ${now.override})`}`,
        next ? time(next.at) : '-',
        next ? (next.receiver ?? 'nobody') : '-',
      ]),
    ),
    ...overrides.map(
      ({ id, rota, receiver, from, to, by }) =>
        `override ${id}: ${receiver} in ${rota} from ${time(from)} to ${time(to)}, by ${by}`,
    ),
  ];
}
