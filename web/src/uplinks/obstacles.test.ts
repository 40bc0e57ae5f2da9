import { expect, test } from 'vitest';
import { drillObstacle, switchObstacle } from './obstacles.ts';
import { status } from './status.fixture.ts';

const two = { isp1: { 4: 'up' }, isp2: { 4: 'up' } } as const;

test('an operator switches at the watcher that switches; others are told why not', () => {
  expect(switchObstacle(status(two), true)).toBeUndefined();
  expect(switchObstacle(status(two), false)).toBe('viewer');
  expect(switchObstacle(status(two, { act: 'off', acts: false }), true)).toBe('off');
  expect(switchObstacle(status(two, { actor: 'there', acts: false }), true)).toBe('elsewhere');
  expect(switchObstacle(status(two, { acts: false }), true)).toBe('unable');
});

test('a drill needs an uplink that is up, and another in each family in which it is', () => {
  expect(drillObstacle(status(two), 'isp1', true)).toBeUndefined();
  expect(drillObstacle(status({ isp1: { 4: 'up' }, isp2: { 4: 'held' } }), 'isp1', true)).toBe('alone');
  expect(drillObstacle(status({ isp1: { 4: 'up' }, isp2: { 6: 'up' } }), 'isp1', true)).toBe('alone');
  const half = { isp1: { 4: 'up', 6: 'up' }, isp2: { 4: 'up' } } as const;
  expect(drillObstacle(status(half), 'isp1', true)).toBe('alone');
  expect(drillObstacle(status(half), 'isp2', true)).toBeUndefined();
  expect(drillObstacle(status({ isp1: { 4: 'bad' }, isp2: { 4: 'up' } }), 'isp1', true)).toBe('notUp');
  expect(drillObstacle(status(two, { dryRun: true }), 'isp1', true)).toBe('dryRun');
  expect(drillObstacle(status(two), 'isp1', false)).toBe('viewer');
  const drill = { id: 'x', uplink: 'isp2', startedAt: '', endsAt: '', by: '' };
  expect(drillObstacle({ ...status(two), drill }, 'isp1', true)).toBe('running');
});
