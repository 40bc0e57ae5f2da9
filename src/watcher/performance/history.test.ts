import { expect, it } from 'vitest';
import type { ApiMetricsQuery } from '../../model/index.ts';
import { pathHistory } from './history.ts';

const start = 1_763_726_400_000;
const ends = { from: 'office', to: 'cloud' };

it('asks for both ways at their beginnings, and gives milliseconds', async () => {
  let asked: ApiMetricsQuery | undefined;
  const found = await pathHistory(
    (query) => {
      asked = query;
      const answers = query.queries.map(({ metric, where }) => ({
        metric,
        unit: 'seconds' as const,
        aggregate: 'avg',
        omitted: 0,
        series: where[0]?.value === 'cloud' ? [] : [{ labels: {}, values: [0.02, null, 0.03] }],
      }));
      return Promise.resolve({ stepMs: 20_000, at: [0, 20_000, 40_000], answers, elapsedMs: 1 });
    },
    ends,
    { from: start, to: start + 60_000, steps: 300 },
  );
  expect(asked).toMatchObject({ points: 3, from: '2025-11-21T12:00:00.000Z', series: 1 });
  expect(asked?.queries.map(({ metric, where }) => `${metric} ${where.map(({ value }) => value).join(' ')}`)).toEqual([
    'quorumwatch_path_rtt_seconds office cloud',
    'quorumwatch_path_rtt_p95_seconds office cloud',
    'quorumwatch_path_loss_ratio office cloud',
    'quorumwatch_path_loss_ratio cloud office',
    'quorumwatch_path_jitter_seconds office cloud',
    'quorumwatch_path_jitter_seconds cloud office',
  ]);
  expect(found.rttMs).toEqual([20, null, 30]);
  expect(found.forwardLossRatio).toEqual([0.02, null, 0.03]);
  expect(found.backLossRatio).toEqual([null, null, null]);
});

it('says why when the store has no answer', async () => {
  const range = { from: start, to: start + 86_400_000, steps: 300 };
  const found = await pathHistory(() => Promise.reject(new Error('the disk is gone')), ends, range);
  expect(found).toMatchObject({ at: [], rttMs: [], problem: 'the disk is gone' });
});
