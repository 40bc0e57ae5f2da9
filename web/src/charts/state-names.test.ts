import { expect, test } from 'vitest';
import { stateName, stretchesOf } from './state-names.ts';

test('verdicts, uplinks and plain yes or no; a strange value is unknown', () => {
  expect(stateName('quorumwatch_check_verdict', 3)?.name).toBe('partial');
  expect(stateName('quorumwatch_uplink_state', 0)?.name).toBe('dead');
  expect(stateName('quorumwatch_cluster_voting', 1)?.name).toBe('yes');
  expect(stateName('quorumwatch_check_verdict', 9)?.name).toBe('unknown');
  expect(stateName('quorumwatch_check_verdict', null)).toBeUndefined();
});

test('neighbours of one state are one stretch, gaps included', () => {
  const found = stretchesOf('quorumwatch_check_verdict', [1, 1, null, null, 0]);
  expect(found.map(({ fromStep, toStep, state }) => [fromStep, toStep, state?.name])).toEqual([
    [0, 2, 'up'],
    [2, 4, undefined],
    [4, 5, 'down'],
  ]);
});
