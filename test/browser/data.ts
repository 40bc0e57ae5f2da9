import type {
  ApiActionStatus,
  ApiCheckDetail,
  ApiCheckSummary,
  ApiCluster,
  ApiEvent,
  ApiGroupDetail,
  ApiIncident,
  ApiLocatedCheck,
  ApiLocation,
  ApiOpinion,
  ApiSample,
  ApiSeries,
  ApiStatus,
  ApiTransition,
} from '../../src/model/index.ts';

/** A small network with everything that a page can show, the same at each run; times are relative to `startMs`. */

const startMs = Date.now();
const at = (agoMs: number) => new Date(startMs - agoMs).toISOString();
const minute = 60_000;
const hour = 60 * minute;

/** A repeatable stream of numbers from 0 to 1 (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const hostileNames = [
  '<img src=x onerror="document.title=\'broken\'">',
  '\u202Egnorts \u05E9\u05DC\u05D5\u05DD right-to-left',
  'a-name-of-exactly-one-hundred-characters-'.padEnd(100, 'x'),
];

const watchers = ['office-1', 'office-2', 'berlin-1', 'oslo-1'];

function strip(verdict: ApiCheckSummary['verdict'], random: () => number): ApiCheckSummary['strip'] {
  return Array.from({ length: 48 }, (_, index) => {
    const recent = index >= 44 && verdict !== 'up';
    const state = recent ? verdict : random() < 0.03 ? 'degraded' : random() < 0.015 ? 'down' : 'up';
    const failed = state === 'down' ? 9 : state === 'degraded' ? 3 : 0;
    return { from: at((48 - index) * 300_000), state, passed: 9 - failed, failed };
  });
}

function summary(name: string, over: Partial<ApiCheckSummary> = {}): ApiCheckSummary {
  const random = numbers(name.split('').reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7));
  const verdict = over.verdict ?? 'up';
  return {
    name,
    type: 'icmp',
    host: '192.0.2.17',
    labels: { site: 'office' },
    disabled: false,
    verdict,
    since: at(3 * 24 * hour + random() * 9 * hour),
    flapping: false,
    maintenance: false,
    intervalMs: 10_000,
    ...(verdict === 'down' || verdict === 'unknown' ? {} : { latencyMs: 0.4 + random() * 30 }),
    lossPercent: verdict === 'down' ? 100 : verdict === 'degraded' ? 20 : 0,
    lastSampleAt: at(2000),
    opinions: Object.fromEntries(watchers.map((watcher) => [watcher, verdict === 'partial' ? 'unknown' : verdict])),
    silent: [],
    strip: strip(verdict, random),
    ...over,
  };
}

export const checks: ApiCheckSummary[] = [
  summary('uplink-isp1', {
    verdict: 'down',
    host: '192.0.2.1',
    since: at(4 * minute + 12_000),
    reason: { code: 'no-reply', text: 'No reply from any of 3 anchors within 1 s' },
    labels: { site: 'office', tier: 'gold' },
    comment: 'Fibre of ISP 1, contract 4711',
  }),
  summary('web-shop', {
    type: 'https-get',
    host: 'https://shop.example.net/health',
    verdict: 'down',
    since: at(3 * minute),
    suppressedBy: 'uplink-isp1',
    reason: { code: 'timeout', text: 'No answer within 3 s' },
  }),
  summary('resolver-v6', {
    type: 'dns',
    host: '2001:db8::53',
    verdict: 'partial',
    since: at(11 * minute),
    reason: { code: 'partial', text: '2 of 4 watchers say down, 3 are needed' },
    labels: { site: 'berlin' },
  }),
  summary('core-switch', {
    verdict: 'degraded',
    since: at(26 * minute),
    flapping: true,
    latencyMs: 212,
    reason: { code: 'loss-percent', text: 'Loss 20 % is above 10 %' },
    labels: { site: 'oslo' },
  }),
  summary('camera-roof', {
    verdict: 'unknown',
    since: at(40_000),
    reason: { code: 'starved', text: 'The watcher itself was stalled for 2.1 s' },
    labels: { site: 'oslo' },
  }),
  summary('backup-nas', {
    maintenance: true,
    snoozedUntil: at(-hour),
    host: 'nas.office.example',
    labels: { site: 'office', tier: 'silver' },
  }),
  summary('old-printer', { disabled: true, verdict: 'unknown' }),
  ...hostileNames.map((name) => summary(name, { labels: { site: '<b>bold</b>' } })),
  ...['gateway', 'gateway-v6', 'resolver-1', 'mail', 'intranet', 'vpn', 'crm', 'ntp', 'registry', 'git'].map(
    (name, index) =>
      summary(name, {
        type: ['icmp', 'icmp', 'dns', 'tcp-conn', 'http-get'][index % 5] ?? 'icmp',
        host: `${name}.example.net`,
        labels: { site: ['office', 'berlin', 'oslo'][index % 3] ?? 'office' },
      }),
  ),
];

/** As many healthy checks as wanted, to see whether a long list stays quick. */
export const manyChecks = (count: number): ApiCheckSummary[] =>
  Array.from({ length: count }, (_, index) =>
    summary(`host-${String(index).padStart(5, '0')}`, {
      host: `127.1.${index >> 8}.${index & 255}`,
      verdict: index % 977 === 0 ? 'down' : 'up',
      labels: { site: `site-${index % 40}` },
    }),
  );

