/** Durations as the configuration writes them: `50ms`, `5s`, `1m30s`, `1d`. */

const units = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;
const sizes: ReadonlyMap<string, number> = new Map(units);

/** In milliseconds; undefined when it is no duration. */
export function readDuration(text: string): number | undefined {
  if (!/^(\d{1,12}(ms|[wdhms]))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, count = '', unit = ''] of text.matchAll(/(\d+)(ms|[wdhms])/g)) {
    sum += Number(count) * (sizes.get(unit) ?? 0);
  }
  return sum;
}

/** The shortest text that reads back as the same; weeks are written as days. */
export function writeDuration(ms: number): string {
  let rest = Math.round(ms);
  let text = '';
  for (const [unit, size] of units.slice(1)) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text === '' ? '0s' : text;
}
