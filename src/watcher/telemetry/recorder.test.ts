import { expect, test } from 'vitest';
import { keepInMemory, SeriesBook } from './series-book.ts';
import { PlainEngine } from './plain-engine.fixture.ts';
import { Recorder } from './recorder.ts';

const metric = 'quorumwatch_incidents_open';

function recording(series = 1000) {
  const engine = new PlainEngine();
  const problems: (string | undefined)[] = [];
  const book = new SeriesBook(keepInMemory(series));
  const recorder = new Recorder({ engine, book, onProblem: (problem) => problems.push(problem) });
  return { engine, recorder, problems };
}

test('a store that refuses costs rows, which are counted and said, and is used again when it takes them', async () => {
  const { engine, recorder, problems } = recording();
  engine.broken = new Error('the disk is full');
  recorder.point(metric, { watcher: 'w1' }, 1, 1000);
  await recorder.settled();
  expect(recorder.figures).toEqual({ written: 0, dropped: 1, waiting: 0 });
  expect(problems).toEqual(['rows were not kept: the disk is full']);
  engine.broken = undefined;
  recorder.point(metric, { watcher: 'w1' }, 2, 2000);
  await recorder.settled();
  expect(recorder.figures).toEqual({ written: 1, dropped: 1, waiting: 0 });
  expect(problems.at(-1)).toBeUndefined();
  expect(engine.rows.get('points')).toEqual([{ ts: 2000, series: 1, value: 2 }]);
});

test('a store that never answers is given no more than fits into memory', () => {
  const { recorder, problems } = recording();
  const engine = { append: () => new Promise<void>(() => undefined) };
  const stuck = new Recorder({ engine, book: new SeriesBook(keepInMemory(1)), onProblem: (one) => problems.push(one) });
  for (let row = 0; row < 450_000; row++) {
    stuck.point(metric, {}, row, row);
    if (row % 100_000 === 0) stuck.flush();
  }
  expect(stuck.figures).toEqual({ written: 0, dropped: 50_000, waiting: 400_000 });
  expect(problems).toEqual([expect.stringContaining('does not keep up')]);
  expect(recorder.figures.waiting).toBe(0);
});

test('series beyond those that can be named are given up, known ones go on', async () => {
  const { recorder, engine, problems } = recording(2);
  for (const check of ['a', 'b', 'c', 'a']) recorder.point(metric, { check }, 1, 1000);
  await recorder.settled();
  expect(recorder.figures).toEqual({ written: 3, dropped: 1, waiting: 0 });
  expect(problems[0]).toContain('2 series');
  expect(engine.rows.get('points')?.map((row) => row['series'])).toEqual([1, 2, 1]);
});

test('values that are no numbers are left out, and figures of samples stay in their range', async () => {
  const { recorder, engine } = recording();
  for (const value of [Number.NaN, Infinity, -Infinity]) recorder.point(metric, {}, value, 1000);
  const sample = {
    check: 'a',
    startedAt: 1000.75,
    latenessMs: 0,
    durationMs: 0,
    results: [],
    outcome: 'fail' as const,
  };
  recorder.sample(7, { ...sample, latencyMs: 0.0001, lossPercent: 101 });
  recorder.sample(7, { ...sample, latencyMs: 1e12, lossPercent: -1 });
  recorder.sample(7, { ...sample, latencyMs: Number.NaN });
  await recorder.settled();
  expect(engine.rows.get('points')).toBeUndefined();
  expect(engine.rows.get('samples')).toEqual([
    { ts: 1000, series: 7, outcome: 2, latency_us: 1, latency_bucket: 1, loss_percent: 100 },
    { ts: 1000, series: 7, outcome: 2, latency_us: 4_294_967_295, latency_bucket: 463, loss_percent: 0 },
    { ts: 1000, series: 7, outcome: 2, latency_us: 0, latency_bucket: 0, loss_percent: 255 },
  ]);
});

test('who hears the rows hears them as they are stored, and also those that the store cannot take', async () => {
  const { recorder, engine } = recording();
  const heard: unknown[] = [];
  recorder.hear({
    point: (series, at, value) => heard.push({ ts: at, series, value }),
    sample: (series, at, row) => heard.push({ ts: at, series, ...row }),
  });
  engine.broken = new Error('the disk is full');
  recorder.point(metric, { watcher: 'w1' }, 3, 1000.9);
  recorder.point(metric, { watcher: 'w1' }, 4, -1);
  const sample = { check: 'a', latenessMs: 0, durationMs: 0, results: [], outcome: 'degraded' as const };
  recorder.sample(7, { ...sample, startedAt: 2000.5, latencyMs: 1.25 });
  recorder.sample(7, { ...sample, startedAt: Number.NaN });
  await recorder.settled();
  expect(heard).toEqual([
    { ts: 1000, series: 1, value: 3 },
    { ts: 2000, series: 7, outcome: 1, latencyUs: 1250, lossPercent: 255 },
  ]);
});
