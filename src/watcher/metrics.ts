import { setImmediate as nextTurn } from 'node:timers/promises';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Check, VerdictState } from '../model/index.ts';
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
  version: string;
  verdicts: () => Iterable<{ check: Pick<Check, 'name' | 'type'>; verdict: VerdictState }>;
  /** Of the check's last probe. */
  latencyMs: (check: string) => number | undefined;
  /** What the watcher says of itself. */
  figures: () => readonly Figure[];
}

/** Written by hand, line for line. */
const ofChecks: ReadonlySet<string> = new Set(['quorumwatch_check_up', 'quorumwatch_check_verdict']);

export function createMetrics({ version, verdicts, latencyMs, figures }: MetricsParts): Metrics {
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
      return `${await registry.metrics()}\n${await checkFigures(verdicts(), latencyMs)}`;
    },
  };
}

function described(name: string): { name: string; help: string } {
  return { name, help: metricNamed(name).help };
}

/** So many checks are written down at a time: some two milliseconds, in which the event loop waits. */
const checksATurn = 1000;

/** Written by hand: the registry would take a quarter of a second for ten thousand checks, all in one turn. */
async function checkFigures(
  verdicts: ReturnType<MetricsParts['verdicts']>,
  latencyMs: MetricsParts['latencyMs'],
): Promise<string> {
  const up: string[] = [];
  const verdictLines: string[] = [];
  const latency: string[] = [];
  for (const { check, verdict } of verdicts) {
    const labels = `{check="${escaped(check.name)}",type="${escaped(check.type)}"}`;
    const answers = verdict === 'up' || verdict === 'degraded';
    up.push(`quorumwatch_check_up${labels} ${answers ? 1 : 0}\n`);
    verdictLines.push(`quorumwatch_check_verdict${labels} ${verdictNumbers[verdict]}\n`);
    const lastMs = latencyMs(check.name);
    if (lastMs !== undefined) latency.push(`quorumwatch_probe_latency_seconds${labels} ${lastMs / 1000}\n`);
    if (up.length % checksATurn === 0) await nextTurn();
  }
  const family = (metric: string, lines: readonly string[]) => {
    const { name, help } = described(metric);
    return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`;
  };
  return [
    family('quorumwatch_check_up', up),
    family('quorumwatch_check_verdict', verdictLines),
    family('quorumwatch_probe_latency_seconds', latency),
  ].join('\n');
}

/** As the Prometheus text format wants it in a label value. */
function escaped(text: string): string {
  return /[\\"\n]/.test(text) ? text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n') : text;
}
