/** Durations and instants. Durations are milliseconds (fractions allowed), instants are milliseconds since 1970 UTC. */

export type Milliseconds = number;
export type EpochMs = number;

const units: ReadonlyArray<readonly [string, Milliseconds]> = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
  ['us', 0.001],
];
const unitMs = new Map(units);
const part = /(\d+(?:\.\d+)?)(ms|us|w|d|h|m|s)/gy;

/**
 * Reads `50ms`, `5s`, `1m30s`, `1d`, `1w2d3h4m5s6ms7us` (units in falling order, each at most once).
 * Returns undefined for anything else, a bare number included.
 */
export function parseDuration(text: string): Milliseconds | undefined {
  let total = 0;
  let end = 0;
  let previous = Infinity;
  part.lastIndex = 0;
  for (let match = part.exec(text); match; match = part.exec(text)) {
    const unit = unitMs.get(match[2] ?? '') ?? 0;
    if (unit >= previous) return undefined;
    previous = unit;
    total += Number(match[1]) * unit;
    end = part.lastIndex;
    if (end === text.length) break;
  }
  if (end === 0 || end !== text.length || !Number.isFinite(total)) return undefined;
  return Math.round(total * 1000) / 1000;
}

/** Writes a duration as `parseDuration` reads it; zero is `0s`. */
export function formatDuration(durationMs: Milliseconds): string {
  let restUs = Math.round(durationMs * 1000);
  if (restUs === 0) return '0s';
  let text = '';
  for (const [name, valueMs] of units) {
    const unitUs = Math.round(valueMs * 1000);
    const count = Math.floor(restUs / unitUs);
    if (count > 0) {
      text += `${count}${name}`;
      restUs -= count * unitUs;
    }
  }
  return text;
}

/** RFC 3339 in UTC with milliseconds. */
export function formatInstant(at: EpochMs): string {
  return new Date(at).toISOString();
}
