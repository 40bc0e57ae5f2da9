import type uPlot from 'uplot';

/** A wheel turns in many small steps: only when it rests for so long is the figure asked for. */
const settleMs = 180;

/**
 * Moves along the time axis: by dragging with Shift held or with the middle button, and by the wheel going sideways. The
 * picture follows at once; what was reached is told when the movement rests.
 */
export function attachPan(u: uPlot, onRest: (fromMs: number, toMs: number) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dragging: { x: number; min: number; max: number } | undefined;
  let reached: { min: number; max: number } | undefined;
  const bounds = () => {
    const { min, max } = u.scales['x'] ?? {};
    return { min: min ?? 0, max: max ?? 1 };
  };
  const move = (min: number, max: number) => {
    reached = { min, max };
    // The scale's own range would pull it back to what the address says: drawn by moving the picture itself.
    const now = bounds();
    const shiftPx = ((now.min - min) / (now.max - now.min)) * u.over.clientWidth;
    const canvas = u.ctx.canvas;
    canvas.style.transform = `translateX(${shiftPx}px)`;
  };
  const rest = () => {
    if (reached) onRest(reached.min * 1000, reached.max * 1000);
    reached = undefined;
    u.ctx.canvas.style.transform = '';
  };
  const onDown = (event: PointerEvent) => {
    if (!(event.button === 1 || (event.button === 0 && event.shiftKey))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    dragging = { x: event.clientX, ...bounds() };
    u.over.setPointerCapture(event.pointerId);
  };
  // uPlot begins a selection with the mouse event that follows the pointer's.
  const onMouseDown = (event: MouseEvent) => {
    if (dragging) event.stopImmediatePropagation();
  };
  const onMove = (event: PointerEvent) => {
    if (!dragging) return;
    const by = ((dragging.x - event.clientX) / Math.max(1, u.over.clientWidth)) * (dragging.max - dragging.min);
    move(dragging.min + by, dragging.max + by);
  };
  const onUp = () => {
    if (!dragging) return;
    dragging = undefined;
    rest();
  };
  const onWheel = (event: WheelEvent) => {
    if (Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
    event.preventDefault();
    const { min, max } = reached ?? bounds();
    const by = (event.deltaX / Math.max(1, u.over.clientWidth)) * (max - min);
    move(min + by, max + by);
    clearTimeout(timer);
    timer = setTimeout(rest, settleMs);
  };
  u.over.addEventListener('pointerdown', onDown, { capture: true });
  u.over.addEventListener('mousedown', onMouseDown, { capture: true });
  u.over.addEventListener('pointermove', onMove);
  u.over.addEventListener('pointerup', onUp);
  u.over.addEventListener('pointercancel', onUp);
  u.over.addEventListener('wheel', onWheel, { passive: false });
  return () => clearTimeout(timer);
}
