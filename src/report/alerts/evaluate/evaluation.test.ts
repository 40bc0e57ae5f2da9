import { describe, expect, test } from 'vitest';
import { alertPolicySchema, type AlertPolicy } from '../../../model/index.ts';
import { maxFiring, maxSeries, PolicyEvaluation } from './evaluation.ts';
import { above, latencyPolicy, minute, readings } from './policy.fixture.ts';

type Values = Readonly<Record<string, number | undefined>>;

/** Steps a policy a minute at a time, and writes down the state of every resource after each. */
function statesOf(policy: AlertPolicy, steps: readonly (readonly Values[])[]): Record<string, string>[] {
  const evaluation = new PolicyEvaluation(policy);
  return steps.map((conditions, index) => {
    const at = (index + 1) * minute;
    evaluation.step(
      at,
      conditions.map((values) => readings(values, at)),
    );
    return Object.fromEntries(
      [...evaluation.findings()].map(({ resource, state }) => [resource['check'] ?? 'policy', state]),
    );
  });
}

test('each series that violates the condition fires, and ends when it does so no more', () => {
  const states = statesOf(latencyPolicy(), [[{ web: 5, mail: 20 }], [{ web: 11, mail: 20 }], [{ web: 11, mail: 3 }]]);
  expect(states).toEqual([
    { web: 'fine', mail: 'firing' },
    { web: 'firing', mail: 'firing' },
    { web: 'firing', mail: 'fine' },
  ]);
});

test('a finding says since when, by which condition, with which value', () => {
  const evaluation = new PolicyEvaluation(latencyPolicy());
  evaluation.step(minute, [readings({ web: 20 }, minute)]);
  const changed = evaluation.step(2 * minute, [readings({ web: 30 }, 2 * minute)]);
  expect(changed).toEqual([]);
  expect(evaluation.finding({ check: 'web' })).toEqual({
    policy: 'latency',
    resource: { check: 'web' },
    state: 'firing',
    since: minute,
    met: [{ condition: 0, value: 30, resource: { check: 'web' } }],
  });
});

test('through a retest window it must hold at every evaluation', () => {
  const policy = latencyPolicy({}, { for: '2m' });
  const states = statesOf(
    policy,
    [20, 20, 5, 20, 20, 20, 20].map((web) => [{ web }]),
  );
  expect(states.map(({ web }) => web)).toEqual(['fine', 'fine', 'fine', 'fine', 'fine', 'firing', 'firing']);
});

test('below is a limit too, and the limit itself is within it', () => {
  const conditions = [{ threshold: { metric: 'latency', 'group-by': ['check'], below: 10 } }];
  const states = statesOf(latencyPolicy({ conditions }), [[{ web: 10, mail: 9 }]]);
  expect(states).toEqual([{ web: 'fine', mail: 'firing' }]);
});

describe('missing data', () => {
  const last = (missing: string, before: number | undefined) => {
    const policy = latencyPolicy({}, { 'missing-data': missing });
    return statesOf(policy, [[{ web: before }], [{ web: undefined }]]).at(-1)?.['web'];
  };

  test.each([
    ['NO_OP', 20, 'firing'],
    ['NO_OP', 5, 'fine'],
    ['NO_OP', undefined, 'unknown'],
    ['INACTIVE', 20, 'fine'],
    ['INACTIVE', undefined, 'fine'],
    ['ACTIVE', 5, 'firing'],
    ['ACTIVE', undefined, 'firing'],
  ])('%s after %s: %s', (missing, before, state) => {
    expect(last(missing, before)).toBe(state);
  });

  test('a series that is among the readings no more has no data', () => {
    const states = statesOf(latencyPolicy(), [[{ web: 20 }], [{}], [{ mail: 5 }]]);
    expect(states.at(-1)).toEqual({ web: 'firing', mail: 'fine' });
  });
});

describe('without data for the time of auto-close', () => {
  test.each(['NO_OP', 'ACTIVE'])('what fired is closed and stays so until there are data: %s', (missing) => {
    const policy = latencyPolicy({ 'auto-close': '2m' }, { 'missing-data': missing });
    const evaluation = new PolicyEvaluation(policy);
    const step = (at: number, value: number | undefined, newestAt: number) => {
      evaluation.step(at * minute, [[{ labels: { check: 'web' }, value, newestAt: newestAt * minute }]]);
      return evaluation.finding({ check: 'web' })?.state;
    };
    expect([
      step(1, 20, 1),
      step(2, undefined, 1),
      step(3, undefined, 1),
      step(4, undefined, 1),
      step(5, 20, 5),
    ]).toEqual(['firing', 'firing', 'closed', 'closed', 'firing']);
  });

  test('a series that is gone altogether is closed once, and forgotten', () => {
    const evaluation = new PolicyEvaluation(latencyPolicy({ 'auto-close': '2m' }));
    evaluation.step(minute, [readings({ web: 20 }, minute)]);
    evaluation.step(2 * minute, [[]]);
    expect(evaluation.step(3 * minute, [[]]).map(({ state }) => state)).toEqual(['closed']);
    expect([...evaluation.findings()]).toEqual([]);
  });
});

