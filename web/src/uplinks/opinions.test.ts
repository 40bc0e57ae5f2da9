import { expect, test } from 'vitest';
import { markOf, standsOf } from './opinions.ts';

const says = (watcher: string, state: 'up' | 'degraded' | 'down' | 'unknown', silent = false) => ({
  watcher,
  state,
  since: '2026-01-01T00:00:00.000Z',
  silent,
});
const stands = (...given: Parameters<typeof standsOf>) =>
  standsOf(...given).map(({ opinion, stand }) => `${opinion.watcher} ${stand}`);

test('who contradicts the verdict comes first, then who is not heard and who cannot tell', () => {
  const opinions = [says('a', 'down'), says('b', 'down', true), says('c', 'unknown'), says('d', 'up')];
  expect(stands({ opinions, verdict: { state: 'down' } })).toEqual(['d against', 'b unheard', 'c unsure', 'a with']);
});

test.each([undefined, { state: 'partial' }, { state: 'unknown' }] as const)(
  'without a verdict that one could agree with, it is held against what most say: %j',
  (verdict) => {
    const opinions = [says('a', 'up'), says('b', 'down'), says('c', 'down'), says('d', 'up', true)];
    expect(stands({ opinions, ...(verdict && { verdict }) })).toEqual(['a against', 'd unheard', 'b with', 'c with']);
  },
);

test('a verdict of down that nobody shares leaves everybody against it', () => {
  expect(stands({ opinions: [says('a', 'up')], verdict: { state: 'down' } })).toEqual(['a against']);
});

test('each state has a mark of its own', () => {
  const states = ['unknown', 'up', 'bad', 'dead', 'held'] as const;
  expect(new Set(states.map(markOf)).size).toBe(states.length);
});
