import { flowsSchema } from '../../model/index.ts';
import type { Clock, Log } from '../../platform/index.ts';
import { openDuckDb, openSegmentsForReading, flowAccountsTable, flowRollups, flowsTable } from '../../store/index.ts';
import { createFlowDesk, nothingCollected, type FlowDesk, type FlowPort } from './analysis.ts';

export interface OpenFlowFolder {
  desk: FlowDesk;
  close(): Promise<void>;
}

const tables = [flowsTable, flowAccountsTable, flowRollups('1m'), flowRollups('1h')];

/** Questions to a folder of flows without its collector, or beside it. Throws NOT_FOUND and DATA_NEWER. */
export async function openFlowFolder(directory: string, clock: Clock, log: Log): Promise<OpenFlowFolder> {
  const segments = await openSegmentsForReading({ directory });
  const engine = openDuckDb({ segments, clock, log });
  const settings = flowsSchema.parse({});
  const port: FlowPort = {
    settings,
    get labels() {
      return new Map(segments.series.entries());
    },
    status: () => nothingCollected,
    query: (query, limits) => engine.query(query, limits),
    select: (sql, limits) => engine.select(sql, tables, limits),
  };
  return { desk: createFlowDesk(() => port, clock), close: () => engine.close() };
}
