import { QwError, type Milliseconds } from '../../model/index.ts';
import { HttpUnanswered } from '../../platform/index.ts';
import type { SelectedRows } from '../duckdb/select.ts';
import { ServerRefusal, type Server } from './server.ts';
import type { Shard } from './shard.ts';
import { checkStatement, type StatementParts } from './statement.ts';

export interface Selecting {
  names: StatementParts['names'];
  limit: number;
  deadlineMs: Milliseconds;
  signal?: AbortSignal | undefined;
  /** Of this statement alone: by it the server is told to stop. */
  queryId: string;
}

/** Codes of ClickHouse: it took too long; it needs too much memory, or reads too much. */
const late: ReadonlySet<number> = new Set([159, 160]);
const large: ReadonlySet<number> = new Set([158, 241, 307, 396]);
/** It does not want us, or has enough to do. */
const unwilling: ReadonlySet<number> = new Set([192, 193, 194, 202, 394, 516]);
const memoryBytes = 1024 ** 3;

/**
 * A person's statement on one shard, by a copy that only reads while it runs. Rejects with BAD_INPUT, TELEMETRY_LIMIT,
 * TELEMETRY_DEADLINE, TELEMETRY_UNAVAILABLE.
 */
export async function selectOn(shard: Shard, sql: string, selecting: Selecting): Promise<SelectedRows> {
  const { limit, deadlineMs, signal, names, queryId } = selecting;
  signal?.throwIfAborted();
  // The server stops first, so that nothing goes on there that nobody waits for.
  const asking = { timeoutMs: deadlineMs + 2000, signal };
  const settings = {
    query_id: queryId,
    max_execution_time: String(Math.max(1, Math.ceil(deadlineMs / 1000))),
    max_memory_usage: String(memoryBytes),
    max_result_rows: String(limit + 1),
    result_overflow_mode: 'break',
    // An answer is broken off after a block.
    max_block_size: '8192',
  };
  // What a person wrote wrong is no reason to ask another copy.
  const answer = await shard.on(asking, async (server: Server) => {
    const databases = (await server.select('SELECT name FROM system.databases', asking)).map(([name]) => String(name));
    try {
      const statement = checkStatement(sql, { databases, names });
      return { found: await server.read(statement, settings, asking) };
    } catch (problem) {
      if (problem instanceof QwError || (problem instanceof ServerRefusal && !unwilling.has(problem.code)))
        return { problem };
      if (!(problem instanceof HttpUnanswered) || problem.unsent) throw problem;
      // Nobody waits for it any more, but old servers go on.
      await server
        .execute(`KILL QUERY WHERE query_id = '${queryId}' ASYNC`, { timeoutMs: 2000 })
        .catch(() => undefined);
      signal?.throwIfAborted();
      return { problem: new QwError('TELEMETRY_DEADLINE', `no answer within ${deadlineMs} ms`) };
    }
  });
  if (answer.found) return present(answer.found, limit);
  const { problem } = answer;
  if (problem instanceof QwError) throw problem;
  if (late.has(problem.code)) throw new QwError('TELEMETRY_DEADLINE', `no answer within ${deadlineMs} ms`);
  if (large.has(problem.code)) throw new QwError('TELEMETRY_LIMIT', plain(problem.said));
  throw new QwError('BAD_INPUT', plain(problem.said));
}

/** Without what only programmers of the server know. */
function plain(said: string): string {
  return said
    .replace(/^Code: \d+[.,] (?:e\.displayText\(\) = )?DB::Exception: /, '')
    .replace(/,? (?:Stack trace|e\.what\(\) = ).*$/, '')
    .replace(/ \(version .*\)$/, '');
}

function present({ meta, data }: Awaited<ReturnType<Server['read']>>, limit: number): SelectedRows {
  const isWhole = meta.map(({ type }) => /^(?:Nullable\()?U?Int\d+\)?$/.test(type));
  return {
    columns: meta.map(({ name }) => name),
    rows: data.slice(0, limit).map((row) =>
      row.map((value, at) => {
        if (value === null || typeof value === 'number') return value;
        if (typeof value !== 'string') return JSON.stringify(value);
        return isWhole[at] === true && Number.isSafeInteger(Number(value)) ? Number(value) : value;
      }),
    ),
    more: data.length > limit,
  };
}
