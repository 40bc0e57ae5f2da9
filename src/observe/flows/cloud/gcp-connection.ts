import { readAddress, type AddressWords } from './address.ts';
import type { CloudRecord } from './record.ts';
import { fieldOf, numberOf, textOf } from './values.ts';

/** What all of Google Cloud's logs about connections have in common. */

interface Connection {
  source: AddressWords;
  destination: AddressWords;
  columns: CloudRecord['columns'];
}

/** Protocols without ports have none. */
export function readConnection(payload: unknown): Connection {
  const connection = fieldOf(payload, 'connection');
  return {
    source: readAddress(textOf(connection, 'src_ip')),
    destination: readAddress(textOf(connection, 'dest_ip')),
    columns: {
      source_port: numberOf(fieldOf(connection, 'src_port'), 65_535),
      destination_port: numberOf(fieldOf(connection, 'dest_port'), 65_535),
      protocol: numberOf(fieldOf(connection, 'protocol'), 255),
    },
  };
}

/** Forwarding status (IPFIX element 89): dropped, and dropped by a rule. */
export const dropped = 128;
export const droppedByRule = 130;

/** `project/subnet` whose log it is: the envelope's, or that of the end that reports. */
export function subnetworkOf(entry: unknown, payload: unknown, side: 'src' | 'dest'): string {
  const labels = fieldOf(entry, 'resource', 'labels');
  const vpc = fieldOf(payload, `${side}_vpc`);
  const project = textOf(labels, 'project_id') || textOf(vpc, 'project_id');
  const subnetwork = textOf(labels, 'subnetwork_name') || textOf(vpc, 'subnetwork_name');
  return [project, subnetwork].filter((part) => part !== '').join('/') || 'unknown';
}
