import { expect, test } from 'vitest';
import { ManualClock } from '../../platform/index.ts';
import { openMemoryEngine } from '../../store/index.ts';
import { readCheckSeries } from './check-series.ts';
import { samplesFamily } from './metric.ts';
import { Recorder } from './recorder.ts';
import { keepInMemory, SeriesBook } from './series-book.ts';

const start = Date.parse('2026-03-01T00:00:00Z');
const labels = { check: 'dns', watcher: 'w1', site: 'here', type: 'icmp' };

test('a check as one watcher saw it, in the shape and the units of its chart', async () => {
  const clock = new ManualClock(start);
  const engine = openMemoryEngine({ clock });
  const book = new SeriesBook(keepInMemory(10));
  const recorder = new Recorder({ engine, book, onProblem: () => undefined });
  const store = { engine, book, clock, tables: async () => (await engine.health()).tables };
  const sample = { check: 'dns', latenessMs: 0, durationMs: 1, results: [] };
  const own = recorder.seriesOf(samplesFamily, labels) ?? 0;
  const other = recorder.seriesOf(samplesFamily, { ...labels, watcher: 'w2' }) ?? 0;
  recorder.sample(own, { ...sample, startedAt: start, outcome: 'pass', latencyMs: 10, lossPercent: 0 });
  recorder.sample(own, { ...sample, startedAt: start + 30_000, outcome: 'pass', latencyMs: 30, lossPercent: 50 });
  recorder.sample(own, { ...sample, startedAt: start + 150_000, outcome: 'fail', lossPercent: 100 });
  recorder.sample(other, { ...sample, startedAt: start, outcome: 'fail', latencyMs: 999 });
  await recorder.settled();
  const asked = { check: 'dns', watcher: 'w1', from: start, to: start + 300_000, points: 5 };
  expect(await readCheckSeries(store, asked)).toEqual({
    stepMs: 60_000,
    at: [start / 1000, start / 1000 + 120],
    latencyMs: [20, null],
    latencyMaxMs: [30, null],
    lossPercent: [25, 100],
    failed: [0, 1],
  });
  expect(await readCheckSeries(store, { ...asked, check: 'web' })).toBeUndefined();
  expect(await readCheckSeries(store, { ...asked, from: start - 1 })).toBeUndefined();
});
