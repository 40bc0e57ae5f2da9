import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  alertPolicySchema,
  type AlertCondition,
  type AlertPolicy,
  type AlertState,
  type ConditionReadings,
} from '../../../model/index.ts';
import { PolicyEvaluation } from './evaluation.ts';
import { above, minute } from './policy.fixture.ts';

/** A plain restatement of the rules over the whole history: slow, without memory of its own, easy to read. */

type History = readonly ('blind' | readonly ConditionReadings[])[];
type Truth = boolean | undefined;

const timeOf = (index: number) => (index + 1) * minute;

function readingOf(history: History, condition: number, check: string, index: number) {
  const step = history[index];
  return step === 'blind' ? undefined : step?.[condition]?.find(({ labels }) => labels['check'] === check);
}

/** Newest datum that anybody knew of; before there was one, the time at which the series was first heard of. */
function newestOf(history: History, condition: number, check: string, index: number): number | undefined {
  for (let i = index; i >= 0; i--) {
    const found = readingOf(history, condition, check, i)?.newestAt;
    if (found !== undefined) return found;
  }
  const first = history.findIndex((_, i) => i <= index && readingOf(history, condition, check, i) !== undefined);
  return first < 0 ? undefined : timeOf(first);
}

/** Where the series is known: since it was heard of, until it was neither heard of nor had data for too long. */
function bornAt(history: History, policy: AlertPolicy, condition: number, check: string, index: number): number {
  let born = -1;
  for (let i = 0; i <= index; i++) {
    if (readingOf(history, condition, check, i)) born = born < 0 ? i : born;
    else if (born >= 0 && history[i] !== 'blind') {
      const newest =
        newestOf(
          history.map((step, j) => (j < born ? 'blind' : step)),
          condition,
          check,
          i,
        ) ?? 0;
      if (timeOf(i) - newest >= policy['auto-close']) born = -1;
    }
  }
  return born;
}

/** At each evaluation from its birth: whether it violates, and since when without a break. */
function seriesAt(history: History, policy: AlertPolicy, at: number, check: string, index: number) {
  const condition = policy.conditions[at] as AlertCondition;
  const born = bornAt(history, policy, at, check, index);
  if (born < 0) return undefined;
  let violates: Truth;
  let since: number | undefined;
  for (let i = born; i <= index; i++) {
    if (history[i] === 'blind') {
      const held = violates === true && since !== undefined && timeOf(i) - since >= condition.for;
      if (!held) [violates, since] = [undefined, undefined];
      continue;
    }
    const value = readingOf(history, at, check, i)?.value;
    const missing = { ACTIVE: true, INACTIVE: false, NO_OP: violates }[condition['missing-data']];
    violates = value === undefined ? missing : value > (condition.threshold?.above ?? 0);
    since = violates === true ? (since ?? timeOf(i)) : undefined;
  }
  const own = history.map((step, j) => (j < born ? 'blind' : step));
  const holds = violates === true ? timeOf(index) - (since ?? 0) >= condition.for : violates;
  return { holds, newest: newestOf(own, at, check, index) ?? timeOf(born) };
}

function metAt(history: History, policy: AlertPolicy, at: number, checks: readonly string[], index: number): Truth {
  const all = checks.flatMap((check) => seriesAt(history, policy, at, check, index) ?? []);
  const yes = all.filter(({ holds }) => holds === true).length;
  const maybe = all.filter(({ holds }) => holds === undefined).length;
  const trigger = policy.conditions[at]?.trigger ?? { count: 1 };
  const enough = (n: number) =>
    n > 0 && ('count' in trigger ? n >= trigger.count : (100 * n) / all.length >= trigger.percent);
  if (all.length === 0) return undefined;
  return enough(yes) ? true : enough(yes + maybe) ? undefined : false;
}

const all = (truths: readonly Truth[]): Truth =>
  truths.some((one) => one === false) ? false : truths.some((one) => one === undefined) ? undefined : true;
const any = (truths: readonly Truth[]): Truth =>
  truths.some((one) => one === true)
    ? true
    : truths.every((one) => one === false) && truths.length > 0
      ? false
      : undefined;

function firesAt(
  history: History,
  policy: AlertPolicy,
  checks: readonly string[],
  check: string,
  index: number,
): Truth {
  const met = policy.conditions.map((_, at) => metAt(history, policy, at, checks, index));
  const own = policy.conditions.map((_, at) => seriesAt(history, policy, at, check, index));
  switch (policy.combiner) {
    case 'OR':
      return any(own.flatMap((one, at) => (one ? [all([one.holds, met[at]])] : [])));
    case 'AND':
      return all([all(met), any(own.flatMap((one) => (one ? [one.holds] : [])))]);
    default:
      return all(own.map((one, at) => (one ? all([one.holds, met[at]]) : false)));
  }
}

