import type { ApiMetricQuery } from '../../model/index.ts';
import { ask } from './ask.ts';
import { cover } from './cover.ts';
import { variantsOf, type FigureName } from './figures.ts';
import type { Group } from './grouping.ts';
import type { Metric } from './metric.ts';
import { keptBy, type Scope } from './scope.ts';

/** The groups that are shown, and how many are not. */
export interface Ranked {
  kept: Group[];
  omitted: number;
}

/**
 * Where there are more groups than may be shown, those with the greatest value over the whole time stay: the mean for an
 * average, the number for a count, the span between least and greatest for a counter, otherwise the greatest value.
 */
export async function rank(
  metric: Metric,
  groups: readonly Group[],
  { aggregate: asked, shiftMs }: Pick<ApiMetricQuery, 'aggregate' | 'shiftMs'>,
  limit: number,
  scope: Scope,
): Promise<Ranked> {
  if (groups.length <= limit) return { kept: [...groups], omitted: 0 };
  const aggregate = asked ?? metric.aggregate;
  const { at, stepMs, tables, store, deadlineMs, signal } = scope;
  const from = (at[0] ?? 0) - shiftMs;
  const totals = groups.map(() => ({ count: 0, sum: 0, min: Infinity, max: -Infinity }));
  for (const { resolution, from: begin, to } of cover(
    keptBy(metric, tables),
    from,
    from + at.length * stepMs,
    stepMs,
  )) {
    const variants = variantsOf(metric.source, resolution);
    const select = variants.flatMap(({ figures }, number) =>
      figureNames.flatMap((name) => {
        const value = figures[name];
        return value ? [{ name: `${name}_${number}`, value }] : [];
      }),
    );
    const [{ figures }] = variants as [(typeof variants)[0]];
    const { rows } = await ask(
      { table: figures.table, from: begin, to, groups, where: figures.where, select },
      { engine: store.engine, deadlineMs, signal },
    );
    const names = figureNames.filter((name) => figures[name]);
    for (const { place, values } of rows) {
      const total = totals[place];
      if (!total) continue;
      variants.forEach((_, number) => {
        const own = values.slice(number * names.length, (number + 1) * names.length);
        const of = (name: (typeof figureNames)[number]) =>
          names.includes(name) ? (own[names.indexOf(name)] ?? 0) : undefined;
        total.count += of('count') ?? 0;
        total.sum += of('sum') ?? 0;
        total.min = Math.min(total.min, of('min') ?? Infinity);
        total.max = Math.max(total.max, of('max') ?? -Infinity);
      });
    }
  }
  const weight = totals.map(({ count, sum, min, max }) => {
    if (count === 0) return -Infinity;
    if (aggregate === 'count' || metric.source === 'outcomes') return count;
    if (metric.type === 'counter') return max - min;
    return aggregate === 'avg' || max === -Infinity ? sum / count : aggregate === 'sum' ? sum : max;
  });
  const order = groups
    .map((group, at) => ({ group, weight: weight[at] ?? -Infinity }))
    .filter((one) => one.weight > -Infinity)
    .sort((a, b) => b.weight - a.weight);
  return { kept: order.slice(0, limit).map(({ group }) => group), omitted: Math.max(0, order.length - limit) };
}

const figureNames = ['count', 'sum', 'min', 'max'] as const satisfies readonly FigureName[];
