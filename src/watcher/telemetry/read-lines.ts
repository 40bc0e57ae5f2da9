import type { ApiMetricQuery, Milliseconds } from '../../model/index.ts';
import { rollupWidths, type Answer } from '../../store/index.ts';
import { ask } from './ask.ts';
import { addUp, Cells, increasesOf, perSecond, valuesOf, type PlainAggregate } from './cells.ts';
import { cover, type Part } from './cover.ts';
import { variantsOf, type FigureName, type Figures } from './figures.ts';
import { keyOf, pick, type Group } from './grouping.ts';
import { matching } from './matching.ts';
import type { Labels, Metric } from './metric.ts';
import { keptBy, type Scope } from './scope.ts';

/** One line of a chart. */
export interface Line {
  labels: Labels;
  values: (number | null)[];
}

export interface Lines {
  lines: Line[];
  partial?: Answer['partial'];
}

type Query = Pick<ApiMetricQuery, 'where' | 'groupBy' | 'shiftMs'>;

/** The values of each group, step by step, of the coarsest rows that have what is asked for. */
export async function readLines(
  metric: Metric,
  aggregate: string,
  groups: readonly Group[],
  query: Query,
  scope: Scope,
): Promise<Lines> {
  if (metric.source === 'points' && metric.type === 'counter' && (aggregate === 'rate' || aggregate === 'sum')) {
    return readIncreases(metric, aggregate, groups, query, scope);
  }
  const wanted: PlainAggregate = aggregate === 'rate' ? 'sum' : (aggregate as PlainAggregate);
  const { cells, partial } = await readCells(metric, neededFor[wanted], groups, query, scope);
  const matches = matching(query.where.filter(({ label }) => metric.source === 'outcomes' && label === 'outcome'));
  const lines = new Map<string, { labels: Labels; parts: (number | null)[][] }>();
  cells.forEach((variants, place) => {
    const measured = (step: number) => variants.some((one) => (one.cells.count[step] ?? 0) > 0);
    for (const variant of variants) {
      if (!matches(variant.labels)) continue;
      const labels = { ...groups[place]?.labels, ...pick(variant.labels, query.groupBy) };
      // Samples that all had another outcome are nought of this one, and not unknown.
      const counted = valuesOf(variant.cells, wanted).map((value, step) =>
        value === null && metric.source === 'outcomes' && measured(step) ? 0 : value,
      );
      const values = aggregate === 'rate' ? perSecond(counted, scope.stepMs) : counted;
      const line = lines.get(keyOf(labels));
      if (line) line.parts.push(values);
      else lines.set(keyOf(labels), { labels, parts: [values] });
    }
  });
  return {
    lines: [...lines.values()].map(({ labels, parts: [first = [], ...rest] }) => ({
      labels,
      values: rest.length === 0 ? first : addUp([first, ...rest], scope.at.length),
    })),
    ...(partial && { partial }),
  };
}

/** Counters are followed one by one, and added up afterwards: a reset of one is not a reset of all. */
async function readIncreases(
  metric: Metric,
  aggregate: 'rate' | 'sum',
  groups: readonly Group[],
  query: Query,
  scope: Scope,
): Promise<Lines> {
  const alone = groups.flatMap(({ series }) => series.map((id): Group => ({ labels: {}, series: [id] })));
  const { at, stepMs } = scope;
  const fineMs = fineStep(stepMs, at.length, alone.length);
  const perStep = stepMs / fineMs;
  const begin = (at[0] ?? 0) - fineMs;
  const fine = Array.from({ length: at.length * perStep + 1 }, (_, step) => begin + step * fineMs);
  const { cells, partial } = await readCells(metric, ['count', 'min', 'max', 'last'], alone, query, {
    ...scope,
    at: fine,
    stepMs: fineMs,
  });
  let next = 0;
  const lines = groups.map(({ labels, series }): Line => {
    const own = cells.slice(next, (next += series.length));
    const increases = own.map(([one]) => (one ? together(increasesOf(one.cells).slice(1), perStep) : []));
    const values = addUp(increases, at.length);
    return { labels, values: aggregate === 'rate' ? perSecond(values, stepMs) : values };
  });
  return { lines, ...(partial && { partial }) };
}

