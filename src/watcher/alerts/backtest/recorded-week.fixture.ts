import type { VerdictMachine } from '../../../agree/index.ts';
import {
  alertPolicySchema,
  type Configuration,
  type Incident,
  type LedgerRecord,
  type LedgerRequest,
} from '../../../model/index.ts';
import { ManualClock } from '../../../platform/index.ts';
import { openMemoryEngine } from '../../../store/index.ts';
import { samplesFamily } from '../../telemetry/metric.ts';
import { Recorder } from '../../telemetry/recorder.ts';
import { keepInMemory, SeriesBook } from '../../telemetry/series-book.ts';
import { AlertLoop } from '../alert-loop.ts';
import { blindMetric } from '../blind-spans.ts';
import { LiveReadings, sampleSettleMs } from '../readings/index.ts';
import { LiveStanding } from '../standing.ts';

/** A week in the life of one watcher, lived second by second on a clock of its own, and written down as it goes. */

const second = 1000;
const minute = 60 * second;
export const hour = 60 * minute;
export const weekStart = Date.parse('2026-03-23T00:00:00Z');
export const weekEnd = weekStart + 7 * 24 * hour;
export const self = 'w1';

const latency = 'quorumwatch_probe_latency_seconds';
const bytes = 'quorumwatch_telemetry_stored_bytes';
const samples = 'quorumwatch_samples_total';
const each = { 'group-by': ['check'] };

const policies = [
  {
    name: 'slow',
    severity: 'critical',
    conditions: [{ threshold: { metric: latency, ...each, window: '5m', above: 0.2 }, for: '3m' }],
  },
  {
    name: 'losing',
    severity: 'warning',
    'depends-on': ['gateway'],
    conditions: [
      {
        ratio: {
          of: { metric: samples, where: { outcome: 'fail' }, aggregate: 'count' },
          to: { metric: samples, aggregate: 'count' },
          ...each,
          window: '10m',
          above: 0.2,
        },
      },
    ],
  },
  { name: 'silent', 'auto-close': '4h', conditions: [{ absent: { metric: latency, ...each, after: '15m' } }] },
  {
    name: 'filling',
    'incident-per': 'policy',
    interval: '5m',
    conditions: [
      { forecast: { metric: bytes, where: { table: 'points' }, window: '1h', within: '4h', above: 1e9 }, for: '10m' },
    ],
  },
  {
    name: 'worse',
    combiner: 'AND_WITH_MATCHING_RESOURCE',
    conditions: [
      { 'rate-of-change': { metric: latency, ...each, window: '30m', above: 50 }, 'missing-data': 'INACTIVE' },
      { threshold: { metric: latency, aggregate: 'p90', ...each, window: '5m', above: 0.05 } },
    ],
  },
  { name: 'cut-off', conditions: [{ verdict: { checks: ['gateway'] }, for: '2m' }] },
].map((policy) => alertPolicySchema.parse({ interval: '1m', notify: ['ops'], ...policy }));

export const sections = {
  alerts: policies,
  notify: { ops: {} },
  maintenance: [
    {
      name: 'saturday',
      checks: ['slow'],
      weekly: { days: ['sat'], at: '02:00', for: 2 * hour },
      'time-zone': 'UTC',
    },
  ],
} satisfies Partial<Configuration>;

/** A ledger in memory, as tests of the state machine have it. */
interface Ledger {
  now: number;
  readonly machine: VerdictMachine;
  readonly entries: readonly unknown[];
  send(request: LedgerRequest): unknown;
  say(check: string, state: 'up' | 'down'): unknown;
  configure(watch: Configuration['watch'], given: Partial<Configuration>): unknown;
}

interface Fault {
  check: string;
  /** Since the beginning of the week. */
  from: number;
  to: number;
  kind: 'slow' | 'failing' | 'gone' | 'flapping';
}

const at = (day: number, hours: number, minutes = 0) => (day * 24 + hours) * hour + minutes * minute;

const faults: readonly Fault[] = [
  { check: 'web', kind: 'slow', from: at(0, 3), to: at(0, 3, 40) },
  { check: 'web', kind: 'slow', from: at(0, 9), to: at(0, 9, 4) },
  { check: 'mail', kind: 'failing', from: at(0, 12), to: at(0, 13) },
  { check: 'mail', kind: 'gone', from: at(1, 4), to: at(1, 10) },
  { check: 'web', kind: 'flapping', from: at(2, 0), to: at(2, 6) },
  // With the gateway, whose outage explains it.
  { check: 'web', kind: 'failing', from: at(3, 8), to: at(3, 9) },
  { check: 'web', kind: 'slow', from: at(5, 2, 30), to: at(5, 5) },
  { check: 'mail', kind: 'slow', from: at(6, 20), to: at(7, 0) },
];
const gatewayOutages = [
  [at(3, 7, 59), at(3, 9, 2)],
  [at(4, 14), at(4, 14, 1)],
] as const;
/** The process stands still, the clock is set forward, and a little back. */
const stalls = new Map([
  [at(0, 3, 20), 10 * minute],
  [at(4, 1), 40 * minute],
]);
const jumps = new Map([
  [at(1, 20), 90 * minute],
  [at(5, 12), -20 * second],
]);

