import { QwError, type Milliseconds } from '../../model/index.ts';
import type { HttpAnswer, HttpSession } from '../../platform/index.ts';

export interface ServerOptions {
  /** `http://host:8123` or `https://…` */
  url: string;
  database: string;
  user?: string;
  password?: () => Promise<string>;
  openSession: () => HttpSession;
}

export interface Asking {
  timeoutMs: Milliseconds;
  signal?: AbortSignal | undefined;
}

export interface NamedRows {
  meta: readonly { name: string; type: string }[];
  data: readonly (readonly unknown[])[];
}

const smallAnswerBytes = 1024 * 1024;
const rowsAnswerBytes = 256 * 1024 * 1024;

/** How a server refused: its code and the first line of what it said. */
export class ServerRefusal extends Error {
  readonly code: number;
  /** The first line of it. */
  readonly said: string;
  constructor(where: string, code: number, text: string) {
    super(`${where} refused: ${text}`);
    this.code = code;
    this.said = text;
  }
}

/**
 * One ClickHouse server over HTTP. Questions and inserts have connections of their own, so that neither waits for the
 * other. Errors that come while an answer is being written reach us as text with status 200 (seen with 18.16), unless the
 * server waits for the end of the query first, which it is always asked to do.
 */
export class Server {
  readonly url: string;
  readonly #options: ServerOptions;
  readonly #asking: HttpSession;
  readonly #inserting: HttpSession;
  #version: string | undefined;

  constructor(options: ServerOptions) {
    this.url = options.url.replace(/\/+$/, '');
    this.#options = options;
    this.#asking = options.openSession();
    this.#inserting = options.openSession();
  }

  /** `18.16.1` */
  async version(asking: Asking): Promise<string> {
    this.#version ??= (await this.#call(this.#asking, { query: 'SELECT version()' }, '', asking)).body
      .toString()
      .trim();
    return this.#version;
  }

  /** A statement without an answer. */
  async execute(sql: string, asking: Asking): Promise<void> {
    await this.#call(this.#asking, {}, sql, asking);
  }

  /** Rows of values, 64-bit numbers as text. */
  async select(sql: string, asking: Asking): Promise<(number | string | null)[][]> {
    const parameters = {
      // Lists of series are long.
      max_query_size: '16777216',
      max_ast_elements: '1000000',
      max_expanded_ast_elements: '1000000',
      output_format_json_quote_64bit_integers: '1',
      max_execution_time: String(Math.ceil(asking.timeoutMs / 1000)),
    };
    const { body } = await this.#call(this.#asking, parameters, `${sql} FORMAT JSONCompact`, asking, rowsAnswerBytes);
    try {
      return (JSON.parse(body.toString('utf8')) as { data: (number | string | null)[][] }).data;
    } catch {
      throw new Error(`${this.url} answered with something else than rows: ${firstLine(body.toString('utf8'))}`);
    }
  }

  /**
   * Rows of a statement that somebody else wrote, with their names and types, from our own tables by their names only. The
   * server does nothing but read meanwhile, and goes by these settings.
   */
  async read(sql: string, settings: Readonly<Record<string, string>>, asking: Asking): Promise<NamedRows> {
    const parameters = {
      database: this.#options.database,
      default_format: 'JSONCompact',
      output_format_json_quote_64bit_integers: '1',
      max_query_size: '16777216',
      ...settings,
      // The last one: no other setting can be changed afterwards.
      readonly: '1',
    };
    const { body } = await this.#call(this.#asking, parameters, sql, asking, rowsAnswerBytes);
    return JSON.parse(body.toString('utf8')) as NamedRows;
  }

  /** A block in Native format. The token of one that is stored already makes it be passed over, where servers know tokens. */
  async insert(
    table: string,
    bytes: Uint8Array,
    { token, queryId }: { token?: string; queryId?: string },
    asking: Asking,
  ): Promise<void> {
    const query = `INSERT INTO ${this.#options.database}.${table} FORMAT Native`;
    const parameters = {
      query,
      ...(token !== undefined && { insert_deduplication_token: token }),
      ...(queryId !== undefined && { query_id: queryId }),
    };
    await this.#call(this.#inserting, parameters, bytes, asking);
  }

  close(): void {
    this.#asking.close();
    this.#inserting.close();
  }

  async #call(
    session: HttpSession,
    parameters: Readonly<Record<string, string>>,
    body: string | Uint8Array,
    { timeoutMs, signal }: Asking,
    limitBytes = smallAnswerBytes,
  ): Promise<HttpAnswer> {
    const { user, password } = this.#options;
    const query = new URLSearchParams({ wait_end_of_query: '1', ...parameters }).toString();
    const answer = await session.request({
      url: `${this.url}/?${query}`,
      method: 'POST',
      headers: {
        ...(user === undefined ? {} : { 'x-clickhouse-user': user }),
        ...(password === undefined ? {} : { 'x-clickhouse-key': await password() }),
      },
      body,
      timeoutMs,
      limitBytes,
      ...(signal && { signal }),
    });
    const refused = answer.status !== 200 ? answer.body.toString('utf8') : undefined;
    if (refused !== undefined) {
      const code = Number(/^Code: (\d+)/.exec(refused)?.[1] ?? 0);
      throw new ServerRefusal(this.url, code, firstLine(refused) || `status ${answer.status}`);
    }
    if (!answer.complete)
      throw new QwError('TELEMETRY_LIMIT', `the answer of ${this.url} is above ${limitBytes} bytes`, {
        hint: 'ask for less time or fewer series',
      });
    return answer;
  }
}

const firstLine = (text: string): string => (text.split('\n')[0] ?? '').slice(0, 300);