/** Rows that one question about counters may bring. */
const maxFineRows = 100_000;

/** Resets are seen only between steps: the finest that the number of rows allows. */
function fineStep(stepMs: Milliseconds, steps: number, series: number): Milliseconds {
  const fits = (fineMs: Milliseconds) =>
    fineMs < stepMs && stepMs % fineMs === 0 && (steps * stepMs * series) / fineMs <= maxFineRows;
  return [10_000, ...Object.values(rollupWidths)].find(fits) ?? stepMs;
}

/** Adds up so many values each; null where none of them is known. */
function together(values: readonly (number | null)[], each: number): (number | null)[] {
  return Array.from({ length: values.length / each }, (_, step) =>
    values
      .slice(step * each, (step + 1) * each)
      .reduce((sum, value) => (value === null ? sum : (sum ?? 0) + value), null),
  );
}

interface VariantCells {
  labels: Labels;
  cells: Cells;
}

/** By group, then by variant of the metric. */
async function readCells(
  metric: Metric,
  needed: readonly FigureName[],
  groups: readonly Group[],
  { shiftMs }: Pick<Query, 'shiftMs'>,
  scope: Scope,
): Promise<{ cells: VariantCells[][]; partial?: Answer['partial'] }> {
  const { at, stepMs, store, deadlineMs, signal } = scope;
  const cells = groups.map(() =>
    variantsOf(metric.source, 'raw').map(({ labels }) => ({ labels, cells: new Cells(at.length) })),
  );
  const first = at[0] ?? 0;
  let partial: Answer['partial'];
  for (const { resolution, from, to } of partsOf(metric, needed, shiftMs, scope)) {
    const variants = variantsOf(metric.source, resolution);
    const [{ figures }] = variants as [(typeof variants)[0]];
    const select = variants.flatMap((variant, number) =>
      needed.flatMap((name) => {
        const value = variant.figures[name];
        return value ? [{ name: `${name.toLowerCase()}_${number}`, value }] : [];
      }),
    );
    const reply = await ask(
      { table: figures.table, from, to, groups, stepMs, shiftMs, where: figures.where, select },
      { engine: store.engine, deadlineMs, signal },
    );
    partial = reply.partial ?? partial;
    const names = needed.filter((name) => figures[name]);
    for (const { step, place, values } of reply.rows) {
      const index = Math.round((step - first) / stepMs);
      if (index < 0 || index >= at.length) continue;
      variants.forEach((variant, number) => {
        const own = values.slice(number * names.length, (number + 1) * names.length);
        cells[place]?.[number]?.cells.add(index, foundOf(own, names, variant.figures));
      });
    }
  }
  return { cells, ...(partial && { partial }) };
}

/** What a rollup does not keep is asked of the rows that it was made from. */
function partsOf(metric: Metric, needed: readonly FigureName[], shiftMs: number, scope: Scope): Part[] {
  const { at, stepMs, tables } = scope;
  const from = (at[0] ?? 0) - shiftMs;
  const kept = keptBy(metric, tables);
  const lacks = ({ resolution }: Part) =>
    resolution !== 'raw' &&
    variantsOf(metric.source, resolution).some(({ figures }) =>
      needed.some((name) => name !== 'lastCount' && !figures[name]),
    );
  return cover(kept, from, from + at.length * stepMs, stepMs, shiftMs).map((part) =>
    lacks(part) ? { ...part, resolution: 'raw' } : part,
  );
}

const neededFor: Readonly<Record<PlainAggregate, readonly FigureName[]>> = {
  avg: ['count', 'sum'],
  sum: ['count', 'sum'],
  count: ['count'],
  min: ['count', 'min'],
  max: ['count', 'max'],
  last: ['count', 'last', 'lastCount'],
};

/** Figures as a row has them, in the metric's unit. */
function foundOf(values: readonly number[], names: readonly FigureName[], { scale }: Figures) {
  const of = (name: FigureName, otherwise = 0) => {
    const place = names.indexOf(name);
    return place < 0 ? otherwise : (values[place] ?? otherwise);
  };
  return {
    count: of('count'),
    sum: of('sum') * scale,
    min: of('min') * scale,
    max: of('max') * scale,
    last: (of('last') / of('lastCount', 1)) * scale,
  };
}
