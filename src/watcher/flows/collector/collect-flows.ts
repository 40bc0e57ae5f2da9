import { flowsSchema, telemetrySchema, type FlowSettings, type TelemetrySettings } from '../../../model/index.ts';
import type { Clock, Log } from '../../../platform/index.ts';
import { openAdditions } from './additions.ts';
import { Collector } from './collector.ts';

export interface CollectFlowsOptions {
  /** Where records go. */
  directory: string;
  /** `udp:HOST:PORT` or `tcp:HOST:PORT`; none when messages come by another way. */
  listen: readonly string[];
  /** All else that a configuration says; what is usual, where there is none. */
  flows?: FlowSettings;
  telemetry?: Pick<TelemetrySettings, 'engine' | 'clickhouse'>;
  clock: Clock;
  log: Log;
}

/** A collector in this process. Rejects as `Collector.open` does, with LISTEN_FAILED too. */
export function collectFlows(options: CollectFlowsOptions): Promise<Collector> {
  const { directory, listen, clock, log } = options;
  const flows = { ...(options.flows ?? flowsSchema.parse({})), listen: [...listen] };
  const { engine, clickhouse } = options.telemetry ?? telemetrySchema.parse({});
  const settings = { self: 'collector', directory, flows, telemetry: { engine, clickhouse } };
  const additions = (ports: Parameters<typeof openAdditions>[1]) => openAdditions(settings, ports);
  return Collector.open({ settings, clock, log, mustListen: true, additions });
}
