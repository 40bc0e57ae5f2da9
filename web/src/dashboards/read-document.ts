import type { Chart, ChartQuery, Dashboard, DashboardDocument } from '../../../src/model/index.ts';
import { readDuration, writeDuration } from '../charts/duration.ts';

/**
 * Documents of dashboards, as they were written, with their defaults. The watcher judges them with all rules when they are
 * saved; here only what would break the page is refused, so that a document of another version says what is wrong with it.
 */

export type Read = { ok: true; dashboard: Dashboard } | { ok: false; path: string; expected: Expected };
type Expected = 'object' | 'text' | 'list' | 'number' | 'duration' | 'type' | 'version';

class Unreadable extends Error {
  readonly path: string;
  readonly expected: Expected;
  constructor(path: string, expected: Expected) {
    super(`${path}: expected ${expected}`);
    this.path = path;
    this.expected = expected;
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** As `chartTypes` of the model: the page takes types from it, no values. */
export const chartTypes = [
  'line',
  'stacked-area',
  'heat-map',
  'histogram',
  'table',
  'value',
  'status-history',
] as const satisfies readonly Chart['type'][];

export const aggregates = [
  'avg',
  'min',
  'max',
  'sum',
  'count',
  'last',
  'rate',
  'p50',
  'p90',
  'p95',
  'p99',
] as const satisfies readonly NonNullable<ChartQuery['aggregate']>[];

const usualRangeMs = 21_600_000;

function fieldsOf(value: unknown, path: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Unreadable(path, 'object');
  return value as Fields;
}

function listOf(value: unknown, path: string): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Unreadable(path, 'list');
  return value;
}

function textOf(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new Unreadable(path, 'text');
  return value;
}

const optionalText = (value: unknown, path: string) => (value === undefined ? undefined : textOf(value, path));

function numberOf(value: unknown, path: string): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number') throw new Unreadable(path, 'number');
  return value;
}

function durationOf(value: unknown, path: string): number | undefined {
  if (value === undefined) return undefined;
  const ms = typeof value === 'string' ? readDuration(value) : undefined;
  if (ms === undefined) throw new Unreadable(path, 'duration');
  return ms;
}

/** An object without the keys that have no value. */
function present<Given extends object>(given: Given): { [Key in keyof Given]: Exclude<Given[Key], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}

function conditionOf(value: unknown, path: string): ChartQuery['where'][string] {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map((one) => textOf(one, path));
  const fields = fieldsOf(value, path);
  if (typeof fields['matches'] === 'string') return { matches: fields['matches'] };
  if (typeof fields['not-matches'] === 'string') return { 'not-matches': fields['not-matches'] };
  const not = fields['not'];
  return { not: Array.isArray(not) ? not.map((one) => textOf(one, `${path}.not`)) : textOf(not, `${path}.not`) };
}

function queryOf(value: unknown, path: string): ChartQuery {
  const fields = fieldsOf(value, path);
  const where = fieldsOf(fields['where'] ?? {}, `${path}.where`);
  const aggregate = aggregates.find((one) => one === fields['aggregate']);
  if (fields['aggregate'] !== undefined && aggregate === undefined) throw new Unreadable(`${path}.aggregate`, 'type');
  return present({
    metric: textOf(fields['metric'], `${path}.metric`),
    where: Object.fromEntries(
      Object.entries(where).map(([label, one]) => [label, conditionOf(one, `${path}.where.${label}`)]),
    ),
    'group-by': listOf(fields['group-by'], `${path}.group-by`).map((one) => textOf(one, `${path}.group-by`)),
    aggregate,
    legend: optionalText(fields['legend'], `${path}.legend`),
  });
}

function chartOf(value: unknown, path: string): Chart {
  const fields = fieldsOf(value, path);
  const type = chartTypes.find((one) => one === fields['type']);
  if (type === undefined) throw new Unreadable(`${path}.type`, 'type');
  const within = (key: string, usual: number, most: number) =>
    Math.min(most, Math.max(1, Math.round(numberOf(fields[key], `${path}.${key}`) ?? usual)));
  return present({
    title: textOf(fields['title'], `${path}.title`),
    type,
    description: optionalText(fields['description'], `${path}.description`),
    width: within('width', 6, 12),
    height: within('height', 3, 12),
    queries: listOf(fields['queries'], `${path}.queries`).map((one, index) =>
      queryOf(one, `${path}.queries[${index}]`),
    ),
    series: within('series', 20, 500),
    compare: durationOf(fields['compare'], `${path}.compare`),
    thresholds: listOf(fields['thresholds'], `${path}.thresholds`).map((one, index) => {
      const at = `${path}.thresholds[${index}]`;
      const threshold = fieldsOf(one, at);
      return present({
        value: numberOf(threshold['value'], `${at}.value`) ?? 0,
        severity: threshold['severity'] === 'critical' ? ('critical' as const) : ('warning' as const),
        label: optionalText(threshold['label'], `${at}.label`),
      });
    }),
    min: numberOf(fields['min'], `${path}.min`),
    max: numberOf(fields['max'], `${path}.max`),
  });
}

/** A document with its defaults, or the first thing that cannot be shown. */
export function readDocument(document: unknown): Read {
  try {
    const fields = fieldsOf(document, 'document');
    if ((fields['version'] ?? 1) !== 1) throw new Unreadable('version', 'version');
    const dashboard = present({
      version: 1 as const,
      name: textOf(fields['name'], 'name'),
      title: textOf(fields['title'], 'title'),
      description: optionalText(fields['description'], 'description'),
      range: durationOf(fields['range'], 'range') ?? usualRangeMs,
      variables: listOf(fields['variables'], 'variables').map((one, index) => {
        const path = `variables[${index}]`;
        const variable = fieldsOf(one, path);
        return present({
          name: textOf(variable['name'], `${path}.name`),
          label: textOf(variable['label'], `${path}.label`),
          metric: optionalText(variable['metric'], `${path}.metric`),
          title: optionalText(variable['title'], `${path}.title`),
        });
      }),
      charts: listOf(fields['charts'], 'charts').map((one, index) => chartOf(one, `charts[${index}]`)),
    });
    return { ok: true, dashboard };
  } catch (thrown) {
    if (thrown instanceof Unreadable) return { ok: false, path: thrown.path, expected: thrown.expected };
    throw thrown;
  }
}

/** What has only its default value is not written, so that documents stay short. */
export function writeDocument(dashboard: Dashboard): DashboardDocument {
  const { version, name, title, description, range, variables, charts } = dashboard;
  return present({
    version,
    name,
    title,
    description,
    range: range === usualRangeMs ? undefined : writeDuration(range),
    variables: variables.length === 0 ? undefined : variables,
    charts: charts.map((chart) =>
      present({
        ...chart,
        width: chart.width === 6 ? undefined : chart.width,
        height: chart.height === 3 ? undefined : chart.height,
        series: chart.series === 20 ? undefined : chart.series,
        compare: chart.compare === undefined ? undefined : writeDuration(chart.compare),
        thresholds: chart.thresholds.length === 0 ? undefined : chart.thresholds,
        queries: chart.queries.map((query) =>
          present({
            ...query,
            where: Object.keys(query.where).length === 0 ? undefined : query.where,
            'group-by': query['group-by'].length === 0 ? undefined : query['group-by'],
          }),
        ),
      }),
    ),
  });
}
