import { signal } from '@preact/signals';

/** The moment that the pointer is on, shared by all charts on screen; `source` is the chart that it is over. */
export const crosshair = signal<{ atMs: number; source: string } | undefined>(undefined);

/** The step that a moment lies in; undefined outside. */
export function stepAt(at: readonly number[], stepMs: number, atMs: number): number | undefined {
  const first = at[0];
  if (first === undefined || stepMs <= 0) return undefined;
  const index = Math.floor((atMs - first) / stepMs + 0.5);
  return index >= 0 && index < at.length ? index : undefined;
}
