import { parseDocument } from 'yaml';
import type {
  ApiDashboard,
  ApiMetric,
  ApiMetricAnswer,
  ApiMetricQuery,
  ApiMetricsAnswer,
  ApiMetricsQuery,
} from '../../src/model/index.ts';
import { builtInDashboards } from '../../src/watcher/dashboards/built-in/index.ts';

/** The part of the stub that knows metrics and dashboards: figures that look like a network's, the same for the same time. */

export interface MetricsStub {
  dashboards: ApiDashboard[];
  /** Values of the label `check`. */
  checks: readonly string[];
  /** Some of the data cannot be asked: who is missing. */
  missing: string[];
  /** Every question fails with this. */
  failure: string | undefined;
  /** Nothing was ever measured. */
  silent: boolean;
  questions: ApiMetricsQuery[];
  reset: () => void;
  /** The body of the answer, or a problem. */
  answer: (
    parts: readonly string[],
    method: string,
    body: unknown,
    query: URLSearchParams,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ) => object;
}

const metric = (name: string, unit: ApiMetric['unit'], labels: string[], more: Partial<ApiMetric> = {}): ApiMetric => ({
  name,
  type: 'gauge',
  unit,
  help: `What ${name} says.`,
  labels,
  aggregate: 'avg',
  ...more,
});
const sampleLabels = ['check', 'watcher', 'site', 'type'];
const catalogue: ApiMetric[] = [
  metric('quorumwatch_probe_latency_seconds', 'seconds', sampleLabels, {
    help: 'Latency of samples: the mean of round trips, connects, answers or responses.',
    histogram: true,
  }),
  metric('quorumwatch_probe_loss_ratio', 'ratio', sampleLabels),
  metric('quorumwatch_samples_total', 'count', [...sampleLabels, 'outcome'], { type: 'counter', aggregate: 'rate' }),
  metric('quorumwatch_check_verdict', 'state', ['check', 'type'], { aggregate: 'last' }),
  metric('quorumwatch_process_resident_memory_bytes', 'bytes', ['watcher', 'site']),
];
const endings: readonly (readonly [string, ApiMetric['unit']])[] = [
  ['_seconds', 'seconds'],
  ['_ratio', 'ratio'],
  ['_bytes', 'bytes'],
  ['_state', 'state'],
  ['_voting', 'state'],
  ['_ready', 'state'],
];
const unitOf = (name: string): ApiMetric['unit'] =>
  catalogue.find((one) => one.name === name)?.unit ?? endings.find(([ending]) => name.endsWith(ending))?.[1] ?? 'count';

const values: Readonly<Record<string, readonly string[]>> = {
  site: ['office', 'berlin', 'oslo'],
  watcher: ['office-1', 'office-2', 'berlin-1', 'oslo-1'],
  outcome: ['pass', 'degraded', 'fail'],
  verdict: ['up', 'degraded', 'down'],
  type: ['icmp', 'dns'],
  uplink: ['isp1', 'isp2'],
};

/** A number from 0 to 1 that depends on nothing but its arguments. */
function noise(seed: number, at: number): number {
  const mixed = Math.imul((seed * 2_654_435_761) ^ at, 2_246_822_519);
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 4_294_967_296;
}

const steps = [1000, 2000, 5000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000, 7_200_000];

function valueAt(query: ApiMetricQuery, seed: number, atMs: number): number | null {
  const minute = Math.floor(atMs / 60_000);
  // A quarter of an hour in which nothing was measured, so that gaps show.
  if (Math.floor(minute / 15) % 29 === 7) return null;
  const wave = 1 + 0.35 * Math.sin(minute / 90 + seed) + 0.25 * noise(seed, Math.floor(atMs / 10_000));
  switch (unitOf(query.metric)) {
    case 'seconds':
      return 0.004 * (1 + seed) * wave;
    case 'ratio':
      return noise(seed, Math.floor(minute / 10)) > 0.9 ? 0.3 * noise(seed, minute) : 0;
    case 'bytes':
      return 90_000_000 * wave + seed * 4e6;
    case 'state':
      return noise(seed, Math.floor(minute / 20)) > 0.93 ? (seed % 3 === 0 ? 0 : 2) : 1;
    case 'count':
    case 'per-second':
    case 'timestamp':
      return seed % 3 === 0 ? 40 * wave : wave * (seed % 3);
    default:
      return wave;
  }
}

const bounds = Array.from({ length: 24 }, (_, index) => 0.001 * 1.25 ** index);
const bucketCounts = (at: number): number[] =>
  bounds.map((_, index) => {
    const one = 60 * Math.exp(-((index - 6 - 2 * Math.sin(at / 5_400_000)) ** 2) / 4);
    const other = 14 * Math.exp(-((index - 15) ** 2) / 3);
    return Math.round((one + other) * (0.6 + 0.4 * noise(index, Math.floor(at / 60_000))));
  });

