import { expect, test } from 'vitest';
import { numbers } from '../../src/agree/pbft/cluster.fixture.ts';
import { fuzzedReaders } from './flow-decoders.ts';
import { fuzzSeed, inputs } from './mutate.ts';

/**
 * Whatever exporters, clouds and files say, those who read it go on: each input gives rows or a reason, and what is kept
 * stays within its bounds.
 */

test.each(fuzzedReaders())('$name: rows or a reason, and no more memory', { timeout: 3_600_000 }, (reader) => {
  const pick = numbers(fuzzSeed);
  for (let at = 0; at < inputs(3000); at++) {
    const bytes = reader.input(pick);
    try {
      reader.take(bytes);
    } catch (cause) {
      throw new Error(`input ${at} of seed ${fuzzSeed}: ${Buffer.from(bytes).toString('hex')}`, { cause });
    }
  }
  expect(reader.broken()).toBeUndefined();
  const { read, refused } = reader.counts();
  expect(read).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(50);
});