/** Numbers between 0 and 1 that are the same each time (Marsaglia, Xorshift RNGs, 2003). */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** The configuration has a check `gateway`, and the sections above. */
export async function liveThrough(ledger: Ledger, configuration: Configuration) {
  const clock = new ManualClock(weekStart);
  const engine = openMemoryEngine({ clock });
  const book = new SeriesBook(keepInMemory(1000));
  const recorder = new Recorder({ engine, book, onProblem: () => undefined });
  ledger.now = weekStart;
  ledger.configure(configuration.watch, configuration);
  const view = () => ledger.machine.view(clock.now());
  const standing = new LiveStanding({ view, unheard: () => [] });
  let heard = 0;
  const agree = (send: () => unknown) => {
    ledger.now = Math.max(ledger.now, clock.now());
    send();
    for (; heard < ledger.entries.length; heard++) standing.onEntry(ledger.entries[heard] as LedgerRecord);
  };
  const readings = new LiveReadings({ store: { engine, book }, clock, standing, onProblem: () => undefined });
  recorder.hear(readings);
  const loop = new AlertLoop({
    self,
    clock,
    view,
    readings,
    say: (opinions) => agree(() => ledger.send({ kind: 'observe', opinions })),
    onBlind: (ms, until) => recorder.point(blindMetric, { watcher: self, site: '' }, ms / 1000, until),
  });
  const problems = readings.configure(configuration.alerts, sampleSettleMs(configuration.watch));
  loop.configure(configuration.alerts, problems);
  const turns = async () => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  // The windows are filled from an empty store first.
  clock.jump(-10 * second);
  clock.advance(10 * second);
  await turns();

  const random = noise(7);
  const measure = (check: string, now: number) => {
    const since = now - weekStart;
    const fault = faults.find((one) => one.check === check && since >= one.from && since < one.to)?.kind;
    if (fault === 'gone') return;
    const isBad = fault === 'flapping' ? Math.floor(since / (12 * minute)) % 2 === 0 : fault !== undefined;
    const fails = fault === 'failing' && random() < 0.6;
    const seconds = isBad && fault !== 'failing' ? 0.3 + random() / 10 : 0.02 + random() / 100;
    const series = recorder.seriesOf(samplesFamily, { check, type: 'icmp', watcher: self, site: '' }) ?? 0;
    recorder.sample(series, {
      check,
      startedAt: now,
      latenessMs: 0,
      durationMs: 0,
      results: [],
      outcome: fails ? 'fail' : 'pass',
      ...(!fails && { latencyMs: seconds * 1000 }),
    });
  };
  let gateway = 'unknown';
  const done = new Set<number>();
  const lifeOf = (plan: ReadonlyMap<number, number>, since: number) => {
    for (const [when, ms] of plan) if (since >= when && !done.has(when) && done.add(when)) return ms;
    return 0;
  };
  while (clock.now() < weekEnd + minute) {
    const since = clock.now() - weekStart;
    const stallMs = lifeOf(stalls, since);
    const jumpMs = lifeOf(jumps, since);
    if (jumpMs !== 0) clock.jump(jumpMs);
    clock.advance(second + stallMs);
    const now = clock.now();
    if (now % (30 * second) === 7 * second) {
      for (const check of ['web', 'mail']) measure(check, now);
      const day = (now - weekStart) / (24 * hour);
      // It fills up for two days, is emptied, and begins again.
      recorder.point(bytes, { table: 'points', watcher: self, site: '' }, (day % 2) * 6e8, now);
    }
    if (now % minute === 0) recorder.flush();
    const isOut = gatewayOutages.some(([from, to]) => now - weekStart >= from && now - weekStart < to);
    const state = isOut ? 'down' : 'up';
    if (state !== gateway) agree(() => ledger.say('gateway', state));
    gateway = state;
    loop.look();
    readings.tick();
    agree(() => ledger.machine.isDue(Math.max(ledger.now, now)) && ledger.send({ kind: 'tick' }));
    if (now % hour === 0) await turns();
  }
  await recorder.settled();
  readings.stop();
  return { clock, store: { engine, book } };
}

/** What an incident was, without what differs from ledger to ledger. */
export function essence({ check, title, severity, impact, openedAt, resolvedAt, resource, told }: Incident) {
  const iso = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString());
  return { check, title, severity, impact, from: iso(openedAt), to: iso(resolvedAt), resource, told };
}
