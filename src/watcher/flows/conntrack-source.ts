import { messageOf, type FlowSettings, type NatStatus } from '../../model/index.ts';
import {
  openConntrackSource,
  withoutMetadata,
  type ConntrackMachine,
  type ConntrackSource,
  type ConntrackStatus,
  type Enrich,
  type ExporterFigures,
  type FlowSink,
  type NameBook,
} from '../../observe/index.ts';
import type { Clock } from '../../platform/index.ts';
import { conntrackFilter } from './conntrack-filter.ts';

export interface ConntrackPorts {
  names: NameBook;
  sink: FlowSink;
  clock: Clock;
}

export interface ConntrackAddition {
  /** To go after all passes that add. */
  enrich: readonly Enrich[];
  problems(): readonly string[];
  /** This machine as an exporter of its own connections. */
  exporters(): readonly ExporterFigures[];
  /** Undefined where translations are not watched. */
  nat(): NatStatus | undefined;
  close(): Promise<void>;
}

/** The records of this machine's own connections, as the configuration wants them. What this machine cannot do is a problem, no error. */
export async function openConntrack(
  { conntrack, nat, networks }: Pick<FlowSettings, 'conntrack' | 'nat' | 'networks'>,
  hostName: string,
  { names, sink, clock }: ConntrackPorts,
  machine?: ConntrackMachine,
): Promise<ConntrackAddition> {
  const nothing = { enrich: [], exporters: () => [], nat: () => undefined, close: () => Promise.resolve() };
  if (!conntrack && !nat) return { ...nothing, problems: () => [] };
  let source: ConntrackSource;
  try {
    source = await openConntrackSource({
      conntrack,
      nat,
      sink,
      names,
      clock,
      hostName,
      ownNetworks: networks.flatMap(({ prefixes }) => prefixes),
      keep: conntrack && conntrackFilter(conntrack.filter),
      ...(machine && { machine }),
    });
  } catch (problem) {
    const text = `connections of this machine are not recorded: ${messageOf(problem)}`;
    return { ...nothing, problems: () => [text] };
  }
  return {
    enrich: conntrack ? [withoutMetadata(conntrack, source.status().exporter)] : [],
    problems: () => [...problemsOf(source.status()), ...(source.natStatus()?.problems ?? [])],
    exporters: () => {
      const status = source.status();
      return status.lastAt === 0 ? [] : [figuresOf(status, hostName)];
    },
    nat: () => source.natStatus(),
    close: () => source.close(),
  };
}

function problemsOf({ problems, overflows, unattributed, uncounted }: ConntrackStatus): string[] {
  return [
    ...problems,
    ...(overflows > 0
      ? [`events of connections that the kernel dropped since they came faster than they were read: ${overflows}`]
      : []),
    ...(unattributed > 0
      ? [
          `connections that had begun before and ended without a record: ${unattributed}; raise flows.conntrack.connections`,
        ]
      : []),
    ...(uncounted > 0
      ? [`connections that ended uncounted since accounting was off when they began: ${uncounted}`]
      : []),
  ];
}

function figuresOf({ exporter, records, lastAt, rate }: ConntrackStatus, hostName: string): ExporterFigures {
  return {
    number: exporter,
    address: hostName,
    protocol: 'conntrack',
    domain: 0,
    seenAt: lastAt,
    messages: 0,
    records,
    lost: 0,
    malformed: 0,
    discarded: 0,
    sampling: rate,
    templates: 0,
    aheadMs: undefined,
  };
}
