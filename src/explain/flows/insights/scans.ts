import type { FlowFinding } from '../../../model/index.ts';
import { flowsTable } from '../../../store/index.ts';
import { bound, inParts, rowId, type Row } from '../ask.ts';
import { column, equals, estimatedPackets } from '../expressions.ts';
import { protocolName, protocols } from '../protocols.ts';
import { serviceText } from '../services.ts';
import { figuresOf, fitting, grouped, hostOf, timesOf, type Looking } from './looking.ts';
import { insightThresholds } from './thresholds.ts';

const { leastHosts, leastPorts, mostPacketsPerFlow, mostAnswered, manyTimes } = insightThresholds.scan;
const [manyHosts, manyPorts] = [leastHosts * manyTimes, leastPorts * manyTimes];
const looked = 200;

/**
 * What begins a conversation that does not come about: of TCP flows with SYN and without ACK, of UDP from a high port.
 * Whoever answers a scan would look like one otherwise.
 */
const attempts = '(proto tcp and flags S/SA) or (proto udp and src port > 1023)';
const source = [column('source_high'), column('source_low')];
const destination = [column('destination_high'), column('destination_low')];
const flows = { name: 'flows', value: { aggregate: 'count' as const } };
const packets = { name: 'packets', value: { aggregate: 'sum' as const, of: estimatedPackets } };

/** One host that tries one port of many hosts. */
export async function hostScans(looking: Looking): Promise<FlowFinding[]> {
  const rows = await grouped(looking, {
    where: fitting(looking, attempts),
    keys: [...source, column('protocol'), column('destination_port')],
    select: [{ name: 'hosts', value: { aggregate: 'distinct', of: destination } }, flows, packets],
    by: 'hosts',
    limit: looked,
  });
  const many = rows.filter((row) => {
    const [hosts = 0, tries = 0, sent = 0] = figuresOf(row, 4);
    return hosts >= leastHosts && sent <= tries * mostPacketsPerFlow;
  });
  const answers = await answersTo(looking, many);
  return many.flatMap((row): FlowFinding[] => {
    const [hosts = 0, tries = 0, sent = 0] = figuresOf(row, 4);
    if ((answers.get(rowId(row.slice(0, 4))) ?? 0) > tries * mostAnswered) return [];
    const [host, protocol, port] = [hostOf(row), protocolName(Number(row[2])), Number(row[3])];
    return [
      {
        code: 'host-scan',
        kind: 'host-scan',
        severity: hosts >= manyHosts ? 'critical' : 'warning',
        subject: host,
        names: { host, service: serviceText(protocol, port) },
        figures: { hosts, flows: tries, packets: sent, port },
        thresholds: { leastHosts, manyHosts, mostPackets: mostPacketsPerFlow },
        ...timesOf(row, 4),
        filter: `src host ${host} and proto ${protocol} and dst port ${port}`,
      },
    ];
  });
}

/**
 * How many flows came back to each of these: who is answered asks for something, as of name servers. Of TCP the flags say
 * that, and what refuses a connection answers as well.
 */
function answersTo({ asking, from, to }: Looking, rows: readonly Row[]): Promise<Map<string, number>> {
  const keys = [...destination, column('protocol'), column('source_port')];
  const answering = equals('protocol', protocols.get('udp') ?? 0);
  return inParts(
    rows.map((row) => row.slice(0, 4)),
    async (some) => {
      const select = [...keys.map((value, at) => ({ name: `k${at}`, value })), flows];
      const found = await asking.rows({
        table: flowsTable,
        from,
        to,
        where: { all: [answering, ...bound(keys, some)] },
        select,
      });
      return new Map(found.map((row) => [rowId(row.slice(0, 4)), Number(row[4])]));
    },
  );
}

/** One host that tries many ports of another. */
export async function portScans(looking: Looking): Promise<FlowFinding[]> {
  const rows = await grouped(looking, {
    where: fitting(looking, attempts),
    keys: [...source, ...destination],
    select: [{ name: 'ports', value: { aggregate: 'distinct', of: column('destination_port') } }, flows, packets],
    by: 'ports',
    limit: looked,
  });
  return rows.flatMap((row): FlowFinding[] => {
    const [ports = 0, tries = 0, sent = 0] = figuresOf(row, 4);
    if (ports < leastPorts || sent > tries * mostPacketsPerFlow) return [];
    const [host, victim] = [hostOf(row), hostOf(row.slice(2))];
    return [
      {
        code: 'port-scan',
        kind: 'port-scan',
        severity: ports >= manyPorts ? 'critical' : 'warning',
        subject: `${host} → ${victim}`,
        names: { host, victim },
        figures: { ports, flows: tries, packets: sent },
        thresholds: { leastPorts, manyPorts, mostPackets: mostPacketsPerFlow },
        ...timesOf(row, 4),
        filter: `src host ${host} and dst host ${victim}`,
      },
    ];
  });
}
