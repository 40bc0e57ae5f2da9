import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Promql, type Matcher, type SelectLimits, type SeriesSource } from '../../explain/index.ts';
import { ManualClock } from '../../platform/index.ts';
import { pointRollups } from '../../store/index.ts';
import { samplesFamily } from './metric.ts';
import { PlainEngine } from './plain-engine.fixture.ts';
import { Recorder } from './recorder.ts';
import { keepInMemory, SeriesBook } from './series-book.ts';
import { createSeriesSource } from './series-source.ts';

const hour = 3_600_000;
const rtt = 'quorumwatch_uplink_rtt_seconds';
const limits: SelectLimits = {
  maxSeries: 100,
  maxSamples: 100_000,
  stepMs: 1000,
  windowMs: 300_000,
  deadlineMs: 1000,
  signal: new AbortController().signal,
};

function world() {
  const engine = new PlainEngine();
  const book = new SeriesBook(keepInMemory(1000));
  const recorder = new Recorder({ engine, book, onProblem: () => undefined });
  const clock = new ManualClock(hour);
  const source = createSeriesSource({ engine, book, clock, tables: async () => (await engine.health()).tables });
  const select = async (matchers: Matcher[], from: number, to: number, given: Partial<SelectLimits> = {}) =>
    (await source.select(matchers, from, to, { ...limits, ...given })).map(({ labels, at, values }) => ({
      labels,
      samples: [...at].map((time, place) => [time, values[place]]),
    }));
  return { engine, book, recorder, source, select };
}

const named = (value: string): Matcher => ({ label: '__name__', is: '=', value });

