import { createServer } from 'node:net';
import { readFileSync } from 'node:fs';
import { percentile } from '../bench.ts';

/** A cluster under load, ours or a peer. */
export interface Served {
  /** Ids of its processes, for their CPU time. */
  processes: readonly number[];
  /** Resolves when the cluster has made the pair durable; `index` spreads calls over members and connections. */
  put(index: number, key: Uint8Array, value: Uint8Array): Promise<void>;
  stop(): Promise<void>;
}

export interface Load {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Of all the cluster's processes, for each call that was answered. */
  cpuUs: number;
  failed: number;
}

/** A closed loop: each client puts again when its last put is answered. The first part is not counted. */
export async function load(served: Served, clients: number, forMs: number, valueBytes: number): Promise<Load> {
  const value = Buffer.alloc(valueBytes, 'v');
  const latencies: number[] = [];
  let failed = 0;
  const begin = performance.now() + forMs / 4;
  const end = begin + forMs;
  let cpuMs = 0;
  const counted = setTimeout(() => (cpuMs = cpuOf(served.processes)), forMs / 4);
  const client = async (index: number) => {
    for (let at = 0; performance.now() < end; at++) {
      const started = performance.now();
      try {
        await served.put(index, Buffer.from(`${index}-${at}`), value);
        const now = performance.now();
        if (started >= begin && now <= end) latencies.push(now - started);
      } catch {
        failed += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
  clearTimeout(counted);
  cpuMs = cpuOf(served.processes) - cpuMs;
  return {
    perSecond: latencies.length / (forMs / 1000),
    p50Ms: percentile(latencies, 50),
    p99Ms: percentile(latencies, 99),
    cpuUs: (1000 * cpuMs) / Math.max(1, latencies.length),
    failed,
  };
}

/** User and system time of living processes, in milliseconds; in steps of 10. Linux only. */
export function cpuOf(processes: readonly number[]): number {
  let ticks = 0;
  for (const pid of processes) {
    let stat: string;
    try {
      stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    } catch {
      // It has ended, as some are made to.
      continue;
    }
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return 10 * ticks;
}

/** Ports of loopback that are free at this moment. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer();
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