export function counts(list: readonly ApiCheckSummary[]): ApiStatus['counts'] {
  const found = { up: 0, degraded: 0, partial: 0, down: 0, unknown: 0, disabled: 0 };
  for (const check of list) found[check.disabled ? 'disabled' : check.verdict]++;
  return found;
}

export function sample(check: ApiCheckSummary, agoMs: number): ApiSample {
  const random = numbers(Math.round(agoMs) + check.name.length);
  const failed = check.verdict === 'down' && agoMs < 5 * minute;
  const latencyMs = 6 + random() * 3 + (random() < 0.05 ? 25 : 0);
  const reason = { code: 'no-reply', text: 'No reply within 1 s' };
  return {
    check: check.name,
    startedAt: at(agoMs),
    latenessMs: 0.2,
    durationMs: failed ? 1000 : latencyMs,
    outcome: failed ? 'fail' : 'pass',
    ...(failed ? {} : { latencyMs }),
    lossPercent: failed ? 100 : 0,
    results: [
      {
        host: check.host,
        outcome: failed ? 'fail' : 'pass',
        ...(failed ? { reason } : { latencyMs }),
        values: { 'sent-count': 10, 'loss-percent': failed ? 100 : 0, 'rtt-avg': failed ? 0 : latencyMs },
      },
    ],
  };
}

export function series(check: ApiCheckSummary, fromMs: number, toMs: number, points: number): ApiSeries {
  const random = numbers(check.name.length * 97);
  const stepMs = Math.max(1000, (toMs - fromMs) / points);
  const length = Math.floor((toMs - fromMs) / stepMs);
  const downFrom = check.verdict === 'down' ? startMs - 4 * minute : Infinity;
  const out: ApiSeries = {
    check: check.name,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    stepMs,
    at: [],
    latencyMs: [],
    latencyMaxMs: [],
    lossPercent: [],
    failed: [],
  };
  for (let index = 0; index < length; index++) {
    const pointMs = fromMs + index * stepMs;
    const dead = pointMs >= downFrom;
    const busy = 4 * Math.max(0, Math.sin(index / 60)) ** 3;
    const latency = 6 + busy + random() * 1.4;
    const lossy = !dead && index > length * 0.55 && index < length * 0.6;
    out.at.push(pointMs / 1000);
    out.latencyMs.push(dead ? null : latency);
    out.latencyMaxMs.push(dead ? null : latency + random() ** 4 * 18);
    out.lossPercent.push(dead ? 100 : lossy ? Math.round(random() * 4) * 10 : 0);
    out.failed.push(dead ? 1 : lossy && random() < 0.2 ? 1 : 0);
  }
  return out;
}

function opinion(check: ApiCheckSummary, watcher: string, index: number): ApiOpinion {
  const state = check.verdict === 'partial' ? (index % 2 === 0 ? 'down' : 'up') : check.verdict;
  const down = state === 'down';
  return {
    check: check.name,
    watcher,
    state,
    since: at(4 * minute + index * 340),
    ...(down ? { reason: { code: 'no-reply', text: 'No reply from any of 3 anchors within 1 s' } } : {}),
    rounds: down ? ['pass', 'fail', 'fail'] : ['pass', 'pass', 'pass'],
    results: ['1.1.1.1', '8.8.8.8', '9.9.9.9'].map((host) => ({
      host,
      address: host,
      outcome: down ? 'fail' : 'pass',
      ...(down ? { reason: { code: 'no-reply', text: 'No reply within 1 s' } } : { latencyMs: 7.31 }),
      lossPercent: down ? 100 : 0,
      values: down
        ? { 'sent-count': 10, 'response-count': 0, 'loss-count': 10, 'loss-percent': 100 }
        : {
            'sent-count': 10,
            'response-count': 10,
            'rtt-avg': 7.31,
            'rtt-max': 9.02,
            'rtt-jitter': 1.1,
            'rtt-stdev': 0.4,
          },
    })),
  };
}

