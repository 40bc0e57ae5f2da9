import { Command, InvalidArgumentError } from 'commander';
import { setTimeout as delay } from 'node:timers/promises';
import {
  QwError,
  recordSpeechOf,
  recordText,
  type ApiEvent,
  type ApiPage,
  type LedgerRecord,
} from '../../model/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';
import { spokenLanguage } from '../text/speech.ts';

type Options = ClientOptions & { json?: boolean; follow?: boolean; since?: number };

export function eventsCommand(): Command {
  return withClient(new Command('events').description('Committed transitions, incidents and actions, oldest first'))
    .option('--follow', 'go on as they come')
    .option('--since <position>', 'begin at this ledger position', position)
    .option('--json', 'one object a line')
    .action(async (options: Options) => {
      const client = await Client.open(options);
      const output = new Output(options.json ?? false);
      let next = options.since ?? 0;
      const show = (event: ApiEvent) => {
        next = event.position + 1;
        output.result(event, () => [`${String(event.position).padStart(7)}  ${event.time}  ${textOf(event)}`]);
      };
      for (;;) {
        const page = await client.get<ApiPage<ApiEvent>>(`/events?since=${next}&limit=1000`);
        page.items.forEach(show);
        if (page.items.length === 0) break;
      }
      while (options.follow) {
        try {
          for await (const message of client.events(`/events?since=${next}`)) {
            if (message.event !== 'heartbeat') show(JSON.parse(message.data) as ApiEvent);
          }
        } catch (thrown) {
          if (!(thrown instanceof QwError) || thrown.code !== 'UNREACHABLE') throw thrown;
          output.note(`${thrown.message}; trying again`);
        }
        await delay(1000);
      }
    });
}

/** In the language of who reads; what a newer watcher says of itself is not ours to translate. */
function textOf(event: ApiEvent): string {
  const language = spokenLanguage();
  if (language === 'en') return event.text;
  try {
    return recordText(event as unknown as LedgerRecord, recordSpeechOf(language));
  } catch {
    return event.text;
  }
}

function position(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('expected a ledger position (a whole number)');
  return Number(text);
}
