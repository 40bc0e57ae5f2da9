import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { messageOf } from '../../model/index.ts';
import { serveParent } from '../../platform/index.ts';
import { decodeMessage, encodeMessage, type Request, type Settings } from './messages.ts';
import type { Kind } from '../query/kind.ts';
import { runSelect } from './select.ts';

/**
 * The process that holds DuckDB. It reads and writes one folder, loads nothing, and lets nobody change that: a question
 * that got around the serializer would still find nothing to take.
 */

let instance: DuckDBInstance | undefined;
const idle: DuckDBConnection[] = [];
const running = new Map<number, DuckDBConnection>();

const reply = serveParent((body) => {
  const head = decodeMessage(body).head as Request;
  if (head.kind === 'cancel') running.get(head.id)?.interrupt();
  else if (head.kind === 'open') void open(head.id, head.settings);
  else void answer(head);
});

async function open(id: number, settings: Settings): Promise<void> {
  try {
    const library = (await import(settings.library)) as { DuckDBInstance: typeof DuckDBInstance };
    instance = await library.DuckDBInstance.create(':memory:', {
      memory_limit: `${settings.memoryMiB}MiB`,
      threads: String(settings.threads),
      temp_directory: settings.spillDirectory,
      max_temp_directory_size: `${settings.spillMiB}MiB`,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      preserve_insertion_order: 'false',
    });
    const connection = await instance.connect();
    await connection.run(`SET allowed_directories=['${settings.directory.replaceAll("'", "''")}']`);
    await connection.run('SET parquet_metadata_cache=true');
    await connection.run('SET enable_external_access=false');
    await connection.run('SET lock_configuration=true');
    idle.push(connection);
    reply(encodeMessage({ id, kind: 'opened' }));
  } catch (problem) {
    reply(encodeMessage({ id, kind: 'unusable', message: messageOf(problem) }));
  }
}

async function answer(request: Extract<Request, { sql: string }>): Promise<void> {
  const { id, sql } = request;
  try {
    if (!instance) throw new Error('a question before the process was opened');
    // What a person makes on a connection is seen by nobody else.
    const shared = request.kind === 'select' ? undefined : idle.pop();
    const connection = shared ?? (await instance.connect());
    running.set(id, connection);
    try {
      if (request.kind === 'select') {
        reply(encodeMessage({ id, kind: 'selected', ...(await runSelect(connection, request)) }));
      } else if (request.kind === 'ask') await rows(id, connection, sql, request.kinds);
      else {
        await connection.run(sql);
        reply(encodeMessage({ id, kind: 'done' }));
      }
    } finally {
      running.delete(id);
      if (request.kind === 'select') connection.closeSync();
      else idle.push(connection);
    }
  } catch (problem) {
    reply(encodeMessage({ id, kind: 'failed', message: messageOf(problem) }));
  }
}

async function rows(id: number, connection: DuckDBConnection, sql: string, kinds: readonly Kind[]): Promise<void> {
  const columns = await (await connection.run(sql)).getColumns();
  const count = columns[0]?.length ?? 0;
  const doubles: Float64Array[] = [];
  const texts = columns.map((column, at) => {
    if (kinds[at] === 'wide' && column.some((value) => (value as bigint) > Number.MAX_SAFE_INTEGER)) {
      return column.map(String);
    }
    doubles.push(Float64Array.from(column, Number));
    return null;
  });
  reply(encodeMessage({ id, kind: 'rows', rows: count, texts }, doubles));
}
