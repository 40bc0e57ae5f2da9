import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatCodes, includesCode, parseCodes } from './http-codes.ts';
import { roundTripStatistics } from './statistics.ts';
import { certain, type TrainSettings } from './train.ts';

const roundTrips = fc.array(fc.double({ min: 0, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 50 });

test('statistics of a train agree with their definitions', () => {
  fc.assert(
    fc.property(roundTrips, (values) => {
      const found = roundTripStatistics(values);
      if (!found) throw new Error('there are round trips');
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      expect(found.minMs).toBe(Math.min(...values));
      expect(found.maxMs).toBe(Math.max(...values));
      expect(found.jitterMs).toBe(found.maxMs - found.minMs);
      expect(found.avgMs).toBeCloseTo(mean, 6);
      expect(found.stdevMs).toBeCloseTo(Math.sqrt(variance), 6);
      expect(found.minMs <= found.avgMs && found.avgMs <= found.maxMs).toBe(true);
      expect(found.stdevMs).toBeLessThanOrEqual(found.jitterMs / 2 + 1e-9);
    }),
  );
  expect(roundTripStatistics([])).toBeUndefined();
});

const settings = fc.record({
  'packet-count': fc.integer({ min: 1, max: 20 }),
  'packet-interval': fc.constant(1),
  'thr-loss-percent': fc.integer({ min: 0, max: 100 }),
  'thr-loss-count': fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(4_294_967_295)),
  'early-failure-detection': fc.constant(true),
  'early-success-detection': fc.constant(true),
});

test('what is certain early is what the whole train says', () => {
  fc.assert(
    fc.property(settings, fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }), (given: TrainSettings, answers) => {
      const train = answers.slice(0, given['packet-count']);
      const tally = (count: number) => {
        const passed = train.slice(0, count).filter(Boolean).length;
        return certain(given, { passed, lost: count - passed, unknown: 0 });
      };
      const whole = tally(train.length);
      expect(whole).toBeDefined();
      for (let count = 1; count < train.length; count++) {
        const early = tally(count);
        if (early !== undefined) expect(early).toBe(whole);
      }
    }),
  );
});

const code = fc.integer({ min: 100, max: 599 });
const ranges = fc.array(
  fc.tuple(code, code).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
  { minLength: 1, maxLength: 8 },
);

test('codes are read as they are written', () => {
  fc.assert(
    fc.property(ranges, code, (given, status) => {
      const read = parseCodes(formatCodes(given));
      expect(read).toEqual(given);
      expect(includesCode(given, status)).toBe(given.some(([from, to]) => from <= status && status <= to));
    }),
  );
});

test('anything else is no list of codes', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), (text) => {
      const read = parseCodes(text);
      if (read) expect(parseCodes(formatCodes(read))).toEqual(read);
    }),
  );
  for (const text of ['', '99', '600', '200-', '-200', '300-200', '200;201', '200,,201', 'abc', '2xx', '0200']) {
    expect(parseCodes(text), text).toBeUndefined();
  }
});