export function createMetricsStub(checks: readonly string[]): MetricsStub {
  const own = (name: string, title: string, document: unknown): ApiDashboard => ({
    name,
    title,
    source: 'ledger',
    position: 40,
    document,
  });
  const initial = (): ApiDashboard[] => [
    ...builtInDashboards.map((document): ApiDashboard => ({
      name: document.name,
      title: document.title,
      source: 'built-in',
      document,
    })),
    own('office', 'Office', {
      name: 'office',
      title: 'Office',
      description: 'What the office needs to see each morning.',
      charts: [
        {
          title: 'Latency now',
          type: 'value',
          width: 3,
          height: 2,
          thresholds: [{ value: 0.001 }, { value: 10, severity: 'critical' }],
          queries: [{ metric: 'quorumwatch_probe_latency_seconds' }],
        },
        {
          title: 'Latency beside yesterday',
          description: 'The 95th percentile of all samples, with the day before.',
          type: 'line',
          width: 9,
          compare: '1d',
          thresholds: [{ value: 0.012, label: 'agreed with the ISP' }],
          queries: [
            {
              metric: 'quorumwatch_probe_latency_seconds',
              'group-by': ['site'],
              aggregate: 'p95',
              legend: '{{site}}',
            },
          ],
        },
        {
          title: 'How long answers take',
          type: 'histogram',
          queries: [{ metric: 'quorumwatch_probe_latency_seconds' }],
        },
      ],
    }),
    own('newer', 'From a newer watcher', { version: 2, name: 'newer', title: 'From a newer watcher', tiles: [] }),
  ];
  const problem = (status: number, code: string, detail: string, more: object = {}) => ({
    status,
    code,
    detail,
    title: detail,
    type: 'about:blank',
    ...more,
  });

  const groups = (query: ApiMetricQuery): Record<string, string>[] => {
    let found: Record<string, string>[] = [{}];
    for (const label of query.groupBy) {
      const only = query.where.find((matcher) => matcher.label === label && matcher.is === '=');
      const all = only ? [only.value] : label === 'check' ? stub.checks : (values[label] ?? [`${label}-1`]);
      found = found.flatMap((labels) => all.map((value) => ({ ...labels, [label]: value })));
    }
    return found;
  };
  const ask = (asked: ApiMetricsQuery): ApiMetricsAnswer => {
    const fromMs = Date.parse(asked.from);
    const toMs = Date.parse(asked.to);
    const stepMs = steps.find((step) => (toMs - fromMs) / step <= asked.points) ?? 21_600_000;
    const at: number[] = [];
    for (let ms = Math.floor(fromMs / stepMs) * stepMs; ms < toMs; ms += stepMs) at.push(ms);
    const answers = asked.queries.map((query): ApiMetricAnswer => {
      const all = stub.silent ? [] : groups(query);
      const shown = all.slice(0, asked.series);
      const bucketed = query.aggregate === 'buckets';
      return {
        metric: query.metric,
        unit: unitOf(query.metric),
        aggregate: query.aggregate ?? 'avg',
        series: shown.map((labels, seed) => ({
          labels,
          values: bucketed ? [] : at.map((ms) => valueAt(query, seed, ms - query.shiftMs)),
          ...(bucketed ? { counts: at.map(bucketCounts) } : {}),
        })),
        omitted: all.length - shown.length,
        ...(bucketed ? { bounds, boundsUnit: unitOf(query.metric) } : {}),
        ...(stub.missing.length > 0 ? { partial: { answered: 2, of: 3, missing: stub.missing } } : {}),
      };
    });
    return { stepMs, at, answers, elapsedMs: 3 };
  };

  const save = (name: string, text: string, headers: Readonly<Record<string, string | string[] | undefined>>) => {
    const before = stub.dashboards.find((one) => one.name === name);
    const base = headers['if-match'];
    if (before ? base !== `"${before.position ?? 0}"` : headers['if-none-match'] !== '*')
      return problem(409, 'CONFLICT', `dashboard ${name} was changed at position ${before?.position ?? 0}`);
    const parsed = parseDocument(text);
    const document = parsed.toJS() as { title?: unknown; charts?: unknown };
    if (typeof document.title !== 'string' || !Array.isArray(document.charts)) {
      const line = text.split('\n').findIndex((one) => one.startsWith('charts:')) + 1;
      const message = 'expected a list';
      const errors = [{ path: 'charts', message, line, column: 9 }];
      return problem(422, 'DASHBOARD_INVALID', 'the dashboard has 1 error', { errors });
    }
    const saved = { ...own(name, document.title, document), position: (before?.position ?? 40) + 1 };
    stub.dashboards = [...stub.dashboards.filter((one) => one !== before), saved];
    return saved;
  };

  const stub: MetricsStub = {
    dashboards: initial(),
    checks,
    missing: [],
    failure: undefined,
    silent: false,
    questions: [],
    reset: () => {
      stub.dashboards = initial();
      stub.checks = checks;
      stub.missing = [];
      stub.failure = undefined;
      stub.silent = false;
      stub.questions = [];
    },
    answer: ([what, name], method, body, query, headers) => {
      if (what === 'metrics' && method === 'POST') {
        stub.questions.push(body as ApiMetricsQuery);
        if (stub.failure !== undefined) return problem(503, 'STORE_BUSY', stub.failure);
        return ask(body as ApiMetricsQuery);
      }
      if (what === 'metrics' && name === 'labels') {
        const label = query.get('label') ?? '';
        return { values: label === 'check' ? stub.checks : (values[label] ?? []) };
      }
      if (what === 'metrics') return { items: catalogue };
      if (name === undefined) return { items: stub.dashboards };
      const found = stub.dashboards.find((one) => one.name === decodeURIComponent(name));
      if (method === 'PUT') return save(decodeURIComponent(name), String(body), headers);
      if (!found) return problem(404, 'NOT_FOUND', `there is no dashboard ${JSON.stringify(name)}`);
      if (method === 'DELETE') stub.dashboards = stub.dashboards.filter((one) => one !== found);
      return found;
    },
  };
  return stub;
}
