import {
  expressionsOf,
  isAggregate,
  type Aggregate,
  type ColumnBatch,
  type EngineHealth,
  type Expression,
  type Predicate,
  type Query,
  type Table,
  type TelemetryEngine,
} from '../../store/index.ts';

type Row = Readonly<Record<string, number>>;

/** An engine that is as plain as can be: rows are objects, and a question is asked of each. For tests. */
export class PlainEngine implements TelemetryEngine {
  readonly name = 'plain';
  readonly rows = new Map<string, Row[]>();
  readonly asked: Query[] = [];
  /** Refuses what is appended, as a full disk does. */
  broken: Error | undefined;

  async append({ table, rows, columns }: ColumnBatch): Promise<void> {
    if (this.broken) throw this.broken;
    for (let at = 0; at < rows; at++) {
      this.add(
        table,
        Object.fromEntries(Object.keys(table.columns).map((name) => [name, Number(columns[name]?.[at])])),
      );
    }
  }

  add(table: Table, row: Row): void {
    const known = this.rows.get(table.name);
    if (known) known.push(row);
    else this.rows.set(table.name, [row]);
  }

  async query(query: Query) {
    this.asked.push(query);
    const chosen = (this.rows.get(query.table.name) ?? []).filter(
      (row) => (row['ts'] ?? 0) >= query.from && (row['ts'] ?? 0) < query.to && holds(query.where, row),
    );
    const keys = query.select.filter(({ value }) => !isAggregate(value));
    const grouped = keys.length < query.select.length;
    const groups = new Map<string, Row[]>();
    chosen.forEach((row, at) => {
      const key = grouped ? JSON.stringify(keys.map(({ value }) => valueOf(value as Expression, row))) : String(at);
      const group = groups.get(key);
      if (group) group.push(row);
      else groups.set(key, [row]);
    });
    const rows = [...groups.values()].map((members) =>
      query.select.map(({ value }) =>
        isAggregate(value) ? aggregated(value, members) : valueOf(value, members[0] ?? {}),
      ),
    );
    const columns = query.select.map(({ name }) => name);
    const order = (query.orderBy ?? []).map(({ name }) => columns.indexOf(name));
    rows.sort((a, b) => {
      const at = order.find((place) => a[place] !== b[place]);
      return at === undefined ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
    });
    return { columns, rows: query.limit === undefined ? rows : rows.slice(0, query.limit), elapsedMs: 0 };
  }

  async dropBefore(table: Table, before: number): Promise<void> {
    this.rows.set(
      table.name,
      (this.rows.get(table.name) ?? []).filter((row) => (row['ts'] ?? 0) >= before),
    );
  }

  async health(): Promise<EngineHealth> {
    const tables: Record<string, EngineHealth['tables'][string]> = {};
    for (const [name, rows] of this.rows) {
      const times = rows.map((row) => row['ts'] ?? 0);
      const span =
        rows.length > 0
          ? { from: times.reduce((a, b) => Math.min(a, b)), to: times.reduce((a, b) => Math.max(a, b)) }
          : {};
      tables[name] = { rows: rows.length, bytes: 0, ...span };
    }
    return { ready: true, problems: [], tables };
  }

  async close(): Promise<void> {}
}

function valueOf(expression: Expression, row: Row): number {
  if ('column' in expression) return row[expression.column] ?? Number.NaN;
  if ('literal' in expression) return Number(expression.literal);
  if ('floor' in expression) {
    return Math.floor(valueOf(expression.floor, row) / expression.width) * expression.width;
  }
  if ('map' in expression) {
    const place = expression.from.indexOf(valueOf(expression.map, row));
    return place < 0 ? expression.otherwise : (expression.to[place] ?? expression.otherwise);
  }
  if ('when' in expression) return valueOf(holds(expression.when, row) ? expression.value : expression.otherwise, row);
  const [left, right] = [valueOf(expression.left, row), valueOf(expression.right, row)];
  return expression.operator === '+' ? left + right : expression.operator === '-' ? left - right : left * right;
}

function holds(predicate: Predicate | undefined, row: Row): boolean {
  if (!predicate) return true;
  if ('all' in predicate) return predicate.all.every((one) => holds(one, row));
  if ('any' in predicate) return predicate.any.some((one) => holds(one, row));
  if ('not' in predicate) return !holds(predicate.not, row);
  if ('in' in predicate) return predicate.values.map(Number).includes(valueOf(predicate.in, row));
  const [left, right] = [valueOf(predicate.left, row), valueOf(predicate.right, row)];
  const tests = { '=': left === right, '!=': left !== right, '<': left < right, '<=': left <= right };
  return predicate.is === '>' ? left > right : predicate.is === '>=' ? left >= right : tests[predicate.is];
}

function aggregated(aggregate: Aggregate, all: readonly Row[]): number {
  const rows = all.filter((row) => holds(aggregate.where, row));
  if (aggregate.aggregate === 'count') return rows.length;
  if (aggregate.aggregate === 'distinct') {
    return new Set(
      rows.map((row) =>
        expressionsOf(aggregate)
          .map((of) => valueOf(of, row))
          .join(' '),
      ),
    ).size;
  }
  const { of } = aggregate;
  const values = rows.map((row) => valueOf(of, row));
  switch (aggregate.aggregate) {
    case 'sum':
      return values.reduce((sum, value) => sum + value, 0);
    case 'min':
      return values.length === 0 ? 0 : values.reduce((a, b) => Math.min(a, b));
    case 'max':
      return values.length === 0 ? 0 : values.reduce((a, b) => Math.max(a, b));
    default: {
      const { by } = aggregate;
      const newest = rows.reduce<Row | undefined>(
        (best, row) => (best && valueOf(by, best) >= valueOf(by, row) ? best : row),
        undefined,
      );
      return newest ? valueOf(of, newest) : 0;
    }
  }
}
