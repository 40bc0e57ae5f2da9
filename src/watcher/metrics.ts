import { Counter, Gauge, Registry } from 'prom-client';
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
  const up = gauge('check_up', 'Whether the verdict is up or degraded.', ['check', 'type']);
  const verdict = gauge('check_verdict', 'The verdict: 0 down, 1 up, 2 degraded, 3 partial, 4 unknown.', [
    'check',
    'type',
  ]);
  const latency = gauge('check_latency_seconds', 'Latency of the last sample.', ['check', 'type']);
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
  const refresh = () => {
    const status = queries.status();
    for (const one of [up, verdict, latency]) one.reset();
    for (const check of status.checks) {
      const labels = { check: check.name, type: check.type };
      up.set(labels, check.verdict === 'up' || check.verdict === 'degraded' ? 1 : 0);
      verdict.set(labels, verdictNumber[check.verdict]);
      if (check.latencyMs !== undefined) latency.set(labels, check.latencyMs / 1000);
    }
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
    text: () => {
      refresh();
      return registry.metrics();
    },
  };
}
