import type { Matcher, SelectLimits, SeriesSource, StoredSeries } from '../../explain/index.ts';
import { QwError, type EpochMs, type Milliseconds } from '../../model/index.ts';
import {
  maxMapped,
  rollupWidths,
  type Answer,
  type Expression,
  type RollupWidth,
  type Selected,
} from '../../store/index.ts';
import { metrics } from './catalogue.ts';
import { answerableStep, cover, type Part } from './cover.ts';
import { variantsOf, valueOf, type Figures } from './figures.ts';
import { matching } from './matching.ts';
import { familyOf, type Labels, type Metric } from './metric.ts';
import { keptBy, type MetricsStore } from './scope.ts';
import type { KnownSeries } from './series-book.ts';

/** The store as PromQL sees it: one sample a row, or a slice, under the names and labels of the catalogue. */

/** Whatever the asker allows, so many rows are as much as one answer may bring. */
const maxRows = 1_000_000;
/** A window over slices has to hold a few of them. */
const slicesInWindow = 4;

interface Chosen {
  metric: Metric;
  series: KnownSeries[];
  /** Of the variants of the metric, those that fit. */
  variants: ReadonlySet<string>;
}

export function createSeriesSource(store: MetricsStore): SeriesSource {
  return {
    select: async (matchers, from, to, limits) => {
      const chosen = choose(store, matchers);
      const found = chosen.reduce((sum, { series, variants }) => sum + series.length * variants.size, 0);
      if (found > limits.maxSeries) {
        throw new QwError(
          'TELEMETRY_LIMIT',
          `${found} series fit, more than the ${limits.maxSeries} that may be read`,
          {
            hint: 'name the metric, and narrow it by labels',
          },
        );
      }
      const tables = await store.tables();
      const all: StoredSeries[] = [];
      let samples = 0;
      for (const one of chosen) {
        const parts = partsFor(one.metric, tables, from, to + 1, limits);
        const read = await readSeries(store, one, parts, to, { ...limits, maxSamples: limits.maxSamples - samples });
        for (const series of read) {
          samples += series.at.length;
          all.push(series);
        }
      }
      return all;
    },
    series: async (lists) => {
      const asked = lists.length === 0 ? [[]] : lists;
      const labels = new Map<string, Labels>();
      for (const { metric, series, variants } of asked.flatMap((matchers) => choose(store, matchers))) {
        for (const one of series) {
          for (const variant of variants) {
            labels.set(`${metric.name} ${one.id} ${variant}`, labelled(metric, one, variant));
          }
        }
      }
      return [...labels.values()];
    },
    metadata: async () => metrics.map(({ name, type, help, unit }) => ({ metric: name, type, help, unit })),
  };
}

function choose(store: MetricsStore, matchers: readonly Matcher[]): Chosen[] {
  const named = matching(matchers.filter(({ label }) => label === '__name__'));
  const outcome = matching(matchers.filter(({ label }) => label === 'outcome'));
  return metrics
    .filter(({ name }) => named({ __name__: name }))
    .flatMap((metric): Chosen[] => {
      const counts = metric.source === 'outcomes';
      const fits = matching(matchers.filter(({ label }) => label !== '__name__' && !(counts && label === 'outcome')));
      const series = store.book.of(familyOf(metric)).filter(({ labels }) => fits(labels));
      const variants = variantsOf(metric.source, 'raw').map(({ labels }) => labels['outcome'] ?? '');
      const kept = counts ? variants.filter((one) => outcome({ outcome: one })) : variants;
      return series.length > 0 && kept.length > 0 ? [{ metric, series, variants: new Set(kept) }] : [];
    });
}

function labelled({ name }: Metric, { labels }: KnownSeries, variant: string): Labels {
  return { ...labels, ...(variant !== '' && { outcome: variant }), __name__: name };
}

/** What is coarser than needed is read only where nothing finer is left. */
function partsFor(
  metric: Metric,
  tables: Awaited<ReturnType<MetricsStore['tables']>>,
  from: EpochMs,
  to: EpochMs,
  { stepMs, windowMs }: SelectLimits,
): Part[] {
  const kept = keptBy(metric, tables);
  const enough = windowMs === 0 ? stepMs : windowMs / slicesInWindow;
  const fitting = (Object.keys(rollupWidths) as RollupWidth[]).filter((width) => rollupWidths[width] <= enough);
  const width = fitting.at(-1);
  const wantedMs = width === undefined ? 1 : rollupWidths[width];
  const parts = cover(kept, from, to, answerableStep(kept, from, wantedMs));
  const [first, ...others] = parts;
  if (!first || first.resolution === 'raw' || windowMs > 0) return parts;
  // What holds at the beginning is known from the slice that was over before it.
  const firstMs = widthOf(first);
  return [{ ...first, from: Math.max(0, (Math.floor(first.from / firstMs) - 1) * firstMs) }, ...others];
}

const widthOf = ({ resolution }: Part): Milliseconds => (resolution === 'raw' ? 0 : rollupWidths[resolution]);

