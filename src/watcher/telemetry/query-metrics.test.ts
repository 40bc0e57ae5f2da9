import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatInstant, metricsQuerySchema, type ApiMetricQuery, type Outcome } from '../../model/index.ts';
import { ManualClock } from '../../platform/index.ts';
import {
  bucketStartUs,
  latencyBucket,
  latencyRollups,
  openMemoryEngine,
  pointRollups,
  pointsTable,
  sampleRollups,
  samplesTable,
  type TelemetryEngine,
} from '../../store/index.ts';
import { samplesFamily, type Labels } from './metric.ts';
import { PlainEngine } from './plain-engine.fixture.ts';
import { queryMetrics } from './query-metrics.ts';
import { Recorder } from './recorder.ts';
import { keepInMemory, SeriesBook } from './series-book.ts';

/** What is asked of the store, against what a person with the samples on paper would answer. */

interface Seen {
  labels: Labels;
  at: number;
  outcome: Outcome;
  latencyMs?: number | undefined;
  lossPercent?: number | undefined;
}

const start = Date.parse('2026-03-01T00:00:00Z');
const minute = 60_000;
const hour = 60 * minute;

function world<Engine extends TelemetryEngine = PlainEngine>(engine: Engine = new PlainEngine() as never) {
  const book = new SeriesBook(keepInMemory(1000));
  const clock = new ManualClock(start + hour);
  const recorder = new Recorder({ engine, book, onProblem: () => undefined });
  const store = { engine, book, clock, tables: async () => (await engine.health()).tables };
  const ask = async (query: object, from: number, to: number, more: object = {}) => {
    const asked = metricsQuerySchema.parse({
      from: formatInstant(from),
      to: formatInstant(to),
      queries: [query],
      ...more,
    });
    const { stepMs, at, answers } = await queryMetrics(store, asked);
    return { stepMs, at, ...answers[0]! };
  };
  const see = async (samples: readonly Seen[]) => {
    for (const { labels, at, outcome, latencyMs, lossPercent } of samples) {
      const series = recorder.seriesOf(samplesFamily, labels);
      const figures = {
        ...(latencyMs !== undefined && { latencyMs }),
        ...(lossPercent !== undefined && { lossPercent }),
      };
      const sample = { check: labels['check'] ?? '', startedAt: at, latenessMs: 0, durationMs: 1, results: [] };
      recorder.sample(series!, { ...sample, outcome, ...figures });
    }
    await recorder.settled();
  };
  return { engine, book, clock, recorder, store, ask, see };
}

const labelled = fc.record({
  check: fc.constantFrom('dns', 'web', '<b>"\'\\', '__proto__'),
  watcher: fc.constantFrom('w1', 'w2'),
  site: fc.constantFrom('here', 'there'),
  type: fc.constant('icmp'),
});
const seen: fc.Arbitrary<Seen> = fc.record({
  labels: labelled,
  at: fc.integer({ min: start, max: start + hour - 1 }),
  outcome: fc.constantFrom<Outcome[]>('pass', 'degraded', 'fail', 'unknown'),
  latencyMs: fc.option(
    fc.integer({ min: 1, max: 5_000_000 }).map((us) => us / 1000),
    { nil: undefined },
  ),
  lossPercent: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
});
/** No two at one time, so that the newest is one. */
const samples = fc.uniqueArray(seen, { selector: ({ at }) => at, maxLength: 60 });
const matcher = fc.record({
  label: fc.constantFrom('check', 'site', 'watcher', 'absent'),
  is: fc.constantFrom('=' as const, '!=' as const, '=~' as const, '!~' as const),
  value: fc.constantFrom('dns', 'w1', 'here', '', 'd.*', 'dns|web', 'ns'),
});
const groupBy = fc.subarray(['check', 'site', 'watcher', 'absent']);

function fits({ labels }: Seen, where: ApiMetricQuery['where']): boolean {
  return where.every(({ label, is, value }) => {
    const found = Object.hasOwn(labels, label) ? labels[label]! : '';
    if (is === '=') return found === value;
    if (is === '!=') return found !== value;
    return new RegExp(`^(?:${value})$`, 's').test(found) === (is === '=~');
  });
}

