import {
  flowColumns,
  flowKinds,
  formatInstant,
  type FlowColumn,
  type FlowRecord,
  type FlowRecordsAnswer,
  type FlowRecordsQuestion,
} from '../../model/index.ts';
import { flowsTable, type QueryLimits } from '../../store/index.ts';
import { addressText, type Address } from '../../model/index.ts';
import { Asking } from './ask.ts';
import { FlowBook } from './book.ts';
import { communityId } from './community-id.ts';
import { countryText } from './country.ts';
import { eventName } from './events.ts';
import { flagsText } from './filter/values.ts';
import { protocolName } from './protocols.ts';
import { scopeOf } from './scope.ts';
import type { FlowSource } from './source.ts';
import { stepsOf } from './steps.ts';

const columns = Object.keys(flowColumns) as FlowColumn[];

/**
 * Single records, newest first. The cursor is the end of the last one, and how many with that same end were listed already:
 * the order is a whole one, so none is left out or listed twice.
 */
export async function listRecords(
  question: FlowRecordsQuestion,
  source: FlowSource,
  limits: QueryLimits = {},
): Promise<FlowRecordsAnswer> {
  const asking = new Asking(source, limits);
  const book = new FlowBook(await source.names());
  const [end, listed = '0'] = question.before?.split('~') ?? [];
  const endMs = end === undefined ? undefined : Date.parse(end);
  const skipped = Number(listed);
  const { from, to } = stepsOf(Date.parse(question.from), endMs === undefined ? Date.parse(question.to) : endMs + 1);
  const rows = await asking.rows({
    table: flowsTable,
    from,
    to: Math.min(to, Date.parse(question.to)),
    // Whoever looks at single records wants all kinds of them.
    where: scopeOf(question.filter, ['kind'], book),
    select: columns.map((name) => ({ name, value: { column: name } })),
    orderBy: [{ name: 'ts', descending: true }, ...columns.slice(1).map((name) => ({ name }))],
    limit: skipped + question.limit + 1,
  });
  const shown = rows.slice(skipped, skipped + question.limit);
  const items = shown.map((row) => present(row, book));
  const last = items.at(-1);
  if (!last || rows.length <= skipped + question.limit) return { items };
  const alike = items.filter((item) => item.end === last.end).length + (last.end === end ? skipped : 0);
  return { items, next: `${last.end}~${alike}` };
}

/** What is told by fields of its own. */
const told: ReadonlySet<FlowColumn> = new Set<FlowColumn>([
  ...(['ts', 'duration_ms', 'exporter', 'kind', 'source_high', 'source_low', 'destination_high'] as const),
  ...(['destination_low', 'source_port', 'destination_port', 'protocol', 'tcp_flags', 'bytes', 'packets'] as const),
  ...(['input', 'output', 'sampling', 'event', 'rtt_bucket'] as const),
]);

function present(row: readonly (number | string)[], book: FlowBook): FlowRecord {
  const values = Object.fromEntries(columns.map((name, at) => [name, row[at] ?? 0])) as Record<
    FlowColumn,
    number | string
  >;
  const number = (name: FlowColumn) => Number(values[name]);
  const address = (high: FlowColumn, low: FlowColumn): Address => ({
    high: BigInt(values[high]),
    low: BigInt(values[low]),
  });
  const [from, to] = [address('source_high', 'source_low'), address('destination_high', 'destination_low')];
  const end = number('ts');
  const onInterface = (index: number) => book.interfaceText(number('exporter'), index) || String(index);
  return {
    start: formatInstant(end - number('duration_ms')),
    end: formatInstant(end),
    source: addressText(from),
    sourcePort: number('source_port'),
    destination: addressText(to),
    destinationPort: number('destination_port'),
    protocol: protocolName(number('protocol')),
    bytes: String(values.bytes),
    packets: String(values.packets),
    sampling: number('sampling'),
    tcpFlags: number('tcp_flags') % 256 === 0 ? '' : flagsText(number('tcp_flags')),
    exporter: book.exporterText(number('exporter')),
    input: number('input') === 0 ? '' : onInterface(number('input')),
    output: number('output') === 0 ? '' : onInterface(number('output')),
    kind: flowKinds[number('kind')] ?? String(values.kind),
    event: number('kind') === 0 ? '' : (eventName(number('kind'), number('event')) ?? String(values.event)),
    communityId: communityId({
      source: from,
      destination: to,
      sourcePort: number('source_port'),
      destinationPort: number('destination_port'),
      protocol: number('protocol'),
      icmp: number('icmp'),
    }),
    more: moreOf(values, book),
  };
}

const texts: ReadonlySet<string> = new Set([
  'source_name',
  'destination_name',
  'source_network',
  'destination_network',
  'reason',
]);
const countries: ReadonlySet<string> = new Set(['source_country', 'destination_country']);

/** Halves of an address are one value, by the name that both begin with. */
function moreOf(values: Readonly<Record<FlowColumn, number | string>>, book: FlowBook): Record<string, string> {
  const more: Record<string, string> = {};
  for (const name of columns) {
    const value = values[name];
    if (told.has(name)) continue;
    const half = /^(.*)_(high|low)$/.exec(name);
    if (half) {
      const [, whole = '', which] = half;
      const low = which === 'high' ? values[`${whole}_low` as FlowColumn] : value;
      const high = which === 'high' ? value : values[`${whole}_high` as FlowColumn];
      if (BigInt(high) !== 0n || BigInt(low) !== 0n)
        more[whole] = addressText({ high: BigInt(high), low: BigInt(low) });
    } else if (Number(value) !== 0) {
      const text = texts.has(name)
        ? book.text(Number(value))
        : countries.has(name)
          ? countryText(Number(value))
          : undefined;
      more[name] = text ?? String(value);
    }
  }
  return more;
}
