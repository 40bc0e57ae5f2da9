import { flowsSchema, telemetrySchema } from '../../../model/index.ts';
import type { Clock, Log } from '../../../platform/index.ts';
import { openAdditions } from './additions.ts';
import { Collector } from './collector.ts';

export interface CollectFlowsOptions {
  /** Where records go. */
  directory: string;
  /** `udp:HOST:PORT` or `tcp:HOST:PORT`; none when messages come by another way. */
  listen: readonly string[];
  clock: Clock;
  log: Log;
}

/** A collector in this process, with what is usual. Rejects as `Collector.open` does, with LISTEN_FAILED too. */
export function collectFlows({ directory, listen, clock, log }: CollectFlowsOptions): Promise<Collector> {
  const flows = flowsSchema.parse({ listen: [...listen] });
  const settings = { self: 'collector', directory, flows, telemetry: telemetrySchema.parse({}) };
  const additions = (ports: Parameters<typeof openAdditions>[1]) => openAdditions(settings, ports);
  return Collector.open({ settings, clock, log, mustListen: true, additions });
}
