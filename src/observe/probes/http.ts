import {
  formatDuration,
  messageOf,
  QwError,
  type EpochMs,
  type Milliseconds,
  type ProbeValue,
  type Reason,
} from '../../model/index.ts';
import {
  exchangeHttp,
  readSecret,
  type Deadline,
  type HttpCall,
  type HttpFailure,
  type HttpReply,
  type ServerCertificate,
} from '../../platform/index.ts';
import { contentProblem } from './content.ts';
import type { CookieJar } from './cookie-jar.ts';
import { exchanging } from './exchange.ts';
import { attemptOf, unresolved } from './failures.ts';
import { formatCodes, includesCode } from './http-codes.ts';
import type { HttpOptions } from './http-options.ts';
import { hostHeader, urlOf, type Location } from './location.ts';
import type { Attempt, ProbeContext, ProbeFinding, ProbeTarget } from './probe.ts';
import { redirectOf } from './redirect.ts';
import { roundMs } from './statistics.ts';
import { judgeTrain, runTrain } from './train.ts';

/** What both HTTP types do. */

const dayMs = 86_400_000;

export async function probeHttp(
  secure: boolean,
  target: ProbeTarget,
  given: HttpOptions,
  context: ProbeContext,
): Promise<ProbeFinding> {
  let headers: Readonly<Record<string, string>>;
  try {
    headers = await headersOf(given);
  } catch (error) {
    return { outcome: 'unknown', reason: { code: 'secret-unreadable', text: messageOf(error) }, values: {} };
  }
  const name = given['server-name'] ?? target.host;
  const first: Location = { secure, name, address: target.address, port: given.port, path: given.path };
  const attempting = exchanging(target, context, async (deadline) => {
    const { attempt } = await fetchOnce({ target, given, headers, context, deadline }, first);
    return attempt;
  });
  const attempts = await runTrain(given, attempting, context);
  return judgeTrain(attempts, given, { thresholds: given, degradedWhen: given['degraded-when'] });
}

/** Header lines of a request, credentials among them; rejects with what cannot be read. */
export async function headersOf(
  given: Pick<HttpOptions, 'headers' | 'user' | 'password-file'>,
): Promise<Readonly<Record<string, string>>> {
  const headers: Record<string, string> = { 'user-agent': 'quorumwatch', accept: '*/*' };
  Object.assign(headers, await expanded(given.headers));
  if (given.user !== undefined || given['password-file'] !== undefined)
    headers['authorization'] ??= await basicAuthorization(given);
  return headers;
}

export interface Fetch {
  target: ProbeTarget;
  given: HttpOptions;
  headers: Readonly<Record<string, string>>;
  context: ProbeContext;
  deadline: Deadline;
  /** What one request sets, the next one brings along; for the host that was configured only. */
  cookies?: CookieJar;
  /** Somebody looks at the body, whatever `match` says. */
  keepBody?: boolean;
}

/** What a fetch came to; the reply that was judged, if there was one. */
export interface Fetched {
  attempt: Attempt;
  reply?: HttpReply;
}

