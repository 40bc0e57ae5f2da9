import type { ChartLine } from './lines.ts';

/** Colours of lines: those of states where a label tells one, otherwise eight that colour-blind people can tell apart. */

const seriesColours = 8;

const states: Readonly<Record<string, string>> = {
  up: '--up-bar',
  pass: '--up-bar',
  degraded: '--degraded-bar',
  partial: '--partial-bar',
  down: '--down-bar',
  fail: '--down-bar',
  unknown: '--unknown-bar',
  disabled: '--unknown-bar',
};

/** A colour of the style sheet as it is now, theme included. */
export const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The custom property for each line; a line of the past has that of the present one with its labels. */
export function colourNames(lines: readonly ChartLine[]): string[] {
  const taken = new Map<string, string>();
  let next = 0;
  return lines.map((line) => {
    const state = states[line.labels['outcome'] ?? line.labels['verdict'] ?? line.labels['state'] ?? ''];
    if (state !== undefined) return state;
    const twin = line.key.slice(line.key.indexOf(' '));
    const known = line.past ? taken.get(twin) : undefined;
    if (known !== undefined) return known;
    const name = `--series-${(next++ % seriesColours) + 1}`;
    taken.set(twin, name);
    return name;
  });
}
