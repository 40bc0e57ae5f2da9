import { expect, test } from 'vitest';
import { status } from './status.fixture.ts';
import { carriersOf, carriesAll, effectsOf, waysOf } from './ways.ts';

const two = { isp1: { 4: 'up' }, isp2: { 4: 'up' } } as const;

test('with failover the first carries, with balance all do', () => {
  expect(carriersOf(status(two), 4)).toEqual(['isp1']);
  expect(carriersOf(status(two, { mode: 'balance' }), 4)).toEqual(['isp1', 'isp2']);
  expect(carriersOf(status(two), 6)).toEqual([]);
  expect(carriesAll(status(two), 'isp1')).toBe(true);
  expect(carriesAll(status(two), 'isp2')).toBe(false);
  expect(carriesAll(status(two), 'gone')).toBe(false);
});

test('the others follow in the order in which they would be used, then those that would not', () => {
  const found = { isp1: { 4: 'dead' }, isp2: { 4: 'up' }, isp3: { 4: 'held' }, isp4: { 6: 'up' } } as const;
  const given = { ...status(found), serving: [{ family: 4 as const, uplinks: ['isp2', 'isp3'] }] };
  expect(waysOf(given, 4)).toEqual({
    carriers: [{ name: 'isp2', state: 'up' }],
    others: [
      { name: 'isp3', state: 'held' },
      { name: 'isp1', state: 'dead' },
    ],
  });
  expect(waysOf(given, 6)).toEqual({ carriers: [], others: [{ name: 'isp4', state: 'up' }] });
});

const planned = (serving: string[], left: string[] = []) => [
  { family: 4 as const, serving, left, commands: [], dryRun: true, verified: false, problems: [], tookMs: 0 },
];

test('a switch away from what is well keeps its connections, one away from what failed cuts them', () => {
  expect(effectsOf(planned(['isp2']), status(two))).toEqual({
    moves: [{ family: 4, from: ['isp1'], to: ['isp2'] }],
    kept: ['isp1'],
    cut: [],
  });
  expect(effectsOf(planned(['isp2'], ['isp1']), status(two))).toMatchObject({ kept: [], cut: ['isp1'] });
});

test('with failover a spare that comes or goes moves nothing; with balance it does', () => {
  expect(effectsOf(planned(['isp1']), status(two))).toEqual({ moves: [], kept: [], cut: [] });
  expect(effectsOf(planned(['isp1']), status(two, { mode: 'balance' }))).toEqual({
    moves: [{ family: 4, from: ['isp1', 'isp2'], to: ['isp1'] }],
    kept: ['isp2'],
    cut: [],
  });
});