/** One request and the redirects that it is led through, as one attempt. */
export async function fetchOnce(fetch: Fetch, first: Location): Promise<Fetched> {
  const { target, given, context, deadline, cookies } = fetch;
  let location = first;
  let { method } = given;
  let { body } = given;
  let headers = fetch.headers;
  const seen = new Set<string>();
  for (let redirects = 0; ; redirects++) {
    seen.add(`${method} ${urlOf(location)}`);
    const own = location.name === first.name;
    const sent = own && cookies ? { ...cookies.header(), ...headers } : headers;
    const result = await exchangeHttp(callOf(fetch, location, method, sent, body), deadline);
    if (own && result.kind === 'reply') cookies?.take(result.headers['set-cookie'] ?? []);
    const values = valuesOf(result, location, redirects, target, deadline, context.clock.now());
    if (result.kind === 'failure') return { attempt: { ...failed(result, target.timeoutMs), values } };
    const judged = (): Fetched => ({ attempt: judge(result, fetch, location, values), reply: result });
    if (given['follow-redirects'] === 0) return judged();
    const next = redirectOf(result.status, result.headers.location, location, method);
    if (next === undefined) return judged();
    const fail = (code: string, text: string): Fetched => ({
      attempt: { outcome: 'fail', reason: { code, text }, values },
    });
    if (typeof next === 'string') return fail('redirect-invalid', next);
    if (redirects >= given['follow-redirects']) {
      return fail(
        'too-many-redirects',
        `more than ${given['follow-redirects']} redirects, the next to ${urlOf(next.to)}`,
      );
    }
    if (seen.has(`${next.method} ${urlOf(next.to)}`)) {
      return fail('redirect-loop', `redirects go round in a circle through ${urlOf(next.to)}`);
    }
    if (next.to.name !== location.name) {
      const resolved = await context.resolver.resolve(next.to.name, target.timeoutMs, context.signal);
      if (resolved.kind === 'failure') return { attempt: { ...unresolved(resolved), values } };
      const address = resolved.addresses.find(({ family }) => family === target.family) ?? resolved.addresses[0];
      next.to.address = address?.address ?? '';
      // Credentials and headers are for the host that was configured, not for wherever it points.
      headers = { 'user-agent': 'quorumwatch', accept: '*/*' };
    }
    if (next.method !== method) {
      body = undefined;
      const { 'content-length': _, 'content-type': __, ...rest } = headers;
      headers = rest;
    }
    ({ method } = next);
    location = next.to;
  }
}

function callOf(
  { target, given, keepBody }: Fetch,
  to: Location,
  method: string,
  headers: Readonly<Record<string, string>>,
  body: string | undefined,
): HttpCall {
  const authorities = given.certificate === 'none' ? undefined : given.certificate;
  return {
    endpoint: { ...target, address: to.address, port: to.port },
    ...(to.secure
      ? { tls: { serverName: to.name, judge: given['check-certificate'] === true, authorityFile: authorities } }
      : {}),
    method,
    path: to.path,
    headers: {
      host: hostHeader(to),
      connection: 'close',
      ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      ...headers,
    },
    body,
    keepBody: keepBody === true || given.match.length > 0,
    maximumBodyBytes: given['max-body'],
  };
}

function failed(result: HttpFailure, timeoutMs: Milliseconds): Attempt {
  const within = formatDuration(timeoutMs);
  if (result.code === 'TIMEOUT') {
    const text = {
      connect: `no connection within ${within}`,
      tls: `the TLS handshake was not done within ${within}`,
      headers: `no reply within ${within}`,
      body: `the body did not end within ${within}; ${result.bodyBytes} bytes came`,
    }[result.phase];
    return { outcome: 'fail', reason: { code: 'timeout', text } };
  }
  if (result.code === 'HPE_HEADER_OVERFLOW') {
    return { outcome: 'fail', reason: { code: 'header-too-large', text: 'the header of the reply is above 64 KiB' } };
  }
  const otherwise = { connect: 'connection-failed', tls: 'tls-failed', headers: 'http-invalid', body: 'http-invalid' };
  return attemptOf(result, otherwise[result.phase]);
}

function judge(reply: HttpReply, { given, context }: Fetch, location: Location, values: Values): Attempt {
  const { outcome, reason } = judgeReply(reply, given, location, context.clock.now());
  const latencyMs = values['http-resp-time'] as number;
  return { outcome, ...(reason && { reason }), latencyMs, values };
}

type Values = Record<string, ProbeValue>;

