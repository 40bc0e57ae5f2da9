import { lookup as lookUp } from 'node:dns';
import { Agent as HttpAgent, request as requestHttp, type IncomingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Milliseconds } from '../../model/index.ts';
import { PinnedAgent } from './pinned-agent.ts';
import { isPublicAddress } from './public-address.ts';

/**
 * Requests to services that we act on (webhooks, routers, message services): every one has a total time limit and a
 * limit of its answer, and no redirect is followed.
 */
export interface HttpSession {
  /** Rejects with an `HttpUnanswered`, whose sentence names host and port only, since paths may hold secrets. */
  request(request: HttpRequest): Promise<HttpAnswer>;
  /** Whether a connection is open and free: the next request needs no new one. */
  kept(): boolean;
  /** Closes kept connections. */
  close(): void;
}

export interface HttpRequest {
  url: string;
  method: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  /** From the start until the whole answer is there. */
  timeoutMs: Milliseconds;
  /** Of the answer's body. */
  limitBytes: number;
  signal?: AbortSignal;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** False when the body was longer than the limit and was cut there. */
  complete: boolean;
}

/** No answer came. */
export class HttpUnanswered extends Error {
  override readonly name = 'HttpUnanswered';
  /** The other side cannot have got the request: there was no connection, or none that could be trusted. */
  readonly unsent: boolean;

  constructor(message: string, unsent: boolean) {
    super(message);
    this.unsent = unsent;
  }
}

/**
 * One connection at a time is kept open between requests; `ca` (PEM) replaces the system's authorities, and
 * `certificateSha256` (hex, lower case) all authorities and names: that certificate and no other. `publicOnly` refuses
 * every address that is not of the public Internet: for places that strangers name. What is connected to is the very
 * address that was looked at, so a name cannot mean another one in between.
 */
export function openHttpSession(
  options: { ca?: string; certificateSha256?: string; publicOnly?: boolean } = {},
): HttpSession {
  const { ca, certificateSha256, publicOnly = false } = options;
  const kept = { keepAlive: true, maxSockets: 1, ...(publicOnly && { lookup: lookUpPublic }) };
  const plain = new HttpAgent(kept);
  const trusting = { ...kept, ...(ca !== undefined && { ca }) };
  const secure =
    certificateSha256 === undefined ? new HttpsAgent(trusting) : new PinnedAgent(certificateSha256, trusting);
  return {
    request: (request) => {
      const { protocol, hostname, host } = new URL(request.url);
      const literal = hostname.replaceAll(/^\[|\]$/g, '');
      if (publicOnly && isIP(literal) !== 0 && !isPublicAddress(literal))
        return Promise.reject(new HttpUnanswered(`${host} ${failures['ADDRESS_NOT_PUBLIC']}`, true));
      return send(request, protocol === 'https:' ? secure : plain);
    },
    kept: () => [plain, secure].some(({ freeSockets }) => Object.keys(freeSockets).length > 0),
    close: () => {
      plain.destroy();
      secure.destroy();
    },
  };
}

/** One address that is not public is enough to refuse the name. */
const lookUpPublic: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error) callback(error, []);
    else if (!first || !addresses.every(({ address }) => isPublicAddress(address)))
      callback(Object.assign(new Error('not a public address'), { code: 'ADDRESS_NOT_PUBLIC' }), []);
    else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

function send(request: HttpRequest, agent: HttpAgent | HttpsAgent): Promise<HttpAnswer> {
  const url = new URL(request.url);
  const secure = url.protocol === 'https:';
  const headers = {
    'user-agent': 'quorumwatch',
    ...request.headers,
    ...(request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(request.body)) }),
  };
  return new Promise((resolve, reject) => {
    const call = (secure ? requestHttps : requestHttp)(url, {
      method: request.method,
      headers,
      agent,
      maxHeaderSize: 16_384,
    });
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', abort);
      settle();
    };
    const fail = (why: string, unsent: boolean) =>
      finish(() => reject(new HttpUnanswered(`${url.host} ${why}`, unsent)));
    const isUnsent = () => call.socket === null || call.socket.connecting;
    const timer = setTimeout(() => {
      fail(`did not answer within ${request.timeoutMs} ms`, isUnsent());
      call.destroy();
    }, request.timeoutMs);
    const abort = () => {
      fail('was not waited for any longer', isUnsent());
      call.destroy();
    };
    if (request.signal?.aborted) abort();
    else request.signal?.addEventListener('abort', abort, { once: true });
    call.on('error', (error) => fail(failureOf(error), neverSent(error)));
    call.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const answer = (complete: boolean): HttpAnswer => ({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: Buffer.concat(chunks),
        complete,
      });
      response.on('data', (chunk: Buffer) => {
        const room = request.limitBytes - bytes;
        bytes += chunk.length;
        if (room > 0) chunks.push(chunk.subarray(0, room));
        if (chunk.length <= room) return;
        finish(() => resolve(answer(false)));
        call.destroy();
      });
      response.on('end', () => finish(() => resolve(answer(true))));
      response.on('error', (error) => fail(failureOf(error), false));
    });
    call.end(request.body);
  });
}

const failures: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ECONNRESET: 'closed the connection before it answered',
  EHOSTUNREACH: 'cannot be reached: no route to it',
  ENETUNREACH: 'cannot be reached: no route to its network',
  ETIMEDOUT: 'does not answer',
  ENOTFOUND: 'is not a name that can be resolved',
  EAI_AGAIN: 'is not a name that can be resolved now',
  EPROTO: 'does not speak TLS here',
  HPE_HEADER_OVERFLOW: 'answered with headers that are too long',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a certificate that it signed itself; name it with ca-file',
  SELF_SIGNED_CERT_IN_CHAIN: 'has a certificate of an unknown authority; name that with ca-file',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'has a certificate of an unknown authority; name that with ca-file',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'has a certificate of an unknown authority; name that with ca-file',
  CERT_HAS_EXPIRED: 'has an expired certificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another name',
  ADDRESS_NOT_PUBLIC: 'has an address that is not of the public Internet',
  CERTIFICATE_NOT_PINNED: 'has another certificate than the one that is pinned',
};

/** What comes up once a request was on its way. */
const afterSending: ReadonlySet<string> = new Set(['ECONNRESET', 'ETIMEDOUT', 'HPE_HEADER_OVERFLOW']);

function neverSent(error: Error): boolean {
  const code = codeOf(error);
  return code in failures && !afterSending.has(code);
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function failureOf(error: Error): string {
  const code = codeOf(error);
  if (code.startsWith('HPE_') && !(code in failures)) return 'does not answer in HTTP';
  return failures[code] ?? `failed: ${code || error.name}`;
}
