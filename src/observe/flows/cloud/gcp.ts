import type { FlowReporter } from '../../../model/index.ts';
import type { EntrySink } from './entry.ts';
import { dropped, droppedByRule, readConnection, subnetworkOf } from './gcp-connection.ts';
import { readFirewall, readNat } from './gcp-events.ts';
import { addLocation, endpointNumber, networkNumber } from './gcp-parties.ts';
import type { CloudRecord } from './record.ts';
import { Unreadable } from './unreadable.ts';
import { counterOf, fieldOf, numberOf, textOf, timeOf } from './values.ts';

/**
 * Entries of Google Cloud logs: VPC Flow Logs (docs.cloud.google.com/vpc/docs/about-flow-logs-records), Cloud NAT
 * (/nat/docs/monitoring) and firewall rules (/firewall/docs/firewall-policy-log-format), in the envelope of a log entry or
 * without it. Which of them an entry is shows in what only that one has.
 */
export function readGcpEntry(entry: unknown, sink: EntrySink): void {
  const payload = fieldOf(entry, 'jsonPayload') ?? entry;
  if (fieldOf(payload, 'connection') === undefined) throw new Unreadable('not-an-entry');
  if (fieldOf(payload, 'allocation_status') !== undefined) sink.record(readNat(entry, payload, sink));
  else if (fieldOf(payload, 'disposition') !== undefined) sink.record(readFirewall(entry, payload, sink));
  else if (fieldOf(payload, 'reporter') !== undefined) sink.record(readFlow(entry, payload, sink));
  else throw new Unreadable('not-an-entry');
}

const reporters: Readonly<Record<string, FlowReporter>> = {
  SRC: 'source',
  DEST: 'destination',
  SRC_GATEWAY: 'source-gateway',
  DEST_GATEWAY: 'destination-gateway',
};
const longestRoundTripUs = 2 ** 32 - 1;

function readFlow(entry: unknown, payload: unknown, { names }: EntrySink): CloudRecord {
  const { source, destination, columns } = readConnection(payload);
  const told = textOf(payload, 'reporter');
  const reporter = Object.hasOwn(reporters, told) ? (reporters[told] ?? 'unknown') : 'unknown';
  const endMs = timeOf(fieldOf(payload, 'end_time'));
  if (Number.isNaN(endMs)) throw new Unreadable('missing-field');
  const reason = textOf(payload, 'drop_reason');
  const roundTripUs = readRoundTripUs(payload);
  if (roundTripUs > 0) columns.rtt_us = roundTripUs;
  columns.tos = numberOf(fieldOf(payload, 'network_service', 'dscp'), 63) << 2;
  if (reporter !== 'unknown') columns.direction = told.startsWith('SRC') ? 1 : 0;
  if (reason !== '') {
    columns.reason = names.reason(reason);
    columns.forwarding = reason === 'FIREWALL_DENY' ? droppedByRule : dropped;
  }
  for (const [side, end] of [
    ['src', 'source'],
    ['dest', 'destination'],
  ] as const) {
    columns[`${end}_name`] = endpointNumber(names, payload, side);
    columns[`${end}_network`] = networkNumber(names, fieldOf(payload, `${side}_vpc`));
    addLocation(columns, end, fieldOf(payload, `${side}_location`));
  }
  return {
    startMs: timeOf(fieldOf(payload, 'start_time')),
    endMs,
    exporter: names.exporter({
      address: subnetworkOf(entry, payload, told.startsWith('DEST') ? 'dest' : 'src'),
      protocol: 'gcp-vpc',
      domain: 0,
    }),
    kind: reason === '' ? 'traffic' : 'drop',
    reporter,
    // Counters are estimates already; from which share of the packets, nobody is told.
    samplingFrom: 'unknown',
    bytesOf: 'payload',
    source,
    destination,
    bytes: counterOf(fieldOf(payload, 'bytes_sent')),
    packets: counterOf(fieldOf(payload, 'packets_sent')),
    columns,
  };
}

/** Of the two fields the newer one has fractions. */
function readRoundTripUs(payload: unknown): number {
  const median = fieldOf(payload, 'round_trip_time', 'median_msec');
  if (typeof median === 'number' && median > 0)
    return Math.min(longestRoundTripUs, Math.max(1, Math.round(median * 1000)));
  const ms = numberOf(fieldOf(payload, 'rtt_msec'), Number.MAX_SAFE_INTEGER);
  return Math.min(longestRoundTripUs, ms * 1000);
}
