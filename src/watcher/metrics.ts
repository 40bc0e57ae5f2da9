import { Counter, Gauge, Registry } from 'prom-client';
import type { ApiStatus } from '../model/index.ts';
import type { Queries } from './api.ts';
import { metricNamed, metrics } from './telemetry/catalogue.ts';
import { ownLabels } from './telemetry/metric.ts';
import type { Figure } from './telemetry/own-figures.ts';
import { verdictNumbers } from './telemetry/telemetry.ts';

/** `/metrics` in Prometheus text; the figures are read when somebody asks. Names and help are those of the catalogue. */
export interface Metrics {
  countSample(outcome: string): void;
  text(): Promise<string>;
}

export interface MetricsParts {
  queries: Pick<Queries, 'status'>;
  version: string;
  /** What the watcher says of itself. */
  figures: () => readonly Figure[];
}

/** Written by hand, line for line. */
const ofChecks: ReadonlySet<string> = new Set(['quorumwatch_check_up', 'quorumwatch_check_verdict']);

export function createMetrics({ queries, version, figures }: MetricsParts): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const samples = new Counter({ ...described('quorumwatch_samples_total'), labelNames: ['outcome'], registers });
  new Gauge({
    name: 'quorumwatch_build_info',
    help: 'Version of the watcher.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);
  const own = new Map<string, { gauge: Gauge } | { counter: Counter }>();
  for (const { name, help, type, labels, source } of metrics) {
    if (source !== 'points' || ofChecks.has(name)) continue;
    // Whoever scrapes knows whom it asks.
    const labelNames = labels.filter((label) => !ownLabels.some((one) => one === label));
    const settings = { name, help, labelNames, registers };
    own.set(name, type === 'counter' ? { counter: new Counter(settings) } : { gauge: new Gauge(settings) });
  }
  const refresh = () => {
    for (const one of own.values()) ('gauge' in one ? one.gauge : one.counter).reset();
    for (const { metric, labels, value } of figures()) {
      const one = own.get(metric);
      if (one && 'gauge' in one) one.gauge.set({ ...labels }, value);
      else one?.counter.inc({ ...labels }, value);
    }
  };
  return {
    countSample: (outcome) => samples.inc({ outcome }),
    text: async () => {
      refresh();
      return `${await registry.metrics()}\n${checkFigures(queries.status().checks)}`;
    },
  };
}

function described(name: string): { name: string; help: string } {
  return { name, help: metricNamed(name).help };
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
    verdict.push(`quorumwatch_check_verdict${labels} ${verdictNumbers[check.verdict]}\n`);
    if (check.latencyMs !== undefined) {
      latency.push(`quorumwatch_probe_latency_seconds${labels} ${check.latencyMs / 1000}\n`);
    }
  }
  const family = (metric: string, lines: readonly string[]) => {
    const { name, help } = described(metric);
    return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`;
  };
  return [
    family('quorumwatch_check_up', up),
    family('quorumwatch_check_verdict', verdict),
    family('quorumwatch_probe_latency_seconds', latency),
  ].join('\n');
}

/** As the Prometheus text format wants it in a label value. */
function escaped(text: string): string {
  return /[\\"\n]/.test(text) ? text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n') : text;
}
