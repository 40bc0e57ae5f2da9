import { describe, expect, it } from 'vitest';
import type { ApiPath, ApiPerformance } from '../../../src/model/index.ts';
import { readMeasure, shadeOf, siteMatrix, watcherMatrix } from './matrix.ts';

const direction = (lossRatio: number, jitterMs: number) => ({
  sent: 100,
  lost: lossRatio * 100,
  lossRatio,
  jitterMs,
  reordered: 0,
  duplicates: 0,
});
const measured = (from: string, to: string, rttMs: number, loss = 0): ApiPath => ({
  from,
  to,
  state: 'measured',
  rtt: { minMs: rttMs, medianMs: rttMs, p95Ms: rttMs, maxMs: rttMs },
  forward: direction(loss, 1),
  back: direction(loss / 2, 2),
});
const performance = (paths: ApiPath[]): Pick<ApiPerformance, 'watchers' | 'paths'> => ({
  watchers: [
    { id: 'w1', site: 'office', self: true, ageMs: 0 },
    { id: 'w2', site: 'cloud', self: false, ageMs: 0 },
    { id: 'w3', site: 'cloud', self: false },
  ],
  paths,
});
const all = performance([
  measured('w1', 'w2', 20, 0.1),
  measured('w2', 'w1', 21),
  measured('w1', 'w3', 30),
  { from: 'w3', to: 'w1', state: 'unheard', reason: 'w3 is not heard' },
  measured('w2', 'w3', 1),
  { from: 'w3', to: 'w2', state: 'silent', reason: 'no answer comes' },
]);

describe('the matrix', () => {
  it('has watchers of one site beside each other, and nothing from one to itself', () => {
    const { columns, rows } = watcherMatrix(all, 'rtt');
    expect(columns).toEqual(['w2', 'w3', 'w1']);
    expect(rows[0]?.cells.map((cell) => cell?.value)).toEqual([undefined, 1, 21]);
    expect(rows[2]?.cells[2]).toBeUndefined();
  });

  it('shows what the other end says where the one that measures is not heard, and says that', () => {
    const row = watcherMatrix(all, 'loss').rows[1];
    expect(row?.cells[2]).toMatchObject({ from: 'w3', to: 'w1', value: 0, saidBy: 'w1' });
    expect(watcherMatrix(all, 'jitter').rows[1]?.cells[2]?.value).toBe(2);
  });

  it('shows nothing where nobody knows, and not 0', () => {
    const cut: ApiPath[] = [
      { from: 'w1', to: 'w2', state: 'silent', reason: 'no answer comes' },
      { from: 'w2', to: 'w1', state: 'unheard', reason: 'w2 is not heard' },
    ];
    const cells = watcherMatrix(performance(cut), 'loss').rows.flatMap((row) => row.cells);
    expect(cells.flatMap((cell) => cell ?? []).map(({ value }) => value)).toEqual([undefined, undefined]);
  });

  it('sums sites up by the median', () => {
    const { columns, rows } = siteMatrix(all, 'rtt');
    expect(columns).toEqual(['cloud', 'office']);
    expect(rows.map(({ cells }) => cells.map((cell) => cell?.value))).toEqual([
      [1, 21],
      [20, undefined],
    ]);
  });

  it('shades loss by steps, and times only where they differ much', () => {
    const shade = (value: number) => shadeOf(value, 'loss', []);
    expect([0, 0.0005, 0.01, 0.02, 0.2, 0.5].map(shade)).toEqual([0, 1, 2, 3, 4, 5]);
    const times = [10, 20, 100, 1000];
    expect(times.map((value) => shadeOf(value, 'rtt', times))).toEqual([0, 0, 3, 5]);
    expect([10, 15].map((value) => shadeOf(value, 'rtt', [10, 15]))).toEqual([0, 0]);
    expect(readMeasure('jitter')).toBe('jitter');
    expect(readMeasure('<b>')).toBe('loss');
  });
});
