import {
  addressText,
  flowKinds,
  formatInstant,
  type EpochMs,
  type NatEventName,
  type NatLog,
  type NatLogEntry,
  type NatLogQuestion,
} from '../../model/index.ts';
import {
  flowsTable,
  type Answer,
  type Labels,
  type Predicate,
  type Query,
  type QueryLimits,
} from '../../store/index.ts';
import { natReasons } from './reasons.ts';

/** Where records are kept, and what their numbers stand for. */
export interface NatLogSource {
  query(query: Query, limits?: QueryLimits): Promise<Answer>;
  readonly labels: ReadonlyMap<number, Labels>;
}

/** IPFIX element 230 (RFC 8158, section 4.3), by number. */
const natEvents: readonly NatEventName[] = [
  'unknown',
  'created',
  'ended',
  'addresses-exhausted',
  'created',
  'ended',
  'created',
  'ended',
  'binding-created',
  'binding-ended',
  'binding-created',
  'binding-ended',
  'ports-exhausted',
  'quota-exceeded',
  'binding-created',
  'binding-ended',
  'ports-allocated',
  'ports-released',
  'threshold-reached',
];
/** IPFIX element 233, which NSEL has too. */
const firewallEvents: readonly NatEventName[] = ['unknown', 'created', 'ended', 'denied', 'alert', 'updated'];
const failures: ReadonlySet<NatEventName> = new Set([
  'addresses-exhausted',
  'ports-exhausted',
  'quota-exceeded',
  'denied',
  'refused',
]);
const translations: ReadonlySet<NatEventName> = new Set(['created', 'ended', 'binding-created', 'binding-ended']);

const kind = {
  nat: flowKinds.indexOf('nat'),
  firewall: flowKinds.indexOf('firewall'),
  drop: flowKinds.indexOf('drop'),
};

const columns = [
  'ts',
  'duration_ms',
  'exporter',
  'kind',
  'event',
  'protocol',
  'source_high',
  'source_low',
  'source_port',
  'destination_high',
  'destination_low',
  'destination_port',
  'nat_source_high',
  'nat_source_low',
  'nat_source_port',
  'nat_destination_high',
  'nat_destination_low',
  'nat_destination_port',
  'packets',
  'reason',
] as const;
type Name = (typeof columns)[number];

/** What was translated and what was refused, newest first, whoever told of it. */
export async function readNatLog(
  question: NatLogQuestion,
  source: NatLogSource,
  limits: QueryLimits = {},
): Promise<NatLog> {
  const { from, to, show, limit } = question;
  const where = scopeOf(show, source.labels);
  const times = { from: Date.parse(from), to: Date.parse(to) };
  return { from, to, ...(await readEntries({ ...times, where, limit }, source, limits)) };
}

/** Entries that a predicate over the table of flows lets through, newest first. */
export async function readEntries(
  { from, to, where, limit }: { from: EpochMs; to: EpochMs; where: Predicate; limit: number },
  source: NatLogSource,
  limits: QueryLimits,
): Promise<Pick<NatLog, 'entries' | 'more'>> {
  const { labels } = source;
  const { rows } = await source.query(
    {
      table: flowsTable,
      from,
      to,
      where,
      select: columns.map((name) => ({ name, value: { column: name } })),
      orderBy: columns.map((name) => ({ name, descending: name === 'ts' })),
      limit: limit + 1,
    },
    limits,
  );
  return { entries: rows.slice(0, limit).map((row) => entryOf(row, labels)), more: rows.length > limit };
}

const is = (column: Name, value: number): Predicate => ({ left: { column }, is: '=', right: { literal: value } });
const among = (column: Name, values: readonly number[]): Predicate => ({ in: { column }, values });

