import {
  noLatency,
  noLoss,
  pointRollups,
  pointsTable,
  sampleOutcomes,
  sampleRollups,
  samplesTable,
  type Aggregate,
  type Expression,
  type Predicate,
  type RollupWidth,
  type Table,
} from '../../store/index.ts';
import type { MetricSource } from './metric.ts';

/** Raw rows, or slices that have been summed up. */
export type Resolution = 'raw' | RollupWidth;

export type FigureName = 'count' | 'sum' | 'min' | 'max' | 'last' | 'lastCount';

/** How the figures of one metric are got from the rows of a table. What a rollup does not keep is absent. */
export interface Figures {
  table: Table;
  /** Only rows that have a value. */
  where?: Predicate;
  count: Aggregate;
  sum: Aggregate;
  min?: Aggregate;
  max?: Aggregate;
  /** Where the newest value is a quotient, `lastCount` is what to divide it by. */
  last?: Aggregate;
  lastCount?: Aggregate;
  /** Of a value as it is stored, in the metric's unit. */
  scale: number;
}

const column = (name: string): Expression => ({ column: name });
const literal = (value: number): Expression => ({ literal: value });
const sum = (name: string): Aggregate => ({ aggregate: 'sum', of: column(name) });
const count: Aggregate = { aggregate: 'count' };
const ts = column('ts');
const differs = (name: string, value: number): Predicate => ({ left: column(name), is: '!=', right: literal(value) });
const plus = (...names: [string, ...string[]]): Expression => {
  const [first, ...rest] = names.map(column) as [Expression, ...Expression[]];
  return rest.reduce((left, right) => ({ left, operator: '+', right }), first);
};

/** All figures of a value that stands in a row by itself. */
function rawFigures(of: Expression): Pick<Figures, 'count' | 'sum' | 'min' | 'max' | 'last'> {
  return {
    count,
    sum: { aggregate: 'sum', of },
    min: { aggregate: 'min', of },
    max: { aggregate: 'max', of },
    last: { aggregate: 'last', of, by: ts },
  };
}

const outcomeColumns = { pass: 'passed', degraded: 'degraded', fail: 'failed', unknown: 'unknown' } as const;
const outcomeNumber = (outcome: (typeof sampleOutcomes)[number]) => sampleOutcomes.indexOf(outcome);

/** Each variant has labels besides those of its series. */
export interface Variant {
  labels: Readonly<Record<string, string>>;
  figures: Figures;
}

export function variantsOf(source: MetricSource, resolution: Resolution): Variant[] {
  if (source !== 'outcomes') return [{ labels: {}, figures: figuresOf(source, resolution) }];
  return sampleOutcomes.map((outcome) => {
    const counted: Aggregate =
      resolution === 'raw'
        ? { aggregate: 'count', where: { left: column('outcome'), is: '=', right: literal(outcomeNumber(outcome)) } }
        : sum(outcomeColumns[outcome]);
    return {
      labels: { outcome },
      figures: { table: tableOf(source, resolution), count: counted, sum: counted, scale: 1 },
    };
  });
}

function tableOf(source: MetricSource, resolution: Resolution): Table {
  if (source === 'points') return resolution === 'raw' ? pointsTable : pointRollups(resolution);
  return resolution === 'raw' ? samplesTable : sampleRollups(resolution);
}

/** The value that stands in a raw row, of metrics that have one. */
export function valueOf(source: Exclude<MetricSource, 'outcomes'>): Expression {
  if (source === 'success') {
    const good = [outcomeNumber('pass'), outcomeNumber('degraded')];
    return { map: column('outcome'), from: good, to: [1, 1], otherwise: 0 };
  }
  return column({ points: 'value', latency: 'latency_us', loss: 'loss_percent' }[source]);
}

function figuresOf(source: Exclude<MetricSource, 'outcomes'>, resolution: Resolution): Figures {
  const table = tableOf(source, resolution);
  switch (source) {
    case 'points':
      if (resolution === 'raw') return { table, scale: 1, ...rawFigures(valueOf(source)) };
      return {
        table,
        scale: 1,
        count: sum('count'),
        sum: sum('sum'),
        min: { aggregate: 'min', of: column('min') },
        max: { aggregate: 'max', of: column('max') },
        last: { aggregate: 'last', of: column('last'), by: ts },
      };
    case 'latency':
      if (resolution === 'raw') {
        return { table, scale: 1e-6, where: differs('latency_us', noLatency), ...rawFigures(valueOf(source)) };
      }
      return {
        table,
        scale: 1e-6,
        where: differs('latency_count', 0),
        count: sum('latency_count'),
        sum: sum('latency_sum_us'),
        min: { aggregate: 'min', of: column('latency_min_us') },
        max: { aggregate: 'max', of: column('latency_max_us') },
        last: { aggregate: 'last', of: column('latency_sum_us'), by: ts },
        lastCount: { aggregate: 'last', of: column('latency_count'), by: ts },
      };
    case 'loss':
      if (resolution === 'raw') {
        return { table, scale: 0.01, where: differs('loss_percent', noLoss), ...rawFigures(valueOf(source)) };
      }
      return {
        table,
        scale: 0.01,
        where: differs('loss_count', 0),
        count: sum('loss_count'),
        sum: sum('loss_sum_percent'),
        last: { aggregate: 'last', of: column('loss_sum_percent'), by: ts },
        lastCount: { aggregate: 'last', of: column('loss_count'), by: ts },
      };
    default: {
      const known = plus('passed', 'degraded', 'failed');
      const good = plus('passed', 'degraded');
      if (resolution === 'raw') {
        return { table, scale: 1, where: differs('outcome', outcomeNumber('unknown')), ...rawFigures(valueOf(source)) };
      }
      return {
        table,
        scale: 1,
        where: { left: known, is: '!=', right: literal(0) },
        count: { aggregate: 'sum', of: known },
        sum: { aggregate: 'sum', of: good },
        last: { aggregate: 'last', of: good, by: ts },
        lastCount: { aggregate: 'last', of: known, by: ts },
      };
    }
  }
}
