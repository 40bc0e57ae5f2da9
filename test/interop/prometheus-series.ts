import { compileMatchers, type SeriesSource, type StoredSeries } from '../../src/explain/index.ts';

/** The same series for both: as OpenMetrics for Prometheus, and as a source for the product. */

export const startMs = 1_700_000_000_000;
const everyMs = 15_000;
const count = 120;
export const endMs = startMs + count * everyMs;

/** A small generator with a seed, so that a failure comes again. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Given {
  name: string;
  labels: Record<string, string>;
  next: (random: () => number, before: number) => number | undefined;
}

const walk: Given['next'] = (random, before) => before + (random() - 0.5) * 7;
/** Now and then nothing was measured, sometimes for longer than the lookback. */
function gappy(): Given['next'] {
  let gap = 0;
  return (random, before) => {
    if (gap === 0 && random() < 0.04) gap = 1 + Math.floor(random() * 30);
    return gap > 0 ? (gap--, undefined) : walk(random, before);
  };
}
const strange: Given['next'] = (random, before) =>
  [before, Number.NaN, Infinity, -Infinity, -before, 1e-9, 1e6, 0.5][Math.floor(random() * 12)] ?? random() * 10;
/** Begins at zero and starts anew there: versions differ in how far below its first value they think a counter back. */
const rising: Given['next'] = (random, before) => (random() < 0.05 ? 0 : before + Math.floor(random() * 9));
const last = (random: () => number, before: number) => (random() < 0.5 ? before : before + 1);

const given: Given[] = [
  { name: 'gauge_one', labels: { site: 'a', host: 'h1' }, next: walk },
  { name: 'gauge_one', labels: { site: 'a', host: 'h2' }, next: gappy() },
  { name: 'gauge_one', labels: { site: 'b', host: 'h1', unit: 's' }, next: gappy() },
  { name: 'gauge_one', labels: { site: 'bé', host: 'h"3\\' }, next: strange },
  { name: 'gauge_one', labels: {}, next: walk },
  { name: 'gauge_two', labels: { site: 'a', unit: 'ms' }, next: walk },
  { name: 'gauge_two', labels: { site: 'b' }, next: gappy() },
  { name: 'gauge_two', labels: { site: 'c', host: 'h1' }, next: strange },
  { name: 'errors_total', labels: { site: 'a', host: 'h1' }, next: rising },
  { name: 'errors_total', labels: { site: 'a', host: 'h2' }, next: rising },
  { name: 'errors_total', labels: { site: 'b' }, next: rising },
  ...['0.1', '0.5', '1', '2.5', '+Inf'].map((le) => ({ name: 'wait_bucket', labels: { site: 'a', le }, next: last })),
];

const stored: StoredSeries[] = given.map(({ name, labels, next }, index) => {
  const random = generator(index + 1);
  const at: number[] = [];
  const values: number[] = [];
  let before = name === 'errors_total' || name === 'wait_bucket' ? 0 : 40 * random();
  for (let slot = 0; slot < count; slot++) {
    const value = slot === 0 && before === 0 ? 0 : next(random, before);
    if (value === undefined) continue;
    // Never on a whole second, where windows end.
    at.push(startMs + slot * everyMs + 137 + Math.floor(random() * 200));
    values.push(value);
    if (Number.isFinite(value)) before = value;
  }
  return { labels: { __name__: name, ...labels }, at: Float64Array.from(at), values: Float64Array.from(values) };
});

const escape = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
const written = (value: number) => (value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value));

export function openMetrics(): string {
  const lines: string[] = [];
  for (const family of new Set(stored.map(({ labels }) => labels['__name__'] ?? ''))) {
    lines.push(`# TYPE ${family} unknown`);
    for (const { labels, at, values } of stored) {
      if (labels['__name__'] !== family) continue;
      const own = Object.entries(labels).filter(([name]) => name !== '__name__');
      const shown = own.map(([name, value]) => `${name}="${escape(value)}"`).join(',');
      for (const [index, time] of at.entries()) {
        lines.push(`${family}{${shown}} ${written(values[index] ?? 0)} ${(time / 1000).toFixed(3)}`);
      }
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

export const source: SeriesSource = {
  select: (matchers, from, to) => {
    const fits = compileMatchers(matchers);
    const inside = (time: number) => time >= from && time <= to;
    const found = stored.filter(({ labels }) => fits(labels));
    return Promise.resolve(
      found.map(({ labels, at, values }) => ({
        labels,
        at: at.filter(inside),
        values: values.filter((_, index) => inside(at[index] ?? 0)),
      })),
    );
  },
  series: (lists) =>
    Promise.resolve(
      stored
        .map(({ labels }) => labels)
        .filter((labels) => lists.length === 0 || lists.some((matchers) => compileMatchers(matchers)(labels))),
    ),
  metadata: () => Promise.resolve([{ metric: 'gauge_one', type: 'gauge', help: 'One.', unit: '' }]),
};
