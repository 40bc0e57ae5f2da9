import { setTimeout as pause } from 'node:timers/promises';
import { flowsSchema, telemetrySchema } from '../../src/model/index.ts';
import { silentLog, systemClock } from '../../src/platform/index.ts';
import { CollectorProcess } from '../../src/watcher/flows/collector/collector-process.ts';

/** The collector as a watcher runs it, in a process of its own. */
export interface RunningCollector {
  process: CollectorProcess;
  pid: number;
  port: number;
  /** Until so many records are stored, or nothing more comes for some seconds; resolves to how many are. */
  stored(records: number): Promise<number>;
}

const patienceMs = 12_000;

export async function startCollector(directory: string): Promise<RunningCollector> {
  const settings = {
    self: 'bench',
    directory,
    flows: flowsSchema.parse({ listen: ['udp:127.0.0.1:0'] }),
    telemetry: telemetrySchema.parse({}),
  };
  const collector = new CollectorProcess({ settings, clock: systemClock, log: silentLog });
  const deadlineMs = performance.now() + 30_000;
  while (collector.status().listening.length === 0) {
    if (performance.now() > deadlineMs) throw new Error(collector.status().problems.join('; '));
    await pause(50);
  }
  const port = Number(/:(\d+)$/.exec(collector.status().listening[0] ?? '')?.[1]);
  const stored = () => collector.figures()?.stored ?? 0;
  return {
    process: collector,
    pid: collector.processId ?? 0,
    port,
    stored: async (records) => {
      for (let last = -1, sinceMs = performance.now(); stored() < records;) {
        if (stored() !== last) [last, sinceMs] = [stored(), performance.now()];
        if (performance.now() - sinceMs > patienceMs) break;
        await pause(100);
      }
      return stored();
    },
  };
}
