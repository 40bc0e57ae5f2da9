import { expect, it } from 'vitest';
import { drawHistory } from './history-drawing.ts';

const history = (rttMs: (number | null)[], loss: (number | null)[]) => ({
  stepMs: 10_000,
  at: rttMs.map((_, step) => step * 10_000),
  rttMs,
  rttP95Ms: rttMs.map((one) => (one === null ? null : one * 2)),
  forwardLossRatio: loss,
  backLossRatio: loss.map(() => 0),
  forwardJitterMs: loss,
  backJitterMs: loss,
});
const box = { width: 100, height: 50 };

it('draws lines that end where nothing was measured, and a bar for each loss', () => {
  const drawing = drawHistory(history([10, 10, null, 20], [0, 0.1, null, 0]), box);
  expect(drawing.rtt.match(/M/g)).toHaveLength(2);
  expect(drawing.loss).toBe('M25 50v-15h25v15z');
  expect(drawing).toMatchObject({ leastMs: 10, mostMs: 20, mostLoss: 0.1, topMs: 42 });
});

it('draws nothing of nothing', () => {
  const drawing = drawHistory(history([null, null], [null, null]), box);
  expect(drawing).toMatchObject({ rtt: '', p95: '', loss: '', leastMs: undefined, mostMs: undefined, mostLoss: 0 });
  expect(drawHistory(history([], []), box).rtt).toBe('');
});
