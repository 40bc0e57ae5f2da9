import { expect, test } from 'vitest';
import type { ApiUplinks } from '../../../src/model/index.ts';
import { carriersOf, carriesAll, drillObstacle, switchObstacle } from './obstacles.ts';

type State = ApiUplinks['uplinks'][number]['families'][number]['state'];
type Change = Partial<ApiUplinks['policy']> & Partial<ApiUplinks['here']>;

function status(states: Readonly<Record<string, Partial<Record<4 | 6, State>>>>, over: Change = {}): ApiUplinks {
  const { watcher = 'here', acts = true, ...policy } = over;
  return {
    policy: {
      mode: 'failover',
      act: 'local-evidence',
      dryRun: false,
      actor: 'here',
      watchers: ['here'],
      probeIntervalMs: 50,
      holdMs: 10_000,
      graceMs: 1500,
      ...policy,
    },
    here: { watcher, judges: true, acts, problems: [], waitingRecords: 0 },
    uplinks: Object.entries(states).map(([name, families], index) => ({
      name,
      device: name,
      priority: index + 1,
      weight: 1,
      chosen: false,
      drillOverdue: false,
      families: ([4, 6] as const).flatMap((family) => {
        const state = families[family];
        const check = `uplink/${name}/ipv${family}`;
        const figures = { reason: '', failing: [], lossPercent: 0, flapPercent: 0, opinions: [] };
        return state
          ? [{ uplink: name, family, gateway: '192.0.2.1', state, ...figures, serving: index === 0, check }]
          : [];
      }),
    })),
    serving: [{ family: 4, uplinks: Object.keys(states) }],
  };
}

const two = { isp1: { 4: 'up' }, isp2: { 4: 'up' } } as const;

test('an operator switches at the watcher that switches; others are told why not', () => {
  expect(switchObstacle(status(two), true)).toBeUndefined();
  expect(switchObstacle(status(two), false)).toBe('viewer');
  expect(switchObstacle(status(two, { act: 'off', acts: false }), true)).toBe('off');
  expect(switchObstacle(status(two, { actor: 'there', acts: false }), true)).toBe('elsewhere');
  expect(switchObstacle(status(two, { acts: false }), true)).toBe('unable');
});

test('a drill needs another uplink that is up in one of the same families', () => {
  expect(drillObstacle(status(two), 'isp1', true)).toBeUndefined();
  expect(drillObstacle(status({ isp1: { 4: 'up' }, isp2: { 4: 'held' } }), 'isp1', true)).toBe('alone');
  expect(drillObstacle(status({ isp1: { 4: 'up' }, isp2: { 6: 'up' } }), 'isp1', true)).toBe('alone');
  expect(drillObstacle(status(two, { dryRun: true }), 'isp1', true)).toBe('dryRun');
  expect(drillObstacle(status(two), 'isp1', false)).toBe('viewer');
  const drill = { id: 'x', uplink: 'isp2', startedAt: '', endsAt: '', by: '' };
  expect(drillObstacle({ ...status(two), drill }, 'isp1', true)).toBe('running');
});

test('with failover the first carries, with balance all do', () => {
  expect(carriersOf(status(two), 4)).toEqual(['isp1']);
  expect(carriersOf(status(two, { mode: 'balance' }), 4)).toEqual(['isp1', 'isp2']);
  expect(carriersOf(status(two), 6)).toEqual([]);
  expect(carriesAll(status(two), 'isp1')).toBe(true);
  expect(carriesAll(status(two), 'isp2')).toBe(false);
  expect(carriesAll(status(two), 'gone')).toBe(false);
});
