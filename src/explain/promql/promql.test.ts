import { expect, it } from 'vitest';
import { compileMatchers } from './matching.ts';
import { Promql, type PromqlAnswer } from './promql.ts';
import type { SelectLimits, SeriesSource, StoredSeries } from './source.ts';

function sourceOf(stored: readonly StoredSeries[], seen: SelectLimits[] = []): SeriesSource {
  return {
    select: (matchers, from, to, limits) => {
      seen.push(limits);
      const inside = (time: number) => time >= from && time <= to;
      return Promise.resolve(
        stored
          .filter(({ labels }) => compileMatchers(matchers)(labels))
          .map(({ labels, at, values }) => ({
            labels,
            at: at.filter(inside),
            values: values.filter((_, index) => inside(at[index] ?? 0)),
          })),
      );
    },
    series: () => Promise.resolve(stored.map(({ labels }) => labels)),
    metadata: () => Promise.resolve([]),
  };
}

const never = { signal: new AbortController().signal };
const rest = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
const over = (stored: readonly StoredSeries[], more: Partial<ConstructorParameters<typeof Promql>[0]> = {}) =>
  new Promql({ source: sourceOf(stored), now: () => performance.now(), rest, ...more });
const line = (
  labels: Record<string, string>,
  samples: readonly (readonly [seconds: number, value: number])[],
): StoredSeries => ({
  labels: { __name__: 'x', ...labels },
  at: Float64Array.from(samples, ([seconds]) => seconds * 1000),
  values: Float64Array.from(samples, ([, value]) => value),
});
const valuesOf = (answer: PromqlAnswer) =>
  answer.type === 'vector' || answer.type === 'matrix' ? answer.series.map(({ values }) => [...values]) : answer.value;

it('keeps a sample for five minutes, and not a moment longer', async () => {
  const promql = over([line({}, [[100, 7]])]);
  const at = async (ms: number) => valuesOf(await promql.instant('x', ms, never));
  expect(await at(99_999)).toEqual([]);
  expect(await at(100_000)).toEqual([[7]]);
  expect(await at(399_999)).toEqual([[7]]);
  expect(await at(400_000)).toEqual([]);
});

it('leaves out what lies just where a window begins', async () => {
  const promql = over([
    line({}, [
      [0, 1],
      [10, 2],
      [20, 3],
    ]),
  ]);
  expect(valuesOf(await promql.instant('count_over_time(x[20s])', 20_000, never))).toEqual([[2]]);
  expect(valuesOf(await promql.instant('x[20s]', 20_000, never))).toEqual([[2, 3]]);
});

it('ends a series at its stale marker, and takes it up again', async () => {
  const marked = line({}, [
    [0, 1],
    [10, 0],
    [20, 3],
  ]);
  new BigUint64Array(marked.values.buffer)[1] = 0x7ff0000000000002n;
  const promql = over([marked]);
  const answer = await promql.range('x', { from: 0, to: 20_000, stepMs: 5000 }, never);
  expect(answer).toMatchObject({
    series: [{ at: Float64Array.from([0, 5000, 20_000]), values: Float64Array.from([1, 1, 3]) }],
  });
  expect(valuesOf(await promql.instant('count_over_time(x[1m])', 20_000, never))).toEqual([[2]]);
});

it('tells the source how wide its windows and steps are', async () => {
  const seen: SelectLimits[] = [];
  const promql = over([], { source: sourceOf([], seen) });
  await promql.range('rate(x[5m]) + x', { from: 0, to: 60_000, stepMs: 15_000 }, never);
  expect(seen.map(({ stepMs, windowMs }) => ({ stepMs, windowMs }))).toEqual([
    { stepMs: 15_000, windowMs: 300_000 },
    { stepMs: 15_000, windowMs: 0 },
  ]);
});

it('takes hostile labels for what they are', async () => {
  const hostile = { ['__proto__']: 'a', constructor: 'b', tag: '</script>\u0000"\\\n', long: 'y'.repeat(1_000_000) };
  const labels = Object.fromEntries([...Object.entries(hostile), ['__proto__', 'a']]);
  const answer = await over([line(labels, [[0, 1]])]).instant('max by (__proto__, tag, constructor) (x)', 0, never);
  expect(answer.type === 'vector' && Object.entries(answer.series[0]?.labels ?? {})).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
    ['tag', hostile.tag],
  ]);
});

