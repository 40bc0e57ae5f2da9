import { messageOf, QwError, type Milliseconds } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import { defaultLimits, type Answer, type QueryLimits } from '../engine.ts';
import { clickhouseDialect } from '../query/clickhouse-dialect.ts';
import { kindOf } from '../query/kind.ts';
import { columnsOf, type Query } from '../query/query.ts';
import { toSql } from '../query/sql.ts';
import { validateQuery } from '../query/validate.ts';
import { planGather, type Row } from './gather.ts';
import { partitionMs } from './partitions.ts';
import { sourceOf } from './rollups.ts';
import type { Shard } from './shard.ts';

const dialect = clickhouseDialect(partitionMs);
/** Rows that are on their way are waited for half of the time; where a shard did not answer the last time, for so long. */
const silentSettleMs: Milliseconds = 500;

/** Asks every shard for itself, and says which ones the answer lacks. */
export async function answerOf(
  query: Query,
  limits: QueryLimits,
  { shards, clock }: { shards: readonly Shard[]; clock: Clock },
): Promise<Answer> {
  const { deadlineMs = defaultLimits.deadlineMs, maxRows = defaultLimits.maxRows, signal } = limits;
  const startMs = clock.monotonic();
  validateQuery(query);
  signal?.throwIfAborted();
  await Promise.all(
    shards.map((shard) =>
      shard.settle(Math.min(shard.problem === undefined ? deadlineMs : silentSettleMs, deadlineMs / 2)),
    ),
  );
  const leftMs = () => deadlineMs - (clock.monotonic() - startMs);
  if (leftMs() <= 0) throw tooLate(deadlineMs);
  const { queries, gather } = planGather(query);
  const missing = new Map<Shard, string>();
  const answers: Row[][] = queries.map(() => []);
  await Promise.all(
    shards.map(async (shard) => {
      try {
        const found: Row[][] = [];
        for (const one of queries) {
          const timeoutMs = Math.max(1, leftMs());
          const bounded = { ...one, limit: Math.min(one.limit ?? Infinity, maxRows + 1) };
          const sql = toSql(bounded, sourceOf(query.table, shard.database, query), dialect);
          const { rows, behind } = await shard.ask(sql, { timeoutMs, signal });
          if (behind) missing.set(shard, `the last rows of ${shard.name}, which are on a copy that does not answer`);
          if (rows.length > maxRows) throw tooMany(maxRows);
          found.push(rows.map((row) => present(one, row)));
        }
        for (const [at, rows] of found.entries()) for (const row of rows) answers[at]?.push(row);
        if (shard.waitingRows > 0) missing.set(shard, `${shard.waitingRows} rows wait to be sent to ${shard.name}`);
      } catch (problem) {
        if (problem instanceof QwError) throw problem;
        missing.set(shard, `${shard.name}: ${messageOf(problem)}`);
      }
    }),
  );
  signal?.throwIfAborted();
  const dead = [...missing].filter(([shard]) => shard.problem !== undefined).length;
  if (dead === shards.length) {
    if (leftMs() <= 0) throw tooLate(deadlineMs);
    throw new QwError('TELEMETRY_UNAVAILABLE', `no shard answers: ${[...missing.values()].join('; ')}`);
  }
  const rows = gather(answers);
  if (rows.length > maxRows) throw tooMany(maxRows);
  return {
    columns: columnsOf(query),
    rows,
    elapsedMs: clock.monotonic() - startMs,
    ...(missing.size > 0 && {
      partial: { answered: shards.length - dead, of: shards.length, missing: [...missing.values()] },
    }),
  };
}

/** 64-bit numbers come as text; what the answer has as numbers becomes them, and what JSON has no word for is no number. */
function present({ table, select }: Query, row: readonly (number | string | null)[]): Row {
  return row.map((value, at) => {
    const selected = select[at];
    const isWide = selected !== undefined && kindOf(selected.value, table) === 'wide';
    return isWide ? String(value) : value === null ? Number.NaN : Number(value);
  });
}

const tooLate = (deadlineMs: Milliseconds): QwError =>
  new QwError('TELEMETRY_DEADLINE', `no shard answered within ${deadlineMs} ms`);

function tooMany(maxRows: number): QwError {
  return new QwError('TELEMETRY_LIMIT', `the answer has more than ${maxRows} rows`, {
    hint: 'ask for less time, fewer series or wider steps',
  });
}
