import type { EpochMs } from '../../../model/index.ts';
import type { Session } from '../decode/session.ts';
import type { SflowSession } from '../decode/sflow/decoder.ts';
import type { SessionCounts } from './exporter-accounts.ts';

/** One exporter and domain, as it does at present. */
export interface ExporterFigures extends SessionCounts {
  number: number;
  address: string;
  protocol: string;
  domain: number;
  seenAt: EpochMs;
  sampling: number | undefined;
  templates: number;
  aheadMs: number | undefined;
}

/** What is known of exporters by their numbers. */
export interface KnownOfExporters {
  address: (number: number) => string | undefined;
  /** As the operator says. */
  sampling: (number: number) => number | undefined;
}

/** All sessions by the number of their exporter. */
export function exporterFigures(
  sessions: Iterable<Session>,
  sflow: Iterable<SflowSession>,
  known: KnownOfExporters,
): ExporterFigures[] {
  const found = new Map<number, ExporterFigures>();
  const add = (figures: ExporterFigures) => {
    const other = found.get(figures.number);
    found.set(figures.number, other ? joined(other, figures) : figures);
  };
  for (const session of sessions) {
    const { number, domain, seenAt, templates, aheadMs, exporter, version } = session;
    add({
      number,
      address: known.address(number) ?? exporter,
      protocol: protocolOf(version),
      domain,
      seenAt,
      sampling: lastOf(session.samplers) ?? known.sampling(number),
      templates: templates.size,
      aheadMs,
      ...countsOf(session),
    });
  }
  for (const session of sflow) {
    const { number, agent, subAgent, seenAt, rate } = session;
    const sampling = rate > 0 ? rate : undefined;
    const said = { number, address: agent, protocol: 'sflow5', domain: subAgent, seenAt, sampling };
    add({ ...said, templates: 0, aheadMs: undefined, ...countsOfSflow(session) });
  }
  return [...found.values()];
}

export function protocolOf(version: number): string {
  return version === 10 ? 'ipfix' : `netflow${version}`;
}

export function countsOf({ messages, records, sequence, malformed, discarded }: Session): SessionCounts {
  return { messages, records, lost: sequence.lost, malformed, discarded };
}

export function countsOfSflow({ messages, records, sequence, malformed }: SflowSession): SessionCounts {
  return { messages, records, lost: sequence.lost, malformed, discarded: 0 };
}

function lastOf(samplers: ReadonlyMap<number, number>): number | undefined {
  return samplers.get(0) ?? samplers.values().next().value;
}

/** Two sessions of one exporter, such as two connections. */
function joined(a: ExporterFigures, b: ExporterFigures): ExporterFigures {
  const newer = b.seenAt >= a.seenAt ? b : a;
  return {
    ...newer,
    messages: a.messages + b.messages,
    records: a.records + b.records,
    lost: a.lost + b.lost,
    malformed: a.malformed + b.malformed,
    discarded: a.discarded + b.discarded,
    templates: a.templates + b.templates,
  };
}
