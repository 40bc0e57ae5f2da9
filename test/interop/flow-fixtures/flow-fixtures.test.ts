import { describe, expect, test } from 'vitest';
import { compareAll } from '../../../tools/flow-fixtures/all.ts';
import { exceptions } from '../../../tools/flow-fixtures/exceptions.ts';
import { fixturesMissing } from '../../../tools/flow-fixtures/fixtures.ts';

/** Every file of exporters, with everybody who says what is in it. */

if (fixturesMissing !== undefined) process.stderr.write(`flows as others decode them: skipped: ${fixturesMissing}\n`);

describe.skipIf(fixturesMissing !== undefined)('files of exporters hold what others say', () => {
  const comparisons = fixturesMissing === undefined ? compareAll() : [];

  test.each(comparisons)('$file, as $oracle says', ({ differences }) => {
    expect(differences).toEqual([]);
  });

  test('there was much to compare, and little of it is an exception', () => {
    const sum = (value: (one: (typeof comparisons)[number]) => number) =>
      comparisons.reduce((total, one) => total + value(one), 0);
    expect(comparisons.length).toBeGreaterThan(140);
    expect(sum(({ records }) => records)).toBeGreaterThan(2000);
    expect(sum(({ fields }) => fields)).toBeGreaterThan(40_000);
    expect(sum(({ excepted }) => excepted.length) / sum(({ fields }) => fields)).toBeLessThan(0.01);
  });

  test.each(exceptions)('$oracle still $reason', (exception) => {
    expect(comparisons.filter(({ excepted }) => excepted.includes(exception)).map(({ file }) => file)).not.toEqual([]);
  });
});