describe('trigger', () => {
  test.each([
    [{ count: 2 }, { a: 20, b: 1, c: 1 }, { a: 'fine', b: 'fine', c: 'fine' }],
    [{ count: 2 }, { a: 20, b: 20, c: 1 }, { a: 'firing', b: 'firing', c: 'fine' }],
    [{ percent: 50 }, { a: 20, b: 1, c: 1 }, { a: 'fine', b: 'fine', c: 'fine' }],
    [{ percent: 50 }, { a: 20, b: 20, c: 1, d: 1 }, { a: 'firing', b: 'firing', c: 'fine', d: 'fine' }],
    // With the unknown one it would be enough, without it it is not.
    [{ count: 2 }, { a: 20, b: undefined, c: 1 }, { a: 'unknown', b: 'unknown', c: 'fine' }],
  ])('%j of %j', (trigger, values, states) => {
    expect(statesOf(latencyPolicy({}, { trigger }), [[values]])).toEqual([states]);
  });
});

describe('combiner', () => {
  const two = (combiner: string, given: Record<string, unknown> = {}) =>
    latencyPolicy({ combiner, conditions: [above(10), above(100)], ...given });

  test.each([
    ['OR', { a: 20, b: 5 }, { a: 5, b: 200 }, { a: 'firing', b: 'firing' }],
    ['OR', { a: 5, b: 5 }, { a: 5 }, { a: 'fine', b: 'fine' }],
    ['AND', { a: 20, b: 5 }, { a: 5, b: 200 }, { a: 'firing', b: 'firing' }],
    ['AND', { a: 20, b: 5 }, { a: 5, b: 5 }, { a: 'fine', b: 'fine' }],
    ['AND', { a: 20 }, {}, { a: 'unknown' }],
    ['AND_WITH_MATCHING_RESOURCE', { a: 20, b: 5 }, { a: 5, b: 200 }, { a: 'fine', b: 'fine' }],
    ['AND_WITH_MATCHING_RESOURCE', { a: 20, b: 20 }, { a: 5, b: 200 }, { a: 'fine', b: 'firing' }],
    ['AND_WITH_MATCHING_RESOURCE', { a: 20 }, { b: 200 }, { a: 'fine', b: 'fine' }],
  ])('%s of %j and %j', (combiner, first, second, states) => {
    expect(statesOf(two(combiner), [[first, second]])).toEqual([states]);
  });

  test('one incident for the policy: it fires as long as anything of it does', () => {
    const states = statesOf(two('OR', { 'incident-per': 'policy' }), [
      [{}, {}],
      [{ a: 20, b: 5 }, {}],
      [{ a: 5, b: 20 }, {}],
      [{ a: 5, b: 5 }, {}],
    ]);
    expect(states.map(({ policy }) => policy)).toEqual(['unknown', 'firing', 'firing', 'fine']);
  });
});

describe('a watcher that saw nothing for reasons of its own', () => {
  test('knows nothing of any resource, and takes up again what had passed its retest window', () => {
    const evaluation = new PolicyEvaluation(latencyPolicy({}, { for: '2m' }));
    const step = (at: number, web: number) => {
      evaluation.step(at * minute, [readings({ web }, at * minute)]);
      return evaluation.finding({ check: 'web' })?.state;
    };
    expect([step(1, 20), step(2, 20), step(3, 20)]).toEqual(['fine', 'fine', 'firing']);
    expect(evaluation.blind(4 * minute).map(({ state }) => state)).toEqual(['unknown']);
    expect(evaluation.blind(5 * minute)).toEqual([]);
    expect([step(6, 20), step(7, 1)]).toEqual(['firing', 'fine']);
  });

  test('begins anew with what had not', () => {
    const evaluation = new PolicyEvaluation(latencyPolicy({}, { for: '2m' }));
    evaluation.step(minute, [readings({ web: 20 }, minute)]);
    evaluation.blind(2 * minute);
    for (const at of [3, 4]) evaluation.step(at * minute, [readings({ web: 20 }, at * minute)]);
    expect(evaluation.finding({ check: 'web' })?.state).toBe('fine');
    evaluation.step(5 * minute, [readings({ web: 20 }, 5 * minute)]);
    expect(evaluation.finding({ check: 'web' })?.state).toBe('firing');
  });

  test('does not take its own absence for that of the data', () => {
    const conditions = [{ absent: { metric: 'latency', 'group-by': ['check'], after: '3m' } }];
    const evaluation = new PolicyEvaluation(latencyPolicy({ conditions }));
    const step = (at: number, newestAt: number) => {
      evaluation.step(at * minute, [[{ labels: { check: 'web' }, value: undefined, newestAt: newestAt * minute }]]);
      return evaluation.finding({ check: 'web' })?.state;
    };
    expect(step(1, 1)).toBe('fine');
    for (const at of [2, 3, 4]) evaluation.blind(at * minute);
    expect([step(5, 1), step(7, 1), step(8, 1)]).toEqual(['fine', 'fine', 'firing']);
  });
});

