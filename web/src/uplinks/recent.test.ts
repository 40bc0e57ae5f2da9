import { expect, test } from 'vitest';
import { drawingOf, recentKey, spanMs, withReading, type Figure, type Recent } from './recent.ts';

type Uplinks = Parameters<typeof withReading>[1];

const reading = (state: 'up' | 'dead', rttMs: number | undefined, lossPercent = 0): Uplinks => [
  {
    name: 'isp1',
    device: 'wan1',
    priority: 1,
    weight: 1,
    chosen: false,
    drillOverdue: false,
    families: [
      {
        uplink: 'isp1',
        family: 4,
        gateway: '192.0.2.1',
        state,
        reason: '',
        failing: [],
        lossPercent,
        ...(rttMs === undefined ? {} : { rttMs }),
        flapPercent: 0,
        serving: true,
        check: 'uplink/isp1/ipv4',
        opinions: [],
      },
    ],
  },
];
const empty: Recent = new Map();
const figuresOf = (recent: Recent) => recent.get(recentKey('isp1', 4)) ?? [];

test('readings are gathered, too close ones are not, old ones go', () => {
  let recent = withReading(empty, reading('up', 8), 1000);
  recent = withReading(recent, reading('up', 9), 1100);
  recent = withReading(recent, reading('up', 10), 2000);
  expect(figuresOf(recent).map(({ rttMs }) => rttMs)).toEqual([8, 10]);
  recent = withReading(recent, reading('up', 11), 1500 + spanMs);
  expect(figuresOf(recent).map(({ rttMs }) => rttMs)).toEqual([10, 11]);
});

test('a browser whose clock was put back begins anew, and what is gone from the configuration goes', () => {
  const recent = withReading(withReading(empty, reading('up', 8), 9000), reading('up', 9), 1000);
  expect(figuresOf(recent)).toEqual([{ atMs: 1000, lossPercent: 0, rttMs: 9 }]);
  expect(withReading(recent, [], 2000).size).toBe(0);
});

test('a dead uplink has no round trip, whatever its last answers were', () => {
  expect(figuresOf(withReading(empty, reading('dead', 8, 100), 1000))).toEqual([
    { atMs: 1000, lossPercent: 100, rttMs: null },
  ]);
});

const box = { width: 180, height: 50 };
const at = (secondsAgo: number, rttMs: number | null, lossPercent = 0): Figure => ({
  atMs: 1_000_000 - secondsAgo * 1000,
  rttMs,
  lossPercent,
});
const draw = (figures: readonly Figure[], usualRttMs?: number) =>
  drawingOf(figures, { nowMs: 1_000_000, usualRttMs, ...box });

test('the line runs to the right edge and breaks where nothing was answered or read', () => {
  const { line } = draw([at(20, 10), at(19, 10), at(18, null), at(17, 10), at(10, 10), at(9, 10), at(0, 10)]);
  expect(line.replaceAll(/[^ML]/g, '')).toBe('MLMMLM');
  expect(line).toMatch(/M180 [\d.]+$/);
});

test('what is usual lies in the middle until something higher pushes it down', () => {
  expect(draw([at(0, 10)], 10)).toMatchObject({ usualY: 25, topMs: 20 });
  expect(draw([at(0, 100)], 10).usualY).toBeGreaterThan(40);
  expect(draw([], undefined)).toEqual({ line: '', loss: '', usualY: undefined, topMs: 0.02 });
});

test('loss hangs from the top as far as it goes, and is not drawn over a gap', () => {
  expect(draw([at(1, 10), at(0, 10, 50)]).loss).toBe('M179 0H180V25H179z');
  expect(draw([at(30, 10), at(0, null, 100)]).loss).toBe('');
});
