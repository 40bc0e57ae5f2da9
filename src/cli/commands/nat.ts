import { Command, InvalidArgumentError, Option } from 'commander';
import {
  flowInsightText,
  flowProblemText,
  flowSpeechOf,
  formatInstant,
  parseDuration,
  type NatLog,
  type NatLogEntry,
  type NatStatus,
} from '../../model/index.ts';
import { systemClock } from '../../platform/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';
import { filled } from '../text/filled.ts';
import { say, spokenLanguage } from '../text/speech.ts';
import { natWhoCommand } from './nat-who.ts';
import { endText, protocolText } from './nat-words.ts';

interface LogOptions extends ClientOptions {
  last: number;
  errorsOnly?: boolean;
  translationsOnly?: boolean;
  limit: number;
  json?: boolean;
}

export function natCommand(): Command {
  const command = new Command('nat').description(
    'Address translation: what became of connections, and who found no port',
  );
  command.addCommand(
    withClient(new Command('log').description('What was translated and what was refused, newest first'))
      .option('--last <duration>', 'so long until now, such as 1h or 7d', duration, 3_600_000)
      .addOption(new Option('--errors-only', 'only what was refused').conflicts('translationsOnly'))
      .option('--translations-only', 'only what was translated')
      .option('-n, --limit <n>', 'rows', rows, 50)
      .option('--json', 'print JSON')
      .action(log),
  );
  command.addCommand(
    withClient(new Command('status').description('How full pools of ports are, and how many packets found none'))
      .option('--json', 'print JSON')
      .action(async (options: ClientOptions & { json?: boolean }) => {
        const output = new Output(options.json ?? false);
        const status = await (await Client.open(options)).get<NatStatus>('/nat/status');
        output.result(status, () => statusLines(status, output));
        if (!status.enabled) process.exitCode = 1;
      }),
  );
  command.addCommand(natWhoCommand());
  return command;
}

async function log(options: LogOptions): Promise<void> {
  const output = new Output(options.json ?? false);
  const show = options.errorsOnly ? 'errors' : options.translationsOnly ? 'translations' : 'all';
  const from = formatInstant(systemClock.now() - options.last);
  const question = new URLSearchParams({ from, show, limit: String(options.limit) });
  const found = await (await Client.open(options)).get<NatLog>(`/nat/log?${question.toString()}`);
  output.result(found, () => logLines(found, output));
}

function logLines({ entries, more }: NatLog, output: Output): string[] {
  if (entries.length === 0) return ['nothing was translated or refused in this time'];
  const rows = entries.map((entry) => [
    entry.at,
    entry.event,
    protocolText(entry.protocol),
    endText(entry.source, entry.sourcePort),
    endText(entry.destination, entry.destinationPort),
    becameText(entry),
    entry.packets === 0 ? '' : String(entry.packets),
    entry.gateway,
    entry.reason,
  ]);
  const head = ['time', 'event', 'protocol', 'source', 'destination', 'became', 'packets', 'told by', 'reason'];
  return [...output.table(head, rows), ...(more ? ['there are more: ask for more rows with --limit'] : [])];
}

/** What of it changed: the source in most cases, the destination where a port is forwarded. */
function becameText(entry: NatLogEntry): string {
  const source = endText(entry.translatedSource, entry.translatedSourcePort);
  const destination = endText(entry.translatedDestination, entry.translatedDestinationPort);
  return [source === '-' ? '' : source, destination === '-' ? '' : `→ ${destination}`].filter(Boolean).join(' ');
}

function statusLines(status: NatStatus, output: Output): string[] {
  if (!status.enabled)
    return [
      'translations of this machine are not watched: write `nat: {}` into the section `flows` of the configuration',
    ];
  const { created, ended, refused, named, namesVictims, connections, mostConnections, pools } = status;
  const rows = pools.map((pool) => [
    pool.address,
    protocolText(pool.protocol),
    `${pool.used}/${pool.ports}`,
    percent(pool.share),
    percent(pool.peakShare),
    endText(pool.destination, pool.destinationPort),
    String(pool.translations),
    pool.rule,
  ]);
  const head = ['address', 'protocol', 'ports', 'share', 'peak', 'busiest destination', 'connections', 'rule'];
  const speech = flowSpeechOf(spokenLanguage());
  const whose = namesVictims ? filled(say('{0} of them by name'), named) : say('not by name: `name-victims` is off');
  return [
    filled(say('since {0}: {1} translations began, {2} ended'), status.since ?? '', created, ended),
    filled(say('dropped for want of a port: {0} packets ({1})'), refused.ports, whose),
    filled(say('dropped since connections clashed: {0} packets'), refused.clashes),
    filled(say('dropped since there was no room for a connection: {0} packets'), refused.room),
    filled(say('connections: {0} of {1}'), connections, mostConnections),
    ...(rows.length > 0 ? output.table(head, rows) : []),
    ...status.insights.map(
      (insight) => `${speech.line(`severity.${insight.severity}`)}: ${flowInsightText(insight, speech)}`,
    ),
    ...status.problems.map((problem) => filled(say('problem: {0}'), flowProblemText(problem, speech))),
  ];
}

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('expected a duration such as 1h or 7d');
  return ms;
}

function rows(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 10_000)
    throw new InvalidArgumentError('expected a number from 1 to 10000');
  return count;
}
