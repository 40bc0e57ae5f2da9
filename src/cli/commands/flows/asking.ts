import { type Command, InvalidArgumentError } from 'commander';
import {
  flowKeys,
  flowMeasures,
  flowQuestionSchema,
  flowSpeechOf,
  flowStatistics,
  flowTrustTexts,
  flowValueText,
  formatInstant,
  nearest,
  parseDuration,
  samplingPoints,
  type FlowAnswer,
  type FlowKey,
  type FlowQuestion,
  type FlowRow,
  type FlowSqlAnswer,
} from '../../../model/index.ts';
import { silentLog, systemClock } from '../../../platform/index.ts';
import { Client, withClient, type ClientOptions } from '../../client.ts';
import { spokenLanguage } from '../../text/speech.ts';
import { pastInstant } from '../../time-arguments.ts';

/** Options of commands that ask about traffic, of a running watcher or of a folder. */
export interface TimeOptions extends ClientOptions {
  dir?: string;
  last: number;
  from?: number;
  to?: number;
  json?: boolean;
}

export interface AskOptions extends TimeOptions {
  filter: string;
  view: FlowQuestion['view'];
  point: FlowQuestion['samplingPoint'];
  measure: FlowQuestion['measure'];
  by: FlowKey[];
  rank: FlowQuestion['statistic'];
  limit: number;
  resolution: FlowQuestion['resolution'];
}

export const withFolder = (command: Command): Command =>
  withClient(command).option('--dir <dir>', 'a folder of flows, instead of a watcher');

export const withTime = (command: Command, usualMs: number): Command =>
  command
    .option('--last <duration>', 'so long until now, such as 1h or 7d', duration, usualMs)
    .option('--from <time>', 'such as 6h for so long ago, or 2026-01-31T12:00:00Z', pastInstant)
    .option('--to <time>', 'the same; now by default', pastInstant);

export function withQuestion(command: Command, usual: { by: readonly FlowKey[]; limit: number }): Command {
  return withTime(withFolder(command), 3_600_000)
    .option(
      '--filter <expression>',
      'as nfdump and tcpdump have it: proto tcp and dst port 443 and src net 10.0.0.0/8',
      '',
    )
    .option('--by <keys>', 'what rows are told apart by, separated by commas', keys, [...usual.by])
    .option('--measure <what>', flowMeasures.join(', '), oneOf(flowMeasures), 'bytes')
    .option('--rank <statistic>', flowStatistics.join(', '), oneOf(flowStatistics), 'total')
    .option(
      '--view <view>',
      'source-destination or client-server',
      oneOf(['source-destination', 'client-server']),
      'source-destination',
    )
    .option(
      '--point <which>',
      'of flows that both ends report: source, destination, sum or average',
      oneOf(samplingPoints),
      'average',
    )
    .option(
      '--resolution <which>',
      'records, or sums of a slice, which outlive them: auto, records, 1m, 1h',
      oneOf(['auto', 'records', '1m', '1h']),
      'auto',
    )
    .option('-n, --limit <n>', 'rows', rows, usual.limit);
}

/** The answer to what the options ask; `given` is what they don't say. */
export async function askFlows(options: AskOptions, given: Partial<FlowQuestion> = {}): Promise<FlowAnswer> {
  const to = options.to ?? systemClock.now();
  const question = flowQuestionSchema.parse({
    from: formatInstant(options.from ?? to - options.last),
    to: formatInstant(to),
    view: options.view,
    filter: options.filter,
    groupBy: options.by,
    measure: options.measure,
    samplingPoint: options.point,
    statistic: options.rank,
    limit: options.limit,
    resolution: options.resolution,
    charted: 0,
    ...given,
  });
  if (options.dir === undefined) return (await Client.open(options)).post<FlowAnswer>('/flows/query', question);
  return inFolder(options.dir, (desk) => desk.query(question));
}

export async function askSql(options: AskOptions, sql: string): Promise<FlowSqlAnswer> {
  const question = { sql, limit: options.limit };
  if (options.dir === undefined) return (await Client.open(options)).post<FlowSqlAnswer>('/flows/sql', question);
  return inFolder(options.dir, (desk) => desk.sql(question));
}

type Desk = Awaited<ReturnType<typeof openFolder>>['desk'];

const openFolder = async (directory: string) =>
  (await import('../../../watcher/index.ts')).openFlowFolder(directory, systemClock, silentLog);

export async function inFolder<Answer>(directory: string, ask: (desk: Desk) => Promise<Answer>): Promise<Answer> {
  const folder = await openFolder(directory);
  try {
    return await ask(folder.desk);
  } finally {
    await folder.close();
  }
}

const prefixes = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** With three digits and a prefix of thousands. */
export function short(value: number): string {
  const thousands = value < 1000 ? 0 : Math.min(prefixes.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** thousands;
  return `${thousands === 0 && Number.isInteger(value) ? value : scaled.toPrecision(3)}${prefixes[thousands] ?? ''}`;
}

/** Of a measure a second; bytes become bits, as lines are rated. */
export const shortRate = (perSecond: number, measure: FlowQuestion['measure']): string =>
  measure === 'bytes' ? `${short(perSecond * 8)}bit/s` : `${short(perSecond)}/s`;

export const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;

/** How far to trust an answer, a line each. */
export function trustLines({ trust, partial }: FlowAnswer): string[] {
  const speech = flowSpeechOf(spokenLanguage());
  return [
    ...(trust.error === undefined || trust.error === 0
      ? []
      : [speech.line('trust.sampled', { errorShare: trust.error })]),
    ...flowTrustTexts(trust, speech).map(({ text }) => text),
    ...(partial ? [speech.line('trust.partial', { missing: partial.missing.join(', ') })] : []),
  ];
}

/** The values of a row, each with what else is known of it, or with the word that filters have for it. */
export function valueCells({ values, labels }: FlowRow, groupBy: readonly FlowKey[]): string[] {
  const speech = flowSpeechOf(spokenLanguage());
  return values.map((value, at) => {
    const word = flowValueText(groupBy[at] ?? '', value, speech);
    const label = word === value ? (labels[at] ?? '') : value;
    const shown = word === '' ? '-' : word;
    return label === '' ? shown : `${shown} (${label})`;
  });
}

function duration(text: string): number {
  const found = parseDuration(text);
  if (found === undefined || found < 1000) throw new InvalidArgumentError('expected 1h, 30m or 7d.');
  return found;
}

function keys(text: string): FlowKey[] {
  return text.split(',').map((word) => {
    const known = flowKeys.find((key) => key === word.trim());
    if (known === undefined)
      throw new InvalidArgumentError(`expected ${flowKeys.join(', ')}${nearest(word, flowKeys) || '.'}`);
    return known;
  });
}

function oneOf<Word extends string>(words: readonly Word[]) {
  return (text: string): Word => {
    const known = words.find((word) => word === text);
    if (known === undefined) throw new InvalidArgumentError(`expected ${words.join(', ')}.`);
    return known;
  };
}

export function rows(text: string): number {
  const found = Number(text);
  if (!Number.isInteger(found) || found < 1 || found > 10_000) throw new InvalidArgumentError('expected 1 to 10000.');
  return found;
}
