import { Counter, Gauge, Registry } from 'prom-client';
import type { ApiStatus } from '../model/index.ts';
import type { Queries } from './api.ts';

/** `/metrics` in Prometheus text; the figures are read when somebody asks. */
export interface Metrics {
  countSample(outcome: string): void;
  text(): Promise<string>;
}

const verdictNumber = { down: 0, up: 1, degraded: 2, partial: 3, unknown: 4 } as const;

export function createMetrics(queries: Queries, version: string): Metrics {
  const registry = new Registry();
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `quorumwatch_${name}`, help, labelNames, registers: [registry] });
  const samples = new Counter({
    name: 'quorumwatch_samples_total',
    help: 'Samples by outcome.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const checks = gauge('checks', 'Checks by verdict.', ['verdict']);
  const incidents = gauge('incidents_open', 'Open incidents.');
  const entries = gauge('ledger_entries', 'Entries in the ledger.');
  const durable = gauge('ledger_durable', 'Whether the ledger accepts and keeps what is proposed.');
  const rate = gauge('probes_per_second', 'Probes started in the last seconds, per second.');
  const lateness = gauge(
    'probe_start_lateness_p99_seconds',
    'How much later than planned probes start, 99th percentile.',
  );
  const memory = gauge('process_resident_memory_bytes', 'Resident memory of the watcher.');
  gauge('build_info', 'Version of the watcher.', ['version']).set({ version }, 1);
  const refresh = (status: ApiStatus) => {
    for (const [name, count] of Object.entries(status.counts)) checks.set({ verdict: name }, count);
    incidents.set(status.openIncidents);
    entries.set(status.cluster.ledger.entries);
    durable.set(status.cluster.ledger.durable ? 1 : 0);
    rate.set(status.watcher.probesPerSecond);
    lateness.set(status.watcher.loopLagMs / 1000);
    memory.set(process.memoryUsage.rss());
  };
  return {
    countSample: (outcome) => samples.inc({ outcome }),
    text: async () => {
      const status = queries.status();
      refresh(status);
      return `${await registry.metrics()}\n${checkFigures(status.checks)}`;
    },
  };
}

/** Written by hand: the registry would take a quarter of a second for ten thousand checks, and the event loop waits. */
function checkFigures(checks: ApiStatus['checks']): string {
  const up: string[] = [];
  const verdict: string[] = [];
  const latency: string[] = [];
  for (const check of checks) {
    const labels = `{check="${escaped(check.name)}",type="${escaped(check.type)}"}`;
    const answers = check.verdict === 'up' || check.verdict === 'degraded';
    up.push(`quorumwatch_check_up${labels} ${answers ? 1 : 0}\n`);
    verdict.push(`quorumwatch_check_verdict${labels} ${verdictNumber[check.verdict]}\n`);
    if (check.latencyMs !== undefined) {
      latency.push(`quorumwatch_check_latency_seconds${labels} ${check.latencyMs / 1000}\n`);
    }
  }
  const family = (name: string, help: string, samples: readonly string[]) =>
    `# HELP quorumwatch_${name} ${help}\n# TYPE quorumwatch_${name} gauge\n${samples.join('')}`;
  return [
    family('check_up', 'Whether the verdict is up or degraded.', up),
    family('check_verdict', 'The verdict: 0 down, 1 up, 2 degraded, 3 partial, 4 unknown.', verdict),
    family('check_latency_seconds', 'Latency of the last sample.', latency),
  ].join('\n');
}

/** As the Prometheus text format wants it in a label value. */
function escaped(text: string): string {
  return /[\\"\n]/.test(text) ? text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n') : text;
}
