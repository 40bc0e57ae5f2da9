import { expect, test } from 'vitest';
import { groundsOf, movedOf, outageOf, stepsOf } from './steps.ts';

const decidedAt = '2026-01-01T00:00:00.000Z';

test('the steps of a switch add up to the time from the last answer to the reading back', () => {
  const steps = stepsOf({
    decidedAt,
    lastAnswerBeforeMs: 92,
    suspicionBeforeMs: 63,
    switchedAfterMs: 0.5,
    readBackAfterMs: 2.5,
  });
  expect(steps).toEqual([
    { name: 'silence', ms: 29 },
    { name: 'suspicion', ms: 63 },
    { name: 'kernel', ms: 0.5 },
    { name: 'readBack', ms: 2 },
  ]);
});

test('what is not known has no step, and no step is shorter than nothing', () => {
  expect(stepsOf({ decidedAt, switchedAfterMs: 1, readBackAfterMs: 0.4 })).toEqual([
    { name: 'kernel', ms: 1 },
    { name: 'readBack', ms: 0 },
  ]);
  expect(
    stepsOf({
      decidedAt,
      lastAnswerBeforeMs: 10,
      suspicionBeforeMs: 5000,
      switchedAfterMs: 1,
      readBackAfterMs: 1,
    }).map(({ name }) => name),
  ).toEqual(['suspicion', 'kernel', 'readBack']);
});

test('only what failed made an outage, and only where an answer was ever seen', () => {
  const timings = { decidedAt, lastAnswerBeforeMs: 60, switchedAfterMs: 0.5, readBackAfterMs: 1 };
  expect(outageOf({ cause: 'dead', timings })).toBe(60.5);
  expect(outageOf({ cause: 'failback', timings })).toBeUndefined();
  expect(outageOf({ cause: 'bad', timings })).toBeUndefined();
  expect(outageOf({ cause: 'dead', timings: { decidedAt, switchedAfterMs: 1, readBackAfterMs: 1 } })).toBeUndefined();
});

test('the first uplinks are named, or all where only the others changed', () => {
  expect(movedOf({ from: ['a', 'b'], to: ['b', 'c'] })).toEqual({ from: ['a'], to: ['b'] });
  expect(movedOf({ from: ['a', 'b'], to: ['a'] })).toEqual({ from: ['a', 'b'], to: ['a'] });
  expect(movedOf({ from: [], to: ['a', 'b'] })).toEqual({ from: [], to: ['a'] });
});

test('the grounds are what was left because it failed, or what was taken because it is good', () => {
  const found = (uplink: string) => ({
    uplink,
    state: 'up' as const,
    since: decidedAt,
    reason: '',
    failing: [],
    lossPercent: 0,
    flapPercent: 0,
  });
  const evidence = [found('a'), found('b'), found('c')];
  const names = (cause: 'dead' | 'failback', from: string[], to: string[]) =>
    groundsOf({ cause, from, to, evidence }).map(({ uplink }) => uplink);
  expect(names('dead', ['a', 'c'], ['b', 'c'])).toEqual(['a']);
  expect(names('failback', ['b', 'c'], ['a', 'b'])).toEqual(['a']);
  expect(names('dead', ['a', 'b'], ['a'])).toEqual(['b']);
});
