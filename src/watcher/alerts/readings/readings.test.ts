import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alertPolicySchema, type AlertPolicy, type ConditionReadings, type Outcome } from '../../../model/index.ts';
import { ManualClock } from '../../../platform/index.ts';
import { openMemoryEngine } from '../../../store/index.ts';
import { samplesFamily } from '../../telemetry/metric.ts';
import { Recorder } from '../../telemetry/recorder.ts';
import { keepInMemory, SeriesBook } from '../../telemetry/series-book.ts';
import { LiveReadings } from './live-readings.ts';
import { naiveReadings, type Seen } from './naive.fixture.ts';
import type { Standing } from './readings.ts';
import { StoredReadings } from './stored-readings.ts';

/** The same rows as they come, from the store, and on paper: three ways to one answer. */

const start = Date.parse('2026-03-01T00:00:00Z');
const second = 1000;
const minute = 60 * second;
const standing: Standing = { verdicts: () => [], quorum: () => undefined };
const sampleMs = 5 * second;

const latency = 'quorumwatch_probe_latency_seconds';
const path = 'quorumwatch_path_rtt_seconds';
const counter = 'quorumwatch_telemetry_rows_total';
const samples = 'quorumwatch_samples_total';
const loss = 'quorumwatch_probe_loss_ratio';
const success = 'quorumwatch_probe_success_ratio';

function policy(name: string, interval: string, conditions: object[], autoClose = '1m'): AlertPolicy {
  return alertPolicySchema.parse({ name, interval, conditions, 'auto-close': autoClose });
}

const above = { above: 1 };
const threshold = (given: object) => ({ threshold: { window: '1m', ...above, ...given } });

const policies: AlertPolicy[] = [
  policy('latency', '10s', [
    threshold({ metric: latency, 'group-by': ['check', 'site'] }),
    threshold({ metric: latency, aggregate: 'p95', 'group-by': ['check'] }),
    threshold({ metric: latency, aggregate: 'p50', window: '25s' }),
    threshold({ metric: latency, aggregate: 'max', where: { check: ['a', 'b'] }, 'group-by': ['site'] }),
    threshold({ metric: latency, aggregate: 'min', where: { site: { not: 'x' } }, window: '30s' }),
    threshold({ metric: latency, aggregate: 'last', 'group-by': ['site'] }),
  ]),
  policy('slow', '10s', [
    threshold({ metric: latency, 'slower-than': '250ms', 'group-by': ['check'] }),
    threshold({ metric: latency, 'slower-than': '3ms', window: '30s' }),
  ]),
  policy('samples', '10s', [
    threshold({ metric: loss, 'group-by': ['check'] }),
    threshold({ metric: success, where: { check: { matches: 'a|c' } }, 'group-by': ['check'] }),
    threshold({ metric: samples, where: { outcome: 'fail' }, 'group-by': ['check'] }),
    threshold({ metric: samples, aggregate: 'count', 'group-by': ['outcome', 'site'] }),
    threshold({ metric: success, aggregate: 'count', where: { check: { 'not-matches': 'a' } } }),
    {
      ratio: {
        of: { metric: samples, where: { outcome: ['fail', 'degraded'] } },
        to: { metric: samples },
        'group-by': ['check'],
        window: '2m',
        ...above,
      },
    },
  ]),
  policy('points', '7s', [
    threshold({ metric: path, aggregate: 'avg', 'group-by': ['check'], window: '1h' }),
    threshold({ metric: path, aggregate: 'last' }),
    threshold({ metric: path, aggregate: 'sum', 'group-by': ['site'], window: '14s' }),
    { ratio: { of: { metric: path }, to: { metric: counter }, 'group-by': ['check'], window: '35s', below: 0 } },
    { 'rate-of-change': { metric: path, 'group-by': ['check'], window: '35s', ...above } },
    { 'rate-of-change': { metric: path, aggregate: 'max', window: '20s', ...above } },
  ]),
  policy('counters', '5s', [
    threshold({ metric: counter, 'group-by': ['check'] }),
    threshold({ metric: counter, aggregate: 'sum', window: '10s' }),
    threshold({ metric: counter, aggregate: 'max', 'group-by': ['check', 'site'] }),
    { 'rate-of-change': { metric: counter, window: '30s', ...above } },
  ]),
  policy('absence', '10s', [
    { absent: { metric: path, 'group-by': ['check'], after: '1m' } },
    { absent: { metric: latency, 'group-by': ['check'], after: '1m30s' } },
    { absent: { metric: samples, where: { outcome: 'pass' }, 'group-by': ['check', 'outcome'], after: '1m' } },
    { absent: { metric: loss, after: '2m' } },
  ]),
  policy('forecasts', '10s', [
    { forecast: { metric: path, 'group-by': ['check'], window: '1m', within: '5m', ...above } },
    { forecast: { metric: path, aggregate: 'max', window: '3m', within: '1m', below: 0 } },
    { forecast: { metric: counter, window: '2m', within: '1m', ...above } },
    { forecast: { metric: latency, aggregate: 'p90', window: '2m', within: '1m', ...above } },
  ]),
];

interface Arrival {
  seen: Seen;
  /** How long after its time it is recorded. */
  delayMs: number;
}

const spanMs = 8 * minute;
const labels = fc.record({ check: fc.constantFrom('a', 'b', 'c'), site: fc.constantFrom('x', 'y') });
const at = fc.oneof(
  fc.integer({ min: 0, max: spanMs }),
  // Edges of windows, times that rows share, and a gap in the middle.
  fc.integer({ min: 0, max: spanMs / 5000 }).map((place) => place * 5000),
  fc.integer({ min: 0, max: 2 * minute }),
);
// Eighths, whose sums are exact: on paper they are added up in another order.
const value = fc
  .oneof(fc.integer({ min: -8000, max: 8000 }), fc.integer({ min: 0, max: 3 }))
  .map((eighths) => eighths / 8);
