import { QwError } from '../../model/index.ts';
import type { Table } from '../table.ts';
import {
  expressionsOf,
  isAggregate,
  maxMapped,
  maxTogether,
  type Aggregate,
  type Expression,
  type Predicate,
  type Query,
} from './query.ts';

/** Bounds of a question, so that what is asked for by a program's mistake or a person's malice is refused before it runs. */
const queryLimits = { selected: 100, depth: 64, nodes: 5000, values: 200_000 } as const;

const name = /^[a-z][a-z0-9_]{0,62}$/;
const comparisons: ReadonlySet<unknown> = new Set(['=', '!=', '<', '<=', '>', '>=']);
const operators: ReadonlySet<unknown> = new Set(['+', '-', '*', '/']);
const aggregates: ReadonlySet<unknown> = new Set(['count', 'sum', 'min', 'max', 'distinct', 'last']);
const greatestWhole = 2n ** 64n - 1n;

/** Throws TELEMETRY_QUERY with the place in the question and what was expected there. */
export function validateQuery(query: Query): void {
  validateTable(query.table);
  for (const end of ['from', 'to'] as const) {
    if (!Number.isSafeInteger(query[end]) || query[end] < 0) refuse(end, 'milliseconds since 1970', query[end]);
  }
  const { select, orderBy = [], limit, countAs } = query;
  if (select.length < 1 || select.length > queryLimits.selected)
    refuse('select', `1 to ${queryLimits.selected} columns`, select.length);
  const walk = new Walk(query.table);
  const names = new Set<string>();
  for (const [at, selected] of select.entries()) {
    if (!name.test(selected.name))
      refuse(`select[${at}].name`, 'lower case letters, digits and underscores', selected.name);
    if (names.has(selected.name)) refuse(`select[${at}].name`, 'a name of its own', selected.name);
    names.add(selected.name);
    walk.value(selected.value, `select[${at}].value`);
  }
  if (query.where) walk.predicate(query.where, 'where', 0);
  for (const [at, order] of orderBy.entries()) {
    if (!names.has(order.name)) refuse(`orderBy[${at}].name`, 'a name of `select`', order.name);
  }
  if (countAs !== undefined) {
    if (!name.test(countAs)) refuse('countAs', 'lower case letters, digits and underscores', countAs);
    if (names.has(countAs)) refuse('countAs', 'a name of its own', countAs);
    if (!select.some(({ value }) => isAggregate(value))) refuse('countAs', 'an aggregate in `select`', countAs);
  }
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 0)) refuse('limit', 'a whole number', limit);
}

/** Identifiers are the only part of a statement that is not a number: none comes from anywhere else than a declaration. */
export function validateTable(table: Table): void {
  if (!name.test(table.name)) refuse('table', 'lower case letters, digits and underscores', table.name);
  for (const column of Object.keys(table.columns)) {
    if (!name.test(column)) refuse('table', 'columns of lower case letters, digits and underscores', column);
  }
  if (table.columns['ts'] !== 'u64') refuse('table', 'a column `ts` of type u64', table.columns['ts']);
}

class Walk {
  readonly #table: Table;
  #nodes = 0;
  #values = 0;

  constructor(table: Table) {
    this.#table = table;
  }

  value(value: Expression | Aggregate, path: string): void {
    if (!isAggregate(value)) return this.expression(value, path, 0);
    if (!aggregates.has(value.aggregate)) refuse(path, `one of ${[...aggregates].join(', ')}`, value.aggregate);
    if (value.aggregate === 'distinct') {
      const together = expressionsOf(value);
      if (together.length < 1 || together.length > maxTogether)
        refuse(`${path}.of`, `1 to ${maxTogether} expressions`, together.length);
      for (const [at, of] of together.entries()) this.expression(of, `${path}.of[${at}]`, 0);
    } else if (value.aggregate !== 'count') this.expression(value.of, `${path}.of`, 0);
    if (value.aggregate === 'last') this.expression(value.by, `${path}.by`, 0);
    if (value.where) this.predicate(value.where, `${path}.where`, 0);
  }

