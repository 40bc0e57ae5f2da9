import { expressionsOf, isAggregate, type Aggregate, type Expression, type Predicate, type Query } from './query.ts';
import { kindOf, kindOfLiteral, type Kind } from './kind.ts';

/** What differs between databases. Everything it is given and everything it gives is text of an expression. */
export interface Dialect {
  /** A value of a kind; the only way by which a number gets into a statement. */
  literal(value: number | string, kind: Kind): string;
  toDouble(expression: string): string;
  /** The multiple at or below: of a whole number, by division of whole numbers. */
  floor(expression: string, width: string, kind: Kind): string;
  /** Values of `ts` in [from, to), and whatever helps the database to leave parts out. */
  timeRange(from: string, to: string, range: { from: number; to: number }): string;
  inList(expression: string, values: readonly (number | string)[], kind: Kind): string;
  /** May add a join to `joins`, which comes behind the table. */
  map(expression: string, map: MapText, joins: string[]): string;
  /** With `where`, of the rows for which it holds; of nothing it must be 0. */
  aggregate(name: Aggregate['aggregate'], args: readonly string[], where: string | undefined): string;
  /** As the answer is to have it. */
  present(expression: string, kind: Kind): string;
}

interface MapText {
  from: readonly number[];
  to: readonly number[];
  otherwise: number;
  /** Of the answer. */
  kind: Kind;
  /** Of what is mapped. */
  input: Kind;
}

/**
 * The text of a valid question. `from` is what follows FROM: a table or a function that reads files.
 *
 * What is computed a row gets names that no question can choose, in a statement inside, so that a name of the answer never
 * hides a column. A list or a number becomes text by the dialect's serializer only, and names are checked ones.
 */
export function toSql(query: Query, from: string, dialect: Dialect): string {
  const writer = new Writer(query, dialect);
  const inner: string[] = [];
  const add = (text: string): string => {
    inner.push(`${text} AS ${quote(`_${inner.length}`)}`);
    return quote(`_${inner.length - 1}`);
  };
  const keys: string[] = [];
  const outer = query.select.map(({ name, value }) => {
    const text = isAggregate(value) ? writer.aggregate(value, add) : add(writer.expression(value));
    if (!isAggregate(value)) keys.push(text);
    return `${dialect.present(text, kindOf(value, query.table))} AS ${quote(name)}`;
  });
  if (query.countAs !== undefined) outer.push(`${dialect.toDouble('count(*) OVER ()')} AS ${quote(query.countAs)}`);
  const range = { from: query.from, to: query.to };
  const where = [dialect.timeRange(writer.literal(query.from), writer.literal(query.to), range)];
  if (query.where) where.push(writer.predicate(query.where));
  // An aggregate of nothing but rows still needs a column inside.
  if (inner.length === 0) add(quote('ts'));
  const grouped = query.select.some(({ value }) => isAggregate(value)) && keys.length > 0;
  const order = (query.orderBy ?? []).map(
    ({ name, descending }) => `${quote(name)}${descending === true ? ' DESC' : ' ASC'}`,
  );
  return [
    `SELECT ${outer.join(', ')} FROM (SELECT ${inner.join(', ')} FROM ${from}${writer.joins.join('')}`,
    ` WHERE ${where.join(' AND ')}) AS ${quote('_rows')}`,
    grouped ? ` GROUP BY ${keys.join(', ')}` : '',
    order.length > 0 ? ` ORDER BY ${order.join(', ')}` : '',
    query.limit === undefined ? '' : ` LIMIT ${query.limit}`,
  ].join('');
}

/** Names are checked when the question is; they hold no quote. */
export const quote = (identifier: string): string => `"${identifier}"`;

class Writer {
  readonly joins: string[] = [];
  readonly #query: Query;
  readonly #dialect: Dialect;

  constructor(query: Query, dialect: Dialect) {
    this.#query = query;
    this.#dialect = dialect;
  }

  literal(value: number | string): string {
    return this.#dialect.literal(value, kindOfLiteral(value));
  }

  aggregate(value: Aggregate, add: (text: string) => string): string {
    const args: string[] = [];
    if (value.aggregate === 'distinct') args.push(...expressionsOf(value).map((of) => add(this.expression(of))));
    else if (value.aggregate !== 'count') args.push(add(this.expression(value.of)));
    if (value.aggregate === 'last') args.push(add(this.expression(value.by)));
    const where = value.where && add(this.predicate(value.where));
    return this.#dialect.aggregate(value.aggregate, args, where);
  }

  expression(value: Expression): string {
    if ('column' in value) return quote(value.column);
    if ('literal' in value) return this.literal(value.literal);
    if ('floor' in value) {
      const kind = this.#kind(value.floor);
      const width = this.#dialect.literal(value.width, kind);
      return this.#dialect.floor(this.expression(value.floor), width, kind);
    }
    if ('map' in value) {
      const text = { ...value, kind: this.#kind(value), input: this.#kind(value.map) };
      return this.#dialect.map(this.expression(value.map), text, this.joins);
    }
    if ('when' in value) {
      const isDouble = this.#kind(value) === 'double';
      const [chosen, otherwise] = [value.value, value.otherwise].map((one) => {
        const text = this.expression(one);
        return isDouble ? this.#dialect.toDouble(text) : text;
      });
      return `(CASE WHEN ${this.predicate(value.when)} THEN ${chosen} ELSE ${otherwise} END)`;
    }
    const [left, right] = [value.left, value.right].map((side) => this.#dialect.toDouble(this.expression(side)));
    if (value.operator === '/') return `coalesce(${left} / nullif(${right}, 0), 0)`;
    return `(${left} ${value.operator} ${right})`;
  }

  predicate(value: Predicate): string {
    if ('all' in value) return this.#join(value.all, ' AND ', '(1 = 1)');
    if ('any' in value) return this.#join(value.any, ' OR ', '(1 = 0)');
    if ('not' in value) return `(NOT ${this.predicate(value.not)})`;
    if ('in' in value) {
      if (value.values.length === 0) return '(1 = 0)';
      const double = this.#kind(value.in) === 'double' || value.values.some((one) => kindOfLiteral(one) === 'double');
      const text = this.expression(value.in);
      return this.#dialect.inList(
        double ? this.#dialect.toDouble(text) : text,
        value.values,
        double ? 'double' : 'wide',
      );
    }
    const sides = [value.left, value.right];
    const double = sides.some((side) => this.#kind(side) === 'double');
    const [left, right] = sides.map((side) => {
      const text = this.expression(side);
      return double ? this.#dialect.toDouble(text) : text;
    });
    return `(${left} ${value.is} ${right})`;
  }

  #join(parts: readonly Predicate[], separator: string, none: string): string {
    return parts.length === 0 ? none : `(${parts.map((part) => this.predicate(part)).join(separator)})`;
  }

  #kind(value: Expression): Kind {
    return kindOf(value, this.#query.table);
  }
}