const point = fc
  .record({
    metric: fc.constantFrom(path, path, counter),
    labels,
    at,
    value,
    delayMs: fc.integer({ min: 0, max: 1900 }),
  })
  .map((one): Arrival => ({
    seen: {
      metric: one.metric,
      labels: one.labels,
      at: start + one.at,
      value: one.metric === counter ? Math.abs(one.value) : one.value,
    },
    delayMs: one.delayMs,
  }));
const sample = fc
  .record({
    labels,
    at,
    outcome: fc.constantFrom<Outcome>('pass', 'degraded', 'fail', 'unknown'),
    latencyMs: fc.option(fc.double({ min: 0, max: 5000, noNaN: true }), { nil: undefined }),
    lossPercent: fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: undefined }),
    delayMs: fc.integer({ min: 0, max: sampleMs - 100 }),
  })
  .map(({ delayMs, at: time, latencyMs, lossPercent, ...seen }): Arrival => {
    const figures = {
      ...(latencyMs !== undefined && { latencyMs }),
      ...(lossPercent !== undefined && { lossPercent }),
    };
    return { seen: { metric: samplesFamily, ...seen, at: start + time, ...figures }, delayMs };
  });
const arrivals = fc.array(fc.oneof(point, sample), { maxLength: 150 });

function recording() {
  const clock = new ManualClock(start);
  const engine = openMemoryEngine({ clock });
  const book = new SeriesBook(keepInMemory(1000));
  const recorder = new Recorder({ engine, book, onProblem: () => undefined });
  const see = ({ metric, labels: given, at: time, value: number = 0, outcome, ...figures }: Seen) => {
    if (outcome === undefined) {
      recorder.point(metric, given, number, time);
      return;
    }
    const series = recorder.seriesOf(samplesFamily, given) ?? 0;
    recorder.sample(series, {
      check: '',
      startedAt: time,
      latenessMs: 0,
      durationMs: 0,
      results: [],
      outcome,
      ...figures,
    });
  };
  return { clock, engine, book, recorder, see };
}

/** Lets whatever waits for the clock or the store go on. */
async function settled(clock: ManualClock, ms: number): Promise<void> {
  clock.advance(ms);
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Every evaluation of every condition, in the order in which a watcher asks. */
function evaluations(settleMs: (one: AlertPolicy) => number) {
  const all: { policy: AlertPolicy; condition: number; at: number; dueAt: number }[] = [];
  for (const one of policies) {
    const first = Math.ceil((start + 1) / one.interval) * one.interval;
    for (let time = first; time <= start + spanMs; time += one.interval) {
      one.conditions.forEach((_, condition) =>
        all.push({ policy: one, condition, at: time, dueAt: time + settleMs(one) }),
      );
    }
  }
  return all.sort((a, b) => a.dueAt - b.dueAt);
}

type Answers = Map<string, ConditionReadings | undefined>;
const keyOf = (one: { policy: AlertPolicy; condition: number; at: number }) =>
  `${one.policy.name} ${one.condition} ${one.at}`;

test('what is measured is seen the same as it comes, in the store, and on paper', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, async (given) => {
      const { clock, engine, book, recorder, see } = recording();
      const store = { engine, book };
      const problems: unknown[] = [];
      const live = new LiveReadings({ store, clock, standing, onProblem: (one) => problems.push(one) });
      recorder.hear(live);
      clock.jump(-minute);
      expect([...live.configure(policies, sampleMs)]).toEqual([]);
      await settled(clock, minute);
      const lived: Answers = new Map();
      const asked = evaluations((one) => live.settleMs(one));
      const rows = given.toSorted((a, b) => a.seen.at + a.delayMs - b.seen.at - b.delayMs);
      let next = 0;
      for (const one of asked) {
        for (; next < rows.length; next++) {
          const row = rows[next];
          if (!row || row.seen.at + row.delayMs > one.dueAt) break;
          see(row.seen);
        }
        lived.set(keyOf(one), live.of(one.policy, one.condition, one.at));
      }
      for (const row of rows.slice(next)) see(row.seen);
      await recorder.settled();
      expect(live.figures).toMatchObject({ lateRows: 0, droppedRows: 0, refusedSeries: 0 });
      live.stop();

      const stored = await StoredReadings.open({ store, policies, from: start, standing });
      const seen = given.map((one) => one.seen);
      for (const one of asked.toSorted((a, b) => a.at - b.at)) {
        const scene = { seen, intervalMs: one.policy.interval, autoCloseMs: one.policy['auto-close'] };
        const found = lived.get(keyOf(one));
        expect(await stored.of(one.policy, one.condition, one.at), keyOf(one)).toEqual(found);
        const naive = naiveReadings(one.policy.conditions[one.condition]!, scene, one.at);
        const near = ({ labels: own, newestAt }: { labels: object; newestAt: number | undefined }) => ({
          labels: own,
          newestAt,
        });
        expect(found?.map(near), keyOf(one)).toEqual(naive.map(near));
        naive.forEach(({ value: expected }, place) => {
          const value = found?.[place]?.value;
          if (value !== undefined) expect(Number.isFinite(value)).toBe(true);
          if (expected === undefined || value === undefined) expect(value, keyOf(one)).toBe(expected);
          else
            expect(Math.abs(value - expected), keyOf(one)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(expected)));
        });
      }
      expect(problems.filter((one) => one !== undefined)).toEqual([]);
    }),
    { numRuns: 40 },
  );
}, 120_000);