test('single values are those that were recorded, both ends included', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(
        fc.record({
          at: fc.integer({ min: 0, max: 100 }),
          value: fc.double({ noNaN: true, noDefaultInfinity: true }),
          uplink: fc.constantFrom('isp1', 'isp2'),
        }),
        {
          selector: ({ at, uplink }) => `${at} ${uplink}`,
        },
      ),
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 0, max: 100 }),
      async (points, one, other) => {
        const { recorder, select } = world();
        for (const { at, value, uplink } of points) recorder.point(rtt, { uplink }, value, at);
        await recorder.settled();
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const found = await select([named(rtt), { label: 'uplink', is: '!=', value: 'isp2' }], from, to);
        const expected = points
          .filter(({ at, uplink }) => uplink === 'isp1' && at >= from && at <= to)
          .toSorted((a, b) => a.at - b.at)
          .map(({ at, value }) => [at, value]);
        expect(found).toEqual(
          expected.length === 0 ? [] : [{ labels: { __name__: rtt, uplink: 'isp1' }, samples: expected }],
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('samples are counted by outcome, each as a counter that only grows', async () => {
  const { recorder, select } = world();
  const series = recorder.seriesOf(samplesFamily, { check: 'dns' }) ?? 0;
  const sample = { check: 'dns', latenessMs: 0, durationMs: 1, results: [], latencyMs: 2 };
  recorder.sample(series, { ...sample, startedAt: 1000, outcome: 'pass' });
  recorder.sample(series, { ...sample, startedAt: 2000, outcome: 'fail' });
  recorder.sample(series, { ...sample, startedAt: 3000, outcome: 'pass' });
  await recorder.settled();
  const counted = await select(
    [named('quorumwatch_samples_total'), { label: 'outcome', is: '=~', value: 'pass|fail' }],
    0,
    5000,
  );
  const labels = { __name__: 'quorumwatch_samples_total', check: 'dns' };
  expect(counted).toEqual([
    {
      labels: { ...labels, outcome: 'pass' },
      samples: [
        [1000, 1],
        [2000, 1],
        [3000, 2],
      ],
    },
    {
      labels: { ...labels, outcome: 'fail' },
      samples: [
        [1000, 0],
        [2000, 1],
        [3000, 1],
      ],
    },
  ]);
  const success = await select([named('quorumwatch_probe_success_ratio')], 0, 5000);
  expect(success[0]?.samples).toEqual([
    [1000, 1],
    [2000, 0],
    [3000, 1],
  ]);
  const latency = await select([{ label: '__name__', is: '=~', value: '.*latency_seconds' }], 0, 5000);
  expect(latency[0]?.samples.map(([, value]) => value)).toEqual([0.002, 0.002, 0.002]);
});

test('where slices are enough, or all that is left, these are read, at the time when they were over', async () => {
  const { engine, book, recorder, select } = world();
  const id = book.idOf(rtt, { uplink: 'isp1' });
  for (let ts = 0; ts < hour; ts += 60_000) {
    engine.add(pointRollups('1m'), { ts, series: id, count: 2, sum: 3, min: 1, max: 2, last: ts });
  }
  recorder.point(rtt, { uplink: 'isp1' }, 7, hour + 1000);
  await recorder.settled();
  const [found] = await select([named(rtt)], 0, hour + 2000);
  expect(found?.samples).toHaveLength(61);
  expect(found?.samples[0]).toEqual([59_999, 0]);
  expect(found?.samples.at(-1)).toEqual([hour + 1000, 7]);
  const thin = await select([named(rtt)], 0, hour - 1, { stepMs: 600_000, windowMs: 0 });
  expect(thin[0]?.samples.map(([, value]) => value)).toEqual([
    540_000, 1_140_000, 1_740_000, 2_340_000, 2_940_000, 3_540_000,
  ]);
});

const asks = (source: SeriesSource) => new Promql({ source, now: () => 0, rest: async () => undefined });

test('what is left out between steps changes no answer, wherever the steps lie', async () => {
  const { recorder, source } = world();
  for (let at = 0; at < 4 * hour; at += 70_000) recorder.point(rtt, { uplink: 'isp1' }, at, at);
  await recorder.settled();
  const everything: SeriesSource = {
    ...source,
    select: (matchers, from, to, given) => source.select(matchers, from, to, { ...given, stepMs: 0 }),
  };
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: hour, max: 2 * hour }),
      fc.constantFrom(90_000, 420_000, 600_000, hour),
      async (from, stepMs) => {
        const steps = { from, to: 4 * hour, stepMs };
        const patience = { signal: limits.signal };
        expect(await asks(source).range(rtt, steps, patience)).toEqual(
          await asks(everything).range(rtt, steps, patience),
        );
      },
    ),
    { numRuns: 40 },
  );
});

test('the value of a slice holds until the next one is over', async () => {
  const { engine, book, source } = world();
  const id = book.idOf(rtt, { uplink: 'isp1' });
  for (let ts = 0; ts < 10 * hour; ts += hour) {
    engine.add(pointRollups('1h'), { ts, series: id, count: 2, sum: 3, min: 1, max: 2, last: ts / hour });
  }
  const steps = { from: 3.5 * hour, to: 9.5 * hour, stepMs: hour };
  expect(await asks(source).range(rtt, steps, { signal: limits.signal })).toMatchObject({
    series: [{ values: Float64Array.from([2, 3, 4, 5, 6, 7, 8]) }],
  });
});

test('too many series are refused before anything is read', async () => {
  const { engine, book, source, select } = world();
  for (let uplink = 0; uplink < 20; uplink++) book.idOf(rtt, { uplink: `isp${uplink}` });
  await expect(select([named(rtt)], 0, 1, { maxSeries: 10 })).rejects.toThrow('20 series fit');
  expect(engine.asked).toEqual([]);
  expect(await source.series([[named(rtt)]], 0, 1)).toHaveLength(20);
  expect(await source.series([[{ label: 'uplink', is: '=', value: 'isp7' }]], 0, 1)).toEqual([
    { __name__: rtt, uplink: 'isp7' },
  ]);
  expect((await source.metadata()).find(({ metric }) => metric === rtt)).toMatchObject({
    type: 'gauge',
    unit: 'seconds',
  });
});