export function detail(check: ApiCheckSummary): ApiCheckDetail {
  const opinions = watchers.map((watcher, index) => opinion(check, watcher, index));
  const transition = (position: number, over: Partial<ApiTransition>): ApiTransition => ({
    position,
    time: at(4 * minute),
    check: check.name,
    from: 'up',
    to: check.verdict,
    since: at(4 * minute + 800),
    rule: { name: 'bft', of: 4, need: 3 },
    opinions: opinions.slice(0, 3),
    votes: opinions.slice(0, 3).map(({ watcher, state }) => ({ watcher, vote: 'for', state })),
    initial: false,
    flapping: check.flapping,
    flapPercent: 4.2,
    ...(check.reason && over.to !== 'up' ? { reason: check.reason } : {}),
    ...over,
  });
  return {
    ...check,
    configuration: {
      host: check.host,
      type: check.type,
      interval: '10s',
      timeout: '1s',
      'thr-loss-percent': 60,
      'packet-count': 10,
      settle: { down: '2/3', up: '2/3' },
      labels: check.labels,
    },
    opinionDetails: opinions,
    transitions: [
      transition(1203, {}),
      transition(988, {
        from: 'down',
        to: 'up',
        since: at(26 * hour),
        time: at(26 * hour),
      }),
      transition(981, { from: 'up', to: 'down', since: at(26.2 * hour), time: at(26.2 * hour) }),
      transition(4, { from: 'unknown', to: 'up', since: at(9 * 24 * hour), time: at(9 * 24 * hour), initial: true }),
    ],
    doneTests: 77_812,
    failedTests: 113,
    flapPercent: 4.2,
    availabilityPercent: 99.731,
  };
}

export const incidents = (): ApiIncident[] => [
  {
    id: 'inc-1203',
    check: 'uplink-isp1',
    title: 'uplink-isp1 is down: no reply from any of 3 anchors',
    status: 'investigating',
    impact: 'major',
    openedAt: at(4 * minute),
    reason: { code: 'no-reply', text: 'No reply from any of 3 anchors within 1 s' },
    affected: ['web-shop', 'crm'],
    told: ['ops-telegram', 'duty-mail'],
    transitions: [1203, 1205],
    updates: [
      { at: at(4 * minute), by: 'office-1', kind: 'opened', text: 'No reply from any of 3 anchors within 1 s' },
      { at: at(4 * minute - 900), by: 'office-1', kind: 'told', text: 'ops-telegram, duty-mail' },
      { at: at(3 * minute), by: 'office-1', kind: 'affected', text: 'web-shop is down behind the same cause' },
    ],
  },
  {
    id: 'inc-1188',
    check: 'core-switch',
    title: 'core-switch is degraded: loss 20 % is above 10 %',
    status: 'monitoring',
    impact: 'minor',
    openedAt: at(26 * minute),
    acknowledged: { by: 'maria', at: at(20 * minute) },
    affected: [],
    told: [],
    transitions: [1188],
    updates: [{ at: at(26 * minute), by: 'office-1', kind: 'opened', text: 'Loss 20 % is above 10 %' }],
  },
  {
    id: 'inc-981',
    check: 'uplink-isp1',
    title: `uplink-isp1 was down ${hostileNames[0]}`,
    status: 'resolved',
    impact: 'major',
    openedAt: at(26.2 * hour),
    resolvedAt: at(26 * hour),
    affected: [],
    told: ['ops-telegram'],
    transitions: [981, 988],
    updates: [{ at: at(26 * hour), by: 'office-1', kind: 'resolved', text: '' }],
  },
];

export const actions: ApiActionStatus[] = [
  {
    id: '1203-0',
    check: 'uplink-isp1',
    transition: 1203,
    incident: 'inc-1203',
    what: 'notify ops-telegram',
    state: 'done',
    attempts: 1,
    text: 'Accepted by api.telegram.org as message 8812',
    at: at(4 * minute - 900),
  },
  {
    id: '1203-1',
    check: 'uplink-isp1',
    transition: 1203,
    incident: 'inc-1203',
    what: 'run /usr/local/bin/on-down uplink-isp1',
    state: 'failed',
    attempts: 2,
    exitCode: 1,
    text: 'The program ended with code 1 after 412 ms',
    output: 'switching default route to wan2\nRTNETLINK answers: File exists\n',
    at: at(4 * minute - 2000),
  },
];