interface Points {
  at: number[];
  values: number[];
}

async function readSeries(
  store: MetricsStore,
  { metric, series, variants }: Chosen,
  parts: readonly Part[],
  latest: EpochMs,
  limits: SelectLimits,
): Promise<StoredSeries[]> {
  const ids = series.map(({ id }) => id);
  if (ids.length > maxMapped) {
    throw new QwError('TELEMETRY_LIMIT', `${ids.length} series of ${metric.name} fit`, { hint: 'narrow it by labels' });
  }
  const outcomes = variantsOf(metric.source, 'raw').map(({ labels }) => labels['outcome'] ?? '');
  const points = new Map<number, Points[]>(ids.map((id) => [id, outcomes.map(() => ({ at: [], values: [] }))]));
  // A single answer needs the newest value only.
  const thinMs = limits.windowMs > 0 ? 0 : limits.stepMs;
  for (const part of parts) {
    const { resolution, from, to } = part;
    const found = variantsOf(metric.source, resolution);
    const [{ figures }] = found as [(typeof found)[0]];
    const widthMs = widthOf(part);
    // Rows count when they are over, and up to the step that ends with theirs, wherever the steps lie.
    const endMs = latest + 1 - Math.max(0, widthMs - 1);
    const thin =
      thinMs > widthMs ? { widthMs: thinMs, shiftMs: thinMs - (((endMs % thinMs) + thinMs) % thinMs) } : undefined;
    const shape = selectFor(metric, found, thin, resolution === 'raw');
    const answer: Answer = await store.engine.query(
      {
        table: figures.table,
        from,
        to,
        where: { all: [{ in: { column: 'series' }, values: ids }, ...(figures.where ? [figures.where] : [])] },
        select: shape,
        orderBy: [{ name: 'series' }, { name: shape.some(({ name }) => name === 'slice') ? 'slice' : 'at' }],
      },
      {
        deadlineMs: limits.deadlineMs,
        maxRows: Math.max(1, Math.min(maxRows, limits.maxSamples)),
        signal: limits.signal,
      },
    );
    const places = new Map(answer.columns.map((name, at) => [name, at]));
    for (const row of answer.rows) {
      const of = (name: string) => Number(row[places.get(name) ?? -1] ?? 1);
      // What is known of a slice is known at its end.
      const at = of('at') + Math.max(0, widthMs - 1);
      if (at > latest) continue;
      points.get(of('series'))?.forEach((one, number) => {
        const value = (of(`value_${number}`) / of(`divisor_${number}`)) * figures.scale;
        const counts = metric.source === 'outcomes';
        // Counted from the beginning of what was asked: only differences of a counter say anything.
        push(one, at, counts ? (one.values.at(-1) ?? 0) + value : value);
      });
    }
  }
  return series.flatMap((one) =>
    outcomes.flatMap((outcome, number): StoredSeries[] => {
      const { at, values } = points.get(one.id)?.[number] ?? { at: [], values: [] };
      if (at.length === 0 || !variants.has(outcome)) return [];
      return [
        {
          labels: labelled(metric, one, outcome),
          at: Float64Array.from(at),
          values: Float64Array.from(values),
          holdsMs: Math.max(...parts.map(widthOf)),
        },
      ];
    }),
  );
}

/** Of two values at one time the later one counts. */
function push({ at, values }: Points, time: EpochMs, value: number): void {
  if (at.at(-1) === time) {
    values[values.length - 1] = value;
    return;
  }
  at.push(time);
  values.push(value);
}

/** Single rows, or the last of each slice of `thin`, which begins when its shift is over. */
function selectFor(
  metric: Metric,
  variants: readonly { figures: Figures }[],
  thin: { widthMs: Milliseconds; shiftMs: Milliseconds } | undefined,
  raw: boolean,
): Selected[] {
  const series: Selected = { name: 'series', value: { column: 'series' } };
  const ts: Expression = { column: 'ts' };
  if (!thin && metric.source !== 'outcomes' && raw) {
    return [series, { name: 'at', value: ts }, { name: 'value_0', value: valueOf(metric.source) }];
  }
  const figures = variants.flatMap(({ figures: found }, number): Selected[] => {
    const newest = metric.source === 'outcomes' ? found.sum : (found.last ?? found.sum);
    const divisor = metric.source === 'outcomes' ? undefined : found.lastCount;
    return [
      { name: `value_${number}`, value: newest },
      ...(divisor ? [{ name: `divisor_${number}`, value: divisor }] : []),
    ];
  });
  if (!thin) return [series, { name: 'at', value: ts }, ...figures];
  const shifted: Expression = { left: ts, operator: '+', right: { literal: thin.shiftMs } };
  const slice: Selected = { name: 'slice', value: { floor: shifted, width: thin.widthMs } };
  const at: Selected = { name: 'at', value: { aggregate: 'max', of: ts } };
  return [series, slice, at, ...figures];
}
