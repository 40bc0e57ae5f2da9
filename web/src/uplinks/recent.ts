import type { ApiUplinks } from '../../../src/model/index.ts';

/** The last minutes of each uplink, gathered from what the page reads each second anyway. */

export interface Figure {
  atMs: number;
  lossPercent: number;
  /** Null when nothing was answered. */
  rttMs: number | null;
}

/** By `uplink` and family, oldest first. */
export type Recent = ReadonlyMap<string, readonly Figure[]>;

export const spanMs = 180_000;
/** Readings that come closer than this, because an event asked for one, would only smear. */
const leastDistanceMs = 400;
/** Between readings further apart than this there is nothing to draw: nobody looked. */
const gapMs = 5000;

export const recentKey = (uplink: string, family: number): string => `${family} ${uplink}`;

/** What was gathered, with one reading more; what is older than the span, or not there any more, goes. */
export function withReading(before: Recent, uplinks: ApiUplinks['uplinks'], atMs: number): Recent {
  const after = new Map<string, readonly Figure[]>();
  for (const { name, families } of uplinks) {
    for (const { family, lossPercent, rttMs, state } of families) {
      const key = recentKey(name, family);
      const kept = (before.get(key) ?? []).filter((figure) => figure.atMs > atMs - spanMs && figure.atMs <= atMs);
      const last = kept.at(-1);
      const near = last !== undefined && atMs - last.atMs < leastDistanceMs;
      // The median of the window outlives the last answer; of a dead uplink it would be a lie.
      const shown = state === 'dead' || rttMs === undefined ? null : rttMs;
      after.set(key, near ? kept : [...kept, { atMs, lossPercent, rttMs: shown }]);
    }
  }
  return after;
}

export interface Drawing {
  /** Path of the round-trip times, with gaps where there was no answer or no reading. */
  line: string;
  /** Path of the loss: areas that hang from the top, full height for everything. */
  loss: string;
  /** Height at which the usual round-trip time lies; undefined when it is not known. */
  usualY: number | undefined;
  /** What the top of the picture means. */
  topMs: number;
}

/** Below this the axis ends: nothing on a network is quicker, and an axis needs some length. */
const leastTopMs = 0.02;

/** The picture of the last minutes in a box, its right edge now. */
export function drawingOf(
  figures: readonly Figure[],
  {
    nowMs,
    usualRttMs,
    width,
    height,
  }: { nowMs: number; usualRttMs?: number | undefined; width: number; height: number },
): Drawing {
  const highest = Math.max(0, ...figures.map(({ rttMs }) => rttMs ?? 0));
  const topMs = Math.max(highest * 1.15, (usualRttMs ?? 0) * 2, leastTopMs);
  const x = (atMs: number) => round(width * (1 - (nowMs - atMs) / spanMs));
  const y = (ms: number) => round(height * (1 - ms / topMs));
  let line = '';
  let loss = '';
  figures.forEach((figure, index) => {
    const before = figures[index - 1];
    const joined = before !== undefined && figure.atMs - before.atMs <= gapMs;
    if (figure.rttMs !== null)
      line += `${joined && before.rttMs !== null ? 'L' : 'M'}${x(figure.atMs)} ${y(figure.rttMs)}`;
    if (joined && figure.lossPercent > 0) {
      const left = x(before.atMs);
      loss += `M${left} 0H${x(figure.atMs)}V${round((height * figure.lossPercent) / 100)}H${left}z`;
    }
  });
  return { line, loss, usualY: usualRttMs === undefined ? undefined : y(usualRttMs), topMs };
}

const round = (value: number) => Math.round(value * 10) / 10;
