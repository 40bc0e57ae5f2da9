import { expect, test } from 'vitest';
import { readQuorum, readVerdicts, type StandingVerdict } from './standing.ts';

const verdicts: StandingVerdict[] = [
  { check: 'web', labels: { tier: 'gold' }, verdict: 'down' },
  { check: 'mail', labels: { tier: 'gold' }, verdict: 'degraded' },
  { check: 'test', labels: {}, verdict: 'down' },
];
const resourceOf = (check: string) => ({ check });
const read = (condition: Parameters<typeof readVerdicts>[0]) =>
  readVerdicts(condition, verdicts, 1000, resourceOf).map(({ labels, value }) => [labels['check'], value]);

test('checks are chosen by name, by labels, or all of them', () => {
  expect(read({ is: ['down'] })).toEqual([
    ['web', 1],
    ['mail', 0],
    ['test', 1],
  ]);
  expect(read({ is: ['down', 'degraded'], select: 'tier=gold' })).toEqual([
    ['web', 1],
    ['mail', 1],
  ]);
  expect(read({ is: ['unknown'], checks: ['test', 'gone'] })).toEqual([['test', 0]]);
});

test('a cluster is as bad as the condition says, or worse', () => {
  const values = (is: 'reduced' | 'critical' | 'lost') =>
    (['whole', 'reduced', 'critical', 'lost'] as const).map((state) => readQuorum({ is }, state, 0)[0]?.value);
  expect(values('reduced')).toEqual([0, 1, 1, 1]);
  expect(values('critical')).toEqual([0, 0, 1, 1]);
  expect(values('lost')).toEqual([0, 0, 0, 1]);
  expect(readQuorum({ is: 'lost' }, undefined, 0)).toEqual([{ labels: {}, value: undefined, newestAt: undefined }]);
});
