import { signal } from '@preact/signals';

export const paletteShown = signal(false);

/** Ctrl-K or Cmd-K opens the palette from anywhere, fields included; the result ends it. */
export function startPalette(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    paletteShown.value = !paletteShown.value;
  };
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}
