import type { ApiCause, ApiPath, ApiPathDetail, ApiPerformance } from '../../src/model/index.ts';

/** Paths between six watchers at three sites; one is lossy one way, one is cut, one watcher is not heard. */

const watchers = [
  { id: 'office-1', site: 'office', self: true, ageMs: 0 },
  { id: 'office-2', site: 'office', self: false, ageMs: 4000 },
  { id: 'home', site: 'home', self: false, ageMs: 6000 },
  { id: 'cloud-1', site: 'cloud', self: false, ageMs: 1000 },
  { id: 'cloud-2', site: 'cloud', self: false, ageMs: 9000 },
  { id: '\u202e<img src=x onerror=alert(1)>', site: 'cloud', self: false, ageMs: 400_000 },
];

const distanceMs: Record<string, number> = { office: 2, home: 9, cloud: 21 };

const direction = (sent: number, lost: number, jitterMs: number) => ({
  sent,
  lost,
  lossRatio: lost / sent,
  jitterMs,
  reordered: lost > 0 ? 1 : 0,
  duplicates: 0,
});

function path(from: (typeof watchers)[number], to: (typeof watchers)[number]): ApiPath {
  const base = { from: from.id, to: to.id, ageMs: from.ageMs };
  if (from.ageMs > 35_000) return { ...base, state: 'unheard', reason: `${from.id} is not heard` };
  if (to.ageMs > 35_000 || (from.id === 'home' && to.id === 'cloud-2') || (from.id === 'cloud-2' && to.id === 'home')) {
    return {
      ...base,
      state: 'silent',
      reason: 'no answer comes',
      sent: 60,
      answered: 0,
      unexplained: 60,
      windowMs: 60_000,
    };
  }
  const rttMs = from.site === to.site ? 0.4 : 2 * ((distanceMs[from.site] ?? 0) + (distanceMs[to.site] ?? 0));
  const lost = from.id === 'office-1' && to.id === 'cloud-1' ? 11 : 0;
  return {
    ...base,
    state: 'measured',
    windowMs: 60_000,
    sent: 60,
    answered: 60 - lost,
    unexplained: 0,
    silentMs: 400,
    rtt: { minMs: rttMs * 0.98, medianMs: rttMs, p95Ms: rttMs * 1.2, maxMs: rttMs * 1.6 },
    forward: direction(60, lost, rttMs / 40),
    back: direction(60 - lost, 0, rttMs / 60),
    clock: { aheadMs: -1.25, boundMs: rttMs / 2 },
    mtuBytes: 1500,
    stamps: 'kernel',
  };
}

export function performance(): ApiPerformance {
  return {
    at: new Date().toISOString(),
    self: 'office-1',
    enabled: true,
    problems: [],
    watchers,
    paths: watchers.flatMap((from) => watchers.filter((to) => to !== from).map((to) => path(from, to))),
  };
}

export const alone = (): ApiPerformance => ({
  ...performance(),
  watchers: watchers.slice(0, 1),
  paths: [],
});

export function detail(fromMs: number, toMs: number): ApiPathDetail {
  const steps = 180;
  const stepMs = Math.max(10_000, Math.round((toMs - fromMs) / steps));
  const of = (value: (step: number) => number | null) => Array.from({ length: steps }, (_, step) => value(step));
  const isCut = (step: number) => step > 60 && step < 70;
  const rttMs = of((step) => (isCut(step) ? null : 46 + 4 * Math.sin(step / 9) + (step % 17 === 0 ? 9 : 0)));
  return {
    path: path(watchers[0]!, watchers[3]!),
    opposite: path(watchers[3]!, watchers[0]!),
    comparison: {
      answer: 'this-path',
      reason: 'this path is worse than usual, and half of the others or more are not',
      path: { count: 1, lossRatio: 0.183, rttMs: 46, jitterMs: 1.15, rttRatio: 1.02 },
      others: { count: 22, lossRatio: 0, rttMs: 46, jitterMs: 1.15, rttRatio: 1 },
      sameSites: { count: 6, lossRatio: 0, rttMs: 46, jitterMs: 1.15, rttRatio: 1 },
    },
    history: {
      stepMs,
      at: of((step) => fromMs + step * stepMs) as number[],
      rttMs,
      rttP95Ms: rttMs.map((one) => (one === null ? null : one * 1.2)),
      forwardLossRatio: of((step) => (isCut(step) ? null : step > 150 ? 0.183 : 0)),
      backLossRatio: of((step) => (isCut(step) ? null : 0)),
      forwardJitterMs: of(() => 1),
      backJitterMs: of(() => 0.7),
    },
    checks: ['shop', 'mail'],
  };
}

export const cause: ApiCause = {
  check: 'shop',
  from: 'office-1',
  to: 'cloud-1',
  answer: 'network',
  reason: 'the path of office-1 is bad, and cloud-1, home, without a bad path, see no trouble',
  witnesses: [
    {
      watcher: 'office-1',
      check: 'bad',
      path: 'bad',
      samples: 12,
      failedRatio: 0.31,
      latencyMs: 182,
      usualLatencyMs: 49,
      pathLossRatio: 0.183,
      pathRttMs: 46,
      usualPathRttMs: 45,
    },
    {
      watcher: 'cloud-1',
      check: 'good',
      path: 'none',
      samples: 12,
      failedRatio: 0,
      latencyMs: 1.9,
      usualLatencyMs: 1.8,
    },
    { watcher: 'home', check: 'good', path: 'good', samples: 12, failedRatio: 0, pathLossRatio: 0, pathRttMs: 60 },
  ],
};
