import fc from 'fast-check';
import { expect, test } from 'vitest';
import { objectiveSchema, type Outcome } from '../../model/index.ts';
import { ManualClock } from '../../platform/index.ts';
import { Calendar, dayBounds, monthSpan } from '../../report/index.ts';
import { createMetricsDesk } from '../telemetry/desk.ts';
import { samplesFamily } from '../telemetry/metric.ts';
import { PlainEngine } from '../telemetry/plain-engine.fixture.ts';
import { Recorder } from '../telemetry/recorder.ts';
import { keepInMemory, SeriesBook } from '../telemetry/series-book.ts';
import { count, countedLimitMs, tallied, widestStep } from './count.ts';

/** What telemetry counts for an objective, against the samples on paper. */

interface Seen {
  check: string;
  at: number;
  outcome: Outcome;
  latencyMs?: number | undefined;
}

async function world(seen: readonly Seen[], now: number) {
  const engine = new PlainEngine();
  const book = new SeriesBook(keepInMemory(100));
  const clock = new ManualClock(now);
  const recorder = new Recorder({ engine, book, onProblem: () => undefined });
  const store = { engine, book, clock, tables: async () => (await engine.health()).tables };
  const desk = createMetricsDesk(store);
  for (const { check, at, outcome, latencyMs } of seen) {
    const id = recorder.seriesOf(samplesFamily, { check, watcher: 'w', site: 's', type: 'icmp' }) ?? 0;
    const rest = { latenessMs: 0, durationMs: 1, results: [], ...(latencyMs !== undefined && { latencyMs }) };
    recorder.sample(id, { check, startedAt: at, outcome, ...rest });
  }
  await recorder.settled();
  return { store, ask: (query: Parameters<typeof desk.query>[0]) => desk.query(query) };
}

const zones = ['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Asia/Kathmandu', 'America/Sao_Paulo'];
const month = monthSpan('2026-03', new Calendar('UTC'));
const seen = fc.record({
  check: fc.constantFrom('web', 'a.b', 'axb', 'other'),
  // Whole minutes and a bit: none falls on a boundary.
  at: fc.integer({ min: -30 * 60, max: 32 * 24 * 60 }).map((minute) => month.from + minute * 60_000 + 1234),
  outcome: fc.constantFrom<Outcome>('pass', 'degraded', 'fail', 'unknown'),
  latencyMs: fc.option(fc.integer({ min: 1, max: 500 }), { nil: undefined }),
});

test('days of a month hold what was measured in them, as their place counts days', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(seen, { maxLength: 60 }),
      fc.constantFrom(...zones),
      fc.constantFrom({ samples: {} }, { latency: { below: '100ms' } }),
      async (all, zone, indicator) => {
        const calendar = new Calendar(zone);
        const span = monthSpan('2026-03', calendar);
        const bounds = dayBounds(span, calendar);
        const objective = objectiveSchema.parse({
          name: 'o',
          goal: 99,
          checks: ['web', 'a.b'],
          indicator,
          alerts: { disabled: true },
        });
        const counting = await world(all, span.to);
        const { steps, missing } = await count(counting, objective, ['web', 'a.b'], span, widestStep(span.from));
        expect(missing).toEqual([]);
        const limit = countedLimitMs(100);
        const expected = bounds.slice(1).map((end, place) => {
          const mine = all.filter(
            ({ check, at }) => ['web', 'a.b'].includes(check) && at >= (bounds[place] ?? 0) && at < end,
          );
          if (objective.indicator.latency) {
            const measured = mine.flatMap(({ latencyMs }) => latencyMs ?? []);
            return { total: measured.length, bad: measured.filter((ms) => ms >= limit).length };
          }
          const known = mine.filter(({ outcome }) => outcome !== 'unknown');
          return { total: known.length, bad: known.filter(({ outcome }) => outcome === 'fail').length };
        });
        expect(tallied(steps, bounds)).toEqual(expected);
      },
    ),
    { numRuns: 40 },
  );
});

test('the limit that buckets make is at most one sixteenth below the one that was asked for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60_000 }), (ms) => {
      expect(countedLimitMs(ms)).toBeLessThanOrEqual(ms);
      expect(countedLimitMs(ms)).toBeGreaterThan(ms * (1 - 1 / 16));
    }),
  );
});