/** Entries of the log, or of a part of it. */
export function scopeOf(show: NatLogQuestion['show'], labels: NatLogSource['labels']): Predicate {
  const events = (of: readonly NatEventName[], wanted: ReadonlySet<NatEventName>) =>
    of.flatMap((name, number) => (wanted.has(name) ? [number] : []));
  const own: readonly string[] = Object.values(natReasons);
  const reasons = [...labels].flatMap(([number, { kind: of, text }]) =>
    of === 'reason' && own.includes(text ?? '') ? [number] : [],
  );
  // Packets are dropped for many a reason, most of which have nothing to do with translation.
  const dropped: Predicate = {
    all: [
      is('kind', kind.drop),
      { any: [among('event', events(natEvents, failures)), ...(reasons.length > 0 ? [among('reason', reasons)] : [])] },
    ],
  };
  const of = (wanted: ReadonlySet<NatEventName>): Predicate[] => [
    { all: [is('kind', kind.nat), among('event', events(natEvents, wanted))] },
    { all: [is('kind', kind.firewall), among('event', events(firewallEvents, wanted))] },
  ];
  if (show === 'errors') return { any: [...of(failures), dropped] };
  if (show === 'translations') {
    const [nat, firewall] = of(translations);
    // A firewall that lets something through translates it or not.
    const translated: Predicate = { any: [isChanged('source'), isChanged('destination')] };
    return { any: [nat as Predicate, { all: [firewall as Predicate, translated] }] };
  }
  return { any: [among('kind', [kind.nat, kind.firewall]), dropped] };
}

const isSet = (column: Name): Predicate => ({ left: { column }, is: '!=', right: { literal: 0 } });
const differ = (one: Name, other: Name): Predicate => ({ left: { column: one }, is: '!=', right: { column: other } });

/** Exporters name what an address became also where it stayed as it was. */
const isChanged = (end: 'source' | 'destination'): Predicate => ({
  all: [
    isSet(`nat_${end}_low`),
    {
      any: [
        differ(`nat_${end}_low`, `${end}_low`),
        differ(`nat_${end}_high`, `${end}_high`),
        { all: [isSet(`nat_${end}_port`), differ(`nat_${end}_port`, `${end}_port`)] },
      ],
    },
  ],
});

function entryOf(row: readonly (number | string)[], labels: NatLogSource['labels']): NatLogEntry {
  const values = Object.fromEntries(columns.map((name, at) => [name, row[at] ?? 0])) as Record<Name, number | string>;
  const number = (name: Name) => Number(values[name]);
  const address = (of: 'source' | 'destination' | 'nat_source' | 'nat_destination') =>
    addressOf(BigInt(values[`${of}_high`]), BigInt(values[`${of}_low`]));
  const exporter = labels.get(number('exporter'));
  const event = eventOf(number('kind'), number('event'));
  const [source, destination] = [address('source'), address('destination')];
  const changed = (of: 'nat_source' | 'nat_destination', plain: string, port: number) => {
    const [text, toPort] = [address(of), number(`${of}_port`)];
    const isSame = text === '' || (text === plain && (toPort === port || toPort === 0));
    return isSame ? { text: '', port: 0 } : { text, port: toPort };
  };
  const toSource = changed('nat_source', source, number('source_port'));
  const toDestination = changed('nat_destination', destination, number('destination_port'));
  return {
    at: formatInstant(number('ts')),
    event,
    ok: number('kind') !== kind.drop && !failures.has(event),
    protocol: number('protocol'),
    source,
    sourcePort: number('source_port'),
    destination,
    destinationPort: number('destination_port'),
    translatedSource: toSource.text,
    translatedSourcePort: toSource.port,
    translatedDestination: toDestination.text,
    translatedDestinationPort: toDestination.port,
    packets: number('packets'),
    durationMs: number('duration_ms'),
    gateway: exporter?.['address'] ?? '',
    protocolOfGateway: exporter?.['protocol'] ?? '',
    reason: labels.get(number('reason'))?.['text'] ?? '',
  };
}

function eventOf(of: number, event: number): NatEventName {
  if (of === kind.drop) return natEvents[event] === 'ports-exhausted' ? 'ports-exhausted' : 'refused';
  return (of === kind.firewall ? firewallEvents : natEvents)[event] ?? 'unknown';
}

/** Empty for the address of nobody. */
function addressOf(high: bigint, low: bigint): string {
  return high === 0n && low === 0n ? '' : addressText({ high, low });
}
