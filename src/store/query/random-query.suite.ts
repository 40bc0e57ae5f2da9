import fc from 'fast-check';
import { makeBatch, type ColumnBatch } from '../batch.ts';
import type { Table } from '../table.ts';
import { kindOf } from './kind.ts';
import { isAggregate, type Aggregate, type Expression, type Predicate, type Query, type Selected } from './query.ts';

/**
 * Random rows and random questions whose answers are the same in every engine: every order is a whole one, doubles are
 * small multiples of a half so that their sum does not depend on the order, and no two rows share the time that `last`
 * goes by.
 */
export const zooTable: Table = {
  name: 'zoo',
  columns: { ts: 'u64', tiny: 'u8', short: 'u16', whole: 'u32', wide: 'u64', half: 'f64' },
  sortedBy: ['tiny', 'ts'],
};

export const zooStart = 1_750_000_000_000;
const hourMs = 3_600_000;

/** Times are all different, across two hours. */
export const zooBatch: fc.Arbitrary<ColumnBatch> = fc
  .uniqueArray(
    fc.record({
      ts: fc.integer({ min: zooStart, max: zooStart + 2 * hourMs }),
      tiny: fc.integer({ min: 0, max: 5 }),
      short: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant(65_535)),
      whole: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(4_294_967_295)),
      wide: fc.oneof(fc.bigInt(0n, 9n), fc.bigInt(2n ** 64n - 4n, 2n ** 64n - 1n), fc.constant(2n ** 53n + 1n)),
      half: fc.integer({ min: -20, max: 20 }).map((value) => value / 2),
    }),
    { maxLength: 60, selector: ({ ts }) => ts },
  )
  .map((rows) => {
    const batch = makeBatch(zooTable, rows.length);
    for (const [at, row] of rows.entries()) {
      for (const [name, column] of Object.entries(batch.columns)) {
        const value = row[name as keyof typeof row];
        if (column instanceof BigUint64Array) column[at] = BigInt(value);
        else column[at] = Number(value);
      }
    }
    return batch;
  });

const column = fc.constantFrom(...Object.keys(zooTable.columns)).map((name): Expression => ({ column: name }));
const literal: fc.Arbitrary<Expression> = fc
  .oneof(fc.integer({ min: -3, max: 9 }), fc.constantFrom('0', '9', '9007199254740993', '18446744073709551615', 0.5))
  .map((value) => ({ literal: value }));
const widths = fc.constantFrom(1, 2, 7, 60_000, 3_600_000);
const pairs = fc.uniqueArray(fc.integer({ min: -2, max: 8 }), { maxLength: 5 }).chain((from) =>
  fc.record({
    from: fc.constant(from),
    to: fc.array(fc.integer({ min: -2, max: 9 }), { minLength: from.length, maxLength: from.length }),
    otherwise: fc.integer({ min: 0, max: 9 }),
  }),
);

/** One measure of depth for all of them, since conditions nest in values and values in conditions. */
const nesting = { depthSize: 'small', withCrossShrink: true, depthIdentifier: fc.createDepthIdentifier() } as const;

/** Of these `small` is whole, and small enough for arithmetic to be exact. */
const { expression, predicate } = fc.letrec<{ small: Expression; expression: Expression; predicate: Predicate }>(
  (tie) => ({
    small: fc.oneof(
      nesting,
      fc.constantFrom('tiny', 'short', 'whole', 'half').map((name): Expression => ({ column: name })),
      fc.integer({ min: -3, max: 9 }).map((value): Expression => ({ literal: value })),
      fc.record({ floor: tie('small'), width: fc.constantFrom(1, 2, 7) }),
      fc.tuple(tie('small'), pairs).map(([map, rest]): Expression => ({ map, ...rest })),
      fc.record({
        left: tie('small'),
        operator: fc.constantFrom('+' as const, '-' as const),
        right: tie('small'),
      }),
      fc.record({ when: tie('predicate'), value: tie('small'), otherwise: tie('small') }),
    ),
    expression: fc.oneof(
      nesting,
      column,
      literal,
      tie('small'),
      fc.record({ floor: column, width: widths }),
      fc.tuple(column, pairs).map(([map, rest]): Expression => ({ map, ...rest })),
      fc.record({ when: tie('predicate'), value: tie('expression'), otherwise: tie('expression') }),
    ),
    predicate: fc.oneof(
      nesting,
      fc.record({
        left: tie('expression'),
        is: fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
        right: tie('expression'),
      }),
      fc.record({
        in: tie('expression'),
        values: fc.array(
          fc.oneof(fc.integer({ min: -1, max: 9 }), fc.constantFrom('18446744073709551615', '65535', 0.5)),
          { maxLength: 60 },
        ),
      }),
      fc.record({ not: tie('predicate') }),
      fc.record({ all: fc.array(tie('predicate'), { maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('predicate'), { maxLength: 3 }) }),
    ),
  }),
);

const isWideSum = (value: Aggregate | Expression): boolean =>
  isAggregate(value) && value.aggregate === 'sum' && /wide|184467|900719/.test(JSON.stringify(value.of));

/** Wide numbers as doubles: what they add up to depends on their order. */
function isExactSum(value: Aggregate): boolean {
  return value.aggregate !== 'sum' || !isWideSum(value) || kindOf(value.of, zooTable) !== 'double';
}

/** Sums of wide numbers may be longer than an engine's 64 bits. */
const isNarrowSum = (value: Aggregate | Expression): boolean => !isWideSum(value);

const maybeWhere = fc.option(predicate, { nil: undefined }).map((where) => (where ? { where } : {}));

const aggregate: fc.Arbitrary<Aggregate> = fc.oneof(
  maybeWhere.map((where): Aggregate => ({ aggregate: 'count', ...where })),
  fc
    .tuple(fc.constantFrom('sum', 'min', 'max', 'distinct'), expression, maybeWhere)
    .map(([name, of, where]): Aggregate => ({ aggregate: name, of, ...where }))
    .filter(isExactSum),
  fc
    .tuple(fc.array(expression, { minLength: 1, maxLength: 3 }), maybeWhere)
    .map(([of, where]): Aggregate => ({ aggregate: 'distinct', of, ...where })),
  fc
    .tuple(expression, maybeWhere)
    .map(([of, where]): Aggregate => ({ aggregate: 'last', of, by: { column: 'ts' }, ...where })),
);

export const zooQuery = (options: { wideSums: boolean }): fc.Arbitrary<Query> =>
  fc
    .record({
      values: fc.array(fc.oneof({ weight: 2, arbitrary: aggregate }, expression), { minLength: 1, maxLength: 5 }),
      from: fc.integer({ min: zooStart - 1000, max: zooStart + 2 * hourMs }),
      lengthMs: fc.integer({ min: 0, max: 3 * hourMs }),
      where: maybeWhere,
      descending: fc.boolean(),
      limit: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
      isCounted: fc.boolean(),
    })
    .filter(({ values }) => options.wideSums || values.every(isNarrowSum))
    .map(({ values, from, lengthMs, where, descending, limit, isCounted }) => {
      const select = values.map((value, at): Selected => ({ name: `c${at}`, value }));
      return {
        table: zooTable,
        from,
        to: from + lengthMs,
        ...where,
        select,
        orderBy: select.map(({ name }, at) => ({ name, descending: at === 0 && descending })),
        ...(limit !== undefined && { limit }),
        ...(isCounted && values.some(isAggregate) && { countAs: 'counted' }),
      };
    });
