import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { messageOf, QwError } from '../../model/index.ts';
import type { Log } from '../../platform/index.ts';
import { statusPagePolicy, type SiteFile, type StatusPageDesk } from '../../watcher/index.ts';

/**
 * The status page over HTTP. A public one stands before all the rest of the server and uses nothing of it: what is asked
 * for most, and by strangers, costs a look into memory. Everything has an entity tag, and is compressed once.
 */

/** How long others may keep an answer. */
const maxAgeSeconds = 10;
const smallBytes = 1000;
const maxBodyBytes = 4096;
const bodyMs = 10_000;

export interface StatusPageServing {
  desk: StatusPageDesk;
  log: Log;
  /** The verifier of certificates, one file, where it is built. */
  verifier: () => Promise<string | undefined>;
  /** Whose request it is, for limits. */
  addressOf: (request: IncomingMessage) => string;
  /** On a port of its own there is nothing else. */
  alone: boolean;
}

/** A request, whatever took it. */
export interface StatusPageRequest {
  method: string;
  path: string;
  query: string;
  header: (name: string) => string | undefined;
  address: () => string;
  /** Rejects when it is too long or does not come. */
  body: () => Promise<string>;
}

export interface StatusPageAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
}

const pack = promisify(gzip);
const packed = new WeakMap<SiteFile, Promise<Buffer>>();

/** Takes requests for a public page from the server itself; false for all that others answer. */
export function takeStatusPage(serving: StatusPageServing) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
    if (!serving.alone && (!isStatusPath(path) || serving.desk.settings()?.public !== true)) return false;
    const asked: StatusPageRequest = {
      method: request.method ?? 'GET',
      path,
      query,
      header: (name) => [request.headers[name]].flat()[0],
      address: () => serving.addressOf(request),
      body: () => bodyOf(request),
    };
    answerStatusPage(serving, asked).then(
      ({ status, headers, body }) => {
        const bytes = typeof body === 'string' ? Buffer.from(body) : body;
        const isEmpty = request.method === 'HEAD' || status === 304;
        response.writeHead(status, isEmpty ? headers : { ...headers, 'content-length': bytes.length });
        response.end(isEmpty ? undefined : bytes);
      },
      (thrown: unknown) => {
        serving.log.error('a request for the status page failed', { path, problem: messageOf(thrown) });
        response.destroy();
      },
    );
    return true;
  };
}

function isStatusPath(path: string): boolean {
  return path === '/status' || path.startsWith('/status/') || path.startsWith('/api/v2/');
}

export async function answerStatusPage(
  serving: StatusPageServing,
  request: StatusPageRequest,
): Promise<StatusPageAnswer> {
  try {
    return await answer(serving, request);
  } catch (thrown) {
    if (thrown instanceof QwError && thrown.code === 'REQUEST_TOO_LARGE') return plain(413, 'too long');
    const later = thrown instanceof QwError && ['CONFLICT', 'OVERLOADED'].includes(thrown.code);
    if (later) return plain(503, 'not now; try again in a few seconds', { 'retry-after': '5' });
    serving.log.error('a request for the status page failed', { path: request.path, problem: messageOf(thrown) });
    return plain(500, 'something unexpected');
  }
}

async function answer(serving: StatusPageServing, request: StatusPageRequest): Promise<StatusPageAnswer> {
  const { desk, alone } = serving;
  const { method, path } = request;
  const settings = desk.settings();
  if (!settings) return plain(404, 'no status page is configured');
  if (alone && !settings.public) return plain(403, 'this status page is not public');
  // Relative, so that whatever stands in front may add to the address.
  if (path === '/status' || (alone && path === '/')) return plain(302, 'status/', { location: 'status/' });
  if (path === '/status/subscription') return subscribe(serving, request);
  const file = fileOf(path);
  if (file === undefined) return plain(404, 'there is no such page');
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'only GET is answered here', { allow: 'GET, HEAD' });
  const found = desk.file(file) ?? (await desk.proof(file)) ?? (await verifierAt(serving, file));
  if (found) return send(request, found);
  if (desk.file('index.html') === undefined) return plain(503, 'starting', { 'retry-after': '2' });
  return plain(404, 'there is no such page');
}

