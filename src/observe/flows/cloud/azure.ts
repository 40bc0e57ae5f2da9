import { readAddress } from './address.ts';
import type { EntrySink } from './entry.ts';
import type { CloudRecord } from './record.ts';
import { Unreadable } from './unreadable.ts';
import { counterOf, listOf, numberOf, textOf } from './values.ts';

/**
 * Records of Azure flow logs: of network security groups in versions 1 and 2, and of virtual networks
 * (learn.microsoft.com/azure/network-watcher/nsg-flow-logs-overview, vnet-flow-logs-overview).
 */
export function readAzureRecord(record: unknown, sink: EntrySink): void {
  const groups = [...groupsOf(record)];
  if (groups.length === 0) throw new Unreadable('not-an-entry');
  for (const group of groups) {
    for (const tuple of listOf(group.flow, 'flowTuples')) {
      try {
        readTuple(tuple, group, sink);
      } catch (problem) {
        if (!(problem instanceof Unreadable)) throw problem;
        sink.fault(problem.fault);
      }
    }
  }
}

/** Flows that the same rule judged on the same interface. */
interface RuleGroup {
  flow: unknown;
  rule: string;
  log: string;
  protocol: 'azure-nsg' | 'azure-vnet';
  /** What the log is of, where that is a network. */
  network: string;
}

function* groupsOf(record: unknown): Generator<RuleGroup> {
  const target = textOf(record, 'targetResourceID');
  for (const flow of listOf(record, 'flowRecords', 'flows')) {
    const names = resourceName(target);
    const network = /\/virtualNetworks\//i.test(target) ? names : '';
    for (const group of listOf(flow, 'flowGroups')) {
      yield { flow: group, rule: textOf(group, 'rule'), log: names, protocol: 'azure-vnet', network };
    }
  }
  const log = resourceName(textOf(record, 'resourceId') || textOf(record, 'resourceid'));
  for (const byRule of listOf(record, 'properties', 'flows')) {
    for (const flow of listOf(byRule, 'flows')) {
      yield { flow, rule: textOf(byRule, 'rule'), log, protocol: 'azure-nsg', network: '' };
    }
  }
}

/** `group/name` of `/subscriptions/…/resourceGroups/group/providers/Microsoft.Network/kind/name`, and what is below it. */
function resourceName(id: string): string {
  const parts = id.split('/');
  const place = (name: string) => parts.findIndex((part) => part.toLowerCase() === name);
  const group = parts[place('resourcegroups') + 1] ?? '';
  const rest = place('providers') < 0 ? [] : parts.slice(place('providers') + 2).filter((_, index) => index % 2 === 1);
  return [group, ...rest].filter((part) => part !== '').join('/') || 'unknown';
}

const created = 1;
const denied = 3;
const ended = 3;
/** Forwarding status (IPFIX element 89): dropped by a rule. */
const droppedByRule = 130;
const longestMs = 2 ** 50;

interface Tuple {
  ms: number;
  from: string;
  to: string;
  fromPort: string;
  toPort: string;
  protocol: number;
  isOutbound: boolean;
  state: string;
  sent: readonly [packets: string, bytes: string];
  answered: readonly [packets: string, bytes: string];
}

const noCounts = ['', ''] as const;

function splitTuple(text: string, protocol: RuleGroup['protocol']): Tuple {
  const [time, from, to, fromPort, toPort, transport, way, ...rest] = text.split(',');
  if (time === undefined || from === undefined || to === undefined || fromPort === undefined || toPort === undefined) {
    throw new Unreadable('field-count');
  }
  if (way !== 'I' && way !== 'O') throw new Unreadable('missing-field');
  const common = { from, to, fromPort, toPort, isOutbound: way === 'O' };
  if (protocol === 'azure-vnet') {
    const [state = '', , ...counts] = rest;
    if (counts.length < 4) throw new Unreadable('field-count');
    const [packets = '', bytes = '', packetsBack = '', bytesBack = ''] = counts;
    return {
      ...common,
      ms: numberOf(time, longestMs),
      protocol: numberOf(transport, 255),
      state,
      sent: [packets, bytes],
      answered: [packetsBack, bytesBack],
    };
  }
  const [decision, state = 'B', ...counts] = rest;
  const [packets = '', bytes = '', packetsBack = '', bytesBack = ''] = counts;
  if (transport !== 'T' && transport !== 'U') throw new Unreadable('missing-field');
  if (decision !== 'A' && decision !== 'D') throw new Unreadable('missing-field');
  return {
    ...common,
    ms: numberOf(time, longestMs) * 1000,
    protocol: transport === 'T' ? 6 : 17,
    state: decision === 'D' ? 'D' : state,
    sent: counts.length === 4 ? [packets, bytes] : noCounts,
    answered: counts.length === 4 ? [packetsBack, bytesBack] : noCounts,
  };
}

/** A flow that begins or is refused is an event of the firewall; what it carried since the last record is traffic, both ways. */
function readTuple(text: unknown, group: RuleGroup, sink: EntrySink): void {
  if (typeof text !== 'string') throw new Unreadable('not-an-entry');
  const tuple = splitTuple(text, group.protocol);
  const { state, isOutbound } = tuple;
  if (!/^[BCDE]$/.test(state)) throw new Unreadable('missing-field');
  const { names } = sink;
  const network = group.network === '' ? 0 : names.network(group.network);
  const forward: CloudRecord = {
    // How long a flow took is not said.
    startMs: tuple.ms,
    endMs: tuple.ms,
    exporter: names.exporter({ address: group.log, protocol: group.protocol, domain: 0 }),
    kind: 'traffic',
    reporter: isOutbound ? 'source' : 'destination',
    samplingFrom: 'unsampled',
    bytesOf: 'packets',
    source: readAddress(tuple.from),
    destination: readAddress(tuple.to),
    packets: counterOf(tuple.sent[0]),
    bytes: counterOf(tuple.sent[1]),
    columns: {
      source_port: numberOf(tuple.fromPort, 65_535),
      destination_port: numberOf(tuple.toPort, 65_535),
      protocol: tuple.protocol,
      direction: isOutbound ? 1 : 0,
      [isOutbound ? 'source_network' : 'destination_network']: network,
    },
  };
  if (state === 'B' || state === 'D') {
    const rule = group.rule === '' ? 0 : names.reason(group.rule);
    const event = state === 'D' ? denied : created;
    const columns = { ...forward.columns, event, reason: rule, ...(state === 'D' && { forwarding: droppedByRule }) };
    sink.record({ ...forward, kind: 'firewall', columns });
    return;
  }
  if (state === 'E') forward.columns.end_reason = ended;
  const back: CloudRecord = {
    ...forward,
    reporter: isOutbound ? 'destination' : 'source',
    source: forward.destination,
    destination: forward.source,
    packets: counterOf(tuple.answered[0]),
    bytes: counterOf(tuple.answered[1]),
    columns: {
      ...forward.columns,
      source_port: forward.columns.destination_port ?? 0,
      destination_port: forward.columns.source_port ?? 0,
      direction: isOutbound ? 0 : 1,
      source_network: forward.columns.destination_network ?? 0,
      destination_network: forward.columns.source_network ?? 0,
    },
  };
  for (const one of [forward, back]) if (one.packets > 0n || one.bytes > 0n) sink.record(one);
}
