import { expect, test } from 'vitest';
import { carried, stateName, stretchesOf } from './state-names.ts';

test('verdicts, uplinks and plain yes or no; a strange value is unknown', () => {
  expect(stateName('quorumwatch_check_verdict', 3)?.name).toBe('partial');
  expect(stateName('quorumwatch_uplink_state', 0)?.name).toBe('dead');
  expect(stateName('quorumwatch_cluster_voting', 1)?.name).toBe('yes');
  expect(stateName('quorumwatch_check_verdict', 9)?.name).toBe('unknown');
  expect(stateName('quorumwatch_check_verdict', null)).toBeUndefined();
});

test('a state holds until the next could have come, and no longer', () => {
  expect(carried([null, 1, null, null, 0], 30_000)).toEqual([null, 1, 1, 1, 0]);
  expect(carried([1, null, null, null, null, null], 30_000)).toEqual([1, 1, 1, 1, null, null]);
  expect(carried([1, null], 120_000)).toEqual([1, null]);
});

test('neighbours of one state are one stretch, gaps included', () => {
  const found = stretchesOf('quorumwatch_check_verdict', [1, 1, null, null, 0]);
  expect(found.map(({ fromStep, toStep, state }) => [fromStep, toStep, state?.name])).toEqual([
    [0, 2, 'up'],
    [2, 4, undefined],
    [4, 5, 'down'],
  ]);
});