function judgeReply(reply: HttpReply, given: HttpOptions, location: Location, now: EpochMs): Attempt {
  const { certificate } = reply;
  const fail = (reason: Reason): Attempt => ({ outcome: 'fail', reason });
  if (given['check-certificate'] && certificate?.problem) return fail(certificateReason(certificate, location.name));
  if (!includesCode(given['http-codes'], reply.status)) {
    const text = `status ${reply.status} is not among ${formatCodes(given['http-codes'])}`;
    return fail({ code: 'http-status', text });
  }
  const content = given.match.length > 0 ? contentProblem(given.match, textOf(reply)) : undefined;
  if (content) return fail(content);
  const fewest = given['thr-certificate-days'];
  if (certificate && fewest !== undefined && daysLeft(certificate, now) < fewest) {
    const text = `the certificate has ${daysLeft(certificate, now)} days left, fewer than ${fewest}`;
    return { outcome: 'degraded', reason: { code: 'certificate-days', text } };
  }
  return { outcome: 'pass' };
}

function certificateReason(certificate: ServerCertificate, name: string): Reason {
  const day = (at: EpochMs) => new Date(at).toISOString().slice(0, 10);
  switch (certificate.problem?.code) {
    case 'CERT_HAS_EXPIRED':
      return { code: 'certificate-expired', text: `the certificate expired on ${day(certificate.validTo)}` };
    case 'CERT_NOT_YET_VALID':
      return { code: 'certificate-not-yet-valid', text: `the certificate is valid from ${day(certificate.validFrom)}` };
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return { code: 'certificate-wrong-name', text: `the certificate is not for ${name}` };
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return {
        code: 'certificate-self-signed',
        text: 'the certificate is signed by itself, not by a trusted authority',
      };
    default: {
      const text = `no trusted authority vouches for the certificate (${certificate.problem?.text ?? ''})`;
      return { code: 'certificate-untrusted', text };
    }
  }
}

function daysLeft(certificate: ServerCertificate, now: EpochMs): number {
  return Math.floor((certificate.validTo - now) / dayMs);
}

function valuesOf(
  result: HttpReply | HttpFailure,
  location: Location,
  redirects: number,
  { resolvedInMs }: ProbeTarget,
  deadline: Deadline,
  now: EpochMs,
): Values {
  const { timing, certificate, tlsVersion } = result;
  const elapsedMs = deadline.elapsedMs();
  const values: Values = {};
  const time = (name: string, value: Milliseconds | undefined) => {
    if (value !== undefined) values[name] = roundMs(value);
  };
  if (result.kind === 'reply') {
    values['http-status-code'] = result.status;
    time('http-resp-time', elapsedMs);
    values['body-bytes'] = result.bodyBytes;
    if (result.truncated) values['body-truncated'] = true;
  }
  time('dns-ms', resolvedInMs);
  time('connect-ms', timing.connectMs);
  time('tls-ms', timing.tlsMs);
  time('first-byte-ms', timing.firstByteMs);
  time('total-ms', elapsedMs + (resolvedInMs ?? 0));
  if (redirects > 0) {
    values['redirects'] = redirects;
    values['final-url'] = urlOf(location);
  }
  if (certificate) {
    values['certificate-days'] = daysLeft(certificate, now);
    values['certificate-subject'] = certificate.subject;
    values['certificate-issuer'] = certificate.issuer;
  }
  if (tlsVersion !== undefined) values['tls-version'] = tlsVersion;
  return values;
}

/** The body as its charset says. */
export function textOf(reply: HttpReply): string {
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(reply.headers['content-type'] ?? '')?.[1];
  try {
    return new TextDecoder(charset ?? 'utf-8').decode(reply.body);
  } catch {
    return reply.body.toString('utf8');
  }
}

async function basicAuthorization(given: Pick<HttpOptions, 'user' | 'password-file'>): Promise<string> {
  const file = given['password-file'];
  const password = file === undefined ? '' : (await readSecret({ file })).reveal();
  return `Basic ${Buffer.from(`${given.user ?? ''}:${password}`).toString('base64')}`;
}

/** Names in lower case; `${NAME}` in a value is that variable of the environment. */
async function expanded(headers: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const [name, text] of Object.entries(headers)) {
    const value = text.includes('${') ? (await readSecret({ text })).reveal() : text;
    if (/[\r\n\0]/.test(value))
      throw new QwError('SECRET_UNREADABLE', `a variable of the header ${name} holds a line end`);
    all[name.toLowerCase()] = value;
  }
  return all;
}
