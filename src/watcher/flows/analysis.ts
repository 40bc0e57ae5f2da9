import {
  QwError,
  type EpochMs,
  type FlowAnswer,
  type FlowCosts,
  type FlowInsight,
  type FlowLatencyAnswer,
  type FlowLatencyQuestion,
  type FlowQuestion,
  type FlowRecordsAnswer,
  type FlowRecordsQuestion,
  type FlowSqlAnswer,
  type FlowSqlQuestion,
  type FlowStatus,
} from '../../model/index.ts';
import {
  analyze,
  analyzeLatency,
  costsOf,
  findInsights,
  FlowBook,
  listRecords,
  type FlowNames,
  type FlowSource,
  type NamedExporter,
} from '../../explain/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { FlowCollector } from './collector/collector-process.ts';

/** Questions about traffic, asked of whoever collects it. */
export interface FlowDesk {
  status(): FlowStatus;
  /** All of these reject with TELEMETRY_UNAVAILABLE where nothing is collected, and as the analyzer says. */
  query(question: FlowQuestion, signal?: AbortSignal): Promise<FlowAnswer>;
  latency(question: FlowLatencyQuestion, signal?: AbortSignal): Promise<FlowLatencyAnswer>;
  records(question: FlowRecordsQuestion, signal?: AbortSignal): Promise<FlowRecordsAnswer>;
  /** One SELECT statement over `flows`, `flow_accounts`, rollups and `names`, in the SQL of where they are kept. */
  sql(question: FlowSqlQuestion, signal?: AbortSignal): Promise<FlowSqlAnswer>;
  /** What somebody who reads all records would point out. */
  insights(range: { from: EpochMs; to: EpochMs }, signal?: AbortSignal): Promise<FlowInsight[]>;
  /** NOT_FOUND where no prices are configured. */
  costs(range: { from: EpochMs; to: EpochMs }, signal?: AbortSignal): Promise<FlowCosts>;
  /** What a filter could name and that begins so. */
  names(prefix: string, limit: number): Promise<{ kind: string; text: string }[]>;
}

const sqlDeadlineMs = 30_000;

/** What of a collector is asked. */
export type FlowPort = Pick<FlowCollector, 'query' | 'select' | 'labels' | 'settings' | 'status'> &
  Partial<Pick<FlowCollector, 'nat'>>;

export const nothingCollected: FlowStatus = {
  enabled: false,
  listening: [],
  exporters: [],
  recordsPerSecond: 0,
  dropped: 0,
  malformed: {},
  waitingRows: 0,
  store: { rows: 0, bytes: 0 },
  problems: [],
};

/**
 * `collector` gives the one of the configuration in force, which may be another one the next time; `elsewhere` who
 * collects where there is none here.
 */
export function createFlowDesk(
  collector: () => FlowPort | undefined,
  clock: Clock,
  elsewhere: () => readonly string[] = () => [],
): FlowDesk {
  const present = (): FlowPort => {
    const found = collector();
    if (found) return found;
    const others = elsewhere().join(', ');
    if (others !== '') {
      throw new QwError('TELEMETRY_UNAVAILABLE', `no flows are collected here, but by ${others}`, {
        hint: `ask ${others}, or name this watcher in \`flows.watchers\``,
      });
    }
    throw new QwError('TELEMETRY_UNAVAILABLE', 'no flows are collected here', {
      hint: 'name where to listen in the section `flows` of the configuration',
    });
  };
  const limits = (signal: AbortSignal | undefined) => (signal ? { signal } : {});
  return {
    status: () => collector()?.status() ?? { ...nothingCollected, elsewhere: [...elsewhere()] },
    query: async (question, signal) => {
      const from = present();
      const least = from.settings.privacy.threshold;
      return analyze(question, sourceOf(from), { ...limits(signal), leastSources: least });
    },
    latency: async (question, signal) => analyzeLatency(question, sourceOf(present()), limits(signal)),
    records: async (question, signal) => listRecords(question, sourceOf(present()), limits(signal)),
    sql: async ({ sql, limit }, signal) => {
      const startedMs = clock.monotonic();
      const { columns, rows, more } = await present().select(sql, {
        limit,
        deadlineMs: sqlDeadlineMs,
        ...limits(signal),
      });
      const lines = rows.map((row) => [...row]);
      return { columns: [...columns], rows: lines, more, elapsedMs: clock.monotonic() - startedMs };
    },
    insights: async (range, signal) => {
      const from = present();
      return [...poolsNow(from, range), ...(await findInsights(sourceOf(from), range, limits(signal)))];
    },
    costs: async (range, signal) => {
      const from = present();
      const { prices } = from.settings;
      if (prices) return costsOf(sourceOf(from), range, prices, limits(signal));
      throw new QwError('NOT_FOUND', 'there are no prices', {
        hint: 'name them in `flows.prices` of the configuration',
      });
    },
    names: (prefix, limit) => Promise.resolve(new FlowBook(namesOf(present())).beginning(prefix, limit)),
  };
}

/** How full this machine's pools of ports are is known of the present only. */
function poolsNow(from: FlowPort, range: { from: EpochMs; to: EpochMs }): FlowInsight[] {
  const found = from.nat?.()?.insights ?? [];
  return found.filter(({ firstAt, lastAt }) => Date.parse(lastAt) >= range.from && Date.parse(firstAt) <= range.to);
}

function sourceOf(collector: FlowPort): FlowSource {
  return {
    query: (query, limits) => collector.query(query, limits),
    // Names of an answer come before it, so those that are there now are enough for the filter.
    names: () => Promise.resolve(namesOf(collector)),
  };
}

/** Exporters go by the names of the configuration, and by what the collector learned of them since. */
function namesOf(collector: FlowPort): FlowNames {
  const { labels, settings } = collector;
  const exporters = new Map<number, NamedExporter>();
  for (const [number, { kind, address = '' }] of labels) {
    const known = kind === 'exporter' && settings.exporters.find(({ addresses }) => addresses.includes(address));
    if (!known) continue;
    const speeds = Object.entries(known['speeds-mbps'] ?? {}).map(
      ([index, mbps]) => [index, mbps * 1_000_000] as const,
    );
    exporters.set(number, { name: known.name, interfaces: known.interfaces, speeds: Object.fromEntries(speeds) });
  }
  for (const { number, name, interfaces } of collector.status().exporters) {
    exporters.set(number, { ...exporters.get(number), name, interfaces });
  }
  return { labels, exporters };
}