/** The state of one resource after each evaluation; undefined where it is not known. */
function restate(history: History, policy: AlertPolicy, checks: readonly string[], check: string) {
  const states: (AlertState | undefined)[] = [];
  let open = false;
  for (const [index, step] of history.entries()) {
    const before = states.at(-1);
    const own = policy.conditions.flatMap((_, at) => seriesAt(history, policy, at, check, index) ?? []);
    let state: AlertState | undefined;
    if (step === 'blind') state = before === undefined || before === 'closed' ? before : 'unknown';
    else if (own.length === 0) state = undefined;
    else if (own.every(({ newest }) => timeOf(index) - newest >= policy['auto-close'])) {
      state = open || before === 'closed' ? 'closed' : 'unknown';
    } else {
      const fires = firesAt(history, policy, checks, check, index);
      state = fires === undefined ? 'unknown' : fires ? 'firing' : 'fine';
    }
    if (state === 'firing') open = true;
    if (state === undefined || state === 'fine' || state === 'closed') open = false;
    states.push(state);
  }
  return states;
}

const checks = ['a', 'b', 'c'];
const value = fc.option(fc.constantFrom(5, 15, 150), { nil: undefined, freq: 1 });
const reading = fc.record({ value, ageMinutes: fc.constantFrom(0, 1, 2, 5) });
const conditionReadings = fc.record({ a: reading, b: reading, c: reading }, { requiredKeys: [] });
const step = fc.oneof(
  { weight: 9, arbitrary: fc.array(conditionReadings, { minLength: 2, maxLength: 2 }) },
  { weight: 1, arbitrary: fc.constant('blind' as const) },
);
const policyArbitrary = fc
  .record({
    combiner: fc.constantFrom('OR', 'AND', 'AND_WITH_MATCHING_RESOURCE'),
    missing: fc.array(fc.constantFrom('INACTIVE', 'ACTIVE', 'NO_OP'), { minLength: 2, maxLength: 2 }),
    retest: fc.array(fc.constantFrom('0s', '1m', '3m'), { minLength: 2, maxLength: 2 }),
    trigger: fc.constantFrom({ count: 1 }, { count: 2 }, { percent: 50 }),
    autoClose: fc.constantFrom('2m', '2m', '5m', '1h'),
  })
  .map(({ combiner, missing, retest, trigger, autoClose }) =>
    alertPolicySchema.parse({
      name: 'latency',
      interval: '1m',
      combiner,
      'auto-close': autoClose,
      conditions: [
        above(10, { for: retest[0], 'missing-data': missing[0], trigger }),
        above(100, { for: retest[1], 'missing-data': missing[1] }),
      ],
    }),
  );

test('over random readings the evaluation says what the rules say', () => {
  let closed = 0;
  fc.assert(
    fc.property(policyArbitrary, fc.array(step, { minLength: 1, maxLength: 14 }), (policy, steps) => {
      const newest = new Map<string, number>();
      const history: History = steps.map((given, index) => {
        if (given === 'blind') return 'blind';
        return given.map((conditions, condition) =>
          Object.entries(conditions).map(([check, { value: seen, ageMinutes }]) => {
            // A newest datum is never older than one that was known before, and a value is of now.
            const key = `${condition} ${check}`;
            const age = seen === undefined ? ageMinutes : 0;
            const newestAt = Math.max(newest.get(key) ?? 0, timeOf(index) - age * minute);
            newest.set(key, newestAt);
            return { labels: { check }, value: seen, newestAt };
          }),
        );
      });
      const evaluation = new PolicyEvaluation(policy);
      const found = history.map((readings, index) => {
        if (readings === 'blind') evaluation.blind(timeOf(index));
        else evaluation.step(timeOf(index), readings);
        return checks.map((check) => evaluation.finding({ check })?.state);
      });
      const expected = checks.map((check) => restate(history, policy, checks, check));
      for (const [index] of history.entries()) {
        const wanted = expected.map((states) => states[index]);
        closed += wanted.filter((state) => state === 'closed').length;
        // What is gone altogether is closed at once and forgotten; the restatement only says that it is gone.
        expect(found[index]).toEqual(wanted);
      }
    }),
    { numRuns: 400 },
  );
  expect(closed).toBeGreaterThan(10);
});
