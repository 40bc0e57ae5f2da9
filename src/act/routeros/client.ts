import { Buffer } from 'node:buffer';
import { z } from 'zod';
import type { Milliseconds } from '../../model/index.ts';
import { openHttpSession, type Secret } from '../../platform/index.ts';

/**
 * The REST API of RouterOS 7 (manual, section REST API): GET prints, PATCH sets, POST runs any command; all values are
 * strings. `.id`s change when a row is made anew.
 */

const timeoutMs = 10_000;
/** RouterOS itself ends a command after 60 s. */
const scriptTimeoutMs = 60_000;
const answerLimitBytes = 4 * 1024 * 1024;

/** `status` is absent where the router did not answer in HTTP. */
export class RouterError extends Error {
  override readonly name = 'RouterError';
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

const rowSchema = z.record(z.string(), z.string());
const rowsSchema = z.array(rowSchema);
export type Row = z.output<typeof rowSchema>;

export interface RouterClient {
  /** Rows of a menu such as `ip/route` whose properties have these values. */
  print(menu: string, where: Readonly<Record<string, string>>, properties: readonly string[]): Promise<Row[]>;
  get(menu: string, id: string, properties: readonly string[]): Promise<Row>;
  set(menu: string, id: string, values: Row): Promise<void>;
  /** Runs a command of a menu: `remove`, `run`. */
  command(menu: string, command: 'remove' | 'run', values: Row): Promise<void>;
  /** Whether the connection of the last answer is still there; after a restart of the router it is not. */
  kept(): boolean;
  close(): void;
}

export interface RouterAccess {
  url: string;
  user: string;
  password: Secret;
  ca?: string;
  /** The one certificate that is trusted: hex, lower case. */
  certificateSha256?: string;
  /** For one request, other than running a script; 10 s by default. */
  timeoutMs?: Milliseconds;
  signal: AbortSignal;
}

export function openRouter(access: RouterAccess): RouterClient {
  const { ca, certificateSha256 } = access;
  const session = openHttpSession({
    ...(ca !== undefined && { ca }),
    ...(certificateSha256 !== undefined && { certificateSha256 }),
  });
  const base = `${access.url.replace(/\/+$/, '')}/rest`;
  const authorization = `Basic ${Buffer.from(`${access.user}:${access.password.reveal()}`).toString('base64')}`;

  async function call(method: string, path: string, values?: Row): Promise<unknown> {
    let answer;
    try {
      answer = await session.request({
        url: `${base}/${path}`,
        method,
        headers: {
          authorization,
          accept: 'application/json',
          ...(values ? { 'content-type': 'application/json' } : {}),
        },
        ...(values ? { body: JSON.stringify(values) } : {}),
        timeoutMs: path.endsWith('/run') ? scriptTimeoutMs : (access.timeoutMs ?? timeoutMs),
        limitBytes: answerLimitBytes,
        signal: access.signal,
      });
    } catch (error) {
      throw new RouterError(error instanceof Error ? error.message : 'failed');
    }
    const { status } = answer;
    if (!answer.complete) throw new RouterError(`answered with more than ${answerLimitBytes} bytes`, status);
    const text = answer.body.toString();
    if (status >= 200 && status < 300) return text === '' ? undefined : decode(text, status);
    if (status >= 300 && status < 400) throw new RouterError(`answered ${status}; redirects are not followed`, status);
    throw new RouterError(`answered ${status}${refusal(text)}`, status);
  }

  const query = (where: Readonly<Record<string, string>>, properties: readonly string[]) =>
    [...Object.entries(where), ['.proplist', properties.join(',')] as const]
      .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
      .join('&');

  return {
    async print(menu, where, properties) {
      return expectShape(rowsSchema, await call('GET', `${menu}?${query(where, properties)}`), 'a list of rows');
    },
    async get(menu, id, properties) {
      return expectShape(rowSchema, await call('GET', `${menu}/${encodeId(id)}?${query({}, properties)}`), 'a row');
    },
    async set(menu, id, values) {
      await call('PATCH', `${menu}/${encodeId(id)}`, values);
    },
    async command(menu, command, values) {
      await call('POST', `${menu}/${command}`, values);
    },
    kept: () => session.kept(),
    close: () => session.close(),
  };
}

/** `*1A` stays readable; anything else that a path could take amiss is escaped. */
function encodeId(id: string): string {
  return encodeURIComponent(id);
}

function decode(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RouterError('did not answer in JSON', status);
  }
}

function expectShape<T>(schema: z.ZodType<T>, value: unknown, shape: string): T {
  const result = schema.safeParse(value);
  if (!result.success) throw new RouterError(`did not answer with ${shape}`);
  return result.data;
}

const refusalSchema = z.object({ message: z.string().optional(), detail: z.string().optional() });

/** What the router says about a refused request. */
function refusal(text: string): string {
  try {
    const { detail, message } = refusalSchema.parse(JSON.parse(text));
    const why = detail ?? message;
    return why === undefined ? '' : `: ${why.slice(0, 200)}`;
  } catch {
    return '';
  }
}