it.each([
  ['x * on () group_left () x', 'found duplicate series for the match group'],
  ['x * on () vector(1)', 'many-to-one matching must be explicit'],
  ['vector(1) * on () group_right (a) (x * 0)', undefined],
  ['label_replace(x, "a", "same", "", "")', 'same labelset'],
  ['label_replace(x, "a-b", "", "", "")', 'invalid destination label name'],
  ['topk(NaN, x)', 'overflows int64'],
  ['count_values("a-b", x)', 'invalid label name'],
])('refuses what the values forbid: %s', async (text, why) => {
  const asked = over([line({ a: '1' }, [[0, 1]]), line({ a: '2' }, [[0, 2]])]).instant(text, 0, never);
  if (why === undefined) await expect(asked).rejects.toMatchObject({ code: 'TELEMETRY_QUERY' });
  else await expect(asked).rejects.toThrow(why);
});

const many = Array.from({ length: 50 }, (_, index) =>
  line(
    { i: String(index) },
    Array.from({ length: 1000 }, (_, second) => [second, second] as const),
  ),
);

it('holds no more samples than it may, in what it reads and in what it answers', async () => {
  const promql = over(many, { maxSamples: 40_000 });
  await expect(promql.instant('sum(x[1h])', 1_000_000, never)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  await expect(promql.instant('sum_over_time(x[1h])', 1_000_000, never)).rejects.toMatchObject({
    code: 'TELEMETRY_LIMIT',
  });
  const steps = { from: 0, to: 999_000, stepMs: 1000 };
  await expect(over(many.slice(0, 20), { maxSamples: 30_000 }).range('x', steps, never)).rejects.toMatchObject({
    code: 'TELEMETRY_LIMIT',
  });
  // What was answered from is forgotten: a long chain needs no more than a short one.
  const chain = Array.from({ length: 20 }, () => 'abs(').join('') + 'x{i="1"}' + ')'.repeat(20);
  expect(valuesOf(await over(many, { maxSamples: 4000 }).range(chain, steps, never))).toHaveLength(1);
  await expect(over(many, { maxSeries: 49 }).instant('x', 1000, never)).rejects.toMatchObject({
    code: 'TELEMETRY_LIMIT',
  });
});

it('answers 11,000 steps at most', async () => {
  const promql = over([]);
  await expect(promql.range('x', { from: 0, to: 11_000, stepMs: 1 }, never)).rejects.toThrow('11,000 points');
  expect(await promql.range('x', { from: 0, to: 10_999, stepMs: 1 }, never)).toEqual({ type: 'matrix', series: [] });
});

it('stops when time is up or nobody listens, and gives way on its way there', async () => {
  let nowMs = 0;
  let rests = 0;
  const slow = over(many, { now: () => (nowMs += 1), rest: async () => void rests++ });
  const steps = { from: 0, to: 999_000, stepMs: 1000 };
  await expect(slow.range('avg_over_time(x[15m])', steps, { ...never, timeoutMs: 300 })).rejects.toMatchObject({
    code: 'TELEMETRY_DEADLINE',
  });
  expect(rests).toBeGreaterThan(10);
  const gone = new AbortController();
  const asked = over(many, { now: () => (nowMs += 1) }).range('avg_over_time(x[15m])', steps, { signal: gone.signal });
  gone.abort();
  await expect(asked).rejects.toMatchObject({ code: 'TELEMETRY_DEADLINE' });
});

it('answers four questions at once; others wait for their turn, up to a hundred', async () => {
  const { promise: held, resolve: answer } = Promise.withResolvers<readonly StoredSeries[]>();
  let asked = 0;
  const select = () => {
    asked++;
    return held;
  };
  const promql = over([], { source: { ...sourceOf([]), select } });
  const questions = Array.from({ length: 104 }, () => promql.instant('x', 0, never));
  await rest();
  await rest();
  expect(asked).toBe(4);
  await expect(promql.instant('x', 0, never)).rejects.toMatchObject({ code: 'OVERLOADED' });
  answer([]);
  expect(await Promise.all(questions)).toHaveLength(104);
  expect(asked).toBe(104);
  expect(await promql.instant('1', 0, never)).toEqual({ type: 'scalar', at: 0, value: 1 });
});

it('forgets a question whose asker went away while it waited', async () => {
  const { promise: held, resolve: answer } = Promise.withResolvers<readonly StoredSeries[]>();
  let asked = 0;
  const select = () => {
    asked++;
    return held;
  };
  const promql = over([], { source: { ...sourceOf([]), select } });
  const questions = Array.from({ length: 4 }, () => promql.instant('x', 0, never));
  const gone = new AbortController();
  const forgotten = promql.instant('x', 0, { signal: gone.signal });
  gone.abort();
  answer([]);
  await expect(forgotten).rejects.toMatchObject({ code: 'TELEMETRY_DEADLINE' });
  expect(await Promise.all(questions)).toHaveLength(4);
  expect(asked).toBe(4);
});
