import type { FlowInsight } from '../../../model/index.ts';
import { estimatedPackets, column } from '../expressions.ts';
import { protocolName } from '../protocols.ts';
import { serviceName } from '../services.ts';
import { figuresOf, fitting, grouped, hostOf, timesOf, type Looking } from './looking.ts';
import { insightThresholds } from './thresholds.ts';

const { leastHosts, leastPorts, mostPacketsPerFlow, manyTimes } = insightThresholds.scan;
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
export async function hostScans(looking: Looking): Promise<FlowInsight[]> {
  const rows = await grouped(looking, {
    where: fitting(looking, attempts),
    keys: [...source, column('protocol'), column('destination_port')],
    select: [{ name: 'hosts', value: { aggregate: 'distinct', of: destination } }, flows, packets],
    by: 'hosts',
    limit: looked,
  });
  return rows.flatMap((row): FlowInsight[] => {
    const [hosts = 0, tries = 0, sent = 0] = figuresOf(row, 4);
    if (hosts < leastHosts || sent > tries * mostPacketsPerFlow) return [];
    const [host, protocol, port] = [hostOf(row), protocolName(Number(row[2])), Number(row[3])];
    const service = serviceName(port);
    const what = `${protocol}/${port}${service === '' ? '' : ` (${service})`}`;
    return [
      {
        kind: 'host-scan',
        severity: hosts >= leastHosts * manyTimes ? 'critical' : 'warning',
        summary: `${host} tried ${what} of ${hosts} hosts, ${tries} times`,
        subject: host,
        figures: { hosts, flows: tries, packets: sent, port },
        ...timesOf(row, 4),
        filter: `src host ${host} and proto ${protocol} and dst port ${port}`,
      },
    ];
  });
}

/** One host that tries many ports of another. */
export async function portScans(looking: Looking): Promise<FlowInsight[]> {
  const rows = await grouped(looking, {
    where: fitting(looking, attempts),
    keys: [...source, ...destination],
    select: [{ name: 'ports', value: { aggregate: 'distinct', of: column('destination_port') } }, flows, packets],
    by: 'ports',
    limit: looked,
  });
  return rows.flatMap((row): FlowInsight[] => {
    const [ports = 0, tries = 0, sent = 0] = figuresOf(row, 4);
    if (ports < leastPorts || sent > tries * mostPacketsPerFlow) return [];
    const [host, victim] = [hostOf(row), hostOf(row.slice(2))];
    return [
      {
        kind: 'port-scan',
        severity: ports >= leastPorts * manyTimes ? 'critical' : 'warning',
        summary: `${host} tried ${ports} ports of ${victim}, ${tries} times`,
        subject: `${host} → ${victim}`,
        figures: { ports, flows: tries, packets: sent },
        ...timesOf(row, 4),
        filter: `src host ${host} and dst host ${victim}`,
      },
    ];
  });
}
