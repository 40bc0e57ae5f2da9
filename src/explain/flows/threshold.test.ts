import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FlowAnswer, FlowRow } from '../../model/index.ts';
import { othersValue, withThreshold } from './threshold.ts';

const statistics = (total: number) => ({ total, average: 1, median: 1, p95: 1, max: 1, activeSteps: 2 });
const row = (name: string, bytes: number): FlowRow => ({
  values: [name],
  labels: [''],
  bytes,
  packets: bytes / 10,
  flows: 1,
  statistics: statistics(bytes),
  past: { bytes: 1, packets: 1, flows: 1 },
  filter: `name ${name}`,
});

function answerOf(rows: readonly FlowRow[], omittedBytes = 0): FlowAnswer {
  const bytes = rows.reduce((sum, one) => sum + one.bytes, omittedBytes);
  return {
    from: '2026-11-21T00:00:00.000Z',
    to: '2026-11-21T01:00:00.000Z',
    stepMs: 1_800_000,
    at: [0, 1],
    groupBy: ['service'],
    rows: [...rows],
    omitted: omittedBytes > 0 ? 3 : 0,
    courses: [
      ...rows.map((one, place) => ({ row: place, rates: [one.bytes, 0], pastRates: [1, 1] })),
      { row: -1, rates: [omittedBytes, 0] },
    ],
    total: {
      bytes,
      packets: bytes / 10,
      flows: rows.length + (omittedBytes > 0 ? 3 : 0),
      statistics: statistics(bytes),
    },
    bytesOf: 'packets',
    trust: { unknownSampling: 0, dropped: 0, notes: [] },
    sql: '',
    resolution: 'records',
    elapsedMs: 1,
  };
}

test('rows about too few go to the others, and what would give them away with them', () => {
  const given = answerOf([row('https', 1000), row('dns', 300), row('ssh', 50)]);
  const found = withThreshold(given, { least: 5, sources: [40, 9, 1] });
  // ssh alone would be the total minus https and dns, so dns is in the others too.
  expect(found.rows.map(({ values, bytes }) => [values[0], bytes])).toEqual([
    ['https', 1000],
    [othersValue, 350],
  ]);
  expect(found.courses).toEqual([
    { row: 0, rates: [1000, 0] },
    { row: -1, rates: [350, 0] },
  ]);
  expect(found.rows.every(({ past }) => past === undefined)).toBe(true);
  expect(found.trust.notes).toMatchObject([{ code: 'few-sources-merged', values: { leastSources: 5 } }]);
});

test('what the answer left out is nobody’s row either', () => {
  const found = withThreshold(answerOf([row('https', 1000), row('dns', 300)], 77), { least: 5, sources: [40, 9] });
  expect(found.rows.map(({ values, bytes }) => [values[0], bytes])).toEqual([
    ['https', 1000],
    [othersValue, 377],
  ]);
  expect(found.omitted).toBe(0);
});

test('an answer about too few people says nothing but that', () => {
  const found = withThreshold(answerOf([row('ssh', 50), row('vnc', 20)]), { least: 5, sources: [4, 4] });
  expect([found.rows, found.courses, found.total.bytes]).toEqual([[], [], 0]);
  expect(found.trust.notes).toMatchObject([{ code: 'few-sources-withheld', values: { leastSources: 5 } }]);
});

test('without a threshold, and where every row is about enough, an answer keeps its rows', () => {
  const given = answerOf([row('https', 1000), row('dns', 300)]);
  expect(withThreshold(given, { least: 1, sources: [1, 1] })).toBe(given);
  expect(withThreshold(given, { least: 5, sources: [5, 6] }).rows.map(({ bytes }) => bytes)).toEqual([1000, 300]);
});

test('no figure is left that is about fewer, neither shown nor left over, and totals stay', () => {
  // Who took part in which row; a source may be in several.
  const members = fc.uniqueArray(fc.nat(12), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(
      fc.array(members, { maxLength: 8 }),
      fc.array(members, { maxLength: 3 }),
      fc.integer({ min: 2, max: 6 }),
      (inRows, left, least) => {
        const rows = inRows.map((_, index) => row(String(index), 10 * (index + 1)));
        const given = answerOf(rows, 100 * left.length);
        const found = withThreshold(given, { least, sources: inRows.map(({ length }) => length) });
        const shown = found.rows
          .filter(({ values }) => values[0] !== othersValue)
          .map(({ values }) => Number(values[0]));
        for (const place of shown) expect(inRows[place]?.length).toBeGreaterThanOrEqual(least);
        const rest = [...inRows.filter((_, place) => !shown.includes(place)), ...left];
        const isWithheld = found.rows.length === 0;
        if (rest.length > 0 && !isWithheld) expect(new Set(rest.flat()).size).toBeGreaterThanOrEqual(least);
        if (isWithheld) {
          expect(found.total.bytes).toBe(0);
          for (const one of inRows) expect(one.length).toBeLessThan(least);
        } else {
          expect(found.rows.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(given.total.bytes);
        }
      },
    ),
    { numRuns: 500 },
  );
});
