import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StagedRows } from './staged-rows.ts';

const row = fc.record({ series: fc.nat(5), at: fc.nat(50), value: fc.integer({ min: -3, max: 3 }) });
const steps = fc.array(
  fc.oneof({ weight: 8, arbitrary: row }, { weight: 1, arbitrary: fc.record({ until: fc.nat(60) }) }),
  { maxLength: 300 },
);

type Row = readonly [series: number, at: number, value: number];
const bySeries = (a: Row, b: Row) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];

test('rows come out when their time is over, each series in the order of time and value', () => {
  fc.assert(
    fc.property(steps, (given) => {
      const staged = new StagedRows();
      let waiting: Row[] = [];
      for (const step of given) {
        if ('at' in step) {
          staged.push(step.series, step.at, step.value);
          waiting.push([step.series, step.at, step.value]);
        } else {
          const taken: Row[] = [];
          staged.take(step.until, (...one) => taken.push(one));
          const due = waiting.filter(([, at]) => at <= step.until);
          waiting = waiting.filter(([, at]) => at > step.until);
          for (const series of new Set(due.map(([one]) => one))) {
            const own = (rows: Row[]) => rows.filter(([one]) => one === series);
            expect(own(taken)).toEqual(own(due).sort(bySeries));
          }
          expect(taken.toSorted(bySeries)).toEqual(due.sort(bySeries));
        }
        expect(staged.length).toBe(waiting.length);
      }
    }),
  );
});

test('room for many rows is given back when they are gone', () => {
  const staged = new StagedRows();
  for (let at = 0; at < 100_000; at++) staged.push(at % 7, at, 1);
  const full = staged.bytes;
  staged.take(Infinity, () => undefined);
  expect(staged.bytes).toBeLessThan(full / 4);
});
