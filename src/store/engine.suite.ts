import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../platform/index.ts';
import { makeBatch, type ColumnBatch } from './batch.ts';
import type { Answer, QueryLimits, TelemetryEngine } from './engine.ts';
import { openMemoryEngine } from './memory-engine/engine.ts';
import { zooBatch, zooQuery, zooStart, zooTable } from './query/random-query.suite.ts';
import type { Aggregate, Expression, Predicate, Query } from './query/query.ts';
import { samplesTable, type Table } from './table.ts';

/** What every engine of telemetry does. */
interface EngineUnderTest {
  engine: TelemetryEngine;
  close(): Promise<void>;
}

export interface SuiteOptions {
  /** Tables that the suite writes to. */
  open: (tables: readonly Table[]) => Promise<EngineUnderTest>;
  /** Sums longer than 64 bits are exact. */
  wideSums: boolean;
  runs?: number;
}

const one = (name: string, rows: readonly Readonly<Record<string, number | bigint>>[]): ColumnBatch => {
  const table: Table = { ...zooTable, name };
  const batch = makeBatch(table, rows.length);
  for (const [at, row] of rows.entries()) {
    for (const [column, values] of Object.entries(batch.columns)) {
      if (values instanceof BigUint64Array) values[at] = BigInt(row[column] ?? 0);
      else values[at] = Number(row[column] ?? 0);
    }
  }
  return batch;
};

const ts = (offset: number): number => zooStart + offset;
const column = (name: string): Expression => ({ column: name });

const isNobody: Predicate = { left: column('nobody'), is: '=', right: { literal: 1 } };

