import { expect, test } from 'vitest';
import { ManualClock } from '../../platform/index.ts';
import { openMemoryEngine } from '../../store/index.ts';
import { Recorder } from '../telemetry/recorder.ts';
import { keepInMemory, SeriesBook } from '../telemetry/series-book.ts';
import { blindMetric, lastSeenAt, readBlindSpans } from './blind-spans.ts';

const start = 1_700_000_000_000;
const second = 1000;

async function stored(...points: readonly (readonly [metric: string, watcher: string, at: number, value: number])[]) {
  const clock = new ManualClock(start + 1_000_000);
  const engine = openMemoryEngine({ clock });
  const book = new SeriesBook(keepInMemory(100));
  const recorder = new Recorder({ engine, book, onProblem: () => undefined });
  for (const [metric, watcher, at, value] of points) recorder.point(metric, { watcher }, value, start + at);
  await recorder.settled();
  return { engine, book };
}

test('a watcher saw nothing in the times that it wrote down itself', async () => {
  const store = await stored([blindMetric, 'w1', 60 * second, 20], [blindMetric, 'w2', 200 * second, 50]);
  const sight = await readBlindSpans(store, 'w1', { from: start, to: start + 300 * second });
  const blind = [40, 41, 60, 61, 180].map((at) => sight.blindUntil(start + at * second) !== undefined);
  expect(blind).toEqual([false, true, true, false, false]);
});

test('a time without sight that ends after the end is known too', async () => {
  const store = await stored([blindMetric, 'w1', 600 * second, 400]);
  const sight = await readBlindSpans(store, 'w1', { from: start, to: start + 300 * second });
  expect(sight.blindUntil(start + 250 * second)).toBe(start + 600 * second);
});

test('a watcher was there last when it last wrote something of itself', async () => {
  const memory = 'quorumwatch_process_resident_memory_bytes';
  const store = await stored(
    [memory, 'w1', 5 * second, 1e8],
    [memory, 'w1', 10 * second, 1e8],
    [memory, 'w2', 99_000, 1e8],
  );
  expect(await lastSeenAt(store, 'w1', start + 500 * second)).toBe(start + 10 * second);
  expect(await lastSeenAt(store, 'w3', start + 500 * second)).toBeUndefined();
  expect(await lastSeenAt(store, 'w1', start + 40 * 86_400 * second)).toBeUndefined();
});
