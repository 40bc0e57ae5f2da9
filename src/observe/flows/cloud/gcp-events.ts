import { readAddress, type AddressWords } from './address.ts';
import type { EntrySink } from './entry.ts';
import { dropped, droppedByRule, readConnection, subnetworkOf } from './gcp-connection.ts';
import { addLocation, instanceNumber, networkNumber } from './gcp-parties.ts';
import type { CloudRecord } from './record.ts';
import { Unreadable } from './unreadable.ts';
import { fieldOf, numberOf, textOf, timeOf } from './values.ts';

/** What Cloud NAT and firewall rules did with a connection: entries without amounts. */

/** IPFIX element 230 (RFC 8158, section 4.3). */
const nat44Created = 4;
const nat64Created = 6;
const portsExhausted = 12;
const isIpv4 = ([first, second, third]: AddressWords) => first === 0 && second === 0 && third === 0xffff;

/** One entry for a connection that got a port, and one for a packet that got none. */
export function readNat(entry: unknown, payload: unknown, { names }: EntrySink): CloudRecord {
  const { source, destination, columns } = readConnection(payload);
  const connection = fieldOf(payload, 'connection');
  const gateway = fieldOf(payload, 'gateway_identifiers');
  const isDropped = textOf(payload, 'allocation_status') !== 'OK';
  const at = entryTime(entry, payload);
  const natText = textOf(connection, 'nat_ip');
  const natSource = natText === '' ? undefined : readAddress(natText);
  columns.nat_source_port = numberOf(fieldOf(connection, 'nat_port'), 65_535);
  columns.source_name = instanceNumber(names, fieldOf(payload, 'endpoint'));
  columns.source_network = networkNumber(names, fieldOf(payload, 'vpc'));
  const target = fieldOf(payload, 'destination');
  columns.destination_name = instanceNumber(names, fieldOf(target, 'instance'));
  columns.destination_network = networkNumber(names, fieldOf(target, 'vpc'));
  addLocation(columns, 'destination', fieldOf(target, 'geo_location'));
  columns.direction = 1;
  if (isDropped) {
    columns.event = portsExhausted;
    columns.reason = names.reason(natPortsExhausted);
    columns.forwarding = dropped;
  } else columns.event = isIpv4(source) ? nat44Created : nat64Created;
  const project = textOf(entry, 'resource', 'labels', 'project_id') || textOf(payload, 'vpc', 'project_id');
  return {
    startMs: at,
    endMs: at,
    exporter: names.exporter({
      address:
        [project, textOf(gateway, 'region'), textOf(gateway, 'router_name'), textOf(gateway, 'gateway_name')]
          .filter((part) => part !== '')
          .join('/') || 'unknown',
      protocol: 'gcp-nat',
      domain: 0,
    }),
    kind: isDropped ? 'drop' : 'nat',
    reporter: 'source-gateway',
    samplingFrom: 'unsampled',
    bytesOf: 'packets',
    source,
    destination,
    ...(natSource && { natSource }),
    bytes: 0n,
    packets: isDropped ? 1n : 0n,
    columns,
  };
}

/** The words of IPFIX element 230, value 12 (RFC 8158). */
export const natPortsExhausted = 'NAT ports exhausted';

/** IPFIX element 233: what was let through created a flow. */
const events: Readonly<Record<string, number>> = { ALLOWED: 1, INTERCEPTED: 1, DENIED: 3 };

export function readFirewall(entry: unknown, payload: unknown, { names }: EntrySink): CloudRecord {
  const { source, destination, columns } = readConnection(payload);
  const disposition = textOf(payload, 'disposition');
  if (!Object.hasOwn(events, disposition)) throw new Unreadable('missing-field');
  const isEgress = textOf(payload, 'rule_details', 'direction') === 'EGRESS';
  const [near, far] = isEgress ? (['source', 'destination'] as const) : (['destination', 'source'] as const);
  const at = entryTime(entry, payload);
  columns.event = events[disposition] ?? 0;
  columns.direction = isEgress ? 1 : 0;
  columns[`${near}_name`] = instanceNumber(names, fieldOf(payload, 'instance'));
  columns[`${near}_network`] = networkNumber(names, fieldOf(payload, 'vpc'));
  columns[`${far}_name`] = instanceNumber(names, fieldOf(payload, 'remote_instance'));
  columns[`${far}_network`] = networkNumber(names, fieldOf(payload, 'remote_vpc'));
  addLocation(columns, far, fieldOf(payload, 'remote_location'));
  const rule = textOf(payload, 'rule_details', 'reference');
  if (rule !== '') columns.reason = names.reason(rule);
  if (disposition === 'DENIED') columns.forwarding = droppedByRule;
  return {
    startMs: at,
    endMs: at,
    exporter: names.exporter({
      address: subnetworkOf(entry, { src_vpc: fieldOf(payload, 'vpc') }, 'src'),
      protocol: 'gcp-firewall',
      domain: 0,
    }),
    kind: 'firewall',
    reporter: isEgress ? 'source' : 'destination',
    samplingFrom: 'unsampled',
    bytesOf: 'packets',
    source,
    destination,
    bytes: 0n,
    packets: 0n,
    columns,
  };
}

/** Logs of events say when in the envelope, some in the payload. */
function entryTime(entry: unknown, payload: unknown): number {
  const at = timeOf(fieldOf(entry, 'timestamp') ?? fieldOf(payload, 'timestamp'));
  if (Number.isNaN(at)) throw new Unreadable('missing-field');
  return at;
}