export function engineSuite(name: string, { open, wideSums, runs = 30 }: SuiteOptions): void {
  describe(`${name} as an engine of telemetry`, () => {
    let under: EngineUnderTest;
    const animals = one('animals', [
      { ts: ts(0), tiny: 1, short: 10, whole: 100, wide: 2n ** 64n - 1n, half: -1.5 },
      { ts: ts(60_000), tiny: 1, short: 20, whole: 4_294_967_295, wide: 2n ** 64n - 2n, half: 2.5 },
      { ts: ts(120_000), tiny: 2, short: 30, whole: 4_294_967_295, wide: 2n ** 53n + 1n, half: 0 },
      { ts: ts(3_700_000), tiny: 3, short: 40, whole: 7, wide: 5n, half: 1 },
    ]);
    const { table } = animals;
    beforeAll(async () => {
      under = await open([zooTable, table, samplesTable, { ...zooTable, name: 'dropped' }]);
      await under.engine.append(animals);
    });
    afterAll(() => under.close());

    const ask = (question: Partial<Query>, limits?: QueryLimits): Promise<Answer> =>
      under.engine.query({ table, from: ts(0), to: ts(7_200_000), select: [], ...question }, limits);
    const values = async (question: Partial<Query>) => (await ask(question)).rows;
    const aggregated = async (aggregate: Aggregate) =>
      (await values({ select: [{ name: 'x', value: aggregate }] }))[0]?.[0];
    const wholes = async (where: Predicate) =>
      (await values({ where, select: [{ name: 'x', value: column('short') }], orderBy: [{ name: 'x' }] })).map(
        ([x]) => x,
      );

    test('rows are seen as soon as their append is done, columns of 64 bits exact and as text', async () => {
      const select = Object.keys(table.columns).map((of) => ({ name: of, value: column(of) }));
      const answer = await ask({ select, orderBy: [{ name: 'ts' }] });
      expect(answer.columns).toEqual(['ts', 'tiny', 'short', 'whole', 'wide', 'half']);
      expect(answer.rows).toEqual([
        [String(ts(0)), 1, 10, 100, '18446744073709551615', -1.5],
        [String(ts(60_000)), 1, 20, 4_294_967_295, '18446744073709551614', 2.5],
        [String(ts(120_000)), 2, 30, 4_294_967_295, '9007199254740993', 0],
        [String(ts(3_700_000)), 3, 40, 7, '5', 1],
      ]);
      expect(answer.partial).toBeUndefined();
    });

    test('the range begins with its first millisecond and ends before its last', async () => {
      const select = [{ name: 'x', value: column('short') }];
      expect(await values({ select, from: ts(60_000), to: ts(120_000) })).toEqual([[20]]);
      expect(await values({ select, from: ts(60_001), to: ts(120_000) })).toEqual([]);
      expect(await values({ select, from: ts(10), to: ts(5) })).toEqual([]);
    });

    test('every expression', async () => {
      const isFirst: Predicate = { left: column('tiny'), is: '=', right: { literal: 1 } };
      const select = [
        { name: 'step', value: { floor: column('ts'), width: 3_600_000 } },
        { name: 'next', value: { left: column('short'), operator: '+' as const, right: { literal: 0.5 } } },
        { name: 'less', value: { left: column('short'), operator: '-' as const, right: { literal: 30 } } },
        { name: 'times', value: { left: column('short'), operator: '*' as const, right: column('half') } },
        { name: 'subnet', value: { floor: column('wide'), width: 2 ** 32 } },
        { name: 'mapped', value: { map: column('tiny'), from: [1, 3], to: [11, 33], otherwise: 0 } },
        { name: 'literal', value: { literal: '18446744073709551615' } },
        { name: 'chosen', value: { when: isFirst, value: column('wide'), otherwise: column('tiny') } },
        { name: 'half', value: { when: isFirst, value: column('half'), otherwise: column('wide') } },
        { name: 'divided', value: { left: column('short'), operator: '/' as const, right: column('half') } },
      ];
      const hour = (at: number) => String(Math.floor(at / 3_600_000) * 3_600_000);
      expect(await values({ select, orderBy: [{ name: 'next' }] })).toEqual([
        [
          hour(ts(0)),
          10.5,
          -20,
          -15,
          '18446744069414584320',
          11,
          '18446744073709551615',
          '18446744073709551615',
          -1.5,
          10 / -1.5,
        ],
        [
          hour(ts(60_000)),
          20.5,
          -10,
          50,
          '18446744069414584320',
          11,
          '18446744073709551615',
          '18446744073709551614',
          2.5,
          8,
        ],
        [hour(ts(120_000)), 30.5, 0, 0, '9007199254740992', 0, '18446744073709551615', '2', 2 ** 53, 0],
        [hour(ts(3_700_000)), 40.5, 10, 40, '0', 33, '18446744073709551615', '3', 5, 40],
      ]);
    });

    test('every condition', async () => {
      const top: Expression = { literal: '18446744073709551615' };
      expect(await wholes({ left: column('wide'), is: '=', right: top })).toEqual([10]);
      expect(await wholes({ left: column('wide'), is: '!=', right: top })).toEqual([20, 30, 40]);
      expect(await wholes({ left: column('wide'), is: '<', right: { literal: '18446744073709551614' } })).toEqual([
        30, 40,
      ]);
      expect(await wholes({ left: column('half'), is: '<=', right: { literal: 0 } })).toEqual([10, 30]);
      expect(await wholes({ left: column('half'), is: '>', right: { literal: -1.5 } })).toEqual([20, 30, 40]);
      expect(await wholes({ left: column('tiny'), is: '>=', right: column('half') })).toEqual([10, 30, 40]);
      expect(await wholes({ in: column('wide'), values: ['5', '18446744073709551614'] })).toEqual([20, 40]);
      expect(await wholes({ in: column('short'), values: [] })).toEqual([]);
      expect(await wholes({ not: { in: column('short'), values: [10, 20] } })).toEqual([30, 40]);
      expect(await wholes({ all: [] })).toEqual([10, 20, 30, 40]);
      expect(await wholes({ any: [] })).toEqual([]);
      const [low, high] = [10, 40].map((literal): Predicate => ({
        left: column('short'),
        is: '=',
        right: { literal },
      }));
      expect(await wholes({ any: [low as Predicate, high as Predicate] })).toEqual([10, 40]);
      expect(await wholes({ all: [low as Predicate, high as Predicate] })).toEqual([]);
    });

    test('lists and maps of thousands of values', async () => {
      const many = Array.from({ length: 50_000 }, (_, at) => at * 3);
      expect(await wholes({ in: column('short'), values: many })).toEqual([30]);
      const map = { map: column('short'), from: many, to: many.map((value) => value + 1), otherwise: 9 };
      const select = [
        { name: 'x', value: map },
        { name: 'n', value: { aggregate: 'count' } as const },
      ];
      expect(await values({ select, orderBy: [{ name: 'x' }] })).toEqual([
        [9, 3],
        [31, 1],
      ]);
    });

    test('every aggregate', async () => {
      expect(await aggregated({ aggregate: 'count' })).toBe(4);
      expect(await aggregated({ aggregate: 'sum', of: column('whole') })).toBe('8589934697');
      expect(await aggregated({ aggregate: 'sum', of: column('half') })).toBe(2);
      expect(await aggregated({ aggregate: 'min', of: column('wide') })).toBe('5');
      expect(await aggregated({ aggregate: 'max', of: column('wide') })).toBe('18446744073709551615');
      expect(await aggregated({ aggregate: 'min', of: column('half') })).toBe(-1.5);
      expect(await aggregated({ aggregate: 'distinct', of: column('whole') })).toBe(3);
      expect(await aggregated({ aggregate: 'distinct', of: [column('tiny'), column('whole')] })).toBe(4);
      expect(await aggregated({ aggregate: 'distinct', of: [column('whole')] })).toBe(3);
      expect(await aggregated({ aggregate: 'last', of: column('short'), by: column('ts') })).toBe(40);
      expect(await aggregated({ aggregate: 'last', of: column('wide'), by: column('half') })).toBe(
        '18446744073709551614',
      );
      const where: Predicate = { left: column('tiny'), is: '=', right: { literal: 1 } };
      expect(await aggregated({ aggregate: 'count', where })).toBe(2);
      expect(await aggregated({ aggregate: 'distinct', of: [column('tiny'), column('half')], where })).toBe(2);
      expect(await aggregated({ aggregate: 'last', of: column('short'), by: column('ts'), where })).toBe(20);
    });

    test('how many groups there are, besides those with the most', async () => {
      const grouped = {
        select: [
          { name: 'x', value: column('tiny') },
          { name: 'n', value: { aggregate: 'count' } as const },
        ],
        orderBy: [{ name: 'n', descending: true }, { name: 'x' }],
        countAs: 'groups',
      };
      const all = await values(grouped);
      expect(all.length).toBeGreaterThan(1);
      expect(all.map((row) => row.at(-1))).toEqual(all.map(() => all.length));
      const first = await ask({ ...grouped, limit: 1 });
      expect(first.columns).toEqual(['x', 'n', 'groups']);
      expect(first.rows).toEqual(all.slice(0, 1));
      const together = { select: grouped.select.slice(1), countAs: 'groups' };
      expect(await values(together)).toEqual([[4, 1]]);
      await expect(ask({ select: grouped.select.slice(0, 1), countAs: 'groups' })).rejects.toMatchObject({
        code: 'TELEMETRY_QUERY',
        message: expect.stringContaining('an aggregate') as unknown,
      });
    });

    test('of nothing every aggregate is 0, and there are no groups', async () => {
      const nothing: Predicate = { left: column('tiny'), is: '=', right: { literal: 99 } };
      const all = (where: { where?: Predicate }): { name: string; value: Aggregate }[] => [
        { name: 'n', value: { aggregate: 'count', ...where } },
        { name: 's', value: { aggregate: 'sum', of: column('wide'), ...where } },
        { name: 'i', value: { aggregate: 'min', of: column('whole'), ...where } },
        { name: 'a', value: { aggregate: 'max', of: column('half'), ...where } },
        { name: 'd', value: { aggregate: 'distinct', of: column('wide'), ...where } },
        { name: 't', value: { aggregate: 'distinct', of: [column('wide'), column('tiny')], ...where } },
        { name: 'l', value: { aggregate: 'last', of: column('wide'), by: column('ts'), ...where } },
      ];
      const zeroes = [0, '0', 0, 0, 0, 0, '0'];
      expect(await values({ select: all({ where: nothing }) })).toEqual([zeroes]);
      expect(await values({ select: all({}), where: nothing })).toEqual([zeroes]);
      expect(await values({ select: all({}), from: 5, to: 10 })).toEqual([zeroes]);
      expect(await values({ select: [{ name: 'k', value: column('tiny') }, ...all({})], where: nothing })).toEqual([]);
    });

    test('groups, an order with directions, and a limit', async () => {
      const select = [
        { name: 'tiny', value: column('tiny') },
        { name: 'ts', value: { aggregate: 'max', of: column('ts') } as const },
        { name: 'n', value: { aggregate: 'count' } as const },
      ];
      const orderBy = [
        { name: 'n', descending: true },
        { name: 'tiny', descending: true },
      ];
      expect(await values({ select, orderBy, limit: 2 })).toEqual([
        [1, String(ts(60_000)), 2],
        [3, String(ts(3_700_000)), 1],
      ]);
      expect(await values({ select, orderBy, limit: 0 })).toEqual([]);
    });

    test('more rows than allowed are an error, and never a shorter answer', async () => {
      const select = [{ name: 'x', value: column('short') }];
      await expect(ask({ select }, { maxRows: 3 })).rejects.toMatchObject({ code: 'TELEMETRY_LIMIT' });
      expect((await ask({ select }, { maxRows: 4 })).rows).toHaveLength(4);
      expect((await ask({ select, limit: 3 }, { maxRows: 3 })).rows).toHaveLength(3);
    });

    test.each([
      ['a column that is not there', { select: [{ name: 'x', value: column('nobody') }] }],
      ['a column of every object', { select: [{ name: 'x', value: column('constructor') }] }],
      ['a name with a quote', { select: [{ name: 'x" FROM', value: column('ts') }] }],
      [
        'a name twice',
        {
          select: [
            { name: 'x', value: column('ts') },
            { name: 'x', value: column('tiny') },
          ],
        },
      ],
      ['an order by something else', { select: [{ name: 'x', value: column('ts') }], orderBy: [{ name: 'ts' }] }],
      ['a literal that is text', { select: [{ name: 'x', value: { literal: "1'); DROP TABLE animals; --" } }] }],
      ['a literal beyond 64 bits', { select: [{ name: 'x', value: { literal: '18446744073709551616' } }] }],
      ['a literal that is no number', { select: [{ name: 'x', value: { literal: NaN } }] }],
      ['a negative limit', { select: [{ name: 'x', value: column('ts') }], limit: -1 }],
      ['a time that is no number', { select: [{ name: 'x', value: column('ts') }], from: NaN }],
      ['steps of no width', { select: [{ name: 'x', value: { floor: column('ts'), width: 0 } }] }],
      ['nothing selected', { select: [] }],
      [
        'a choice by nobody',
        { select: [{ name: 'x', value: { when: isNobody, value: column('ts'), otherwise: column('ts') } }] },
      ],
      ['nothing counted together', { select: [{ name: 'x', value: { aggregate: 'distinct', of: [] } }] }],
    ] as [string, Partial<Query>][])('refused: %s', async (_, question) => {
      await expect(ask(question)).rejects.toMatchObject({ code: 'TELEMETRY_QUERY' });
    });

    test('an aborted question rejects with the reason, and the next one works', async () => {
      const controller = new AbortController();
      const select = [{ name: 'n', value: { aggregate: 'count' } as const }];
      controller.abort(new Error('the page was closed'));
      await expect(ask({ select }, { signal: controller.signal })).rejects.toThrow('the page was closed');
      expect(await values({ select })).toEqual([[4]]);
    });

    test('a deadline that has passed is an error, and the next question works', async () => {
      const select = [{ name: 'n', value: { aggregate: 'distinct', of: column('wide') } as const }];
      await expect(ask({ select }, { deadlineMs: 0.000_001 })).rejects.toMatchObject({ code: 'TELEMETRY_DEADLINE' });
      expect(await values({ select })).toEqual([[4]]);
    });

    test('what is dropped is older, and what is younger stays', async () => {
      const dropped: Table = { ...table, name: 'dropped' };
      await under.engine.append({ ...one('dropped', [{ ts: ts(0), short: 1 }]), table: dropped });
      await under.engine.append({ ...one('dropped', [{ ts: ts(90_000_000), short: 2 }]), table: dropped });
      await under.engine.dropBefore(dropped, ts(90_000_000));
      const select = [{ name: 'x', value: column('short') }];
      const left = await under.engine.query({ table: dropped, from: 0, to: ts(100_000_000), select });
      expect(left.rows).toEqual([[2]]);
    });

    test('health tells what is kept', async () => {
      const health = await under.engine.health();
      expect(health).toMatchObject({ ready: true, problems: [] });
      expect(health.tables['animals']?.rows).toBe(4);
    });

    test('random questions over random rows have the answers that memory gives', async () => {
      let asked = 0;
      await fc.assert(
        fc.asyncProperty(
          zooBatch,
          fc.array(zooQuery({ wideSums }), { minLength: 1, maxLength: 4 }),
          async (batch, queries) => {
            const memory = openMemoryEngine({ clock: systemClock });
            // A place of its own on the line of time, a month on, keeps what other runs appended apart.
            const shift = ++asked * 30 * 86_400_000;
            const moved = {
              ...batch.columns,
              ts: (batch.columns['ts'] as BigUint64Array).map((at) => at + BigInt(shift)),
            };
            await under.engine.append({ ...batch, columns: moved });
            await memory.append({ ...batch, columns: moved });
            for (const query of queries) {
              const question = { ...query, from: query.from + shift, to: query.to + shift };
              const [found, expected] = [await under.engine.query(question), await memory.query(question)];
              expect(found.rows, JSON.stringify(question)).toEqual(expected.rows);
            }
          },
        ),
        { numRuns: runs },
      );
    }, 90_000);
  });
}
