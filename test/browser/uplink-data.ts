import type { ApiUplink, ApiUplinkFamily, ApiUplinkSwitch, ApiUplinks } from '../../src/model/index.ts';

/** An office with two providers and a thin spare, with everything that the view of the uplinks can show. */

const startMs = Date.now();
const at = (agoMs: number) => new Date(startMs - agoMs).toISOString();
const watchers = ['office-1', 'office-2', 'berlin-1', 'oslo-1'];
const minute = 60_000;
const day = 86_400_000;

type Said = ApiUplinkFamily['opinions'][number];

function family(uplink: string, over: Partial<ApiUplinkFamily> = {}): ApiUplinkFamily {
  const version = over.family ?? 4;
  return {
    uplink,
    family: version,
    gateway: version === 4 ? '192.0.2.1' : '2001:db8::1',
    state: 'up',
    since: at(3 * day),
    reason: '',
    failing: [],
    lossPercent: 0,
    rttMs: 8.2,
    usualRttMs: 8,
    jitterMs: 0.6,
    flapPercent: 0,
    serving: false,
    check: `uplink/${uplink}/ipv${version}`,
    opinions: watchers.map((watcher) => ({ watcher, state: 'up', since: at(3 * day), said: 1100, silent: false })),
    verdict: { state: 'up', since: at(3 * day), transition: 803 },
    ...over,
  };
}

const says = (state: Said['state'], reason: string): Said[] =>
  watchers.map((watcher) => ({ watcher, state, since: at(42_000), reason, said: 1190, silent: false }));

function uplink(name: string, over: Partial<ApiUplink> & Pick<ApiUplink, 'families'>): ApiUplink {
  return { name, device: `wan-${name}`, priority: 1, weight: 1, chosen: false, drillOverdue: false, ...over };
}

const dead = 'no answer to 9 probes in 63 ms';
const isp1Says = says('down', dead).map((said): Said =>
  said.watcher === 'oslo-1' ? { ...said, state: 'up', reason: 'answers as usual, 8.1 ms' } : said,
);
const spareSays = says('degraded', 'it answers again').map((said): Said =>
  said.watcher === 'oslo-1' ? { ...said, silent: true } : said,
);

/** The first provider died over IPv4 and is bad over IPv6; the second carries; the spare is held. */
export const uplinks = (): ApiUplinks => ({
  policy: {
    mode: 'failover',
    act: 'local-evidence',
    dryRun: false,
    actor: 'office-1',
    watchers,
    probeIntervalMs: 50,
    holdMs: 10_000,
    graceMs: 1500,
  },
  here: { watcher: 'office-1', judges: true, acts: true, problems: [], waitingRecords: 0 },
  uplinks: [
    uplink('isp1', {
      weight: 30,
      families: [
        family('isp1', {
          state: 'dead',
          since: at(42_000),
          reason: dead,
          lossPercent: 100,
          failing: ['icmp', 'large', 'tcp'],
          flapPercent: 12.5,
          opinions: isp1Says,
          verdict: { state: 'down', since: at(42_000), transition: 1191, incident: 'inc-1203' },
        }),
        family('isp1', {
          family: 6,
          state: 'bad',
          since: at(95_000),
          reason: 'large packets are not answered any more',
          failing: ['large'],
          lossPercent: 4.5,
          rttMs: 61,
          opinions: says('degraded', 'large packets are not answered any more'),
          verdict: { state: 'degraded', since: at(95_000), transition: 1180 },
        }),
      ],
      lastDrill: {
        position: 411,
        id: 'office-1/1767225600000',
        watcher: 'office-1',
        uplink: 'isp1',
        by: 'maria',
        startedAt: at(9 * day),
        forMs: 10_000,
        outcome: 'passed',
        text: 'isp2 took over and isp1 came back',
        families: [{ family: 4, to: 'isp2', detectedAfterMs: 61.4, switchedAfterMs: 62.1 }],
      },
    }),
    uplink('isp2', {
      priority: 2,
      drillOverdue: true,
      families: [
        family('isp2', { serving: true, gateway: '198.51.100.1', rttMs: 14.3, usualRttMs: 14.1 }),
        family('isp2', { serving: true, family: 6, gateway: '2001:db8:2::1', rttMs: 14.9, usualRttMs: 14.4 }),
      ],
    }),
    uplink('spare', {
      device: 'wwan0',
      priority: 3,
      drillOverdue: true,
      families: [
        family('spare', {
          gateway: '203.0.113.1',
          state: 'held',
          since: at(3000),
          reason: 'it answers again, and has to go on so',
          holdLeftMs: 6800,
          lossPercent: 0.8,
          rttMs: 48,
          usualRttMs: 45,
          jitterMs: 7.5,
          flapPercent: 31,
          opinions: spareSays,
          verdict: { state: 'degraded', since: at(3000), transition: 1199 },
        }),
      ],
    }),
  ],
  serving: [
    { family: 4, uplinks: ['isp2', 'spare'] },
    { family: 6, uplinks: ['isp2'] },
  ],
});

/** The figures of reading number `turn`: they move as measured ones do. */
export function wobbled(status: ApiUplinks, turn: number): ApiUplinks {
  const moved = (one: ApiUplinkFamily): ApiUplinkFamily => {
    if (one.state === 'dead' || one.rttMs === undefined) return one;
    const swing = Math.sin(turn * 1.7) + Math.sin(turn * 0.37 + one.family) + (turn % 23 === 0 ? 4 : 0);
    return { ...one, rttMs: one.rttMs * (1 + 0.035 * swing), lossPercent: turn % 29 === 0 ? 3 : one.lossPercent };
  };
  return { ...status, uplinks: status.uplinks.map((one) => ({ ...one, families: one.families.map(moved) })) };
}

