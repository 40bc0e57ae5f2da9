import type { FlowReporter } from '../../../model/index.ts';
import { readAddress } from './address.ts';
import { defaultAwsFields, parseAwsFields } from './aws-fields.ts';
import type { EntrySink, Interval } from './entry.ts';
import type { CloudNames, CloudRecord } from './record.ts';
import { Unreadable } from './unreadable.ts';
import { counterOf, numberOf } from './values.ts';

/**
 * Lines of AWS VPC and transit gateway flow logs. Which fields a line has, and in which order, is said by the first line
 * of a file, or by the format that the log was made with; without either only the default format can be read.
 */
export class AwsLineReader {
  readonly #given: readonly string[] | undefined;
  #fields: readonly string[];
  #places: ReadonlyMap<string, number>;

  constructor(fields?: readonly string[]) {
    this.#given = fields;
    this.#fields = fields ?? defaultAwsFields;
    this.#places = placesOf(this.#fields);
  }

  /** A new file may have other fields than the one before. */
  begin(): void {
    this.#fields = this.#given ?? defaultAwsFields;
    this.#places = placesOf(this.#fields);
  }

  /** True for a line that says which fields those after it have. */
  takeHeader(line: string): boolean {
    const fields = /^\s*[a-z$]/i.test(line) ? parseAwsFields(line) : undefined;
    if (!fields) return false;
    this.#fields = fields;
    this.#places = placesOf(fields);
    return true;
  }

  read(line: string, sink: EntrySink): void {
    const tokens = line.trim().split(/\s+/);
    const [first = ''] = tokens;
    // Logs that were exported from CloudWatch have the time of the entry before it.
    if (tokens.length === this.#fields.length + 1 && /^\d{4}-\d\d-\d\dT/.test(first)) tokens.shift();
    if (tokens.length !== this.#fields.length) throw new Unreadable('field-count');
    readAwsFields((name) => {
      const place = this.#places.get(name);
      const token = place === undefined ? '-' : (tokens[place] ?? '-');
      return token === '-' ? '' : token;
    }, sink);
  }
}

/** Of a name that is there twice the first place. */
function placesOf(fields: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  fields.forEach((field, place) => {
    if (!places.has(field)) places.set(field, place);
  });
  return places;
}

/** '' for what a record does not say. */
export type AwsFields = (name: string) => string;

const reporters: Readonly<Record<string, FlowReporter>> = { egress: 'source', ingress: 'destination' };
/** Forwarding status (IPFIX element 89): dropped by a rule. */
const droppedByRule = 130;
const longestSeconds = 2 ** 40;

/** One record, however its fields came. Throws `Unreadable`. */
export function readAwsFields(value: AwsFields, sink: EntrySink): void {
  const status = value('log-status');
  if (status === 'NODATA') return sink.noData(intervalOf(value, sink));
  if (status === 'SKIPDATA') return sink.skippedData(intervalOf(value, sink));
  const end = value('end');
  if (end === '') throw new Unreadable('missing-field');
  const endMs = numberOf(end, longestSeconds) * 1000;
  const start = value('start');
  const isRejected = value('action') === 'REJECT';
  const direction = value('flow-direction');
  const columns: CloudRecord['columns'] = {
    source_port: numberOf(value('srcport'), 65_535),
    destination_port: numberOf(value('dstport'), 65_535),
    protocol: numberOf(value('protocol'), 255),
    tcp_flags: numberOf(value('tcp-flags'), 65_535),
  };
  if (direction === 'egress') columns.direction = 1;
  else if (direction === 'ingress') columns.direction = 0;
  addParties(columns, value, direction, sink);
  if (isRejected) {
    columns.reason = sink.names.reason(value('reject-reason') || 'REJECT');
    columns.forwarding = droppedByRule;
  }
  // The interface's own address may stand in for what the packet had.
  const [near, packet] = [value('dstaddr'), value('pkt-dstaddr')];
  const record: CloudRecord = {
    startMs: start === '' ? Number.NaN : numberOf(start, longestSeconds) * 1000,
    endMs,
    exporter: exporterOf(value, sink.names),
    kind: isRejected ? 'drop' : 'traffic',
    reporter: Object.hasOwn(reporters, direction) ? (reporters[direction] ?? 'unknown') : 'unknown',
    samplingFrom: 'unsampled',
    bytesOf: 'packets',
    source: readAddress(value('pkt-srcaddr') || value('srcaddr')),
    destination: readAddress(packet || near),
    ...(packet !== '' && near !== '' && packet !== near && { nextHop: readAddress(near) }),
    bytes: counterOf(value('bytes')),
    packets: counterOf(value('packets')),
    columns,
  };
  sink.record(record);
  addLost(record, value, sink);
}

function intervalOf(value: AwsFields, { names }: EntrySink): Interval | undefined {
  const end = value('end');
  if (end === '') return undefined;
  return { exporter: exporterOf(value, names), endMs: numberOf(end, longestSeconds) * 1000 };
}

const exporterOf = (value: AwsFields, names: CloudNames): number =>
  names.exporter({ address: logOf(value), protocol: 'aws-vpc', domain: 0 });

/** `account/interface`, or the transit gateway and its attachment. */
function logOf(value: AwsFields): string {
  const parts = [
    value('account-id'),
    value('interface-id') || value('tgw-id'),
    value('interface-id') === '' ? value('tgw-attachment-id') : '',
  ];
  return parts.filter((part) => part !== '').join('/') || 'unknown';
}

/** A log of an interface says of itself which instance and subnet it is in, and the direction says which end that is. */
function addParties(columns: CloudRecord['columns'], value: AwsFields, direction: string, { names }: EntrySink): void {
  const own = direction === 'egress' ? 'source' : direction === 'ingress' ? 'destination' : undefined;
  const joined = (...fields: string[]) =>
    fields
      .map(value)
      .filter((part) => part !== '')
      .join('/');
  const name = (text: string) => (text === '' ? 0 : names.name(text));
  const network = (text: string) => (text === '' ? 0 : names.network(text));
  columns.source_name = name(value('pkt-src-aws-service'));
  columns.destination_name = name(value('pkt-dst-aws-service'));
  columns.source_network = network(joined('tgw-src-vpc-id', 'tgw-src-subnet-id'));
  columns.destination_network = network(joined('tgw-dst-vpc-id', 'tgw-dst-subnet-id'));
  if (own === undefined) return;
  const service = value('ecs-service-name');
  const inhabitant = service === '' ? value('instance-id') : joined('ecs-cluster-name', 'ecs-service-name');
  if (inhabitant !== '') columns[`${own}_name`] = name(inhabitant);
  const subnet = joined('vpc-id', 'subnet-id');
  if (subnet !== '') columns[`${own}_network`] = network(subnet);
}

const losses = [
  'packets-lost-no-route',
  'packets-lost-blackhole',
  'packets-lost-mtu-exceeded',
  'packets-lost-ttl-expired',
] as const;

/** What a transit gateway lost comes on top of what it carried. */
function addLost(record: CloudRecord, value: AwsFields, sink: EntrySink): void {
  for (const field of losses) {
    const packets = counterOf(value(field));
    if (packets === 0n) continue;
    const reason = sink.names.reason(field.replace('packets-lost-', ''));
    sink.record({
      ...record,
      kind: 'drop',
      bytes: 0n,
      packets,
      columns: { ...record.columns, reason, forwarding: 128 },
    });
  }
}
