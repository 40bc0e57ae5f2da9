import { Command, InvalidArgumentError } from 'commander';
import { formatInstant, parseDuration, type EpochMs, type NatHolders } from '../../model/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';
import { pastInstant } from '../time-arguments.ts';
import { endText, protocolText } from './nat-words.ts';

interface WhoOptions extends ClientOptions {
  at: EpochMs;
  slack: number;
  json?: boolean;
}

/** What those ask who were attacked: whose the address and the port were. */
export function natWhoCommand(): Command {
  return withClient(new Command('who').description('Who had an address that the outside saw, and its port, at a time'))
    .argument('<address>')
    .argument('[port]', 'without it, everybody who had the address')
    .requiredOption('--at <time>', 'such as 2026-01-31T12:00:00Z, or 6h for so long ago', pastInstant)
    .option('--slack <duration>', 'clocks may be off by so much', duration, 0)
    .option('--json', 'print JSON')
    .action(async (address: string, port: string | undefined, options: WhoOptions) => {
      const question = new URLSearchParams({
        address,
        at: formatInstant(options.at),
        slackMs: String(options.slack),
        ...(port !== undefined && { port }),
      });
      const output = new Output(options.json ?? false);
      const found = await (await Client.open(options)).get<NatHolders>(`/nat/holders?${question.toString()}`);
      output.result(found, () => linesOf(found, output));
      if (found.holders.length === 0) process.exitCode = 1;
    });
}

function linesOf({ holders, more }: NatHolders, output: Output): string[] {
  if (holders.length === 0) return ['nobody, as far as the log says'];
  const rows = holders.map((one) => [
    endText(one.source, one.sourcePort),
    protocolText(one.protocol),
    endText(one.translatedSource, one.translatedSourcePort),
    endText(one.destination, one.destinationPort),
    one.from ?? '-',
    one.to ?? '-',
    one.gateway,
  ]);
  const head = ['source', 'protocol', 'became', 'destination', 'began', 'ended', 'told by'];
  const rest = more ? ['the log of those days has more than was looked at: name a port'] : [];
  return [...output.table(head, rows), ...rest];
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms > 3_600_000) throw new InvalidArgumentError('expected a duration up to 1h, such as 1m');
  return ms;
}
