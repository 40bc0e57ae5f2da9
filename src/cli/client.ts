import { readFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import type { Command } from 'commander';
import {
  errorTable,
  flowFilterProblemSchema,
  messageOf,
  QwError,
  type ApiProblem,
  type ErrorCode,
} from '../model/index.ts';

/** Talks to a running watcher. */

export interface ClientOptions {
  url?: string;
  tokenFile?: string;
  data: string;
  caFile?: string;
}

/** Options of every command that needs a running watcher. */
export function withClient(command: Command): Command {
  return command
    .option('--url <url>', 'address of the watcher (default: the one that runs on the data folder)')
    .option('--token-file <file>', 'a file that holds a token (default: the running watcher’s own)')
    .option('--ca-file <file>', 'the authority of the watcher’s certificate, for https')
    .option('--data <dir>', 'data folder of a watcher on this machine', defaultData());
}

export function defaultData(): string {
  return process.env['QW_DATA'] ?? 'quorumwatch-data';
}

/** What a running watcher leaves in its data folder, so that commands beside it find it. */
export interface RunFile {
  pid: number;
  url: string;
  tokenFile: string;
}

const maxAnswerBytes = 256 * 1024 * 1024;
/** Without a byte; live streams have a heartbeat far more often. */
const silenceMs = 120_000;

export class Client {
  readonly #url: URL;
  readonly #token: string;
  readonly #ca: Buffer | undefined;

  readonly #patienceMs: number;

  private constructor(url: URL, token: string, ca: Buffer | undefined, patienceMs: number) {
    this.#patienceMs = patienceMs;
    this.#url = url;
    this.#token = token;
    this.#ca = ca;
  }

  /** After `patienceMs` without a byte it gives up. */
  static async open(options: ClientOptions, patienceMs = silenceMs): Promise<Client> {
    let { url, tokenFile } = options;
    if (url === undefined || tokenFile === undefined) {
      const run = await readRunFile(options.data);
      if (run) {
        tokenFile ??= url === undefined || sameOrigin(url, run.url) ? run.tokenFile : undefined;
        url ??= run.url;
      }
    }
    if (url === undefined) {
      throw new QwError('UNREACHABLE', `no watcher runs on the data folder ${options.data}`, {
        hint: 'start one with `quorumwatch up`, or name one with --url and --token-file',
      });
    }
    const parsed = URL.parse(url);
    if (!parsed || !/^https?:$/.test(parsed.protocol))
      throw new QwError('BAD_INPUT', `expected http://HOST:PORT or https://HOST:PORT, found ${url}`);
    const token = tokenFile === undefined ? '' : (await readText(tokenFile)).trim();
    const ca = options.caFile === undefined ? undefined : await readAuthority(options.caFile);
    return new Client(parsed, token, ca, patienceMs);
  }

  get<Answer>(path: string): Promise<Answer> {
    return this.#json('GET', path);
  }

  post<Answer>(path: string, body: unknown = {}): Promise<Answer> {
    return this.#json('POST', path, body);
  }

  put<Answer>(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.#json('PUT', path, body, headers);
  }

  delete<Answer>(path: string): Promise<Answer> {
    return this.#json('DELETE', path);
  }

  /** The messages of a server-sent event stream, until it ends. */
  async *events(path: string, lastId?: number): AsyncGenerator<{ event: string; data: string }> {
    const response = await this.#request('GET', path, undefined, {
      accept: 'text/event-stream',
      ...(lastId === undefined ? {} : { 'last-event-id': String(lastId) }),
    });
    response.setEncoding('utf8');
    let rest = '';
    for await (const chunk of chunksOf<string>(response, this.#url)) {
      rest += chunk;
      for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
        const lines = rest.slice(0, end).split('\n');
        rest = rest.slice(end + 2);
        const field = (name: string) =>
          lines
            .filter((line) => line.startsWith(`${name}:`))
            .map((line) => line.slice(name.length + 1).replace(/^ /, ''))
            .join('\n');
        yield { event: field('event'), data: field('data') };
      }
    }
  }

  /** Lines of JSON as they come, until the answer ends. */
  async *postLines<Line>(path: string, body: unknown): AsyncGenerator<Line> {
    const response = await this.#request('POST', path, body, { accept: 'application/x-ndjson' });
    response.setEncoding('utf8');
    let rest = '';
    for await (const chunk of chunksOf<string>(response, this.#url)) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') yield JSON.parse(line) as Line;
    }
  }

  /** A file, byte for byte. */
  async getText(path: string): Promise<string> {
    return textOf(await this.#request('GET', path, undefined, {}), this.#url);
  }

  /** What is asked for as another kind of text than JSON. */
  async postForText(path: string, body: unknown, accept: string): Promise<string> {
    return textOf(await this.#request('POST', path, body, { accept }), this.#url);
  }

  /** A file that may be large, as it comes. */
  async *postForBytes(path: string, body: unknown): AsyncGenerator<Buffer> {
    yield* chunksOf<Buffer>(await this.#request('POST', path, body, {}), this.#url);
  }

  async #json<Answer>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await this.#request(method, path, body, { ...headers, accept: 'application/json' });
    const text = await textOf(response, this.#url);
    try {
      return JSON.parse(text) as Answer;
    } catch (cause) {
      throw new QwError('UNREACHABLE', 'what answers there is no watcher', { where: this.#url.origin, cause });
    }
  }

  async #request(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<IncomingMessage> {
    const url = new URL(`/api/v1${path}`, this.#url);
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const outgoing = send(url, {
        method,
        headers: {
          ...headers,
          ...(this.#token ? { authorization: `Bearer ${this.#token}` } : {}),
          ...(payload ? { 'content-type': 'application/json', 'content-length': payload.length } : {}),
        },
        ...(this.#ca ? { ca: this.#ca } : {}),
      });
      outgoing.on('response', resolve);
      outgoing.on('error', (cause) => reject(unreachable(cause, url)));
      const patienceMs = this.#patienceMs;
      outgoing.setTimeout(patienceMs, () => outgoing.destroy(new Error(`nothing for ${patienceMs / 1000} s`)));
      outgoing.end(payload);
    });
    if ((response.statusCode ?? 0) < 300) return response;
    throw problemOf(await textOf(response, url), response.statusCode ?? 0, url);
  }
}

function problemOf(text: string, status: number, url: URL): QwError {
  let problem: Partial<ApiProblem> = {};
  try {
    problem = JSON.parse(text) as Partial<ApiProblem>;
  } catch {
    problem = {};
  }
  return errorOfProblem(problem, url, status);
}

/** What a watcher says went wrong, as an error of its own. */
export function errorOfProblem(problem: Partial<ApiProblem>, url?: URL, status = problem.status ?? 0): QwError {
  const code: ErrorCode =
    problem.code !== undefined && problem.code in errorTable ? (problem.code as ErrorCode) : 'UNREACHABLE';
  const filter = flowFilterProblemSchema.safeParse(problem.filter);
  const facts = {
    ...(problem.errors && {
      issues: problem.errors.map((one) => ({ file: 'configuration', line: 0, column: 0, ...one })),
    }),
    ...(filter.success && { filter: filter.data }),
  };
  return new QwError(code, problem.detail ?? `unexpected answer ${status}`, {
    ...(url && { where: url.origin }),
    facts,
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
  });
}

function unreachable(cause: unknown, url: URL): QwError {
  const what = messageOf(cause) || (cause as NodeJS.ErrnoException).code;
  return new QwError('UNREACHABLE', `the watcher does not answer: ${what}`, { where: url.origin, cause });
}

/** The body as it comes; one that breaks off is a watcher that does not answer. */
async function* chunksOf<Chunk>(response: IncomingMessage, url: URL): AsyncGenerator<Chunk> {
  try {
    for await (const chunk of response) yield chunk as Chunk;
  } catch (thrown) {
    throw unreachable(thrown, url);
  }
}

async function textOf(response: IncomingMessage, url: URL): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunksOf<Buffer>(response, url)) {
    size += chunk.length;
    if (size > maxAnswerBytes) throw new QwError('REQUEST_TOO_LARGE', 'the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function readRunFile(data: string): Promise<RunFile | undefined> {
  try {
    return JSON.parse(await readFile(join(data, 'run.json'), 'utf8')) as RunFile;
  } catch {
    return undefined;
  }
}

async function readAuthority(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new QwError('BAD_INPUT', `cannot read the authority: ${messageOf(cause)}`, { where: file, cause });
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new QwError('SECRET_UNREADABLE', `cannot read the token: ${messageOf(cause)}`, { where: file, cause });
  }
}

function sameOrigin(a: string, b: string): boolean {
  return URL.parse(a)?.origin === URL.parse(b)?.origin;
}