  expression(value: Expression, path: string, depth: number): void {
    this.#count(path, depth);
    if ('column' in value) {
      if (!Object.hasOwn(this.#table.columns, value.column))
        refuse(path, `a column of ${this.#table.name}: ${Object.keys(this.#table.columns).join(', ')}`, value.column);
    } else if ('literal' in value) {
      checkLiteral(value.literal, path);
    } else if ('floor' in value) {
      if (!Number.isSafeInteger(value.width) || value.width < 1)
        refuse(`${path}.width`, 'a whole number from 1', value.width);
      this.expression(value.floor, `${path}.floor`, depth + 1);
    } else if ('map' in value) {
      this.#map(value, path);
      this.expression(value.map, `${path}.map`, depth + 1);
    } else if ('when' in value) {
      this.predicate(value.when, `${path}.when`, depth + 1);
      this.expression(value.value, `${path}.value`, depth + 1);
      this.expression(value.otherwise, `${path}.otherwise`, depth + 1);
    } else {
      if (!operators.has(value.operator)) refuse(path, 'an operator +, -, * or /', value.operator);
      this.expression(value.left, `${path}.left`, depth + 1);
      this.expression(value.right, `${path}.right`, depth + 1);
    }
  }

  predicate(value: Predicate, path: string, depth: number): void {
    this.#count(path, depth);
    if ('all' in value || 'any' in value) {
      const parts = 'all' in value ? value.all : value.any;
      for (const [at, part] of parts.entries()) this.predicate(part, `${path}[${at}]`, depth + 1);
    } else if ('not' in value) {
      this.predicate(value.not, `${path}.not`, depth + 1);
    } else if ('in' in value) {
      this.#list(value.values.length, path);
      for (const one of value.values) checkLiteral(one, `${path}.values`);
      this.expression(value.in, `${path}.in`, depth + 1);
    } else {
      if (!comparisons.has(value.is)) refuse(path, `one of ${[...comparisons].join(' ')}`, value.is);
      this.expression(value.left, `${path}.left`, depth + 1);
      this.expression(value.right, `${path}.right`, depth + 1);
    }
  }

  #map({ from, to, otherwise }: Extract<Expression, { map: unknown }>, path: string): void {
    this.#list(from.length, path);
    if (from.length !== to.length) refuse(path, 'as many values in `to` as in `from`', to.length);
    if (new Set(from).size !== from.length) refuse(`${path}.from`, 'each value once', 'one twice');
    for (const one of [...from, ...to, otherwise]) {
      if (typeof one !== 'number' || !Number.isFinite(one)) refuse(path, 'numbers', one);
    }
  }

  #list(length: number, path: string): void {
    if (length > maxMapped) refuse(path, `at most ${maxMapped} values`, length);
    this.#values += length;
    if (this.#values > queryLimits.values)
      refuse(path, `at most ${queryLimits.values} values in all lists`, this.#values);
  }

  #count(path: string, depth: number): void {
    if (depth > queryLimits.depth) refuse(path, `at most ${queryLimits.depth} levels`, depth);
    if (++this.#nodes > queryLimits.nodes) refuse(path, `at most ${queryLimits.nodes} parts`, this.#nodes);
  }
}

function checkLiteral(literal: unknown, path: string): void {
  if (typeof literal === 'number' && Number.isFinite(literal)) return;
  const whole = typeof literal === 'string' && /^(0|[1-9]\d{0,19})$/.test(literal) && BigInt(literal) <= greatestWhole;
  if (!whole) refuse(path, 'a number, or a decimal string from 0 to 2^64 - 1', literal);
}

function refuse(path: string, expected: string, found: unknown): never {
  throw new QwError('TELEMETRY_QUERY', `expected ${expected}, found ${String(found).slice(0, 100)}`, {
    where: path,
    facts: { path, expected },
  });
}
