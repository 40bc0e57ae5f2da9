import type { Matching } from './ast.ts';
import { metricName, type Labels } from './labels.ts';
import type { Line } from './value.ts';

/** Lines of both sides of an operator that belong together. */
export interface Sides {
  labels: Labels;
  left: Line[];
  right: Line[];
}

export function pairSides(matching: Matching | undefined, left: readonly Line[], right: readonly Line[]): Sides[] {
  const { on = false, labels = [] } = matching ?? {};
  const names = new Set(on ? labels : [...labels, metricName]);
  const found = new Map<string, Sides>();
  const sidesOf = (line: Line): Sides => {
    const own = on ? line.labels.keep(names) : line.labels.drop(names);
    let sides = found.get(own.key);
    if (!sides) found.set(own.key, (sides = { labels: own, left: [], right: [] }));
    return sides;
  };
  for (const line of left) sidesOf(line).left.push(line);
  for (const line of right) sidesOf(line).right.push(line);
  return [...found.values()];
}

export const isPresent = (lines: readonly Line[], step: number) => lines.some((line) => line.present[step] === 1);
