import { parse } from 'yaml';
import type {
  ApiAlertDetail,
  ApiAlertSummary,
  ApiBacktest,
  ApiOnCall,
  ApiReceiver,
  ApiReceiverTest,
} from '../../src/model/index.ts';

/** The part of the stub that knows alerting policies, who is on call, and receivers. */

export interface AlertsStub {
  alerts: ApiAlertDetail[];
  onCall: ApiOnCall;
  receivers: ApiReceiver[];
  /** What a test of any receiver answers. */
  tested: ApiReceiverTest['channels'];
  /** What a back-test answers; with `errors` it refuses. */
  backtest: ApiBacktest;
  refused: { path: string; message: string }[];
  reset: () => void;
  answer: (
    parts: readonly string[],
    method: string,
    body: Readonly<Record<string, unknown>>,
    query: URLSearchParams,
  ) => object;
}

export const alertsYaml = `site: office
watch:
  - { name: gateway, host: 192.0.2.1, labels: { tier: network } }
alerts:
  # people wait
  - name: slow
    severity: warning
    labels: { team: web }
    conditions:
      - threshold:
          metric: quorumwatch_probe_latency_seconds
          aggregate: p95
          group-by: [check]
          window: 5m
          above: 0.02
        for: 2m
      - verdict: { checks: [gateway], is: [down, degraded] }
    notify: [ops]
    documentation:
      content: |
        ## Look at the paths first
        Is it **only** this check? <img src=x onerror=alert(1)>
      runbook: https://wiki.example.org/slow
  - name: failing
    conditions:
      - ratio:
          of: { metric: quorumwatch_samples_total, where: { outcome: fail }, aggregate: count }
          to: { metric: quorumwatch_samples_total, aggregate: count }
          group-by: [check]
          window: 10m
          above: 0.05
  - name: quorum
    severity: critical
    conditions: [{ quorum: { is: reduced } }]
notify:
  ops: { webhook: { url: 'https://hooks.example.org/ops' } }
  anna: { webhook: { url: 'https://hooks.example.org/anna' } }
  ben: { webhook: { url: 'https://hooks.example.org/ben' } }
rotas:
  - { name: night, time-zone: Europe/Berlin, receivers: [anna, ben], from: 2026-01-05T09:00, every: 7d }
escalations:
  - { name: until-somebody-cares, steps: [{ notify: [night] }, { after: 10m, notify: [ops] }], repeat: 2 }
quiet-hours:
  - { name: nights, time-zone: Europe/Berlin, times: [{ days: [mon, tue], from: '22:00', to: '07:00' }] }
routes:
  - { match: severity=critical, notify: [until-somebody-cares], continue: true }
  - match: team=web
    notify: [anna]
    group-by: [site]
    quiet-hours: [nights]
    routes: [{ match: check=gateway, notify: [ben] }]
  - { notify: [ops], group-wait: 30s, repeat-interval: 4h }
`;

const hourMs = 3_600_000;
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const written = (name: string) => {
  const { alerts } = parse(alertsYaml) as { alerts: Record<string, unknown>[] };
  return alerts.find((one) => one['name'] === name) ?? {};
};

function policies(): ApiAlertDetail[] {
  const common = { labels: {}, firing: 0, incidents: [], intervalMs: 10_000, omittedResources: 0, omittedFindings: 0 };
  const here = { at: ago(4000), resources: 2, firing: 1, omittedSeries: 0, omittedFiring: 0 };
  const quiet = { opinions: { 'office-1': 'up', 'cloud-1': 'up' }, silent: ['cloud-2'], flapping: false };
  return [
    {
      ...common,
      name: 'slow',
      severity: 'warning',
      labels: { team: 'web' },
      state: 'firing',
      since: ago(hourMs),
      firing: 1,
      incidents: ['inc-1203'],
      conditions: ['p95 of quorumwatch_probe_latency_seconds above 0.02 over 5m', 'checks down or degraded'],
      here,
      configuration: written('slow'),
      resources: [
        {
          check: 'slow@check=gateway',
          labels: { check: 'gateway' },
          state: 'firing',
          since: ago(hourMs),
          opinions: { 'office-1': 'down', 'cloud-1': 'up' },
          silent: [],
          flapping: true,
          incident: 'inc-1203',
        },
        { check: 'slow@check=dns', labels: { check: 'dns' }, state: 'fine', since: ago(3 * hourMs), ...quiet },
      ],
      findings: [
        {
          labels: { check: 'gateway' },
          state: 'firing',
          since: ago(hourMs),
          met: [{ condition: 'p95 above 0.02', value: 0.0431, labels: { check: 'gateway' } }],
        },
      ],
    },
    {
      ...common,
      name: 'failing',
      comment: 'More than one of twenty samples fails.',
      severity: 'error',
      state: 'fine',
      since: ago(5 * hourMs),
      conditions: ['count of quorumwatch_samples_total to count of quorumwatch_samples_total above 0.05 over 10m'],
      here: { ...here, firing: 0, error: 'the metric quorumwatch_samples_totals is not known' },
      configuration: written('failing'),
      resources: [],
      findings: [],
    },
    {
      ...common,
      name: 'quorum',
      severity: 'critical',
      state: 'disabled',
      conditions: ['quorum reduced'],
      configuration: written('quorum'),
      resources: [],
      findings: [],
    },
  ];
}