const nearly = (value: number | null) => (value === null ? null : Number(value.toPrecision(9)));

/** A value for each group and step, of plain numbers. */
function evaluate(
  all: readonly Seen[],
  query: Pick<ApiMetricQuery, 'where' | 'groupBy'>,
  at: readonly number[],
  stepMs: number,
  valueOf: (one: Seen) => number | undefined,
  combine: (values: number[]) => number | null,
) {
  const groups = new Map<string, Seen[]>();
  for (const one of all.filter((sample) => fits(sample, query.where))) {
    const kept = query.groupBy
      .filter((name) => Object.hasOwn(one.labels, name))
      .map((name) => [name, one.labels[name]]);
    const key = JSON.stringify(Object.fromEntries(kept.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))));
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const lines = [...groups].map(([key, members]) => {
    const values = at.map((begin) => {
      const inside = members
        .filter((one) => one.at >= begin && one.at < begin + stepMs)
        .toSorted((a, b) => a.at - b.at)
        .flatMap((one) => valueOf(one) ?? []);
      return inside.length === 0 ? null : nearly(combine(inside));
    });
    return { key, values };
  });
  return lines
    .filter(({ values }) => values.some((value) => value !== null))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

function shown(series: readonly { labels: Labels; values: (number | null)[] }[]) {
  return series
    .map(({ labels, values }) => {
      const sorted = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
      return { key: JSON.stringify(Object.fromEntries(sorted)), values: values.map(nearly) };
    })
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

const combine = {
  avg: (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length,
  min: (values: number[]) => Math.min(...values),
  max: (values: number[]) => Math.max(...values),
  sum: (values: number[]) => values.reduce((sum, value) => sum + value, 0),
  count: (values: number[]) => values.length,
  last: (values: number[]) => values.at(-1) ?? null,
} as const;
type Combination = keyof typeof combine;
const combination = fc.constantFrom(...(Object.keys(combine) as Combination[]));

const figures: Record<string, (one: Seen) => number | undefined> = {
  quorumwatch_probe_latency_seconds: ({ latencyMs }) => (latencyMs === undefined ? undefined : latencyMs / 1000),
  quorumwatch_probe_loss_ratio: ({ lossPercent }) => (lossPercent === undefined ? undefined : lossPercent / 100),
  quorumwatch_probe_success_ratio: ({ outcome }) => (outcome === 'unknown' ? undefined : outcome === 'fail' ? 0 : 1),
};

test.each([
  { name: 'plain', open: () => new PlainEngine() },
  { name: 'memory', open: () => openMemoryEngine({ clock: new ManualClock(start + hour) }) },
])('figures of samples are those of the samples themselves, in the engine $name', async ({ open }) => {
  const asked = fc.record({
    metric: fc.constantFrom(...Object.keys(figures)),
    aggregate: combination,
    where: fc.array(matcher, { maxLength: 2 }),
    groupBy,
    shiftMs: fc.constantFrom(0, minute, hour),
  });
  await fc.assert(
    fc.asyncProperty(samples, asked, fc.constantFrom(1, 7, 60), async (all, query, points) => {
      const { see, ask } = world<TelemetryEngine>(open());
      await see(all);
      const from = start + query.shiftMs;
      const found = await ask(query, from, from + hour, { points });
      const shifted = all.map((one) => ({ ...one, at: one.at + query.shiftMs }));
      const expected = evaluate(
        shifted,
        query,
        found.at,
        found.stepMs,
        figures[query.metric]!,
        combine[query.aggregate],
      );
      expect(shown(found.series)).toEqual(expected);
    }),
    { numRuns: 150 },
  );
});

test('percentiles are at most a thirty-second off, and histograms hold every sample', async () => {
  await fc.assert(
    fc.asyncProperty(samples, groupBy, async (all, by) => {
      const { see, ask } = world();
      await see(all);
      const query = { where: [], groupBy: by };
      const metric = 'quorumwatch_probe_latency_seconds';
      for (const [aggregate, quantile] of [
        ['p50', 0.5],
        ['p99', 0.99],
      ] as const) {
        const found = await ask({ metric, ...query, aggregate }, start, start + hour, { points: 6 });
        const ranked = (values: number[]) => {
          const sorted = values.toSorted((a, b) => a - b);
          return sorted[Math.max(1, Math.ceil(quantile * sorted.length)) - 1]!;
        };
        const exact = evaluate(all, query, found.at, found.stepMs, figures[metric]!, ranked);
        const read = shown(found.series);
        expect(read.map(({ key }) => key)).toEqual(exact.map(({ key }) => key));
        read.forEach(({ values }, line) =>
          values.forEach((value, step) => {
            const wanted = exact[line]!.values[step]!;
            if (wanted === null) expect(value).toBeNull();
            else expect(Math.abs(value! - wanted)).toBeLessThanOrEqual(wanted / 32 + 1e-9);
          }),
        );
      }
      const buckets = await ask({ metric, ...query, aggregate: 'buckets' }, start, start + hour, { points: 6 });
      expect([buckets.unit, buckets.boundsUnit]).toEqual(['count', 'seconds']);
      const counted = buckets.series.flatMap(({ counts }) => counts!.flat());
      const measured = all.filter(({ latencyMs }) => latencyMs !== undefined);
      expect(counted.reduce((sum, count) => sum + count, 0)).toBe(measured.length);
      for (const { counts } of buckets.series) expect(counts!.every((step) => step.length === buckets.bounds!.length));
      for (const { latencyMs = 0 } of measured) {
        expect(buckets.bounds!.some((bound) => bound <= latencyMs / 1000)).toBe(true);
      }
    }),
    { numRuns: 40 },
  );
});

test('samples are counted by outcome, with nought where all had another', async () => {
  await fc.assert(
    fc.asyncProperty(samples, fc.subarray(['check', 'outcome']), async (all, by) => {
      const { see, ask } = world();
      await see(all);
      const metric = 'quorumwatch_samples_total';
      const where = [{ label: 'outcome', is: '!=' as const, value: 'unknown' }];
      const found = await ask({ metric, where, groupBy: by, aggregate: 'sum' }, start, start + hour, { points: 4 });
      const rates = await ask({ metric, where, groupBy: by }, start, start + hour, { points: 4 });
      const known = all
        .map((one): Seen => ({ ...one, labels: { ...one.labels, outcome: one.outcome } }))
        .filter((one) => one.outcome !== 'unknown');
      const expected = evaluate(known, { where: [], groupBy: by }, found.at, found.stepMs, () => 1, combine.count);
      const nonzero = shown(found.series)
        .map(({ key, values }) => ({ key, values: values.map((value) => (value === 0 ? null : value)) }))
        .filter(({ values }) => values.some((value) => value !== null));
      expect(nonzero).toEqual(expected);
      expect(rates.unit).toBe('per-second');
      const perStep = shown(found.series).map(({ key, values }) => ({
        key,
        values: values.map((value) => (value === null ? null : nearly((value * 1000) / found.stepMs))),
      }));
      expect(shown(rates.series)).toEqual(perStep);
    }),
    { numRuns: 60 },
  );
});

test('a counter’s rate survives a restart of the watcher, and counters are added up after it', async () => {
  const { recorder, ask } = world();
  const metric = 'quorumwatch_telemetry_rows_total';
  // 10 a second each; one begins again after half an hour.
  for (let at = start; at < start + hour; at += 10_000) {
    const seconds = (at - start) / 1000;
    recorder.point(metric, { watcher: 'w1', site: 'here' }, seconds * 10, at);
    recorder.point(metric, { watcher: 'w2', site: 'here' }, seconds < 1800 ? seconds * 10 : (seconds - 1800) * 10, at);
  }
  await recorder.settled();
  const found = await ask({ metric, groupBy: [] }, start + 10 * minute, start + hour, { points: 10 });
  expect(found.stepMs).toBe(5 * minute);
  expect(found.unit).toBe('per-second');
  const [{ values } = { values: [] }] = found.series;
  // What was counted between the last value before the restart and the restart is not known.
  const restart = found.at.indexOf(start + 30 * minute);
  values.forEach((value, step) => expect(value).toBeCloseTo(step === restart ? 19.666_666 : 20, 4));
  const split = await ask({ metric, groupBy: ['watcher'], aggregate: 'sum' }, start, start + hour, { points: 1 });
  expect(split.series.map(({ values: sums }) => sums)).toEqual([[35_900], [17_900 + 17_900]]);
});

test('rollups answer where they fit, raw rows where they do not, and together as raw rows alone would', async () => {
  await fc.assert(
    fc.asyncProperty(
      samples,
      fc.constantFrom('1m' as const, '5m' as const),
      fc.integer({ min: 0, max: 11 }),
      fc.constantFrom('avg', 'count', 'min', 'max', 'p95'),
      async (all, width, slices, aggregate) => {
        const plain = world();
        await plain.see(all);
        const rolled = world();
        await rolled.see(all);
        const horizon = start + slices * 5 * minute;
        rollUp(rolled.engine, width, horizon);
        const query = { metric: 'quorumwatch_probe_latency_seconds', groupBy: ['check'], aggregate };
        const one = await plain.ask(query, start, start + hour, { points: 12 });
        const other = await rolled.ask(query, start, start + hour, { points: 12 });
        expect(shown(other.series)).toEqual(shown(one.series));
        const rollups = rolled.engine.rows.get(`samples_${width}`)?.length ?? 0;
        const tables = rolled.engine.asked.map(({ table }) => table.name);
        if (rollups > 0 && aggregate !== 'p95') expect(tables).toContain(`samples_${width}`);
      },
    ),
    { numRuns: 60 },
  );
});

/** Slices of all samples before `horizon`, whose raw rows go. */
function rollUp(engine: PlainEngine, width: '1m' | '5m', horizon: number): void {
  const widthMs = width === '1m' ? minute : 5 * minute;
  const raw = engine.rows.get(samplesTable.name) ?? [];
  const slices = Map.groupBy(
    raw.filter((row) => row['ts']! < horizon),
    (row) => `${Math.floor(row['ts']! / widthMs) * widthMs} ${row['series']}`,
  );
  for (const [key, rows] of slices) {
    const [ts = 0, series = 0] = key.split(' ').map(Number);
    const latencies = rows.map((row) => row['latency_us']!).filter((us) => us > 0);
    const losses = rows.map((row) => row['loss_percent']!).filter((loss) => loss < 255);
    const outcomes = (outcome: number) => rows.filter((row) => row['outcome'] === outcome).length;
    engine.add(sampleRollups(width), {
      ts,
      series,
      passed: outcomes(0),
      degraded: outcomes(1),
      failed: outcomes(2),
      unknown: outcomes(3),
      latency_count: latencies.length,
      latency_sum_us: combine.sum(latencies),
      latency_min_us: latencies.length > 0 ? combine.min(latencies) : 0,
      latency_max_us: latencies.length > 0 ? combine.max(latencies) : 0,
      loss_count: losses.length,
      loss_sum_percent: combine.sum(losses),
    });
    for (const [bucket, found] of Map.groupBy(latencies, latencyBucket)) {
      engine.add(latencyRollups(width), { ts, series, latency_bucket: bucket, count: found.length });
    }
  }
  engine.rows.set(
    samplesTable.name,
    raw.filter((row) => row['ts']! >= horizon || !rolledUp(engine, width)),
  );
}

const rolledUp = (engine: PlainEngine, width: string) => (engine.rows.get(`samples_${width}`)?.length ?? 0) > 0;

test('where only slices are left, the steps are as wide as these', async () => {
  const { engine, book, ask } = world();
  const metric = 'quorumwatch_uplink_rtt_seconds';
  const series = book.idOf(metric, { uplink: 'isp1', family: 'ipv4' });
  for (let ts = start; ts < start + hour; ts += 5 * minute) {
    engine.add(pointRollups('5m'), { ts, series, count: 2, sum: 0.2, min: 0.05, max: 0.15, last: 0.15 });
  }
  engine.add(pointsTable, { ts: start + 2 * hour, series, value: 0.3 });
  const past = await ask({ metric, groupBy: ['uplink'] }, start, start + 10 * minute, { points: 300 });
  expect(past.stepMs).toBe(5 * minute);
  expect(past.series).toEqual([{ labels: { uplink: 'isp1' }, values: [0.1, 0.1] }]);
  const now = await ask({ metric }, start + 2 * hour, start + 2 * hour + minute, { points: 60 });
  expect(now.stepMs).toBe(1000);
  const last = await ask({ metric, aggregate: 'last' }, start, start + hour, { points: 12 });
  expect(last.series[0]?.values).toEqual(Array.from({ length: 12 }, () => 0.15));
});

test('of many series those with the greatest values stay, and the rest is counted', async () => {
  const { recorder, ask } = world();
  for (let check = 0; check < 20; check++) {
    recorder.point('quorumwatch_check_verdict', { check: `c${check}`, type: 'icmp' }, check, start + 1000);
  }
  await recorder.settled();
  const query = { metric: 'quorumwatch_check_verdict', groupBy: ['check'], aggregate: 'max' };
  const found = await ask(query, start, start + minute, { points: 1, series: 3 });
  expect(found.series.map(({ labels }) => labels['check'])).toEqual(['c17', 'c18', 'c19']);
  expect(found.omitted).toBe(17);
});

test('late rows count where they belong, future ones too, and a time of no calendar is refused', async () => {
  const { recorder, ask, see } = world();
  const labels = { check: 'dns', watcher: 'w1', site: 'here', type: 'icmp' };
  const at = (time: number): Seen => ({ labels, at: time, outcome: 'pass', latencyMs: 1 });
  await see([at(start + 50 * minute), at(start + 5 * minute), at(start + 30 * 24 * hour)]);
  await see([at(Number.NaN), at(-1), at(5e12), at(Infinity)]);
  expect(recorder.figures).toEqual({ written: 3, dropped: 4, waiting: 0 });
  const query = { metric: 'quorumwatch_probe_latency_seconds', aggregate: 'count' };
  expect((await ask(query, start, start + hour, { points: 6 })).series[0]?.values).toEqual([
    1,
    null,
    null,
    null,
    null,
    1,
  ]);
  const future = await ask(query, start + 30 * 24 * hour, start + 30 * 24 * hour + hour, { points: 1 });
  expect(future.series[0]?.values).toEqual([1]);
});

test('what cannot be answered is refused by name', async () => {
  const { ask } = world();
  const asking = (query: object, from = start, to = start + hour, more = {}) => ask(query, from, to, more);
  await expect(asking({ metric: 'quorumwatch_probe_latency_second' })).rejects.toThrow(
    'did you mean quorumwatch_probe_latency_seconds?',
  );
  const latency = 'quorumwatch_probe_latency_seconds';
  await expect(asking({ metric: latency, aggregate: 'rate' })).rejects.toThrow('is no counter');
  await expect(asking({ metric: 'quorumwatch_checks', aggregate: 'p99' })).rejects.toThrow('has no p99');
  await expect(asking({ metric: 'quorumwatch_samples_total', aggregate: 'avg' })).rejects.toThrow('has no avg');
  await expect(asking({ metric: latency }, start, start)).rejects.toThrow('from before to');
  const where = [{ label: 'check', is: '=~', value: '(' }];
  await expect(asking({ metric: latency, where })).rejects.toThrow('expected an RE2 pattern');
});

test('the greatest bucket still has a middle', async () => {
  const { see, ask } = world();
  const labels = { check: 'slow', watcher: 'w1', site: 'here', type: 'icmp' };
  await see([{ labels, at: start, outcome: 'pass', latencyMs: 4_294_967 }]);
  const metric = 'quorumwatch_probe_latency_seconds';
  const found = await ask({ metric, aggregate: 'p50' }, start, start + minute, { points: 1 });
  expect(found.series[0]?.values[0]).toBeGreaterThan(bucketStartUs(462) / 1e6);
});

test('an answer that nobody could draw is refused', async () => {
  const { recorder, ask } = world();
  for (let check = 0; check < 400; check++) recorder.point('quorumwatch_check_up', { check: `c${check}` }, 1, start);
  await recorder.settled();
  const query = { metric: 'quorumwatch_check_up', groupBy: ['check'] };
  await expect(ask(query, start, start + hour, { points: 2000, series: 500 })).rejects.toThrow(
    'more than 500000 values',
  );
});
