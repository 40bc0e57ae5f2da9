import { Command } from 'commander';
import { flowProblemText, flowSpeechOf, flowUnreadText, type FlowStatus } from '../../../model/index.ts';
import { Client, withClient, type ClientOptions } from '../../client.ts';
import { Output } from '../../output.ts';
import { filled } from '../../text/filled.ts';
import { say, spokenLanguage } from '../../text/speech.ts';
import { percent, rows, short } from './asking.ts';

interface StatusOptions extends ClientOptions {
  limit: number;
  json?: boolean;
}

export function flowStatusCommand(): Command {
  return withClient(
    new Command('status').description('Who exports, what of it was lost or could not be read, and what is kept'),
  )
    .option('-n, --limit <n>', 'exporters, those with the most records first', rows, 20)
    .option('--json', 'print JSON, with all exporters')
    .action(async (options: StatusOptions) => {
      const output = new Output(options.json ?? false);
      const status = await (await Client.open(options)).get<FlowStatus>('/flows/status');
      output.result(status, () => statusLines(status, options.limit, output));
      if (!status.enabled) process.exitCode = 1;
    });
}

function statusLines(status: FlowStatus, limit: number, output: Output): string[] {
  if (!status.enabled) {
    return ['no flows are collected here: name where to listen in the section `flows` of the configuration'];
  }
  const { listening, exporters, recordsPerSecond, dropped, malformed, waitingRows, store, problems } = status;
  const speech = flowSpeechOf(spokenLanguage());
  const unread = Object.entries(malformed).map(([reason, count]) => `${flowUnreadText(reason, speech)}: ${count}`);
  const shown = exporters.slice(0, limit);
  return [
    filled(say('listening at {0}; {1} records a second'), listening.join(', ') || '-', recordsPerSecond),
    filled(say('kept: {0} records in {1}B; {2} wait for the disk'), store.rows, short(store.bytes), waitingRows),
    ...(store.from !== undefined && store.to !== undefined
      ? [filled(say('kept from {0} to {1}'), store.from, store.to)]
      : []),
    filled(say('dropped by the kernel: {0} datagrams; not read: {1}'), dropped, unread.join(', ') || say('nothing')),
    ...(shown.length > 0 ? output.table(head, shown.map(rowOf)) : ['no exporter has sent anything yet']),
    ...(exporters.length > limit ? [filled(say('and {0} more exporters'), exporters.length - limit)] : []),
    ...problems.map((problem) => filled(say('problem: {0}'), flowProblemText(problem, speech))),
  ];
}

const head = [
  'exporter',
  'address',
  'format',
  'domain',
  'last record (UTC)',
  'records',
  'lost',
  'share',
  'sampling',
  'templates',
  'clock',
];

type Exporter = FlowStatus['exporters'][number];

function rowOf(exporter: Exporter): string[] {
  const { name, address, protocol, domain, lastSeen, records, lost, lostShare, sampling, templates } = exporter;
  return [
    name,
    address,
    protocol,
    String(domain),
    lastSeen.slice(0, 19).replace('T', ' '),
    String(records),
    String(lost),
    lostShare === undefined ? '-' : percent(lostShare),
    sampling === undefined ? '?' : `1:${sampling}`,
    String(templates),
    clockText(exporter),
  ];
}

const dayMs = 86_400_000;
/** What messages with whole seconds and their way here explain. */
const usualMs = 2000;

/** Empty where it goes as ours does. */
function clockText({ clockAheadMs }: Exporter): string {
  if (clockAheadMs === undefined || Math.abs(clockAheadMs) < usualMs) return '';
  const ms = Math.abs(clockAheadMs);
  const amount = ms < 2 * dayMs ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / dayMs)} d`;
  return filled(clockAheadMs > 0 ? say('{0} ahead') : say('{0} behind'), amount);
}
