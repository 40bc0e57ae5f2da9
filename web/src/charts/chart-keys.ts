import type { Window } from './question.ts';

/** What dragging and the wheel do with a mouse, for the keyboard: arrows move in time, plus and minus zoom, 0 leads back. */
export function chartKeys(
  { fromMs, toMs }: Window,
  onZoom: (fromMs: number, toMs: number) => void,
  onReset: () => void,
): (event: KeyboardEvent) => void {
  const pan = (by: number) => onZoom(fromMs + by * (toMs - fromMs), toMs + by * (toMs - fromMs));
  const scale = (by: number) => {
    const middle = (fromMs + toMs) / 2;
    const half = ((toMs - fromMs) / 2) * by;
    onZoom(middle - half, middle + half);
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => pan(-0.25),
    ArrowRight: () => pan(0.25),
    '+': () => scale(0.5),
    '-': () => scale(2),
    0: onReset,
  };
  return (event) => {
    const act = event.target === event.currentTarget ? keys[event.key] : undefined;
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
}