function record(over: Partial<ApiUplinkSwitch>): ApiUplinkSwitch {
  const time = over.time ?? at(0);
  return {
    time,
    id: `office-1/${Date.parse(time)}/${over.family ?? 4}`,
    watcher: 'office-1',
    family: 4,
    from: ['isp1', 'isp2'],
    to: ['isp2', 'spare'],
    cause: 'dead',
    by: 'office-1',
    timings: { decidedAt: time, switchedAfterMs: 0.21, readBackAfterMs: 1.9 },
    evidence: [],
    receipt: {
      commands: ['ip -4 route replace default via 198.51.100.1 dev wan-isp2 table 7700'],
      dryRun: false,
      verified: true,
      problems: [],
    },
    ...over,
  };
}

const measured = { failing: [], lossPercent: 0, rttMs: 14.2, usualRttMs: 14.1, jitterMs: 0.4, flapPercent: 0 };

/** Newest first: each cause once, recorded and not, verified and not. */
export const switches = (): ApiUplinkSwitch[] => [
  record({
    position: 1192,
    time: at(42_000),
    timings: {
      decidedAt: at(42_000),
      lastAnswerBeforeMs: 92.4,
      suspicionBeforeMs: 63.2,
      switchedAfterMs: 0.31,
      readBackAfterMs: 2.4,
    },
    evidence: [
      {
        ...measured,
        uplink: 'isp1',
        state: 'dead',
        since: at(42_000),
        reason: dead,
        failing: ['icmp', 'large', 'tcp'],
        lossPercent: 100,
        flapPercent: 12.5,
      },
      { ...measured, uplink: 'isp2', state: 'up', since: at(3 * day), reason: 'answers as usual' },
    ],
    plainNetwatch: {
      notices: 'surely',
      intervalMs: 5000,
      timeoutMs: 1000,
      outage: { leastMs: 1000, expectedMs: 3500, mostMs: 6000 },
    },
  }),
  record({
    position: 1181,
    time: at(95_000),
    family: 6,
    from: ['isp1', 'isp2'],
    to: ['isp2'],
    cause: 'bad',
    timings: {
      decidedAt: at(95_000),
      lastAnswerBeforeMs: 12,
      suspicionBeforeMs: 5040,
      switchedAfterMs: 0.24,
      readBackAfterMs: 2,
    },
    evidence: [
      {
        ...measured,
        uplink: 'isp1',
        state: 'bad',
        since: at(95_000),
        reason: 'large packets are not answered any more',
        failing: ['large'],
        lossPercent: 4.5,
      },
    ],
    plainNetwatch: { notices: 'never', intervalMs: 5000, timeoutMs: 1000 },
  }),
  record({
    time: at(31 * minute),
    from: ['isp2', 'spare'],
    to: ['isp1', 'isp2', 'spare'],
    cause: 'reversal',
    by: 'cluster',
    transitions: [1120, 1124],
    receipt: {
      commands: ['ip -4 route replace default via 192.0.2.1 dev wan-isp1 table 7700'],
      dryRun: false,
      verified: false,
      problems: ['the kernel has no route to 192.0.2.1: Network is unreachable'],
    },
  }),
  record({ position: 1002, time: at(9 * day - 12_000), from: ['isp2'], to: ['isp1', 'isp2'], cause: 'failback' }),
  record({
    position: 1001,
    time: at(9 * day),
    cause: 'drill',
    by: 'operator maria',
    timings: {
      decidedAt: at(9 * day),
      lastAnswerBeforeMs: 61.4,
      suspicionBeforeMs: 40,
      switchedAfterMs: 0.3,
      readBackAfterMs: 1.8,
    },
    plainNetwatch: { notices: 'by-chance', intervalMs: 5000, timeoutMs: 1000 },
  }),
  ...Array.from({ length: 24 }, (_, index) =>
    record({
      position: 900 - 10 * index,
      time: at((10 + index) * day),
      cause: index % 2 === 0 ? 'failback' : 'operator',
      by: index % 2 === 0 ? 'office-1' : 'operator maria',
      from: index % 2 === 0 ? ['isp2'] : ['isp1', 'isp2'],
      to: index % 2 === 0 ? ['isp1', 'isp2'] : ['isp2'],
    }),
  ),
];

/** What the watcher would do, or did, so that an uplink carries everything. */
export function switchTo(status: ApiUplinks, uplink: string | null, dryRun: boolean) {
  const wanted = uplink ?? 'isp2';
  const receipts = ([4, 6] as const)
    .filter(
      (family) =>
        status.uplinks.some(({ name, families }) => name === wanted && families.some((one) => one.family === family)) &&
        status.serving.some((one) => one.family === family && one.uplinks[0] !== wanted),
    )
    .map((family) => ({
      family,
      serving: [wanted],
      left: [],
      commands: [`ip -${family} route replace default dev wan-${wanted} table 7700 onlink`],
      dryRun,
      verified: !dryRun,
      problems: [],
      tookMs: 0.42,
    }));
  if (!dryRun) {
    for (const one of status.uplinks) one.chosen = one.name === uplink;
    for (const { family, serving } of receipts) {
      for (const one of status.serving) if (one.family === family) one.uplinks = serving;
      for (const { name, families } of status.uplinks)
        for (const one of families) if (one.family === family) one.serving = name === wanted;
    }
  }
  return { receipts };
}
