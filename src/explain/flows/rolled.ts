import {
  flowKinds,
  flowNote,
  QwError,
  type FlowAnswer,
  type FlowKey,
  type FlowNote,
  type FlowQuestion,
} from '../../model/index.ts';
import {
  expressionsOf,
  flowRollups,
  flowsTable,
  isAggregate,
  rollupWidths,
  type Aggregate,
  type Expression,
  type Predicate,
  type Query,
} from '../../store/index.ts';
import { oneRecord } from './expressions.ts';
import { termsOf } from './filter/filter.ts';
import { parseFilter } from './filter/parse.ts';
import type { FlowSource } from './source.ts';

/**
 * Sums of a minute or an hour in place of records, which are gone sooner. A row of sums stands for a record that lasted its
 * whole slice: so the same questions can be asked of it, as long as they are about nothing that sums do not have.
 */

export type SumWidth = '1m' | '1h';

/** Sums have the numbers of interfaces, networks, systems and countries, and of both ports the smaller one. */
const keptKeys: ReadonlySet<FlowKey> = new Set<FlowKey>([
  ...(['protocol', 'service', 'exporter', 'input', 'output', 'direction', 'reporter'] as const),
  ...(['source-network', 'source-country', 'source-as'] as const),
  ...(['destination-network', 'destination-country', 'destination-as'] as const),
]);
const keptFields = new Set(['proto', 'port', 'exporter', 'if', 'direction', 'reporter', 'network', 'country', 'as']);

/** What of a question sums cannot answer, as people would say it; undefined where they can. */
export function notInSums({
  view,
  groupBy,
  filter,
}: Pick<FlowQuestion, 'view' | 'groupBy' | 'filter'>): string | undefined {
  if (view === 'client-server') return 'which end is the client';
  const key = groupBy.find((one) => !keptKeys.has(one));
  if (key !== undefined) return key;
  for (const { field, end } of termsOf(parseFilter(filter))) {
    if (!keptFields.has(field)) return field;
    if (end === 'client' || end === 'server') return 'which end is the client';
    if (field === 'port' && end !== 'either') return `${end} port`;
  }
  return undefined;
}

/** A source whose records are sums. */
export function rolledSource(source: FlowSource, width: SumWidth): FlowSource {
  return {
    names: () => source.names(),
    query: (query, limits) => source.query(query.table.name === flowsTable.name ? ofSums(query, width) : query, limits),
  };
}

/** A question about records as one about sums. Throws BAD_INPUT where it is about what they do not have. */
export function ofSums(query: Query, width: SumWidth): Query {
  const table = flowRollups(width);
  const lastMs = rollupWidths[width] - 1;
  const columns: Readonly<Record<string, Expression>> = {
    // A record has the time of its end.
    ts: { left: { column: 'ts' }, operator: '+', right: { literal: lastMs } },
    duration_ms: { literal: lastMs },
    lateness_ms: { literal: 0 },
    kind: { literal: flowKinds.indexOf('traffic') },
    sampling: { literal: 1 },
    // Sums are multiplied already, and how far they may be off is not kept: that is nobody's knowledge.
    sampling_from: { literal: 0 },
    source_port: { column: 'service_port' },
    destination_port: { column: 'service_port' },
  };
  const expression = (value: Expression): Expression => {
    if (value === oneRecord) return { column: 'flows' };
    if ('column' in value) {
      const known = columns[value.column];
      if (known) return known;
      if (value.column in table.columns) return value;
      throw new QwError('BAD_INPUT', `sums of a slice of time do not have ${value.column.replaceAll('_', ' ')}`);
    }
    if ('literal' in value) return value;
    if ('floor' in value) return { ...value, floor: expression(value.floor) };
    if ('map' in value) return { ...value, map: expression(value.map) };
    if ('when' in value) {
      return { when: predicate(value.when), value: expression(value.value), otherwise: expression(value.otherwise) };
    }
    return { ...value, left: expression(value.left), right: expression(value.right) };
  };
  const predicate = (value: Predicate): Predicate => {
    if ('all' in value) return { all: value.all.map(predicate) };
    if ('any' in value) return { any: value.any.map(predicate) };
    if ('not' in value) return { not: predicate(value.not) };
    if ('in' in value) return { ...value, in: expression(value.in) };
    return { ...value, left: expression(value.left), right: expression(value.right) };
  };
  const aggregate = (value: Aggregate): Aggregate => {
    const where = value.where && { where: predicate(value.where) };
    if (value.aggregate === 'count') return { aggregate: 'sum', of: { column: 'flows' }, ...where };
    if (value.aggregate === 'last') return { ...value, of: expression(value.of), by: expression(value.by), ...where };
    if (value.aggregate === 'distinct') return { ...value, of: expressionsOf(value).map(expression), ...where };
    return { ...value, of: expression(value.of), ...where };
  };
  return {
    ...query,
    table,
    from: Math.max(0, query.from - lastMs),
    to: Math.max(0, query.to - lastMs),
    ...(query.where && { where: predicate(query.where) }),
    select: query.select.map(({ name, value }) => ({
      name,
      value: isAggregate(value) ? aggregate(value) : expression(value),
    })),
  };
}

/** An answer of sums says so. */
export function toldOfSums({ trust, ...answer }: FlowAnswer, width: SumWidth, notes: readonly FlowNote[]): FlowAnswer {
  const what = flowNote({ code: 'sums', values: { width } });
  return { ...answer, resolution: width, trust: { ...trust, notes: [what, ...notes, ...trust.notes] } };
}
