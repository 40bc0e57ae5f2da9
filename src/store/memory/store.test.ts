import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { Outcome } from '../../model/index.ts';
import { ManualClock } from '../../platform/index.ts';
import type { JudgedSample } from '../telemetry.ts';
import { SampleRing } from './ring.ts';
import { createMemoryStore } from './store.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'qw-store-'));
  folders.push(made);
  return made;
}

function sample(check: string, startedAt: number, outcome: Outcome, latencyMs?: number): JudgedSample {
  return {
    check,
    startedAt,
    latenessMs: 0,
    durationMs: 1,
    results: [],
    outcome,
    ...(latencyMs === undefined ? {} : { latencyMs }),
  };
}

test('a ring keeps the newest points in order, whatever its history', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 200 }), (capacity, count) => {
      const ring = new SampleRing(capacity);
      for (let i = 0; i < count; i++) ring.push(i, i % 2 ? 'pass' : 'fail', i, undefined);
      const seen: number[] = [];
      ring.forEach((at, outcome, latencyMs, lossPercent) => {
        seen.push(at);
        expect([outcome, latencyMs]).toEqual([at % 2 ? 'pass' : 'fail', at]);
        expect(lossPercent).toBeNaN();
      });
      expect(seen).toEqual(
        Array.from({ length: Math.min(capacity, count) }, (_, i) => Math.max(0, count - capacity) + i),
      );
    }),
  );
});

test('a series averages within a step and leaves gaps out', () => {
  const clock = new ManualClock(1_700_000_100_000);
  const store = createMemoryStore({ clock });
  const from = 1_700_000_100_000;
  store.append(sample('a', from, 'pass', 10), 'up');
  store.append(sample('a', from + 1000, 'pass', 20), 'up');
  store.append(sample('a', from + 20_000, 'fail'), 'down');
  expect(store.series('a', from, from + 30_000, 3)).toEqual({
    stepMs: 10_000,
    at: [from / 1000, (from + 20_000) / 1000],
    latencyMs: [15, null],
    latencyMaxMs: [20, null],
    lossPercent: [null, null],
    failed: [0, 1],
  });
  expect(store.availability('a', from)).toBeCloseTo(66.67, 1);
  expect(store.counts('a')).toEqual({ done: 3, failed: 1 });
  expect(store.series('never seen', from, from + 1000, 10).at).toEqual([]);
});

test('where rollups end and raw points begin, every sample is counted once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 600 }), (intervalS, samples) => {
      const clock = new ManualClock(1_700_000_100_000);
      const from = clock.now();
      const store = createMemoryStore({ clock, rawPoints: 50 });
      for (let i = 0; i < samples; i++) {
        store.append(sample('a', clock.now(), 'fail'), 'down');
        clock.advance(intervalS * 1000);
      }
      const kept = Math.max(from, clock.now() - 47 * 300_000);
      const series = store.series('a', from, clock.now() + 1, 5000);
      const expected = Array.from({ length: samples }, (_, i) => from + i * intervalS * 1000);
      const counted = series.failed.reduce<number>((sum, failed) => sum + (failed ?? 0), 0);
      // Without a database the slices of the last four hours are all there is besides the raw points.
      expect(counted).toBeGreaterThanOrEqual(expected.filter((at) => at >= kept).length);
      expect(counted).toBeLessThanOrEqual(samples);
    }),
    { numRuns: 50 },
  );
});

test('rollups survive a restart and go on counting', async () => {
  const clock = new ManualClock(1_700_000_100_000);
  const file = join(folder(), 'telemetry.db');
  const before = createMemoryStore({ clock, file });
  for (let i = 0; i < 90; i++) {
    before.append(sample('a', clock.now(), i < 45 ? 'pass' : 'fail', 5), i < 45 ? 'up' : 'down');
    clock.advance(10_000);
  }
  await before.close();
  const after = createMemoryStore({ clock, file });
  after.append(sample('a', clock.now(), 'pass', 7), 'up');
  const strip = after.strip('a', 48);
  expect(strip.reduce((sum, cell) => sum + cell.passed + cell.failed, 0)).toBe(91);
  expect(strip.some((cell) => cell.worst === 'down')).toBe(true);
  expect(after.availability('a', 0)).toBeCloseTo((46 / 91) * 100, 5);
  await after.close();
});

test('a wall clock that jumps by an hour and back: the strip shows what is measured now', async () => {
  let now = 1_700_000_100_000;
  const manual = new ManualClock();
  const store = createMemoryStore({
    clock: { now: () => now, monotonic: () => 0, after: (delayMs, callback) => manual.after(delayMs, callback) },
    file: join(folder(), 'telemetry.db'),
  });
  const measure = () => {
    for (let i = 0; i < 10; i++) store.append(sample('a', (now += 1000), 'pass', 1), 'up');
    const newest = store.strip('a', 48).at(-1);
    expect(newest?.from).toBe(Math.floor(now / 300_000) * 300_000);
    expect(newest?.passed).toBeGreaterThanOrEqual(10);
    const { at } = store.series('a', now - 600_000, now + 1000, 100);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(new Set(at).size).toBe(at.length);
    expect(at.length).toBeGreaterThan(0);
  };
  measure();
  for (const jump of [3_600_000, -3_600_000, -3_600_000, 3_600_000]) {
    now += jump;
    measure();
    expect(store.strip('a', 48).length).toBeLessThanOrEqual(48);
  }
  await store.close();
});
