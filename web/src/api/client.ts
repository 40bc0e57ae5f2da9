import { ProblemError, problemFrom } from './problem.ts';

/** The HTTP API of the watcher that served this page. */

const base = '/api/v1';
/** One request, retries not included. */
const requestTimeoutMs = 15_000;
const maxAttempts = 3;
const firstWaitMs = 300;
/** Answers that a second try may turn into a good one. */
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504]);

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface RequestOptions {
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, in place of `body`. */
  text?: { type: string; content: string };
  headers?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string | number | undefined>>;
  signal?: AbortSignal;
}

export interface ClientParts {
  fetch: typeof fetch;
  /** Resolves after so many milliseconds. */
  wait: (ms: number) => Promise<void>;
  /** Called whenever the API says 401. */
  onUnauthorized: () => void;
}

export type Client = <Answer>(method: Method, path: string, options?: RequestOptions) => Promise<Answer>;

export function addressOf(path: string, query: RequestOptions['query'] = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  return text === '' ? `${base}${path}` : `${base}${path}?${text}`;
}

/**
 * Only reads are tried again: a change that got no answer may have been made. Rejects with ProblemError, or with the
 * signal's reason when it was aborted.
 */
export function createClient(parts: ClientParts): Client {
  const once = async (method: Method, address: string, options: RequestOptions): Promise<Response> => {
    const limit = AbortSignal.timeout(requestTimeoutMs);
    const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
    // A header that other sites cannot send without asking: together with the same-site cookie it keeps forged requests out.
    if (method !== 'GET') headers['x-quorumwatch-request'] = '1';
    const content = options.text?.content ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    if (content !== undefined) headers['content-type'] = options.text?.type ?? 'application/json';
    return parts.fetch(address, {
      method,
      headers,
      credentials: 'same-origin',
      signal: options.signal ? AbortSignal.any([options.signal, limit]) : limit,
      ...(content === undefined ? {} : { body: content }),
    });
  };

  return async <Answer>(method: Method, path: string, options: RequestOptions = {}): Promise<Answer> => {
    const address = addressOf(path, options.query);
    for (let attempt = 1; ; attempt++) {
      const last = method !== 'GET' || attempt >= maxAttempts;
      let response: Response;
      try {
        response = await once(method, address, options);
      } catch (thrown) {
        if (options.signal?.aborted) throw thrown;
        if (last) throw new ProblemError(problemFrom(0, { title: thrown instanceof Error ? thrown.message : '' }));
        await parts.wait(firstWaitMs * 2 ** (attempt - 1));
        continue;
      }
      if (passing.has(response.status) && !last) {
        await parts.wait(firstWaitMs * 2 ** (attempt - 1));
        continue;
      }
      const text = await response.text();
      const body = parse(text);
      if (response.ok) {
        if (text !== '' && body === undefined) throw new ProblemError(problemFrom(response.status, undefined));
        return body as Answer;
      }
      if (response.status === 401) parts.onUnauthorized();
      throw new ProblemError(problemFrom(response.status, body));
    }
  };
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}
