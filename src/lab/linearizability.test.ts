import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, type Model, type Operation } from './linearizability.ts';

type Input = { put: number } | 'get';

const register: Model<number, Input, number> = {
  initial: 0,
  step: (state, input, output) => {
    const after = input === 'get' ? state : input.put;
    return output === undefined || input !== 'get' || output === after ? after : undefined;
  },
  key: (state) => state,
};

const put = (value: number, call: number, end: number): Operation<Input, number> => ({
  partition: 'x',
  call,
  return: end,
  input: { put: value },
  output: end === Infinity ? undefined : value,
});
const get = (output: number, call: number, end: number): Operation<Input, number> => ({
  partition: 'x',
  call,
  return: end,
  input: 'get',
  output,
});

describe('linearizability', () => {
  it.each([
    ['nothing', [], 'linearizable'],
    ['one after the other', [put(1, 0, 1), get(1, 2, 3)], 'linearizable'],
    ['a stale read', [put(1, 0, 1), put(2, 2, 3), get(1, 4, 5)], 'not linearizable'],
    ['a read of a write that overlaps it', [put(1, 0, 10), get(1, 2, 3)], 'linearizable'],
    ['a read that goes back', [put(1, 0, 10), get(1, 2, 3), get(0, 4, 5)], 'not linearizable'],
    ['a write that took effect though nobody heard of it', [put(1, 0, Infinity), get(1, 5, 6)], 'linearizable'],
    ['a write that was lost', [put(1, 0, Infinity), get(0, 5, 6)], 'linearizable'],
    [
      'a write that takes effect twice',
      [put(1, 0, Infinity), put(2, 1, 2), get(1, 3, 4), get(2, 5, 6)],
      'not linearizable',
    ],
    // Herlihy and Wing 1990, figure 1, as registers: overlapping operations take effect in the order that fits.
    ['an order other than that of the calls', [put(1, 0, 9), put(2, 1, 8), get(2, 10, 11)], 'linearizable'],
  ] as const)('judges %s', (_, operations, verdict) => {
    expect(judge(operations, register)).toBe(verdict);
  });

  it('judges partitions apart', () => {
    const other = [put(1, 0, 1), get(0, 2, 3)].map((operation) => ({ ...operation, partition: 'y' }));
    expect(judge([put(1, 0, 1), get(1, 2, 3)], register)).toBe('linearizable');
    expect(judge([put(1, 0, 1), get(1, 2, 3), ...other], register)).toBe('not linearizable');
  });

  it('says when its bound is reached', () => {
    const many = Array.from({ length: 14 }, (_, at) => put(at, 0, 100));
    expect(judge([...many, get(99, 101, 102)], register, 1000)).toBe('unknown');
  });

  it('accepts whatever a register that works at one instant yields, and finds a changed output', () => {
    const history = fc
      .array(fc.record({ input: fc.option(fc.nat(5), { nil: undefined }), before: fc.nat(3), after: fc.nat(3) }), {
        minLength: 1,
        maxLength: 12,
      })
      .map((steps) => {
        let state = 0;
        return steps.map(({ input, before, after }, at): Operation<Input, number> => {
          if (input !== undefined) state = input;
          const place = { partition: 'x', call: 10 * at - 5 * before, return: 10 * at + 5 * after + 1, output: state };
          return { ...place, input: input === undefined ? 'get' : { put: input } };
        });
      });
    fc.assert(
      fc.property(history, (operations) => {
        expect(judge(operations, register)).toBe('linearizable');
        const impossible = [...operations, get(77, 1000, 1001)];
        expect(judge(impossible, register)).toBe('not linearizable');
      }),
    );
  });
});

/** Tries every order of the operations and every choice of those that nobody heard of: slow, and nothing to get wrong. */
function judgeByAllOrders(left: readonly Operation<Input, number>[], state = 0): boolean {
  if (left.every((one) => one.return === Infinity)) return true;
  return left.some((one, at) => {
    const rest = left.filter((_, other) => other !== at);
    const after = rest.some((other) => other.return < one.call)
      ? undefined
      : register.step(state, one.input, one.output);
    return after !== undefined && judgeByAllOrders(rest, after);
  });
}

it('comes to the same verdict as trying every order, right and wrong histories alike', () => {
  const operation = fc.record({
    isPut: fc.boolean(),
    value: fc.nat(2),
    call: fc.nat(12),
    lasts: fc.option(fc.nat(6), { nil: Infinity }),
  });
  const verdicts = { linearizable: 0, 'not linearizable': 0, unknown: 0 };
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 6 }), (all) => {
      // Calls and returns at different times each: whether ends that meet overlap is not what this asks.
      const operations = all.map(({ isPut, value, call, lasts }, at) => {
        const start = call + at / 100;
        const end = start + lasts + 0.005;
        return isPut ? put(value, start, end) : get(value, start, end);
      });
      const verdict = judge(operations, register);
      verdicts[verdict] += 1;
      expect(verdict).toBe(judgeByAllOrders(operations) ? 'linearizable' : 'not linearizable');
    }),
    { numRuns: 2000 },
  );
  expect(verdicts.linearizable).toBeGreaterThan(100);
  expect(verdicts['not linearizable']).toBeGreaterThan(100);
});