describe('absence over a time that this watcher did not see', () => {
  const conditions = [{ absent: { metric: 'latency', 'group-by': ['check'], after: '3m' } }];
  const labels = { check: 'web' };
  const step = (evaluation: PolicyEvaluation, at: number, newestAt: number) => {
    evaluation.step(at * minute, [[{ labels, value: undefined, newestAt: newestAt * minute }]]);
    return evaluation.finding(labels)?.state;
  };

  test('goes on when it was known before, until there is a datum', () => {
    const evaluation = new PolicyEvaluation(latencyPolicy({ conditions }));
    expect([step(evaluation, 1, 1), step(evaluation, 4, 1)]).toEqual(['fine', 'firing']);
    evaluation.blind(5 * minute);
    expect([step(evaluation, 6, 1), step(evaluation, 7, 7)]).toEqual(['firing', 'fine']);
  });

  test('counts from the start of a watcher, which was not there to see what came before', () => {
    const evaluation = new PolicyEvaluation(latencyPolicy({ conditions, 'auto-close': '1h' }));
    expect([step(evaluation, 20, 1), step(evaluation, 22, 1), step(evaluation, 23, 1)]).toEqual([
      'fine',
      'fine',
      'firing',
    ]);
  });

  test('goes on over a restart', () => {
    const evaluation = new PolicyEvaluation(latencyPolicy({ conditions, 'auto-close': '1h' }));
    const met = [{ condition: 0, value: undefined, resource: labels }];
    evaluation.recall({ resource: labels, state: 'firing', since: minute, met }, 20 * minute);
    expect([step(evaluation, 21, 1), step(evaluation, 22, 22)]).toEqual(['firing', 'fine']);
  });
});

test('absence needs a value first', () => {
  const conditions = [{ absent: { metric: 'latency', 'group-by': ['check'], after: '3m' } }];
  const evaluation = new PolicyEvaluation(latencyPolicy({ conditions }));
  for (const at of [1, 2, 3, 4, 5]) {
    evaluation.step(at * minute, [[{ labels: { check: 'web' }, value: undefined, newestAt: undefined }]]);
  }
  expect(evaluation.finding({ check: 'web' })?.state).toBe('fine');
});

test('what was held before a restart is held until something else is seen', () => {
  const policy = latencyPolicy({}, { for: '5m' });
  const evaluation = new PolicyEvaluation(policy);
  const resource = { check: 'web' };
  const met = [{ condition: 0, value: undefined, resource }];
  evaluation.recall({ resource, state: 'firing', since: minute, met }, 10 * minute);
  const next = evaluation.step(11 * minute, [readings({ web: 20 }, 11 * minute)]);
  expect(next).toEqual([]);
  expect(evaluation.finding(resource)).toMatchObject({ state: 'firing', since: minute });
  evaluation.step(12 * minute, [readings({ web: 5 }, 12 * minute)]);
  expect(evaluation.finding(resource)?.state).toBe('fine');
});

test('what fired before a restart and is not seen again is closed in its time', () => {
  const evaluation = new PolicyEvaluation(latencyPolicy({ 'auto-close': '2m' }));
  const resource = { check: 'web' };
  const met = [{ condition: 0, value: undefined, resource }];
  evaluation.recall({ resource, state: 'firing', since: 0, met }, 10 * minute);
  expect(evaluation.step(11 * minute, [[]])).toEqual([]);
  expect(evaluation.step(12 * minute, [[]]).map(({ state }) => state)).toEqual(['closed']);
});

test('what was unknown before a restart, after it had fired, is closed when there is nothing of it any more', () => {
  const states = [true, false].map((open) => {
    const evaluation = new PolicyEvaluation(latencyPolicy());
    evaluation.recall({ resource: { check: 'web' }, state: 'unknown', since: 0, met: [] }, minute, open);
    return evaluation.step(2 * minute, [[]]).map(({ state }) => state);
  });
  expect(states).toEqual([['closed'], []]);
});

test('series and firing resources are bounded, and what is left out is counted', () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`c${i}`, 20]));
  const evaluation = new PolicyEvaluation(latencyPolicy());
  evaluation.step(minute, [readings(many(maxSeries + 5), minute)]);
  expect(evaluation.omitted).toEqual({ series: 5, firing: maxSeries - maxFiring });
  const firing = () => [...evaluation.findings()].filter(({ state }) => state === 'firing');
  const before = firing().map(({ resource }) => resource['check']);
  expect(before).toHaveLength(maxFiring);
  evaluation.step(2 * minute, [readings(many(maxSeries), 2 * minute)]);
  expect(firing().map(({ resource }) => resource['check'])).toEqual(before);
});

test('a verdict or the quorum counts as met when its reading is not zero', () => {
  const policy = alertPolicySchema.parse({ name: 'quorum', conditions: [{ quorum: { is: 'reduced' } }] });
  const evaluation = new PolicyEvaluation(policy);
  const step = (at: number, value: number) => evaluation.step(at, [[{ labels: {}, value, newestAt: at }]]);
  expect(step(10_000, 0)[0]?.state).toBe('fine');
  expect(step(20_000, 1)[0]?.state).toBe('firing');
});
