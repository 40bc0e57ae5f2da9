import { useEffect, useRef } from 'preact/hooks';
import { shownTheme } from '../theme.ts';
import { formatTick } from '../text/format.ts';
import { colour } from './colours.ts';

/** Pictures of our own: a canvas in the size of its box, drawn in CSS pixels, anew when box or theme change. */

export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
}

export type Draw = (context: CanvasRenderingContext2D, width: number, height: number) => void;

export function useCanvas(draw: Draw, height: number, changed: readonly unknown[]) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(draw);
  latest.current = draw;
  const theme = shownTheme.value;
  useEffect(() => {
    const shown = canvas.current;
    const box = shown?.parentElement;
    if (!shown || !box) return undefined;
    const paint = () => {
      const ratio = devicePixelRatio;
      const width = Math.max(80, box.clientWidth);
      shown.width = Math.round(width * ratio);
      shown.height = Math.round(height * ratio);
      shown.style.width = `${width}px`;
      shown.style.height = `${height}px`;
      const context = shown.getContext('2d');
      if (!context) return;
      context.scale(ratio, ratio);
      context.font = `11px ${getComputedStyle(document.body).fontFamily}`;
      context.textBaseline = 'middle';
      latest.current(context, width, height);
    };
    paint();
    const sized = new ResizeObserver(paint);
    sized.observe(box);
    return () => sized.disconnect();
  }, [theme, height, ...changed]);
  return canvas;
}

/** Distances between ticks that people read easily, in milliseconds. */
const distances = [
  1000, 5000, 15_000, 30_000, 60_000, 300_000, 900_000, 1_800_000, 3_600_000, 10_800_000, 21_600_000, 43_200_000,
  86_400_000, 172_800_000, 604_800_000, 2_419_200_000,
];
const tickSpacePx = 76;

/** Round moments of local time within a window, as many as there is room for. */
export function timeTicks(fromMs: number, toMs: number, widthPx: number): { atMs: number; distanceMs: number }[] {
  const least = ((toMs - fromMs) * tickSpacePx) / Math.max(1, widthPx);
  const distanceMs = distances.find((distance) => distance >= least) ?? distances.at(-1) ?? 86_400_000;
  const zoneMs = new Date(fromMs).getTimezoneOffset() * 60_000;
  const ticks: { atMs: number; distanceMs: number }[] = [];
  for (let at = Math.ceil((fromMs - zoneMs) / distanceMs) * distanceMs + zoneMs; at <= toMs; at += distanceMs)
    ticks.push({ atMs: at, distanceMs });
  return ticks;
}

/** Free space beside an area. */
const edgePx = 8;

/** The time axis below an area. */
export function drawTimeAxis(
  context: CanvasRenderingContext2D,
  area: Area,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): void {
  context.fillStyle = colour('--text-quiet');
  context.textAlign = 'center';
  for (const { atMs, distanceMs } of timeTicks(fromMs, toMs, area.width)) {
    const x = area.left + ((atMs - fromMs) / (toMs - fromMs)) * area.width;
    const text = formatTick(atMs, distanceMs);
    const half = context.measureText(text).width / 2;
    // A word that is cut off at an edge says something else.
    if (x + half > area.left + area.width + edgePx) continue;
    context.fillText(text, x, area.top + area.height + 14);
  }
}
