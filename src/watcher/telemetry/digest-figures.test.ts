import { expect, test } from 'vitest';
import type { Digest, PathFigures } from '../../model/index.ts';
import { findMetric } from './catalogue.ts';
import { digestFigures } from './digest-figures.ts';

const path: PathFigures = { to: 'w2', windowMs: 10_000, sent: 10, answered: 0, unexplained: 10, stamps: 'kernel' };
const digest: Digest = {
  at: 1,
  paths: [
    path,
    {
      ...path,
      to: 'w3',
      rtt: { minMs: 1, medianMs: 2, p95Ms: 3, maxMs: 4 },
      forward: { sent: 10, lost: 1, jitterMs: 0.5, reordered: 0, duplicates: 0 },
      back: { sent: 9, lost: 9, reordered: 0, duplicates: 0 },
      clock: { aheadMs: -20, boundMs: 1 },
      mtuBytes: 1500,
    },
  ],
  checks: [
    {
      check: 'dns',
      windowMs: 60_000,
      passed: 3,
      degraded: 1,
      failed: 4,
      unknown: 2,
      latency: { count: 4, sumUs: 8000, minUs: 1, maxUs: 9 },
      buckets: [],
    },
    {
      check: 'web',
      windowMs: 60_000,
      passed: 0,
      degraded: 0,
      failed: 0,
      unknown: 5,
      latency: { count: 0, sumUs: 0, minUs: 0, maxUs: 0 },
      buckets: [],
    },
  ],
};

test('what a watcher tells becomes figures of the catalogue; what it cannot know becomes none', () => {
  const figures = digestFigures('w1', digest, (id) => `site of ${id}`);
  const labels = { from: 'w1', to: 'w3', site_from: 'site of w1', site_to: 'site of w3' };
  const check = { check: 'dns', watcher: 'w1', site: 'site of w1' };
  expect(figures).toEqual([
    { metric: 'quorumwatch_path_rtt_seconds', labels, value: 0.002 },
    { metric: 'quorumwatch_path_rtt_p95_seconds', labels, value: 0.003 },
    { metric: 'quorumwatch_path_loss_ratio', labels, value: 0.1 },
    { metric: 'quorumwatch_path_jitter_seconds', labels, value: 0.0005 },
    { metric: 'quorumwatch_path_mtu_bytes', labels, value: 1500 },
    { metric: 'quorumwatch_path_clock_ahead_seconds', labels, value: -0.02 },
    { metric: 'quorumwatch_location_latency_seconds', labels: check, value: 0.002 },
    { metric: 'quorumwatch_location_success_ratio', labels: check, value: 0.5 },
  ]);
  for (const one of figures) expect(findMetric(one.metric)?.labels).toEqual(Object.keys(one.labels));
});
