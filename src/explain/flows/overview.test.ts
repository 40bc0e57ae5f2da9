import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Asking } from './ask.ts';
import { from, minuteMs, sourceOf } from './asked.fixture.ts';
import { plainRecord } from './filter/random.fixture.ts';
import { overviewInSteps } from './overview.ts';
import { stepsOf } from './steps.ts';

test('many exporters are asked for in two looks, which find what one does', async () => {
  const timed = fc
    .tuple(plainRecord, fc.integer({ min: -minuteMs, max: 12 * minuteMs }), fc.constantFrom(0, 61_000, 300_000))
    .map(([one, afterMs, durationMs]) => ({ ...one, ts: BigInt(from + afterMs), duration_ms: BigInt(durationMs) }));
  const records = fc.sample(timed, { numRuns: 200, seed: 3 });
  const asked = {
    steps: stepsOf(from + 1, from + 10 * minuteMs, minuteMs),
    where: { all: [] },
    measure: 'bytes',
  } as const;
  const looks: number[] = [];
  const found = [];
  for (const exporters of [1, 1_000_000]) {
    const source = await sourceOf(records);
    let count = 0;
    const counted = {
      ...source,
      query: (...given: Parameters<typeof source.query>) => (count++, source.query(...given)),
    };
    found.push(await overviewInSteps(new Asking(counted, {}), asked, exporters));
    looks.push(count);
  }
  expect(looks).toEqual([1, 2]);
  const [one, two] = found;
  expect(one?.groups.length).toBeGreaterThan(3);
  const rounded = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (_, given: unknown) => (typeof given === 'number' ? given.toPrecision(9) : given)),
    );
  const byGroup = (groups: typeof one extends undefined ? never : NonNullable<typeof one>['groups']) =>
    groups.toSorted((a, b) => a.exporter - b.exporter || a.side - b.side || a.bytesOf - b.bytesOf);
  expect(rounded(byGroup(one?.groups ?? []))).toEqual(rounded(byGroup(two?.groups ?? [])));
  expect(rounded(one?.course.map((side) => [...(side?.amounts ?? [])]))).toEqual(
    rounded(two?.course.map((side) => [...(side?.amounts ?? [])])),
  );
});
