import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Opinion, OpinionState } from './opinion.ts';
import { agreedSince, decideVerdict, faultBound, quorumNeed } from './quorum.ts';

const states: Readonly<Record<string, OpinionState>> = { U: 'up', G: 'degraded', D: 'down', '?': 'unknown' };
const testOpinion = (check: string, state: OpinionState, since: number, watcher: string): Opinion => ({
  check,
  watcher,
  state,
  since,
  rounds: [],
  results: [],
  ...(state === 'down' && { reason: { code: 'no-reply', text: 'No reply.' } }),
});
const judgesOf = (count: number) => Array.from({ length: count }, (_, i) => `w${i}`);
const opinionsOf = (letters: string): Record<string, Opinion> =>
  Object.fromEntries(
    letters
      .split('')
      .flatMap((letter, i) =>
        letter === ' ' ? [] : [[`w${i}`, testOpinion('a', states[letter] ?? 'unknown', i, `w${i}`)]],
      ),
  );
const decide = (rule: 'bft' | 'any' | 'majority' | 'all' | 'k', letters: string, k?: number) =>
  decideVerdict({ rule, k }, opinionsOf(letters), judgesOf(letters.length)).state;

test('how many are needed', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 10, 13].map((n) => quorumNeed({ rule: 'bft', k: undefined }, n))).toEqual([
    1, 2, 2, 3, 4, 4, 5, 7, 9,
  ]);
  expect([1, 2, 3, 4, 5].map((n) => quorumNeed({ rule: 'majority', k: undefined }, n))).toEqual([1, 2, 2, 3, 3]);
  expect(quorumNeed({ rule: 'k', k: 3 }, 2)).toBe(2);
  expect(quorumNeed({ rule: 'all', k: undefined }, 0)).toBe(1);
});

test.each([
  ['bft', 'DDDU', 'down'],
  ['bft', 'DDUU', 'partial'],
  ['bft', 'UUUD', 'up'],
  ['bft', 'UUGD', 'degraded'],
  ['bft', 'UUUG', 'up'],
  ['bft', 'DDG?', 'partial'],
  ['bft', 'DD? ', 'unknown'],
  ['bft', '????', 'unknown'],
  ['any', 'DUU', 'down'],
  ['any', 'U??', 'up'],
  ['any', 'UGU', 'degraded'],
  ['majority', 'DDU', 'down'],
  ['majority', 'D U', 'partial'],
  ['majority', 'D  ', 'unknown'],
  ['all', 'DDD', 'down'],
  ['all', 'DDU', 'partial'],
  ['all', 'DD?', 'unknown'],
] as const)('%s of %s is %s', (rule, letters, expected) => {
  expect(decide(rule, letters)).toBe(expected);
});

test('one watcher alone decides, by every rule', () => {
  for (const rule of ['bft', 'any', 'majority', 'all', 'k'] as const) {
    for (const [letter, state] of Object.entries(states)) expect(decide(rule, letter, 2)).toBe(state);
  }
});

const cluster = fc.integer({ min: 1, max: 5 }).chain((f) => {
  const n = 3 * f + 1;
  return fc.record({
    n: fc.constant(n),
    f: fc.constant(f),
    lies: fc.array(fc.constantFrom('U', 'G', 'D', '?', ' '), { minLength: f, maxLength: f }),
    shift: fc.nat(n),
  });
});
const rotated = (letters: string, by: number) => letters.slice(by) + letters.slice(0, by);

test('honest unanimity decides, whatever f liars say', () => {
  fc.assert(
    fc.property(cluster, fc.constantFrom('U', 'G', 'D'), ({ n, f, lies, shift }, honest) => {
      expect(faultBound(n)).toBe(f);
      expect(decide('bft', rotated(lies.join('') + honest.repeat(n - f), shift))).toBe(states[honest]);
    }),
  );
});

test('f liars alone never cause up, degraded or down', () => {
  fc.assert(
    fc.property(cluster, ({ n, f, lies, shift }) => {
      expect(decide('bft', rotated(lies.join('') + '?'.repeat(n - f), shift))).toBe('unknown');
    }),
  );
});

test.each([
  ['DDDU', ['w0'], 'partial', 3],
  ['DDD ', ['w0'], 'unknown', 3],
  ['DDDD', ['w0'], 'down', 3],
  ['DDDU', ['w3'], 'down', 3],
  ['UUUU', ['w0', 'w1', 'w2', 'w3', 'stranger'], 'unknown', 3],
  ['DDUU', ['w0'], 'partial', 3],
])(
  'of %s, %j being silent, %s: what they said is unknown, how many must agree stays',
  (letters, silent, state, need) => {
    const decision = decideVerdict({ rule: 'bft', k: undefined }, opinionsOf(letters), judgesOf(4), silent);
    expect(decision).toMatchObject({ state, rule: { of: 4, need } });
    expect(decision.voters.some(({ watcher }) => silent.includes(watcher))).toBe(false);
  },
);

test('the same watcher counts once, a stranger not at all', () => {
  const opinions = { ...opinionsOf('DDUU'), stranger: testOpinion('a', 'down', 0, 'stranger') };
  const decision = decideVerdict({ rule: 'bft', k: undefined }, opinions, ['w0', 'w0', 'w1', 'w1', 'w2', 'w3']);
  expect(decision).toMatchObject({ state: 'partial', rule: { name: 'bft', of: 4, need: 3 } });
});

test('agreed time lies between honest times, not before the previous transition, not after now', () => {
  const at = (...times: number[]) => times.map((since, i) => testOpinion('a', 'down', since, `w${i}`));
  expect(agreedSince(at(30, 10, 20), undefined, 100)).toBe(20);
  expect(agreedSince(at(10, 20), undefined, 100)).toBe(10);
  expect(agreedSince(at(10), 50, 100)).toBe(50);
  expect(agreedSince(at(1e12), 50, 100)).toBe(100);
  expect(agreedSince([], undefined, 100)).toBe(100);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.nat(1000), { minLength: 9, maxLength: 9 }),
      fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
      (f, honest, lies) => {
        const truth = honest.slice(0, f + 1);
        const since = agreedSince(at(...truth, ...lies.slice(0, f)), undefined, Number.MAX_SAFE_INTEGER);
        expect(since).toBeGreaterThanOrEqual(Math.min(...truth));
        expect(since).toBeLessThanOrEqual(Math.max(...truth));
      },
    ),
  );
});
