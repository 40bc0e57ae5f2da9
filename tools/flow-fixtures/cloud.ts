import { Tally, type Comparison } from './comparison.ts';
import { readBytes, readText } from './fixtures.ts';
import { parseAddress } from '../../src/model/index.ts';
import { communityId } from '../../src/explain/flows/community-id.ts';
import { readLog, type PlainRow } from '../../src/observe/flows/cloud/cloud.fixture.ts';

/** Logs of clouds: Google's by what another reader of them expects, AWS' by what the lines themselves say. */
export function compareCloudLogs(): Comparison[] {
  return [
    compareGoogleFlows(),
    compareGoogleNat(),
    compareAws('aws_vpcflow_v2_default.log', fieldsOfVersions.slice(0, 14)),
    // The sample comes without its format: these are its fields in their order.
    compareAws('aws_vpcflow_v5_allfields.log', fieldsOfVersion5Sample.split(' ')),
    compareAws('aws_vpcflow_v8_sample.log', fieldsOfVersions),
  ];
}

const folder = 'cloud-logs';

interface ExpectedFlow {
  insertId: string;
  bytes: number;
  packets: number;
  rtt_ms?: number;
  community_id?: string;
  reporter: string;
}

function compareGoogleFlows(): Comparison {
  const file = `${folder}/gcp_vpcflow.jsonl`;
  const tally = new Tally('google', 'elastic', file);
  const entries = linesOf(file).map((line) => JSON.parse(line) as { insertId: string });
  const { rows } = readLog('gcp', readBytes(file));
  const { expected } = JSON.parse(readText(`${folder}/gcp_vpcflow.expected.json`)) as { expected: ExpectedFlow[] };
  tally.value('file', 'records', rows.length, entries.length);
  for (const { insertId, bytes, packets, rtt_ms: roundTripMs, reporter, community_id: wantedId } of expected) {
    const row = rows[entries.findIndex((entry) => entry.insertId === insertId)];
    tally.records++;
    tally.value(insertId, 'bytes', row?.['bytes'] ?? 0, bytes);
    tally.value(insertId, 'packets', row?.['packets'], packets);
    tally.value(insertId, 'reporter', row?.['reporter'], { SRC: 'source', DEST: 'destination' }[reporter]);
    if (wantedId !== undefined) tally.value(insertId, 'Community ID', communityOf(row), wantedId);
    if (roundTripMs !== undefined) tally.value(insertId, 'rtt', row?.['rtt_us'], roundTripMs * 1000);
  }
  return tally;
}

function communityOf(row: PlainRow | undefined): string {
  const [source, destination] = [parseAddress(String(row?.['source'])), parseAddress(String(row?.['destination']))];
  if (!row || !source || !destination) return 'nothing';
  const number = (name: string) => Number(row[name] ?? 0);
  return communityId({
    source,
    destination,
    sourcePort: number('source_port'),
    destinationPort: number('destination_port'),
    protocol: number('protocol'),
    icmp: number('icmp'),
  });
}

interface NatEntry {
  timestamp: string;
  jsonPayload: {
    connection: {
      src_ip: string;
      src_port: number;
      nat_ip: string;
      nat_port: number;
      dest_ip: string;
      dest_port: number;
    };
    endpoint: { project_id: string; vm_name: string };
    destination: { geo_location: { asn: number } };
  };
}

function compareGoogleNat(): Comparison {
  const file = `${folder}/gcp_cloudnat.jsonl`;
  const tally = new Tally('google', 'itself', file);
  const { rows } = readLog('gcp', readBytes(file));
  linesOf(file).forEach((line, index) => {
    const { timestamp, jsonPayload } = JSON.parse(line) as NatEntry;
    const { connection, endpoint, destination } = jsonPayload;
    const row = rows[index];
    const place = `entry ${index + 1}`;
    tally.records++;
    const wanted: Record<string, string | number> = {
      ts: Date.parse(timestamp),
      kind: 'nat',
      source: connection.src_ip,
      source_port: connection.src_port,
      destination: connection.dest_ip,
      destination_port: connection.dest_port,
      nat_source: connection.nat_ip,
      nat_source_port: connection.nat_port,
      source_name: `${endpoint.project_id}/${endpoint.vm_name}`,
      destination_as: destination.geo_location.asn,
      destination_country: 'US',
    };
    for (const [field, value] of Object.entries(wanted)) tally.value(place, field, row?.[field], value);
  });
  return tally;
}

const fieldsOfVersions = (
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status ' +
  'vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id ' +
  'pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path ' +
  'ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ecs-container-instance-id ecs-container-id ' +
  'ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn ecs-task-id reject-reason'
).split(' ');
const fieldsOfVersion5Sample = fieldsOfVersions.slice(0, 29).join(' ');

function compareAws(name: string, fields: readonly string[]): Comparison {
  const file = `${folder}/${name}`;
  const tally = new Tally('aws', 'itself', file);
  const { rows, counts } = readLog('aws', readBytes(file), { formatString: fields.join(' ') });
  const lines = linesOf(file).map(
    (line) => new Map(line.split(' ').map((token, place) => [fields[place] ?? '', token])),
  );
  const withData = lines.filter((line) => line.get('log-status') === 'OK');
  tally.value('file', 'records', rows.length, withData.length);
  tally.value('file', 'NODATA', counts.noData, lines.filter((line) => line.get('log-status') === 'NODATA').length);
  tally.value(
    'file',
    'SKIPDATA',
    counts.skippedData,
    lines.filter((line) => line.get('log-status') === 'SKIPDATA').length,
  );
  tally.value('file', 'malformed', counts.malformed.size, 0);
  withData.forEach((line, index) => {
    const row = rows[index];
    tally.records++;
    const wanted: Record<string, string | number | undefined> = {
      source: line.get('pkt-srcaddr') ?? line.get('srcaddr'),
      destination: line.get('pkt-dstaddr') ?? line.get('dstaddr'),
      source_port: Number(line.get('srcport')),
      destination_port: Number(line.get('dstport')),
      protocol: Number(line.get('protocol')),
      packets: Number(line.get('packets')),
      bytes: Number(line.get('bytes')),
      ts: Number(line.get('end')) * 1000,
      kind: line.get('action') === 'REJECT' ? 'drop' : 'traffic',
    };
    for (const [field, value] of Object.entries(wanted))
      tally.value(`line ${index + 1}`, field, row?.[field] ?? 0, value);
  });
  return tally;
}

function linesOf(file: string): string[] {
  return readText(file)
    .split('\n')
    .filter((line) => line !== '');
}