/** Answers to forms and links: nobody keeps them, and they tell nobody where they came from. */
async function subscribe({ desk }: StatusPageServing, request: StatusPageRequest): Promise<StatusPageAnswer> {
  const isPost = request.method === 'POST';
  if (!isPost && request.method !== 'GET')
    return plain(405, 'only GET and POST are answered here', { allow: 'GET, POST' });
  const answered = await desk.subscription({
    isPost,
    query: new URLSearchParams(request.query),
    form: new URLSearchParams(isPost ? await request.body() : ''),
    source: request.address(),
  });
  if (!answered) return plain(404, 'nothing can be subscribed to here');
  const { status, html } = answered;
  const headers = {
    ...commonHeaders,
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': `${statusPagePolicy}; frame-ancestors 'none'`,
    'x-robots-tag': 'noindex',
  };
  return { status, headers, body: html };
}

/** The name of the file within the site; undefined for what can be none. */
function fileOf(path: string): string | undefined {
  const [, api, page] = /^\/(?:(api\/v2\/[a-z/-]+\.json)|status\/([a-z0-9/._-]*))$/.exec(path) ?? [];
  if (page === undefined) return api;
  return page === '' || page.endsWith('/') ? `${page}index.html` : page;
}

async function verifierAt({ verifier, desk }: StatusPageServing, file: string): Promise<SiteFile | undefined> {
  if (file !== 'verify.html' || desk.settings()?.detail !== 'full') return undefined;
  const text = await verifier();
  return text === undefined ? undefined : { type: 'text/html; charset=utf-8', text, etag: `"${text.length}"` };
}

async function send(request: StatusPageRequest, file: SiteFile): Promise<StatusPageAnswer> {
  const { type, text, etag } = file;
  const isPage = type.startsWith('text/html');
  const headers: Record<string, string> = {
    ...commonHeaders,
    'content-type': type,
    'cache-control': `public, max-age=${maxAgeSeconds}`,
    etag,
    vary: 'accept-encoding',
    // Others may show these figures in pages of theirs.
    ...(!isPage && { 'access-control-allow-origin': '*' }),
    ...(isPage && { 'content-security-policy': `${policyOf(text)}; frame-ancestors 'none'` }),
  };
  const known = request.header('if-none-match');
  if (known !== undefined && (known === '*' || known.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)))
    return { status: 304, headers, body: '' };
  const takesPacked = /(^|,)\s*gzip\s*(;\s*q=(0?\.\d*[1-9]|1)[^,]*)?(,|$)/.test(
    request.header('accept-encoding') ?? '',
  );
  if (!takesPacked || text.length < smallBytes) return { status: 200, headers, body: text };
  const packing = packed.get(file) ?? pack(text);
  packed.set(file, packing);
  return { status: 200, headers: { ...headers, 'content-encoding': 'gzip' }, body: await packing };
}

/** The verifier says itself which scripts of its own may run; every other page runs none. */
function policyOf(text: string): string {
  const own = /<meta http-equiv="Content-Security-Policy" content="(default-src 'none'; script-src 'sha256-[^"]+)"/;
  return own.exec(text.slice(0, 2000))?.[1] ?? statusPagePolicy;
}

const commonHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
};

function plain(status: number, text: string, more: Readonly<Record<string, string>> = {}): StatusPageAnswer {
  const type = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  return { status, headers: { ...commonHeaders, ...type, ...more }, body: `${text}\n` };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const tooLarge = () => new QwError('REQUEST_TOO_LARGE', `a body has at most ${maxBodyBytes} bytes here`);
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) throw tooLarge();
  const timer = setTimeout(() => request.destroy(), bodyMs);
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBodyBytes) throw tooLarge();
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    clearTimeout(timer);
  }
}