function incidentOf(id: string, fromMs: number, toMs: number | undefined, receivers: readonly string[]) {
  return {
    id,
    check: 'slow@check=gateway',
    title: 'slow fires for check gateway',
    status: toMs === undefined ? ('investigating' as const) : ('resolved' as const),
    impact: 'minor' as const,
    severity: 'warning' as const,
    resource: { check: 'gateway' },
    openedAt: ago(fromMs),
    ...(toMs !== undefined && { resolvedAt: ago(toMs) }),
    affected: [],
    told: [...receivers],
    transitions: [],
    updates: [],
    notices: receivers.flatMap((receiver) => [
      { at: ago(fromMs), receiver, message: 'firing' },
      { at: ago(toMs ?? 0), receiver, message: 'resolved' },
    ]),
  };
}

function pastOf(): ApiBacktest {
  return {
    from: ago(24 * hourMs),
    to: ago(0),
    complete: true,
    policies: ['slow'],
    evaluations: 8640,
    incidents: [
      incidentOf('1', 20 * hourMs, 18 * hourMs, ['ops', 'anna']),
      incidentOf('2', 19 * hourMs, 15 * hourMs, ['ops']),
      incidentOf('3', 2 * hourMs, undefined, []),
    ],
    omittedIncidents: 0,
    problems: [],
    elapsedMs: 4200,
  };
}

function duty(): ApiOnCall {
  const ahead = (hours: number) => ago(-hours * hourMs);
  const turns = [
    { receiver: 'anna', from: ago(0), to: ahead(60) },
    { receiver: 'ops', override: '7', from: ahead(60), to: ahead(80) },
    { receiver: 'ben', from: ahead(80), to: ahead(228) },
    { receiver: 'anna', from: ahead(228), to: ahead(336) },
  ];
  return {
    items: [
      {
        rota: 'night',
        timeZone: 'Europe/Berlin',
        now: { receiver: 'anna' },
        next: { receiver: 'ops', override: '7', at: ahead(60) },
        turns,
      },
    ],
    overrides: [{ id: '7', rota: 'night', receiver: 'ops', from: ahead(60), to: ahead(80), by: 'maria' }],
  };
}

function receiversOf(): ApiReceiver[] {
  return [
    {
      name: 'ops',
      language: 'en',
      channels: [
        {
          channel: 'webhook',
          destination: 'https://hooks.example.org/ops',
          last: { at: ago(hourMs), outcome: 'done', text: '200 OK' },
        },
        { channel: 'email', destination: 'ops@example.org via mail.example.org' },
      ],
      last: {
        at: ago(hourMs),
        outcome: 'done',
        text: '200 OK',
        message: 'firing',
        incident: 'inc-1203',
        watcher: 'office-1',
      },
    },
    { name: 'anna', language: 'ko', channels: [{ channel: 'telegram', destination: 'chat 1111' }] },
  ];
}

const missing = { status: 404, code: 'NOT_FOUND', detail: 'There is no such thing' };

export function createAlertsStub(): AlertsStub {
  let made = 7;
  const stub: AlertsStub = {
    alerts: policies(),
    onCall: duty(),
    receivers: receiversOf(),
    tested: [
      { channel: 'webhook', outcome: 'done', text: '204 No Content' },
      { channel: 'email', outcome: 'failed', text: 'mail.example.org refused the recipient' },
    ],
    backtest: pastOf(),
    refused: [],
    reset: () => {
      const { alerts, onCall, receivers, backtest } = createAlertsStub();
      Object.assign(stub, { alerts, onCall, receivers, backtest, refused: [] });
    },
    answer: ([what, name, sub], method, body, query) => {
      if (what === 'alerts') return method === 'POST' ? tried() : name === undefined ? listed(query) : shown(name);
      if (what === 'receivers') return name === undefined ? { items: stub.receivers } : tested(name);
      if (method === 'GET') return stub.onCall;
      const { overrides } = stub.onCall;
      if (method === 'DELETE') {
        stub.onCall = { ...stub.onCall, overrides: overrides.filter(({ id }) => id !== sub) };
        return {};
      }
      const given = body as { rota: string; receiver: string; from?: string; to: string };
      const override = { from: ago(0), ...given, id: String((made += 1)), by: 'maria' };
      stub.onCall = { ...stub.onCall, overrides: [...overrides, override] };
      return override;
    },
  };
  const listed = (query: URLSearchParams) => {
    const search = (query.get('search') ?? '').toLowerCase();
    const state = query.get('state');
    const items: ApiAlertSummary[] = stub.alerts.filter(
      (one) => (state === null || one.state === state) && one.name.includes(search),
    );
    return { items, total: items.length };
  };
  const shown = (name: string) => stub.alerts.find((one) => one.name === decodeURIComponent(name)) ?? missing;
  const tried = () =>
    stub.refused.length === 0
      ? {
          lines: [
            { event: 'progress', at: ago(12 * hourMs), share: 0.5 },
            { event: 'result', result: stub.backtest },
          ],
        }
      : { status: 422, code: 'CONFIG_INVALID', detail: 'the policies have 1 error', errors: stub.refused };
  const tested = (name: string): ApiReceiverTest => {
    const receiver = decodeURIComponent(name);
    return { receiver, ok: stub.tested.every(({ outcome }) => outcome === 'done'), channels: stub.tested };
  };
  return stub;
}
