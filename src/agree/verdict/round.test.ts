import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Outcome, ProbeResult } from '../../model/index.ts';
import { judgeRound } from './round.ts';

const result = (host: string, outcome: Outcome): ProbeResult => ({
  host,
  outcome,
  values: {},
  ...(outcome !== 'pass' && { reason: { code: `is-${outcome}`, text: `It is ${outcome}.` } }),
});
const judge = (required: number | undefined, ...outcomes: Outcome[]) => {
  const anchors = outcomes.map((_, i) => `h${i}`);
  const check = { anchors, ...(required !== undefined && { 'anchors-required': required }) };
  return judgeRound(check, { results: outcomes.map((outcome, i) => result(`h${i}`, outcome)) });
};

test('one host is what its result is', () => {
  for (const outcome of ['pass', 'degraded', 'fail', 'unknown'] as const) {
    const round = judgeRound({ host: 'a' }, { results: [result('a', outcome)] });
    expect(round.outcome).toBe(outcome);
    expect(round.reason?.code).toBe(outcome === 'pass' ? undefined : `is-${outcome}`);
  }
});

test('a host without results is unknown, not down', () => {
  expect(judgeRound({ host: 'a' }, { results: [] })).toEqual({
    outcome: 'unknown',
    reason: { code: 'undecided', text: 'There were too few results to tell.' },
  });
});

test.each<[Outcome[], Outcome]>([
  [['pass', 'pass'], 'pass'],
  [['pass', 'fail'], 'degraded'],
  [['pass', 'unknown'], 'pass'],
  [['fail', 'fail'], 'fail'],
  [['fail', 'unknown'], 'unknown'],
  [['degraded', 'fail'], 'degraded'],
])('families %j make %s', (outcomes, expected) => {
  const results = outcomes.map((outcome) => result('a', outcome));
  expect(judgeRound({ host: 'a' }, { results }).outcome).toBe(expected);
});

test('a majority of anchors must answer by default', () => {
  expect(judge(undefined, 'pass', 'pass', 'fail').outcome).toBe('pass');
  expect(judge(undefined, 'pass', 'fail', 'fail')).toEqual({
    outcome: 'fail',
    reason: { code: 'is-fail', text: '1 of 3 anchors answered, 2 must: It is fail.' },
  });
  expect(judge(undefined, 'pass', 'fail', 'unknown').outcome).toBe('unknown');
  expect(judge(1, 'fail', 'fail', 'pass').outcome).toBe('pass');
  expect(judge(3, 'pass', 'pass', 'fail').outcome).toBe('fail');
  expect(judge(2, 'pass', 'degraded', 'fail').outcome).toBe('degraded');
});

test('the most frequent reason is given', () => {
  const check = { anchors: ['a', 'b', 'c'] };
  const failed = (host: string, code: string): ProbeResult => ({
    host,
    outcome: 'fail',
    values: {},
    reason: { code, text: code },
  });
  const results = [failed('a', 'refused'), failed('b', 'no-reply'), failed('c', 'no-reply')];
  expect(judgeRound(check, { results }).reason?.code).toBe('no-reply');
});

test('unknown results never decide: whatever they turn out to be, a decided round stays', () => {
  const outcome = fc.constantFrom<Outcome>('pass', 'fail', 'unknown');
  const truth = fc.constantFrom<Outcome>('pass', 'fail');
  fc.assert(
    fc.property(
      fc.array(outcome, { minLength: 1, maxLength: 8 }),
      fc.array(truth, { minLength: 8, maxLength: 8 }),
      fc.nat(7),
      (seen, truths, k) => {
        const required = (k % seen.length) + 1;
        const decided = judge(required, ...seen).outcome;
        const full = seen.map((each, i) => (each === 'unknown' ? (truths[i] ?? 'pass') : each));
        if (decided !== 'unknown') expect(judge(required, ...full).outcome).toBe(decided);
        if (!seen.includes('unknown')) expect(decided).not.toBe('unknown');
      },
    ),
  );
});