export const events = (): ApiEvent[] =>
  Array.from({ length: 1206 }, (_, position) => {
    const kinds = ['opinion', 'opinion', 'opinion', 'transition', 'incident', 'action-intended', 'action-finished'];
    const kind = position === 0 ? 'genesis' : (kinds[position % kinds.length] ?? 'opinion');
    const texts: Record<string, string> = {
      genesis: 'Cluster office founded by 4 members',
      opinion: `${watchers[position % 4]} says that gateway is up`,
      transition: 'gateway: up, agreed by 3 of 4 watchers',
      incident: 'core-switch is degraded: opened',
      'action-intended': 'notify ops-telegram, because of core-switch',
      'action-finished': 'notify ops-telegram: done',
    };
    const opinions = watchers.map((watcher) => ({ watcher, state: watcher === 'oslo-1' ? 'down' : 'up' }));
    const body = kind === 'transition' ? { check: 'gateway', to: 'up', opinions } : {};
    return { position, time: at((1206 - position) * 11_000), kind, text: texts[kind] ?? kind, body };
  });

/** Four members of which one is cut off; the first answers, the second leads. */
export const cluster = (): ApiCluster => ({
  id: 'office',
  self: 'office-1',
  protocol: 'pbft',
  network: 'c0ffee'.padEnd(64, '0'),
  epoch: 2,
  faults: 1,
  quorum: 3,
  view: 5,
  primary: 'office-2',
  active: true,
  voting: true,
  sequence: 1187,
  low: 1152,
  high: 1408,
  entries: 1206,
  root: '8f14e45fceea167a5a36dedd4bea2543fa1c9f4b2e2f1d2c77b1a3d85be1c0de',
  cosigned: { entries: 1204, signers: watchers.slice(0, 3) },
  demonstration: true,
  members: watchers.map((id, index) => ({
    id,
    number: index + 1,
    site: id.split('-')[0] ?? '',
    role: 'member',
    address: `192.0.2.${index + 1}:8471`,
    publicKey: `${index}`.repeat(64),
    link: index === 0 ? 'self' : index === 3 ? 'down' : 'up',
    silent: index === 3,
    ...(index === 0 ? {} : { heardMs: index === 3 ? 48_000 : 40 + index }),
    ...(index === 0 || index === 3 ? {} : { roundTripMs: 0.4 * index }),
    ...(index === 3 ? { problem: 'no answer within 5 s' } : { sequence: 1187, view: 5 }),
  })),
});

export const yaml = `site: office
watch:
  - name: gateway
    host: 192.0.2.1
    type: icmp
    interval: 5s
  - name: uplink-isp1
    anchors: [1.1.1.1, 8.8.8.8, 9.9.9.9]
    type: icmp
    interval: 1s
    down:
      - notify: ops-telegram
      - run: /usr/local/bin/on-down uplink-isp1
notify:
  ops-telegram:
    telegram: { chat: "-100123", token-file: /run/secrets/telegram }
`;

/** What the watchers of two places make of a check; one of them sees what the others do not. */
export function located(check: ApiCheckSummary): ApiLocatedCheck {
  const { name, host, verdict, disabled, latencyMs } = check;
  const locations = ['office-1', 'office-2', 'cloud-1', 'cloud-2'].map((watcher, at): ApiLocation => {
    const against = at === 2 && verdict === 'up';
    const state = against ? 'down' : verdict === 'partial' ? 'up' : verdict;
    return {
      watcher,
      site: watcher.replace(/-\d$/, ''),
      stand: at === 3 ? 'unheard' : against ? 'against' : 'with',
      state,
      since: new Date(Date.now() - 3_600_000).toISOString(),
      ageMs: 12_000,
      ...(state === 'down' ? { reason: { code: 'timeout', text: 'no connection within 3s' } } : {}),
      ...(state === 'down' || latencyMs === undefined ? {} : { latencyMs: latencyMs * (1 + at), lossPercent: 0 }),
    };
  });
  return { check: name, host, verdict, disabled, locations };
}

/** Groups over checks: the first of them, and one without anything. */
export function group(checks: readonly ApiCheckSummary[]): ApiGroupDetail {
  const chosen = checks.slice(0, 6);
  const countsOf = { up: 0, degraded: 0, partial: 0, down: 0, unknown: 0, disabled: 0 };
  for (const { verdict, disabled } of chosen) countsOf[disabled ? 'disabled' : verdict]++;
  return {
    name: 'web shops',
    comment: 'what customers see',
    select: 'role=web,tier=gold',
    targets: 2,
    counts: countsOf,
    worst: 'down',
    disputed: chosen.filter(({ verdict }) => verdict === 'up').length,
    members: [
      { name: 'web-1', host: '192.0.2.11', labels: { role: 'web' }, checks: 3 },
      { name: 'web-2', host: '192.0.2.12', labels: { role: 'web' }, checks: 3 },
    ],
    checks: chosen.map(located),
    omitted: 3,
  };
}
