import { useEffect, useRef } from 'preact/hooks';
import type { Area } from './canvas.ts';
import { crosshair } from './crosshair.ts';
import type { Window } from './question.ts';

/** A line over a picture at the moment that another chart points at, moved without drawing the picture anew. */
export function useMark(source: string, areaOf: (width: number) => Area, window: Window) {
  const mark = useRef<HTMLDivElement>(null);
  const latest = useRef({ areaOf, window });
  latest.current = { areaOf, window };
  useEffect(
    () =>
      crosshair.subscribe((value) => {
        const line = mark.current;
        const box = line?.parentElement;
        if (!line || !box) return;
        const { fromMs, toMs } = latest.current.window;
        const area = latest.current.areaOf(box.clientWidth);
        const share = value === undefined || value.source === source ? -1 : (value.atMs - fromMs) / (toMs - fromMs);
        const inside = share >= 0 && share <= 1;
        line.style.display = inside ? 'block' : 'none';
        if (inside) line.style.transform = `translateX(${area.left + share * area.width}px)`;
      }),
    [source],
  );
  return mark;
}
